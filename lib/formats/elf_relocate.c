/* SPDX-License-Identifier: BSD-2-Clause */
/* Relative relocations of an ELF image that is not where it is linked to (elf_relocate.h). */
#include "lib/formats/elf_relocate.h"
#include "error.h"
#include "le.h"
#include "region.h"

/* Tags of the dynamic section, up to the last one that matters. */
enum tag {
	DT_NULL = 0,
	DT_NEEDED = 1,
	DT_PLTRELSZ = 2,
	DT_RELA = 7,
	DT_RELASZ = 8,
	DT_RELAENT = 9,
	DT_REL = 17,
	DT_RELSZ = 18,
	DT_RELENT = 19,
	DT_PLTREL = 20,
	DT_JMPREL = 23,
	DT_RELRSZ = 35,
	DT_RELR = 36,
	DT_RELRENT = 37,
	TAGS
};

/* The same numbers mean something else to another machine. */
enum machine { MACHINE_ARM, MACHINE_ARM64, MACHINE_ILP32, MACHINES };

static const uint32_t relative[MACHINES] = {23, 1027, 183};

/* Kinds that linkers leave for a dynamic linker, or for start code that calls functions. */
static const struct {
	uint16_t machine, kind;
	enum elf_need need;
	const char *name;
} names[] = {
	{MACHINE_ARM, 2, ELF_NEEDS_SYMBOLS, "R_ARM_ABS32"},
	{MACHINE_ARM, 3, ELF_NEEDS_SYMBOLS, "R_ARM_REL32"},
	{MACHINE_ARM, 13, ELF_NEEDS_THREADS, "R_ARM_TLS_DESC"},
	{MACHINE_ARM, 17, ELF_NEEDS_THREADS, "R_ARM_TLS_DTPMOD32"},
	{MACHINE_ARM, 18, ELF_NEEDS_THREADS, "R_ARM_TLS_DTPOFF32"},
	{MACHINE_ARM, 19, ELF_NEEDS_THREADS, "R_ARM_TLS_TPOFF32"},
	{MACHINE_ARM, 20, ELF_NEEDS_SYMBOLS, "R_ARM_COPY"},
	{MACHINE_ARM, 21, ELF_NEEDS_SYMBOLS, "R_ARM_GLOB_DAT"},
	{MACHINE_ARM, 22, ELF_NEEDS_SYMBOLS, "R_ARM_JUMP_SLOT"},
	{MACHINE_ARM, 160, ELF_NEEDS_CALLS, "R_ARM_IRELATIVE"},
	{MACHINE_ARM64, 257, ELF_NEEDS_SYMBOLS, "R_AARCH64_ABS64"},
	{MACHINE_ARM64, 258, ELF_NEEDS_SYMBOLS, "R_AARCH64_ABS32"},
	{MACHINE_ARM64, 1024, ELF_NEEDS_SYMBOLS, "R_AARCH64_COPY"},
	{MACHINE_ARM64, 1025, ELF_NEEDS_SYMBOLS, "R_AARCH64_GLOB_DAT"},
	{MACHINE_ARM64, 1026, ELF_NEEDS_SYMBOLS, "R_AARCH64_JUMP_SLOT"},
	{MACHINE_ARM64, 1028, ELF_NEEDS_THREADS, "R_AARCH64_TLS_DTPMOD"},
	{MACHINE_ARM64, 1029, ELF_NEEDS_THREADS, "R_AARCH64_TLS_DTPREL"},
	{MACHINE_ARM64, 1030, ELF_NEEDS_THREADS, "R_AARCH64_TLS_TPREL"},
	{MACHINE_ARM64, 1031, ELF_NEEDS_THREADS, "R_AARCH64_TLSDESC"},
	{MACHINE_ARM64, 1032, ELF_NEEDS_CALLS, "R_AARCH64_IRELATIVE"},
};

struct relocator {
	const struct elf *elf;
	uint8_t *memory; /* of [elf->lowest, elf->highest) */
	uint64_t bias;	 /* what is added to every address */
	enum machine machine;
	uint64_t value[TAGS]; /* of the dynamic section; the last one counts */
	struct elf_obstacle *obstacle;
};

/* An address, or another number of that width, at any alignment. */
static uint64_t get_word(const struct elf *elf, const uint8_t *at)
{
	if (elf->word == 4)
		return elf->big_endian ? __builtin_bswap32(le32(at)) : le32(at);
	return elf->big_endian ? __builtin_bswap64(le64(at)) : le64(at);
}

static void put_word(const struct elf *elf, uint8_t *at, uint64_t value)
{
	if (elf->word == 4)
		put_le32(at,
			 elf->big_endian ? __builtin_bswap32((uint32_t)value) : (uint32_t)value);
	else
		put_le64(at, elf->big_endian ? __builtin_bswap64(value) : value);
}

/* The bytes at an address as the file has them; NULL: not all are in one segment of it. */
static const uint8_t *in_file(const struct elf *elf, uint64_t address, uint64_t size)
{
	struct elf_segment segment;

	for (unsigned int i = 0; size && elf_segment(elf, i, &segment) == 0; i++) {
		uint64_t at = sub_capped(address, segment.address);

		if (address >= segment.address && fits_in(at, size, segment.file_size))
			return elf->file + segment.offset + at;
	}
	return NULL;
}

/* The word at an address as it was loaded; NULL: it is not in the image. */
static uint8_t *in_memory(const struct relocator *r, uint64_t address)
{
	const struct elf *elf = r->elf;
	uint64_t at = sub_capped(address, elf->lowest);

	if (address < elf->lowest || !fits_in(at, elf->word, elf->highest - elf->lowest))
		return NULL;
	return r->memory + at;
}

/* A pointer may be to before the image's start: negative numbers are added, too. */
static uint64_t moved(const struct relocator *r, uint64_t address)
{
	uint64_t sum;

	(void)__builtin_add_overflow(address, r->bias, &sum);
	return sum;
}

/* The word at an address: what was there, or another, and the bias. */
static int relocate_word(const struct relocator *r, uint64_t address, const uint64_t *addend)
{
	uint8_t *at = in_memory(r, address);

	if (!at)
		return ERR_PART;
	put_word(r->elf, at, moved(r, addend ? *addend : get_word(r->elf, at)));
	return 0;
}

static int refuse(const struct relocator *r, uint32_t kind)
{
	*r->obstacle = (struct elf_obstacle) {.kind = kind};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].machine == r->machine && names[i].kind == kind) {
			r->obstacle->name = names[i].name;
			r->obstacle->need = names[i].need;
		}
	return ERR_DYNAMIC;
}

/* R_*_NONE; the second number was once that of AArch64. */
static bool is_none(const struct relocator *r, uint32_t kind)
{
	return kind == 0 || (kind == 256 && r->machine == MACHINE_ARM64);
}

/* An entry of DT_REL, or of DT_RELA, which has an addend behind. */
static int relocate_entry(const struct relocator *r, const uint8_t *entry, bool has_addend)
{
	const struct elf *elf = r->elf;
	uint64_t info = get_word(elf, entry + elf->word), addend = 0;
	uint32_t kind = elf->word == 4 ? info & 0xff : (uint32_t)info;

	if (is_none(r, kind))
		return 0;
	if (kind != relative[r->machine])
		return refuse(r, kind);
	if (has_addend)
		addend = get_word(elf, entry + 2 * elf->word);
	return relocate_word(r, get_word(elf, entry), has_addend ? &addend : NULL);
}

/* DT_REL or DT_RELA; or DT_JMPREL, which is one of these. */
static int relocate_table(const struct relocator *r, enum tag table, enum tag size, bool has_addend)
{
	const uint8_t *entry = in_file(r->elf, r->value[table], r->value[size]);
	uint64_t each = (has_addend ? 3ULL : 2ULL) * r->elf->word, left = r->value[size];
	int error = 0;

	if (!left)
		return 0;
	if (!entry)
		return ERR_PART;
	if (r->value[has_addend ? DT_RELAENT : DT_RELENT] != each || left % each)
		return ERR_HEADER;
	for (; left && !error; left -= each, entry += each)
		error = relocate_entry(r, entry, has_addend);
	return error;
}

/* A bit for each word from 'at' on, behind bit 0. */
static int relocate_bits(const struct relocator *r, uint64_t bits, uint64_t at)
{
	int error = 0;

	for (bits >>= 1; bits && !error; bits >>= 1, at = add_capped(at, r->elf->word))
		if (bits & 1)
			error = relocate_word(r, at, NULL);
	return error;
}

/* DT_RELR: an address, which is even, or bits that say which of the next words are like it. */
static int relocate_relr(const struct relocator *r)
{
	const uint8_t *entry = in_file(r->elf, r->value[DT_RELR], r->value[DT_RELRSZ]);
	uint64_t word = r->elf->word, left = r->value[DT_RELRSZ], at = 0;
	int error = 0;

	if (!left)
		return 0;
	if (!entry)
		return ERR_PART;
	if (r->value[DT_RELRENT] != word || left % word)
		return ERR_HEADER;
	for (; left && !error; left -= word, entry += word) {
		uint64_t value = get_word(r->elf, entry);

		if (value & 1) {
			error = relocate_bits(r, value, at);
			at = add_capped(at, (8 * word - 1) * word);
		} else {
			error = relocate_word(r, value, NULL);
			at = add_capped(value, word);
		}
	}
	return error;
}

/* The dynamic section, as the file has it; 'forget': what adds to what is there is done with. */
static void walk_dynamic(struct relocator *r, const uint8_t *entry, uint64_t size, uint8_t *forget)
{
	uint64_t word = r->elf->word;

	for (; size >= 2 * word; size -= 2 * word, entry += 2 * word) {
		uint64_t tag = get_word(r->elf, entry);

		if (tag == DT_NULL)
			return;
		if (tag < TAGS && !forget)
			r->value[tag] = tag == DT_NEEDED ? true : get_word(r->elf, entry + word);
		if (!forget)
			continue;
		if (tag == DT_RELSZ || tag == DT_RELRSZ)
			put_word(r->elf, forget + word, 0);
		forget += 2 * word;
	}
}

/* Some linkers count these in with the others. */
static bool is_plt_apart(const struct relocator *r, enum tag table, enum tag size)
{
	return !in_range(r->value[DT_JMPREL], r->value[DT_PLTRELSZ],
			 &(struct region) {r->value[table], r->value[size]});
}

static int relocate_plt(const struct relocator *r)
{
	if (r->value[DT_PLTREL] == DT_RELA)
		return is_plt_apart(r, DT_RELA, DT_RELASZ)
			       ? relocate_table(r, DT_JMPREL, DT_PLTRELSZ, true)
			       : 0;
	return is_plt_apart(r, DT_REL, DT_RELSZ) ? relocate_table(r, DT_JMPREL, DT_PLTRELSZ, false)
						 : 0;
}

static int relocate_all(struct relocator *r)
{
	int error;

	if (r->value[DT_NEEDED]) {
		*r->obstacle =
			(struct elf_obstacle) {.name = "DT_NEEDED", .need = ELF_NEEDS_SYMBOLS};
		return ERR_DYNAMIC;
	}
	error = relocate_relr(r);
	if (!error)
		error = relocate_table(r, DT_REL, DT_RELSZ, false);
	if (!error)
		error = relocate_table(r, DT_RELA, DT_RELASZ, true);
	return error ? error : relocate_plt(r);
}

/* False: it maps itself to its virtual addresses. */
static bool runs_where_it_lies(const struct elf *elf)
{
	struct elf_segment segment;

	for (unsigned int i = 0; elf_segment(elf, i, &segment) == 0; i++)
		if (segment.virtual_address != segment.address)
			return false;
	return true;
}

int elf_relocate(const struct elf *elf, uint8_t *memory, uint64_t address,
		 struct elf_obstacle *obstacle)
{
	unsigned int w = elf->word;
	struct relocator r = {
		.elf = elf,
		.memory = memory,
		.bias = sub_capped(address, elf->lowest),
		.machine = elf->state == STATE_AARCH32 ? MACHINE_ARM
			   : w == 4		       ? MACHINE_ILP32
						       : MACHINE_ARM64,
		.value = {[DT_RELAENT] = 3 * w, [DT_RELENT] = 2 * w, [DT_RELRENT] = w},
		.obstacle = obstacle,
	};
	struct elf_segment header;
	const uint8_t *dynamic;
	int error;

	if (!elf->relocatable || !r.bias || !runs_where_it_lies(elf))
		return 0;
	if (w == 4 && !fits_in(address, elf->highest - elf->lowest, 1ULL << 32))
		return ERR_ADDRESS;
	if (!elf_header(elf, ELF_DYNAMIC, &header) || !header.file_size)
		return 0;
	dynamic = in_file(elf, header.virtual_address, header.file_size);
	if (!dynamic)
		return ERR_PART;
	walk_dynamic(&r, dynamic, header.file_size, NULL);
	error = relocate_all(&r);
	if (!error)
		walk_dynamic(&r, dynamic, header.file_size,
			     memory + (header.virtual_address - elf->lowest));
	return error;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF files of both classes and byte orders: header, segments, entry (System V gABI, chapters 4 and
 * 5).
 */
#include <string.h>
#include "lib/formats/elf.h"
#include "error.h"

/*
 * The fields of both classes are the same, in the same order, but for their width and for p_flags;
 * so offsets count in bytes up to the first address, and in addresses ("words") from there on.
 */
#define EI_CLASS       4
#define EI_DATA	       5
#define EI_NIDENT      16
#define E_TYPE	       16
#define E_MACHINE      18
#define E_ENTRY	       24
#define E_PHOFF(w)     (24 + (w))
#define E_FLAGS(w)     (24 + 3 * (w))
#define E_TAIL(w)      (24 + 3 * (w) + 4) /* e_ehsize and what follows, two bytes each */
#define E_PHENTSIZE(w) (E_TAIL(w) + 2)
#define E_PHNUM(w)     (E_TAIL(w) + 4)
#define E_SIZE(w)      (E_TAIL(w) + 12)

#define P_TYPE	   0
#define P_FLAGS(w) ((w) == 4 ? 24 : 4)
#define P_ALIGN(w) ((w) == 4 ? 28 : 48)
#define P_SIZE(w)  ((w) == 4 ? 32 : 56)

/* The addresses behind p_type (or p_flags), one after the other. */
enum { P_OFFSET, P_VADDR, P_PADDR, P_FILESZ, P_MEMSZ, P_ADDRESSES };

#define ELFCLASS32  1
#define ELFCLASS64  2
#define ELFDATA2LSB 1
#define ELFDATA2MSB 2
#define ET_EXEC	    2
#define ET_DYN	    3
#define EM_ARM	    40
#define EM_AARCH64  183
#define EF_ARM_BE8  0x00800000
#define PT_LOAD	    1
#define PF_X	    1

static __attribute__((noinline)) uint64_t number(const struct elf *elf, uint64_t at,
						 unsigned int bytes)
{
	const uint8_t *field = elf->file + at;
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value = value << 8 | field[elf->big_endian ? i : bytes - 1 - i];
	return value;
}

/* False: this program header takes no memory. */
static __attribute__((noinline)) bool read_segment(const struct elf *elf, unsigned int header,
						   struct elf_segment *segment)
{
	unsigned int w = elf->word;
	uint64_t at = elf->headers_at + (uint64_t)header * P_SIZE(w), field[P_ADDRESSES];

	for (unsigned int i = 0; i < P_ADDRESSES; i++)
		field[i] = number(elf, at + w * (i + 1), w);
	segment->offset = field[P_OFFSET];
	segment->virtual_address = field[P_VADDR];
	segment->address = field[P_PADDR];
	segment->file_size = field[P_FILESZ];
	segment->memory_size = field[P_MEMSZ];
	segment->align = number(elf, at + P_ALIGN(w), w);
	segment->code = number(elf, at + P_FLAGS(w), 4) & PF_X;
	return number(elf, at + P_TYPE, 4) == PT_LOAD &&
	       (segment->memory_size || segment->file_size);
}

static int check_segment(const struct elf *elf, unsigned int header,
			 const struct elf_segment *segment)
{
	uint64_t limit = elf->word == 4 ? 1ULL << 32 : UINT64_MAX;
	struct elf_segment other;

	if (segment->file_size > segment->memory_size ||
	    !fits_in(segment->address, segment->memory_size, limit))
		return ERR_HEADER;
	if (segment->file_size && !fits_in(segment->offset, segment->file_size, elf->size))
		return ERR_PART;
	for (unsigned int i = 0; i < header; i++)
		if (read_segment(elf, i, &other) &&
		    overlaps(segment->address, segment->memory_size,
			     &(struct region) {other.address, other.memory_size}))
			return ERR_OVERLAP;
	return 0;
}

static int check_segments(struct elf *elf)
{
	elf->lowest = UINT64_MAX;
	elf->align = 1;
	for (unsigned int i = 0; i < elf->headers; i++) {
		struct elf_segment segment;
		int error;

		if (!read_segment(elf, i, &segment))
			continue;
		error = check_segment(elf, i, &segment);
		if (error)
			return error;
		elf->lowest = min64(elf->lowest, segment.address);
		elf->highest =
			max64(elf->highest, add_capped(segment.address, segment.memory_size));
		elf->align = max64(elf->align, segment.align);
		elf->segments++;
	}
	return elf->segments ? 0 : ERR_NO_KERNEL;
}

/* gABI, "Base Address": the lowest address, rounded down to the largest alignment. */
static int check_relocatable(struct elf *elf)
{
	if (number(elf, E_TYPE, 2) != ET_DYN)
		return 0;
	if (!is_power_of_two(elf->align))
		return ERR_HEADER;
	elf->relocatable = elf->lowest < elf->align;
	return 0;
}

enum entry_kind { ENTRY_CODE, ENTRY_VIRTUAL, ENTRY_PHYSICAL, ENTRY_KINDS };

static bool entry_in(const struct elf *elf, unsigned int header, enum entry_kind kind,
		     uint64_t entry, uint64_t *physical)
{
	struct elf_segment segment;
	uint64_t start;

	if (!read_segment(elf, header, &segment) || (kind == ENTRY_CODE && !segment.code))
		return false;
	start = kind == ENTRY_PHYSICAL ? segment.address : segment.virtual_address;
	if (entry < start || entry - start >= segment.file_size)
		return false;
	*physical = add_capped(segment.address, entry - start);
	return true;
}

/*
 * e_entry is a virtual address: in code, if two segments are linked for the same addresses. Some
 * kernels' linker scripts give the physical one.
 */
static int find_entry(struct elf *elf)
{
	uint64_t entry = number(elf, E_ENTRY, elf->word);

	elf->thumb = elf->state == STATE_AARCH32 && (entry & 1);
	entry -= elf->thumb;
	for (enum entry_kind kind = ENTRY_CODE; kind < ENTRY_KINDS; kind++)
		for (unsigned int i = 0; i < elf->headers; i++)
			if (entry_in(elf, i, kind, entry, &elf->entry))
				return elf->entry & (elf->thumb ? 1 : 3) ? ERR_HEADER : 0;
	return ERR_HEADER;
}

/* What kind of ELF file it is; leaves nothing in *elf but 'file', 'size' and what it found. */
static int read_ident(struct elf *elf)
{
	const uint8_t *ident = elf->file;

	if (!elf_is(ident, elf->size < EI_NIDENT ? (size_t)elf->size : EI_NIDENT))
		return ERR_UNKNOWN;
	if (elf->size < EI_NIDENT)
		return ERR_TRUNCATED;
	if (ident[EI_CLASS] < ELFCLASS32 || ident[EI_CLASS] > ELFCLASS64 ||
	    ident[EI_DATA] < ELFDATA2LSB || ident[EI_DATA] > ELFDATA2MSB)
		return ERR_HEADER;
	elf->word = ident[EI_CLASS] * 4U;
	elf->big_endian = ident[EI_DATA] == ELFDATA2MSB;
	return elf->size < E_SIZE(elf->word) ? ERR_TRUNCATED : 0;
}

/* AArch64 with ELFCLASS32 is ILP32, which is entered as any other. */
static int read_machine(struct elf *elf)
{
	uint64_t machine = number(elf, E_MACHINE, 2), type = number(elf, E_TYPE, 2);

	if (machine != EM_ARM && machine != EM_AARCH64)
		return ERR_MACHINE;
	if (type != ET_EXEC && type != ET_DYN)
		return ERR_NO_KERNEL;
	elf->state = machine == EM_ARM ? STATE_AARCH32 : STATE_AARCH64;
	if (elf->state == STATE_AARCH64)
		return 0;
	if (elf->word != 4)
		return ERR_HEADER;
	if (elf->big_endian && !(number(elf, E_FLAGS(elf->word), 4) & EF_ARM_BE8))
		return ERR_CPU;
	return 0;
}

static int read_headers(struct elf *elf)
{
	unsigned int w = elf->word;

	elf->headers_at = number(elf, E_PHOFF(w), w);
	elf->headers = (unsigned int)number(elf, E_PHNUM(w), 2);
	if (elf->headers > ELF_HEADERS)
		return ERR_FULL;
	if (elf->headers && number(elf, E_PHENTSIZE(w), 2) != P_SIZE(w))
		return ERR_HEADER;
	if (!fits_in(elf->headers_at, (uint64_t)elf->headers * P_SIZE(w), elf->size))
		return ERR_TRUNCATED;
	return 0;
}

bool elf_is(const uint8_t *head, size_t head_size)
{
	return head_size >= 4 && memcmp(head, "\177ELF", 4) == 0;
}

int elf_open(const uint8_t *file, uint64_t size, struct elf *elf)
{
	static int (*const steps[])(struct elf *) = {read_ident,	read_machine,
						     read_headers,	check_segments,
						     check_relocatable, find_entry};
	int error = 0;

	memset(elf, 0, sizeof(*elf));
	elf->file = file;
	elf->size = size;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !error; i++)
		error = steps[i](elf);
	return error;
}

int elf_segment(const struct elf *elf, unsigned int index, struct elf_segment *segment)
{
	unsigned int seen = 0;

	for (unsigned int i = 0; i < elf->headers; i++)
		if (read_segment(elf, i, segment) && seen++ == index)
			return 0;
	return ERR_PART;
}

bool elf_header(const struct elf *elf, uint32_t type, struct elf_segment *header)
{
	for (unsigned int i = 0; i < elf->headers; i++) {
		uint64_t at = elf->headers_at + (uint64_t)i * P_SIZE(elf->word);

		read_segment(elf, i, header);
		if (number(elf, at + P_TYPE, 4) == type)
			return true;
	}
	return false;
}

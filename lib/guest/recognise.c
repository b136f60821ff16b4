/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose kernel a file is, by what only that guest's files have. */
#include <stdbool.h>
#include <string.h>
#include "le.h"
#include "lib/guest/recognise.h"

/* The fields of an arm64 Image header. */
struct header {
	uint32_t code0, code1, pe;
	uint64_t text_offset, image_size, flags;
};

#define CODE_MZ	    0x91005A4D /* add x13, x18, #0x16: "MZ" */
#define BRANCH	    0x14000000 /* b, forwards */
#define BRANCH_BITS 0xFE000000
#define HEADER	    0x40

/*
 * NetBSD's mkubootimage writes the header before the kernel: a branch over it, and flags that are
 * numbers where they should be bits, so that page size and byte order are wrong. No Linux ever had
 * so large a text_offset.
 */
static bool is_netbsd(const struct header *h)
{
	return h->code0 == (BRANCH | HEADER / 4) && !h->code1 && !h->pe &&
	       (h->flags & ~8ULL) == 1 && h->text_offset >= 0x200000;
}

/*
 * FreeBSD's arm_kernel_boothdr.awk: flags that say "anywhere" and no page size, which a Linux that
 * knows "anywhere" always says; and zeros from the header up to _start, which is not right behind.
 */
static bool is_freebsd(const struct header *h, const uint8_t *head, size_t size)
{
	uint64_t start = (uint64_t)(h->code0 & ~BRANCH_BITS) * 4;

	if ((h->code0 & BRANCH_BITS) != BRANCH || start <= HEADER || h->code1 || h->pe ||
	    h->flags != 8 || h->text_offset)
		return false;
	for (size_t i = HEADER; i < size && i < start; i++)
		if (head[i])
			return false;
	return true;
}

/* NuttX's arm64_head.S: this text_offset is a constant in there. */
static bool is_nuttx(const struct header *h)
{
	return h->code0 == CODE_MZ && !h->pe && h->text_offset == 0x480000;
}

/*
 * Unikraft's linuxhdr.S: 1 MiB, which the tree may have, less the header. No Linux begins in the
 * middle of a page. Flags have bit 0 set for little-endian.
 */
static bool is_unikraft(const struct header *h)
{
	return h->text_offset == 0x100000 - HEADER;
}

/* Zephyr's header.S, before it knew what an image's size is: that has the address of its end. */
static bool is_zephyr(const struct header *h)
{
	return (h->code0 & BRANCH_BITS) == BRANCH && !h->code1 && !h->pe && !h->text_offset &&
	       h->flags == 2 && h->image_size >= 0x40000000;
}

enum guest recognise_image(const uint8_t *head, size_t size)
{
	struct header h = {
		.code0 = le32(head),
		.code1 = le32(head + 4),
		.text_offset = le64(head + 8),
		.image_size = le64(head + 16),
		.flags = le64(head + 24),
		.pe = le32(head + 0x3c),
	};

	return is_netbsd(&h)		    ? GUEST_NETBSD
	       : is_freebsd(&h, head, size) ? GUEST_FREEBSD
	       : is_nuttx(&h)		    ? GUEST_NUTTX
	       : is_unikraft(&h)	    ? GUEST_UNIKRAFT
	       : is_zephyr(&h)		    ? GUEST_ZEPHYR
					    : GUEST_AUTO;
}

/* Linkers put a kernel's first addresses close to its start; all known places are such multiples.
 */
#define PLACE_ALIGN 0x10000
#define PLACE_MOST  0x8000000 /* from the start of RAM on */

uint64_t recognise_place(const uint8_t *head, size_t size, uint64_t base, uint64_t ram,
			 uint64_t *found)
{
	uint64_t most = ram < PLACE_MOST ? ram : PLACE_MOST, lowest = UINT64_MAX;

	for (size_t at = 0; base && size >= 4 && at <= size - 4; at += 4) {
		uint64_t word = le32(head + at);

		if (word >= base && word - base < most && word < lowest)
			lowest = word;
	}
	*found = lowest;
	return lowest == UINT64_MAX ? 0 : lowest & ~(uint64_t)(PLACE_ALIGN - 1);
}

/* Larger files are not searched: the kernels that are known so are small, and a search costs. */
#define SEARCH_MOST (4 << 20)

static const struct {
	const char *text;
	enum guest guest;
} greetings[] = {
	{"*** Booting Zephyr OS", GUEST_ZEPHYR},
	{"NuttShell (NSH) NuttX-", GUEST_NUTTX},
	{"welcome to lk", GUEST_LK},
};

static bool has_text(const uint8_t *at, const uint8_t *end, const char *text)
{
	size_t length = strlen(text);

	while (at && (size_t)(end - at) >= length) {
		if (memcmp(at, text, length) == 0)
			return true;
		at = memchr(at + 1, *text, (size_t)(end - at) - 1);
	}
	return false;
}

/* FreeBSD's kernels name an interpreter that is none (sys/conf/kern.pre.mk). */
static bool has_red_herring(const struct elf *elf)
{
	static const char herring[] = "/red/herring";
	struct elf_segment header;

	return elf_header(elf, ELF_INTERPRETER, &header) && header.file_size == sizeof(herring) &&
	       header.offset <= elf->size && sizeof(herring) <= elf->size - header.offset &&
	       memcmp(elf->file + header.offset, herring, sizeof(herring)) == 0;
}

enum guest recognise_elf(const struct elf *elf)
{
	if (has_red_herring(elf))
		return GUEST_FREEBSD;
	if (elf->size > SEARCH_MOST)
		return GUEST_AUTO;
	for (unsigned int i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++)
		if (has_text(elf->file, elf->file + elf->size, greetings[i].text))
			return greetings[i].guest;
	return GUEST_AUTO;
}

bool recognise_uboot(const struct elf *elf)
{
	return elf->size <= SEARCH_MOST && has_text(elf->file, elf->file + elf->size, "U-Boot 20");
}

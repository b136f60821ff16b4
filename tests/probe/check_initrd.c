/* SPDX-License-Identifier: BSD-2-Clause */
/* The initrd: the test puts probe.initrd=SIZE on the command line when it gives one. */
#include "fdt.h"

#define GIB 30

/* How an initrd of the tests begins; the CRC is of all that follows. */
struct initrd {
	char magic[8];
	uint32_t size, crc;
};

static uint32_t expected_size(const struct tree *t)
{
	const char *word = t->bootargs ? text_word(t->bootargs, "probe.initrd=") : NULL;
	uint32_t size = 0;

	if (!word)
		return 0;
	for (word += text_len("probe.initrd="); *word >= '0' && *word <= '9'; word++)
		size = size * 10 + (uint32_t)(*word - '0');
	return size;
}

static struct range initrd_range(const struct tree *t)
{
	return (struct range) {t->initrd_start, t->initrd_end - t->initrd_start};
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void check_contents(struct range r)
{
	const uint8_t *p = (const uint8_t *)(uintptr_t)r.start;
	uint32_t head = sizeof(struct initrd);

	item_is("initrd-header", le32(p + 8), r.size);
	item_is("initrd-intact", crc32(0, p + head, (size_t)r.size - head), le32(p + 12));
}

/* arm64: one window of 32 GiB, aligned to 1 GiB, covers image and initrd; arm is below 4 GiB. */
static uint64_t window(struct range a, struct range b)
{
	uint64_t low = (a.start < b.start ? a.start : b.start) >> GIB;
	uint64_t end_a = a.start + a.size, end_b = b.start + b.size;
	uint64_t high = ((end_a > end_b ? end_a : end_b) - 1) >> GIB;

	return high - low + 1;
}

static void check_given(const struct tree *t, uint32_t size)
{
	uint64_t fdt = entry_fdt();
	struct range r = initrd_range(t);
	struct range tree = {fdt, be32((const uint8_t *)(uintptr_t)fdt + 4)};

	item_is("initrd-present", t->has_initrd_start && t->has_initrd_end, true);
	if (!t->has_initrd_start || !t->has_initrd_end)
		return;
	put_range("initrd", r);
	item_is("initrd-size", r.size, size);
	item_is("initrd-in-ram", range_in_ram(t, r), true);
	item_is("initrd-clear-of-image", range_overlaps(r, image_range()), false);
	item_is("initrd-clear-of-fdt", range_overlaps(r, tree), false);
	item_below("initrd-window", window(image_range(), r), 33);
	if (range_in_ram(t, r) && r.size >= sizeof(struct initrd))
		check_contents(r);
}

void check_initrd(const struct tree *t)
{
	uint32_t size = expected_size(t);

	if (size)
		check_given(t, size);
	else
		item_is("initrd-absent", t->has_initrd_start || t->has_initrd_end, false);
}

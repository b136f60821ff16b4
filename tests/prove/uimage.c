/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/uimage.c, for files of up to 100 bytes, whatever is in them: it reads nothing
 * outside, and the parts that it finds are inside. The checksums are any.
 *
 * prove: by eva
 * prove: with lib/formats/uimage.c
 * prove: through lib/formats/payload.c
 * prove: option -eva-slevel 200 -eva-split-return full
 */
#include "lib/formats/uimage.h"
#include "lib/hash/crc32.h"
#include "prove.h"

static uint8_t file[100];

/* Reads what it is told to, and may say anything; lib/hash has tests of its own. */
uint32_t crc32_add(uint32_t crc, const void *data, size_t size)
{
	/*@ check size == 0 || \valid_read((const uint8_t *)data + (0 .. size - 1)); */
	(void)data;
	return size ? any32() : crc;
}

static void check_part(const struct part *part, uint64_t size)
{
	/*@ check part->size <= size; */
	/*@ check part->size == 0 || \base_addr(part->at) == \base_addr((const uint8_t *)file); */
}

static void open_one(uint64_t size)
{
	const uint8_t *start = file + sizeof(file) - size;
	struct payload payload = {0};
	struct part ramdisk;

	any_bytes(file, sizeof(file));
	if (uimage_open(start, size, &payload) == 0) {
		check_part(&payload.kernel, size);
		check_part(&payload.dtb, size);
		/*@ check payload.initrds <= 1; */
	}
	if (uimage_ramdisk(start, size, &ramdisk) == 0)
		check_part(&ramdisk, size);
	uimage_is_ramdisk(start, (size_t)size);
}

int main(void)
{
	/*@ loop unroll 200; */
	for (uint64_t size = 0; size <= sizeof(file); size += size < 60 ? 10 : 5)
		open_one(size);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/uimage.c, for files of up to 92 bytes, whatever is in them: it reads nothing
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

static uint8_t file[92];

/* They read what they are told to, and may say anything; lib/hash has tests of its own. */
uint32_t crc32_add(uint32_t crc, const void *data, size_t size)
{
	/*@ check 0 < size && \valid_read((const uint8_t *)data + (0 .. size - 1)); */
	(void)crc;
	(void)data;
	(void)size;
	return any32();
}

uint32_t crc32_of(const uint8_t *data, uint64_t size)
{
	/*@ check size == 0 || \valid_read(data + (0 .. size - 1)); */
	(void)data;
	return size ? any32() : 0;
}

static void check_part(const struct part *part, uint64_t size)
{
	/*@ check part->size <= size; */
	if (part->at) {
		/*@ check \base_addr(part->at) == \base_addr((const uint8_t *)file); */
	}
}

static void open_one(uint64_t size)
{
	const uint8_t *start = file + sizeof(file) - size;
	struct payload payload = {0};

	any_bytes(file, sizeof(file));
	if (uimage_open(start, size, &payload) == 0) {
		check_part(&payload.kernel, size);
		check_part(&payload.dtb, size);
		/*@ check payload.initrds <= 1; */
	}
}

static void open_ramdisk(uint64_t size)
{
	const uint8_t *start = file + sizeof(file) - size;
	struct part ramdisk;

	any_bytes(file, sizeof(file));
	if (uimage_ramdisk(start, size, &ramdisk) == 0)
		check_part(&ramdisk, size);
	uimage_is_ramdisk(start, (size_t)size);
}

int main(void)
{
	const uint64_t sizes[] = {0, 3, 4, 63, 64, 67, 71, 80, 92};

	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		open_ramdisk(sizes[i]);
		open_one(sizes[i]);
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel headers: a head, and behind it, as the last byte, how much longer the file is. */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/formats/image.h"

static uint64_t file_size_of(struct fuzz_numbers *numbers)
{
	unsigned int shift = (unsigned int)fuzz_number(numbers, 1) % 48;

	return numbers->size + (shift ? 1ULL << shift : 0);
}

static void check(const struct image *image, uint64_t file_size)
{
	REQUIRE(image->file_size == file_size && image->memory_size >= file_size);
	REQUIRE(image->text_offset < 1ULL << 40 && image->text_offset % 4 == 0);
	REQUIRE(strlen(image_name(image)) > 3);
	REQUIRE(image->format != IMAGE_ARM64 || image->state == STATE_AARCH64);
	REQUIRE(image->format != IMAGE_ZIMAGE || image->state == STATE_AARCH32);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	uint64_t file_size = file_size_of(&numbers);
	size_t head_size = numbers.size < IMAGE_HEAD ? numbers.size : IMAGE_HEAD;
	uint8_t *head = malloc(head_size ? head_size : 1);
	struct image image;
	int result;

	memcpy(head, data, head_size);
	memset(&image, 0xa5, sizeof(image));
	result = image_identify(head, head_size, file_size, &image);
	REQUIRE(result == 0 || result == ERR_EMPTY || result == ERR_UNKNOWN ||
		result == ERR_TRUNCATED || result == ERR_HEADER);
	if (!result)
		check(&image, file_size);
	free(head);
	return 0;
}

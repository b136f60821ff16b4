/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/image.c, for heads of up to 260 bytes and of files of any size, whatever is in them:
 * it reads nothing behind the head, and the sizes it gives are possible.
 *
 * prove: by eva
 * prove: with lib/formats/image.c
 * prove: through lib/guest/recognise.c
 * prove: open image_name 1: behind the switch
 * prove: option -eva-split-return full -eva-slevel 500
 */
#include <string.h>
#include "lib/formats/image.h"
#include "prove.h"

static uint8_t head[260];

static void one_head(size_t size)
{
	uint64_t file_size = any_in(size, UINT64_MAX);
	struct image image;

	any_bytes(head, sizeof(head));
	if (image_identify(head + sizeof(head) - size, size, file_size, &image) == 0) {
		/*@ check image.text_offset < 0x10000000000; */
		/*@ check image.format == IMAGE_ARM64 || image.format == IMAGE_ZIMAGE; */
		/*@ check image.file_size > 0 && image.memory_size > 0; */
	}
}

static void one_name(enum image_format format, enum guest guest)
{
	struct image image = {.format = format, .big_endian = each_in(0, 1), .guest = guest};
	const char *name = image_name(&image);

	/*@ check valid_read_string(name); */
}

/* A kernel needs at least the memory that its file has, wherever it goes. */
static void one_place(void)
{
	struct image image = {.file_size = any_in(1, 0x10000000000), .memory_size = 0};

	image.memory_size = any_in(image.file_size, UINT64_MAX);
	image_fix(&image, any_in(0, UINT64_MAX));
	/*@ check image.fixed; */
}

int main(void)
{
	one_place();
	/*@ loop unroll 500; */
	for (size_t size = 0; size <= sizeof(head); size += size < 70 ? 1 : 15)
		one_head(size);
	for (unsigned int format = IMAGE_ARM64; format <= IMAGE_RAW; format++)
		for (unsigned int guest = GUEST_AUTO; guest < GUESTS; guest++)
			one_name(format, guest);
	return 0;
}

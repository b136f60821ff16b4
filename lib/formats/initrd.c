/* SPDX-License-Identifier: BSD-2-Clause */
/* One recogniser of what is around an initial ramdisk, wherever that comes from. */
#include "lib/formats/initrd.h"
#include "lib/formats/android.h"
#include "error.h"
#include "lib/formats/uimage.h"

bool initrd_is_wrapped(const uint8_t *head, size_t head_size)
{
	return uimage_is_ramdisk(head, head_size) || android_is_ramdisk(head, head_size);
}

int initrd_unwrap(const uint8_t *file, uint64_t size, struct part *initrd)
{
	size_t head_size = size < UIMAGE_HEADER ? (size_t)size : UIMAGE_HEADER;

	*initrd = (struct part) {file, size};
	if (android_vendor_is(file, head_size))
		return ERR_VENDOR;
	if (uimage_is_ramdisk(file, head_size))
		return uimage_ramdisk(file, size, initrd);
	return android_is(file, head_size) ? android_ramdisk(file, size, initrd) : 0;
}

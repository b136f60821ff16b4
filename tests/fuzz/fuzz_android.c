/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Android boot images. They are mostly padding, so the input is what is not: pieces of an offset
 * (two bytes), a length (one) and so many bytes. The sizes of the boot image and of the vendor's
 * (0: none), which lies behind it, are at the input's end.
 */
#include <string.h>
#include "lib/formats/android.h"
#include "lib/formats/bootconfig.h"
#include "error.h"
#include "fuzz.h"
#include "le.h"
#include "parts.h"

static void fill(uint8_t *file, size_t room, const struct fuzz_numbers *numbers)
{
	size_t at = 0;

	while (at + 3 <= numbers->size) {
		size_t offset = le16(numbers->data + at), count = numbers->data[at + 2];

		at += 3;
		if (count > numbers->size - at)
			count = numbers->size - at;
		if (offset <= room && count <= room - offset)
			memcpy(file + offset, numbers->data + at, count);
		at += count;
	}
}

static void check(const struct payload *payload, int result)
{
	REQUIRE(result != 0 || payload->kernel.size);
	REQUIRE(result == 0 || result == ERR_UNKNOWN || result == ERR_VERSION ||
		result == ERR_TRUNCATED || result == ERR_HEADER || result == ERR_PART ||
		result == ERR_NO_KERNEL || result == ERR_FULL || result == ERR_VENDOR);
	REQUIRE(!(payload->text_continues >> payload->texts) && !(payload->text_continues & 1));
}

static void check_bootconfig(const struct payload *payload)
{
	static uint8_t initrd[3 + BOOTCONFIG_ROOM];
	int added = bootconfig_write(initrd, 3, sizeof(initrd) - 3, payload->bootconfig,
				     payload->bootconfigs);

	REQUIRE(added == 0 || added == ERR_TOO_LONG || (added > 20 && (added + 3) % 4 == 0));
	REQUIRE(added <= 0 || le32(initrd + 3 + added - 20) == (uint32_t)added - 20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	size_t vendor_size = fuzz_number(&numbers, 2), boot_size = fuzz_number(&numbers, 2);
	uint8_t *both = calloc(1, boot_size + vendor_size + 1), *boot, *vendor = NULL;
	struct payload payload = {0};

	fill(both, boot_size + vendor_size, &numbers);
	boot = malloc(boot_size + 1);
	memcpy(boot, both, boot_size);
	if (vendor_size) {
		vendor = malloc(vendor_size);
		memcpy(vendor, both + boot_size, vendor_size);
	}
	boot = realloc(boot, boot_size ? boot_size : 1);
	check(&payload, android_open(boot, boot_size, vendor, vendor_size, &payload));
	REQUIRE(parts_inside(&payload, boot, boot_size, vendor, vendor_size));
	check_bootconfig(&payload);
	free(boot);
	free(vendor);
	free(both);
	return 0;
}

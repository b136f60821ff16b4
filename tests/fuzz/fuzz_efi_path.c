/* SPDX-License-Identifier: BSD-2-Clause */
/* Device paths of EFI applications: two of them, the second one behind half of the input. */
#include <string.h>
#include "fuzz.h"
#include "lib/efi/path.h"

#define TEXT 512

/* As memory of an application, in which something comes behind a path without an end. */
static uint8_t *path_of(const uint8_t *data, size_t size)
{
	uint8_t *path = calloc(1, EFI_PATH_MAX);

	memcpy(path, data, size < EFI_PATH_MAX ? size : EFI_PATH_MAX);
	return path;
}

static void check(const uint8_t *first, const uint8_t *second)
{
	uint8_t *joined = malloc(EFI_PATH_MAX);
	const uint8_t *rest = efi_path_behind(first, second);
	int size = efi_path_join(first, second, joined, EFI_PATH_MAX);

	if (rest)
		REQUIRE(efi_path_size(rest) + efi_path_size(first) - EFI_PATH_NODE ==
			efi_path_size(second));
	if (size >= 0) {
		REQUIRE(efi_path_size(joined) == (size_t)size);
		REQUIRE(efi_path_behind(first, joined));
	}
	free(joined);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *first = path_of(data, size / 2),
		*second = path_of(data + size / 2, size - size / 2);
	uint16_t *text = malloc(2 * TEXT);
	int length;

	if (efi_path_size(first)) {
		length = efi_path_text(first, size & 1, text, TEXT);
		REQUIRE(length < TEXT && (length < 0 || !text[length]));
		if (!efi_path_name(first, text, TEXT))
			REQUIRE(efi_path_file(text, second, EFI_PATH_MAX) > 0);
		else if (efi_path_size(second))
			check(first, second);
	}
	free(text);
	free(first);
	free(second);
	return 0;
}

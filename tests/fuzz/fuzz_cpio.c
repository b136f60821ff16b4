/* SPDX-License-Identifier: BSD-2-Clause */
/* cpio archives: nothing is read or named outside of the file. */
#include <string.h>
#include "lib/formats/cpio.h"
#include "error.h"
#include "fuzz.h"
#include "parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct payload payload;
	uint8_t *file = malloc(size ? size : 1);
	int result;

	memcpy(file, data, size);
	memset(&payload, 0, sizeof(payload));
	result = cpio_open(file, size, &payload);
	REQUIRE(result == 0 || result == ERR_NO_KERNEL || result == ERR_TRUNCATED ||
		result == ERR_HEADER || result == ERR_HASH);
	REQUIRE(cpio_is(file, size) || result == ERR_NO_KERNEL);
	if (!result)
		REQUIRE(payload.kernel.size && payload.initrds == 1 &&
			parts_inside(&payload, file, size, NULL, 0));
	free(file);
	return 0;
}

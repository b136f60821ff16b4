/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIT images. libfdt is not made with the sanitizers, so the page behind the file is not there. The
 * last byte of the input says who chooses the configuration.
 */
#include <string.h>
#include <sys/mman.h>
#include "error.h"
#include "lib/formats/fit.h"
#include "fuzz.h"
#include "parts.h"

#define ROOM 0x10000
#define PAGE 0x10000 /* or a part of it */

/* The end of the room, where nothing follows. */
static uint8_t *edge(void)
{
	static uint8_t *end;

	if (!end) {
		uint8_t *start = mmap(NULL, ROOM + PAGE, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		REQUIRE(start != MAP_FAILED);
		REQUIRE(mprotect(start + ROOM, PAGE, PROT_NONE) == 0);
		end = start + ROOM;
	}
	return end;
}

static void check(const struct payload *payload, int result)
{
	REQUIRE(result != 0 || payload->kernel.size);
	REQUIRE(!(payload->placed && payload->relocatable));
	REQUIRE(result == 0 || result == ERR_OPTION_VALUE || result == ERR_TRUNCATED ||
		result == ERR_HASH_KIND || result == ERR_ENCRYPTED || result == ERR_TOO_LARGE ||
		result == ERR_NO_FILE || result == ERR_NO_KERNEL || result == ERR_PART ||
		result == ERR_HASH || result == ERR_FULL || result == ERR_FDT_NAME ||
		(result <= ERR_FDT_MAGIC && result >= ERR_FDT_DEPTH));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char machine[] = "m,a\0m,b";
	struct fuzz_numbers numbers = {data, size};
	uint64_t how = fuzz_number(&numbers, 1) % 3;
	struct fit_choice choice = {how == 1 ? "c" : NULL, machine, how == 2 ? sizeof(machine) : 0};
	struct payload payload = {0};
	char list[32] = "";
	uint8_t *file = edge() - ((numbers.size + 7) & ~(size_t)7);
	int result;

	if (numbers.size > ROOM)
		return 0;
	memcpy(file, data, numbers.size);
	fit_is(file, numbers.size < 4096 ? numbers.size : 4096);
	result = fit_open(file, numbers.size, &choice, &payload);
	check(&payload, result);
	if (result == ERR_OPTION_VALUE) {
		fit_list(file, numbers.size, list, sizeof(list));
		REQUIRE(strlen(list) < sizeof(list));
	}
	REQUIRE(parts_inside(&payload, file, numbers.size, NULL, 0));
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* PE files: unified kernel images and zboot; the last byte asks for a profile. */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"
#include "lib/formats/zboot.h"

static const uint8_t *start, *end;

/* Reads a part's ends, for the sanitizer to see that they are in the file. */
static void check(const struct part *part)
{
	if (!part->size)
		return;
	REQUIRE(part->at >= start && part->at <= end && part->size <= (uint64_t)(end - part->at));
	REQUIRE(part->at[0] + part->at[part->size - 1] >= 0);
}

static void check_all(const struct payload *payload)
{
	check(&payload->kernel);
	check(&payload->dtb);
	check(&payload->name);
	check(&payload->options);
	REQUIRE(payload->kernel.size);
	REQUIRE(payload->initrds <= 1 && payload->texts <= 1);
	REQUIRE(payload->overlays <= PAYLOAD_OVERLAYS);
	for (unsigned int i = 0; i < payload->initrds; i++)
		check(&payload->initrd[i]);
	for (unsigned int i = 0; i < payload->texts; i++)
		check(&payload->text[i]);
	for (unsigned int i = 0; i < payload->overlays; i++)
		check(&payload->overlay[i]);
}

static void open_both(size_t size, const struct uki_choice *choice)
{
	struct payload payload;
	char list[32] = "";
	struct pe pe;

	memset(&payload, 0, sizeof(payload));
	if (!uki_open_as(start, size, choice, &payload))
		check_all(&payload);
	uki_list(start, size, list, sizeof(list));
	REQUIRE(strlen(list) < sizeof(list));
	memset(&payload, 0, sizeof(payload));
	if (!zboot_open(start, size, &payload))
		check_all(&payload);
	if (!pe_open(start, size, &pe))
		REQUIRE(pe_extent(&pe) < 1ULL << 33);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	uint64_t number = fuzz_number(&numbers, 1);
	static const char *const profiles[] = {NULL, "1", "debug", ""};
	struct uki_choice choice = {profiles[number % 4], number & 4 ? "linux,dummy-virt" : NULL};
	uint8_t *file = malloc(numbers.size ? numbers.size : 1);

	memcpy(file, data, numbers.size);
	start = file;
	end = file + numbers.size;
	(void)uki_is(file, numbers.size);
	(void)zboot_is(file, numbers.size);
	open_both(numbers.size, &choice);
	free(file);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "test.h"

#define CODES_MAX 100

/* Every code that the header defines, so that a new one cannot be forgotten here. */
static int codes_of_header(int *codes)
{
	FILE *file = fopen("include/error.h", "r");
	char line[256], name[64];
	int count = 0;

	if (!CHECK(file != NULL))
		return 0;
	while (count < CODES_MAX && fgets(line, sizeof(line), file))
		if (sscanf(line, " ERR_%63[A-Z0-9_] = %d", name, &codes[count]) == 2)
			count++;
	fclose(file);
	return count;
}

TEST(every_error_has_a_text_of_its_own)
{
	int codes[CODES_MAX], count = codes_of_header(codes);

	CHECK(count >= 20);
	for (int i = 0; i < count; i++) {
		test_note("error %d", codes[i]);
		CHECK(codes[i] < 0);
		CHECK(strlen(error_string(codes[i])) > 3);
		CHECK(strcmp(error_string(codes[i]), error_string(-9999)) != 0);
		for (int j = 0; j < i; j++) {
			CHECK(codes[i] != codes[j]);
			CHECK(strcmp(error_string(codes[i]), error_string(codes[j])) != 0);
		}
	}
}

TEST(error_text_is_right)
{
	CHECK_TEXT(error_string(ERR_FDT_MAGIC), "no device tree magic");
	CHECK_TEXT(error_string(ERR_CORRUPT), "the compressed data is corrupt");
}

TEST(any_number_has_an_error_text)
{
	static const int numbers[] = {0, 1, 1000, -1000, INT_MAX, -INT_MAX, INT_MIN};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		test_note("error %d", numbers[i]);
		CHECK_TEXT(error_string(numbers[i]), "unknown error");
	}
}

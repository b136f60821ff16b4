/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines of FreeBSD's: the environment fits into its room and is one; so do the records. */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "le.h"
#include "lib/guest/freebsd.h"

#define FLAGS 0x3011b863u /* all that there are */

/* Each text has a name that no other one has; an empty one is the end. */
static void check_environment(const char *at, int size)
{
	const char *start = at, *end = at + size;

	for (; *at; at += strlen(at) + 1) {
		size_t name = strcspn(at, "=");

		REQUIRE(name && at[name] == '=');
		for (const char *other = start; other != at; other += strlen(other) + 1)
			REQUIRE(strncmp(other, at, name + 1) != 0);
		REQUIRE(at + strlen(at) + 1 < end);
	}
	REQUIRE(at + 1 == end);
}

static void check_records(const uint8_t *at, int size)
{
	const uint8_t *end = at + size;
	unsigned int files = 0;

	for (; le32(at); at += 8 + (le32(at + 4) + 7) / 8 * 8) {
		REQUIRE(end - at >= 16 && le32(at + 4));
		files += le32(at) == 1;
	}
	REQUIRE(at + 8 == end && le32(at + 4) == 0 && files == 3);
}

static void records(uint64_t number)
{
	static const uint8_t header[FREEBSD_ELF_HEADER];
	const struct freebsd_module module[] = {
		{"initrd", "md_image", number, ~number},
		{"a name that is of thirty-one ch", "a type that is of thirty-one ch", 1, 2}};
	const struct freebsd_kernel kernel = {.elf_header = header,
					      .address = number,
					      .symbols = number & 1,
					      .dynamic = number & 2,
					      .environment = number,
					      .howto = (uint32_t)number,
					      .module = module,
					      .modules = 2};
	uint8_t to[FREEBSD_RECORDS_ROOM(2)];

	check_records(to, freebsd_records(&kernel, number, to, sizeof(to)));
	REQUIRE(freebsd_records(&kernel, number, to, number % 256) == ERR_TOO_LONG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = FREEBSD_ENVIRONMENT_ROOM(size);
	char *line = malloc(size + 1), *to = malloc(room);
	int used;

	memcpy(line, data, size);
	line[size] = 0;
	REQUIRE((freebsd_howto(line) & ~FLAGS) == 0);
	used = freebsd_environment(line, to, room);
	REQUIRE(used > 0);
	check_environment(to, used);
	free(to);
	to = malloc((size_t)used - 1);
	REQUIRE(freebsd_environment(line, to, (size_t)used - 1) == ERR_TOO_LONG);
	free(to);
	records(size ? (uint64_t)data[0] * 0x0101010101010101 : 0);
	free(line);
	return 0;
}

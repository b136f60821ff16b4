/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot configuration: read back from the end, as Linux does. */
#include <stdlib.h>
#include <string.h>
#include "lib/formats/bootconfig.h"
#include "error.h"
#include "le.h"
#include "test.h"

#define INITRD_MAX 16
#define GUARD	   0xee

static uint8_t memory[INITRD_MAX + BOOTCONFIG_ROOM + 8] __attribute__((aligned(4)));

static struct part text(const char *from)
{
	return (struct part) {(const uint8_t *)from, strlen(from)};
}

static int write_behind(uint64_t size, uint64_t room, const struct part *parts, unsigned int count)
{
	memset(memory, GUARD, sizeof(memory));
	return bootconfig_write(memory, size, room, parts, count);
}

/* What a kernel finds in front of 'end': the lines, without their padding; NULL: nothing good. */
static const char *read_back(const uint8_t *end, uint32_t *size)
{
	static char lines[BOOTCONFIG_TEXT + 1];
	uint32_t sum = 0;

	if (memcmp(end - 12, "#BOOTCONFIG\n", 12) != 0)
		return NULL;
	*size = le32(end - 20);
	if (*size == 0 || *size > BOOTCONFIG_TEXT || *size > (size_t)(end - 20 - memory))
		return NULL;
	for (uint32_t i = 1; i <= *size; i++)
		sum += end[-20 - (int)i];
	if (sum != le32(end - 16))
		return NULL;
	memcpy(lines, end - 20 - *size, *size);
	lines[*size] = '\0';
	return lines;
}

/* Behind initrds of every size modulo 4. */
static void check(const struct part *parts, unsigned int count, const char *lines)
{
	for (uint64_t initrd = 0; initrd < INITRD_MAX; initrd++) {
		int added = write_behind(initrd, BOOTCONFIG_ROOM, parts, count);
		uint32_t size = 0;

		test_note("an initrd of %u bytes", (unsigned int)initrd);
		CHECK(added > 0 && added <= BOOTCONFIG_ROOM);
		CHECK_EQ((initrd + (uint64_t)added) % 4, 0);
		CHECK_TEXT(read_back(memory + initrd + added, &size), lines);
		CHECK_EQ(size + 20, added);
		CHECK(size - strlen(lines) < 4);
		CHECK_EQ(memory[initrd + (uint64_t)added], GUARD);
		CHECK(!initrd || memory[initrd - 1] == GUARD);
		CHECK_EQ(write_behind(initrd, (uint64_t)added, parts, count), added);
		CHECK_EQ(write_behind(initrd, (uint64_t)added - 1, parts, count), ERR_NO_ROOM);
		CHECK_EQ(memory[initrd], GUARD);
	}
}

TEST(bootconfig_lines)
{
	static const uint8_t high[] = {0xff, 0xfe, '\n', 0, 0, 0};
	struct part parts[] = {text("a = 1\n"), text("b = 2"), {0},
			       {high, 6},	text("\n"),    {high + 3, 3}};

	check(parts, 1, "a = 1\n");
	check(parts, 2, "a = 1\nb = 2\n");
	check(parts + 1, 1, "b = 2\n");
	check(parts + 3, 1, "\xff\xfe\n");
	check(parts, 6, "a = 1\nb = 2\n\xff\xfe\n\n");
}

TEST(bootconfig_nothing)
{
	struct part parts[] = {{0}, {(const uint8_t *)"\0\0", 2}};

	CHECK_EQ(write_behind(3, BOOTCONFIG_ROOM, parts, 0), 0);
	CHECK_EQ(write_behind(3, BOOTCONFIG_ROOM, parts, 2), 0);
	CHECK_EQ(write_behind(3, 0, parts, 2), 0);
	CHECK_EQ(memory[3], GUARD);
}

/* Linux's limit counts the padding, too. */
TEST(bootconfig_limit)
{
	uint8_t *lines = malloc(BOOTCONFIG_TEXT + 1);
	struct part parts[] = {{lines, BOOTCONFIG_TEXT - 3}, {lines, 1}};
	uint32_t size;

	memset(lines, '\n', BOOTCONFIG_TEXT + 1);
	CHECK_EQ(write_behind(0, BOOTCONFIG_ROOM, parts, 1), BOOTCONFIG_TEXT - 3 + 20);
	CHECK_EQ(write_behind(0, BOOTCONFIG_ROOM, parts, 2), ERR_TOO_LONG);
	CHECK_EQ(write_behind(1, BOOTCONFIG_ROOM, parts, 1), BOOTCONFIG_ROOM);
	CHECK(read_back(memory + 1 + BOOTCONFIG_ROOM, &size) != NULL);
	CHECK_EQ(write_behind(3, BOOTCONFIG_ROOM, parts, 2), BOOTCONFIG_TEXT - 2 + 20);
	parts[0].size = BOOTCONFIG_TEXT + 1;
	CHECK_EQ(write_behind(0, BOOTCONFIG_ROOM, parts, 1), ERR_TOO_LONG);
	lines[BOOTCONFIG_TEXT - 1] = 'a';
	parts[0].size = BOOTCONFIG_TEXT;
	CHECK_EQ(write_behind(1, BOOTCONFIG_ROOM, parts, 1), ERR_TOO_LONG);
	free(lines);
}

/* As many lines as make 4 GiB. */
TEST(bootconfig_sum_that_wraps)
{
	unsigned int count = 1 << 17;
	uint8_t *lines = malloc(0x8000);
	struct part *parts = calloc(count, sizeof(*parts));

	memset(lines, '\n', 0x8000);
	for (unsigned int i = 0; i < count; i++)
		parts[i] = (struct part) {lines, 0x8000};
	CHECK_EQ(write_behind(0, BOOTCONFIG_ROOM, parts, count), ERR_TOO_LONG);
	free(parts);
	free(lines);
}

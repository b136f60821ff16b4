/* SPDX-License-Identifier: BSD-2-Clause */
/* What FreeBSD's loader leaves: flags, environment, and records, byte for byte. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/guest/freebsd.h"
#include "test.h"

/* sys/reboot.h */
#define RB_ASKNAME  0x1u
#define RB_SINGLE   0x2u
#define RB_DFLTROOT 0x20u
#define RB_KDB	    0x40u
#define RB_VERBOSE  0x800u
#define RB_SERIAL   0x1000u
#define RB_CDROM    0x2000u
#define RB_GDB	    0x8000u
#define RB_MUTE	    0x10000u
#define RB_PAUSE    0x100000u
#define RB_PROBE    0x10000000u
#define RB_MULTIPLE 0x20000000u

TEST(freebsd_flags_are_letters)
{
	static const struct {
		const char *line;
		uint32_t howto;
	} lines[] = {
		{"", 0},
		{"-", 0},
		{"-a", RB_ASKNAME},
		{"-C", RB_CDROM},
		{"-d", RB_KDB},
		{"-D", RB_MULTIPLE},
		{"-g", RB_GDB},
		{"-h", RB_SERIAL},
		{"-m", RB_MUTE},
		{"-p", RB_PAUSE},
		{"-P", RB_PROBE},
		{"-r", RB_DFLTROOT},
		{"-s", RB_SINGLE},
		{"-v", RB_VERBOSE},
		{"-sv -z", RB_SINGLE | RB_VERBOSE},
		{"  FreeBSD:-s\thw.x=-v\n-d", RB_SINGLE | RB_KDB},
		{"v -S115200v s", 0},
		{"-vS9600", RB_VERBOSE},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		test_note("%s", lines[i].line);
		CHECK_EQ(freebsd_howto(lines[i].line), lines[i].howto);
	}
}

TEST(freebsd_flags_are_variables)
{
	static const struct {
		const char *line;
		uint32_t howto;
	} lines[] = {
		{"boot_askname=1", RB_ASKNAME},
		{"boot_cdrom", RB_CDROM},
		{"boot_ddb=YES", RB_KDB},
		{"boot_dfltroot=YES", RB_DFLTROOT},
		{"boot_gdb=YES", RB_GDB},
		{"boot_multicons=YES", RB_MULTIPLE},
		{"boot_mute=", RB_MUTE},
		{"boot_pause=YES", RB_PAUSE},
		{"boot_serial=YES", RB_SERIAL},
		{"boot_single=nope", RB_SINGLE},
		{"boot_verbose=YES boot_verbose=NO", 0},
		{"boot_verbose=no boot_verbose=n", RB_VERBOSE},
		{"boot_verbose=No -v", RB_VERBOSE},
		{"boot_verbos=YES boot_verbosely=YES xboot_verbose=YES", 0},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		test_note("%s", lines[i].line);
		CHECK_EQ(freebsd_howto(lines[i].line), lines[i].howto);
	}
}

/* 'is' with its last terminator. */
static void check_environment(const char *line, const char *is, size_t size)
{
	size_t room = FREEBSD_ENVIRONMENT_ROOM(strlen(line));
	char *to = malloc(room);
	int used = freebsd_environment(line, to, room);

	test_note("%s", line);
	CHECK_EQ(used, size);
	CHECK(used == (int)size && memcmp(to, is, size) == 0);
	for (size_t less = 0; less < size; less++)
		CHECK_EQ(freebsd_environment(line, to, less), ERR_TOO_LONG);
	free(to);
}

#define ENVIRONMENT(line, is) check_environment(line, is, sizeof(is))

TEST(freebsd_environment_has_the_variables)
{
	ENVIRONMENT("", "");
	ENVIRONMENT("-v", "");
	ENVIRONMENT("a", "a=1\0");
	ENVIRONMENT("a=", "a=\0");
	ENVIRONMENT("=a =", "");
	ENVIRONMENT("FreeBSD:vfs.root.mountfrom=ufs:/dev/md0 -v\t\nx=y=z",
		    "vfs.root.mountfrom=ufs:/dev/md0\0x=y=z\0");
	ENVIRONMENT("-sS9600", "comconsole_speed=9600\0");
	ENVIRONMENT("-S", "comconsole_speed=\0");
}

/* The kernel would take the first. */
TEST(freebsd_environment_has_the_last_of_a_name)
{
	ENVIRONMENT("a=1 b=2 a=3", "b=2\0a=3\0");
	ENVIRONMENT("a=1 aa=2 =a a", "aa=2\0a=1\0");
	ENVIRONMENT("comconsole_speed=1 -S2", "comconsole_speed=2\0");
	ENVIRONMENT("-S2 -S3", "comconsole_speed=3\0");
}

/* -- records ---------------------------------------------------------------------------------- */

#define AT 0xffff000001234000

static uint8_t header[FREEBSD_ELF_HEADER];
static const struct freebsd_module files[] = {
	{"initrd", "md_image", 0xffff000001000000, 0x12345},
	{"rng_seed", "boot_entropy_platform", 0xffff000001100000, 2048},
};

static struct freebsd_kernel kernel(void)
{
	for (size_t i = 0; i < sizeof(header); i++)
		header[i] = (uint8_t)(i + 1);
	return (struct freebsd_kernel) {
		.elf_header = header,
		.address = 0xffff000000000000,
		.size = 0xabc000,
		.symbols = 0xffff000000a00000,
		.symbols_end = 0xffff000000abc000,
		.dynamic = 0xffff000000900000,
		.environment = 0xffff000001200000,
		.tree = 0xffff000001201000,
		.howto = 0x20000802,
		.module = files,
		.modules = 2,
	};
}

/* Compares a record, and goes on to the next. */
static void next(const uint8_t **at, uint32_t type, const void *bytes, uint32_t size)
{
	test_note("record %#x", type);
	CHECK_EQ(le32(*at), type);
	CHECK_EQ(le32(*at + 4), size);
	CHECK(memcmp(*at + 8, bytes, size) == 0);
	for (*at += 8 + size; size % 8; size++, ++*at)
		CHECK_EQ(**at, 0);
}

static void text(const uint8_t **at, uint32_t type, const char *value)
{
	next(at, type, value, (uint32_t)strlen(value) + 1);
}

static void number(const uint8_t **at, uint32_t type, uint64_t value)
{
	uint8_t bytes[8];

	put_le64(bytes, value);
	next(at, type, bytes, 8);
}

static void file(const uint8_t **at, const struct freebsd_module *module)
{
	text(at, 1, module->name);
	text(at, 2, module->type);
	number(at, 3, module->address);
	number(at, 4, module->size);
}

TEST(freebsd_records_are_as_its_loader_has_them)
{
	const struct freebsd_kernel k = kernel();
	const struct freebsd_module first = {"kernel", "elf kernel", k.address, k.size};
	uint8_t to[FREEBSD_RECORDS_ROOM(2)];
	const uint8_t *at = to;
	int used = freebsd_records(&k, AT, to, sizeof(to));

	REQUIRE(CHECK(used > 0));
	file(&at, &first);
	next(&at, 0x8002, header, sizeof(header));
	number(&at, 0x8003, k.symbols);
	number(&at, 0x8004, k.symbols_end);
	number(&at, 0x8005, k.dynamic);
	next(&at, 0x8007, "\2\10\0\40", 4);
	number(&at, 0x8006, k.environment);
	number(&at, 0x9002, k.tree);
	number(&at, 0x8008, AT + 0x1000);
	file(&at, &files[0]);
	file(&at, &files[1]);
	next(&at, 0, "", 0);
	CHECK_EQ(at - to, used);
}

TEST(freebsd_records_leave_out_what_there_is_not)
{
	struct freebsd_kernel k = kernel();
	uint8_t to[FREEBSD_RECORDS_ROOM(0)];
	const uint8_t *at = to;

	k.symbols = k.dynamic = k.modules = 0;
	CHECK(freebsd_records(&k, UINT64_MAX, to, sizeof(to)) > 0);
	for (; le32(at); at += 8 + (le32(at + 4) + 7) / 8 * 8) {
		CHECK(le32(at) != 0x8003 && le32(at) != 0x8004 && le32(at) != 0x8005);
		if (le32(at) == 0x8008)
			CHECK_EQ(le64(at + 8), UINT64_MAX);
	}
	CHECK_EQ(le64(at), 0);
}

/* The end is of the page that the last record is on. */
TEST(freebsd_records_say_where_they_end)
{
	const struct freebsd_kernel k = kernel();
	uint8_t to[FREEBSD_RECORDS_ROOM(2)];
	int used = freebsd_records(&k, AT, to, sizeof(to));
	const uint8_t *at = to;

	CHECK_EQ(freebsd_records(&k, AT + 0x1000 - (uint64_t)used, to, sizeof(to)), used);
	while (le32(at) != 0x8008)
		at += 8 + (le32(at + 4) + 7) / 8 * 8;
	CHECK_EQ(le64(at + 8), AT + 0x1000);
	CHECK_EQ(freebsd_records(&k, AT + 0x1008 - (uint64_t)used, to, sizeof(to)), used);
	CHECK_EQ(le64(at + 8), AT + 0x2000);
	for (size_t room = 0; room < (size_t)used; room++) {
		uint8_t *less = malloc(room);

		CHECK_EQ(freebsd_records(&k, AT, less, room), ERR_TOO_LONG);
		free(less);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The trees by which the BSDs find ACPI tables, and what FreeBSD has on its command line. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/bsd.h"
#include "test.h"
#include "trees.h"

static struct platform platform;
static const struct region kept[] = {{0x7fff0000, 0x10000}, {0x17ffe0000, 0x20000}};

static struct fdt_bsd bsd(void)
{
	platform_init(&platform);
	platform.banks = 2;
	platform.bank[0].region = (struct region) {0x40000000, 0x40000000};
	platform.bank[1].region = (struct region) {0x100000000, 0x80000000};
	platform.num_reserved = 1;
	platform.reserved[0].region = (struct region) {0x41000000, 0x3000};
	return (struct fdt_bsd) {
		.rsdp = 0x7fff1230,
		.smbios = 0x7fff2340,
		.kept = kept,
		.num_kept = 2,
		.chosen = {.chosen = 77,
			   .bootargs = "-v root=ld0a",
			   .initrd = 0x48000000,
			   .initrd_size = 0x100,
			   .efirng = {0x7ffe0000, 64}},
	};
}

static size_t room_for(const struct fdt_bsd *b)
{
	return FDT_NETBSD_ROOM(&platform, b->num_kept) + strlen(b->chosen.bootargs);
}

static const void *get(const void *fdt, const char *path, const char *name, int size)
{
	int length = -1;
	const void *value = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &length);

	test_note("%s of %s", name, path);
	CHECK(value != NULL);
	CHECK_EQ(length, size);
	return value && length == size ? value : "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
}

static void check_text(const void *fdt, const char *path, const char *name, const char *text)
{
	CHECK_TEXT((const char *)get(fdt, path, name, (int)strlen(text) + 1), text);
}

static void check_number(const void *fdt, const char *path, const char *name, uint64_t number)
{
	CHECK_EQ(fdt64_ld(get(fdt, path, name, 8)), number);
}

static void check_reg(const void *fdt, const char *path, uint64_t base, uint64_t size)
{
	const fdt64_t *reg = get(fdt, path, "reg", 16);

	CHECK_EQ(fdt64_ld(reg), base);
	CHECK_EQ(fdt64_ld(reg + 1), size);
}

TEST(netbsd_gets_a_tree_of_its_own)
{
	struct fdt_bsd b = bsd();
	void *fdt = malloc(room_for(&b));
	const fdt64_t *reg;

	REQUIRE(CHECK_EQ(fdt_netbsd(&platform, &b, fdt, room_for(&b)), 0));
	CHECK_EQ(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
	check_text(fdt, "/", "compatible", "netbsd,generic-acpi");
	check_text(fdt, "/acpi", "compatible", "netbsd,acpi");
	check_number(fdt, "/chosen", "netbsd,acpi-root-table", 0x7fff1230);
	check_number(fdt, "/chosen", "netbsd,smbios-table", 0x7fff2340);
	check_text(fdt, "/chosen", "bootargs", "-v root=ld0a");
	check_number(fdt, "/chosen", "linux,initrd-end", 0x48000100);
	check_number(fdt, "/chosen", "netbsd,efirng-end", 0x7ffe0040);
	check_text(fdt, "/memory", "device_type", "memory");
	reg = get(fdt, "/memory", "reg", 32);
	CHECK_EQ(fdt64_ld(reg), 0x40000000);
	CHECK_EQ(fdt64_ld(reg + 3), 0x80000000);
	check_reg(fdt, "/reserved-memory/acpi@7fff0000", 0x7fff0000, 0x10000);
	check_reg(fdt, "/reserved-memory/acpi@17ffe0000", 0x17ffe0000, 0x20000);
	check_reg(fdt, "/reserved-memory/vmm@41000000", 0x41000000, 0x3000);
	get(fdt, "/reserved-memory/acpi@7fff0000", "no-map", 0);
	get(fdt, "/reserved-memory", "ranges", 0);
	CHECK_EQ(fdt32_ld(get(fdt, "/", "#address-cells", 4)), 2);
	CHECK_EQ(fdt32_ld(get(fdt, "/reserved-memory", "#size-cells", 4)), 2);
	free(fdt);
}

TEST(netbsd_may_have_no_smbios)
{
	struct fdt_bsd b = bsd();
	char fdt[4096] __attribute__((aligned(8)));

	b.smbios = 0;
	REQUIRE(CHECK_EQ(fdt_netbsd(&platform, &b, fdt, sizeof(fdt)), 0));
	CHECK(!fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "netbsd,smbios-table", NULL));
}

/* The macro promises that its room is enough, for the longest lists, too. */
TEST(netbsd_fits_into_its_room)
{
	struct fdt_bsd b = bsd();
	struct region many[16];
	void *fdt;

	for (unsigned int i = 0; i < 16; i++)
		many[i] = (struct region) {0xffff000000000000 + i * 0x10000, 0x10000};
	b.kept = many;
	b.num_kept = 16;
	platform.banks = PLATFORM_BANKS;
	platform.num_reserved = PLATFORM_RESERVED;
	for (unsigned int i = 0; i < PLATFORM_RESERVED; i++)
		platform.reserved[i].region =
			(struct region) {0xfffe000000000000 + i * 0x10000, 0x10000};
	b.chosen.kaslr_seed = "01234567";
	b.chosen.rng_seed = many;
	b.chosen.rng_seed_size = 32;
	fdt = malloc(room_for(&b));
	CHECK_EQ(fdt_netbsd(&platform, &b, fdt, room_for(&b)), 0);
	free(fdt);
}

TEST(netbsd_reports_every_lack_of_room)
{
	struct fdt_bsd b = bsd();
	size_t room = 0;
	int result;

	do {
		void *fdt = malloc(room);

		test_note("room %zu", room);
		result = fdt_netbsd(&platform, &b, fdt, room);
		CHECK(result == 0 || result == ERR_FDT_SPACE);
		free(fdt);
		room += 8;
	} while (result && room < 4096);
	CHECK(room > 500 && room <= room_for(&b));
}

#define ACPI "FreeBSD:hint.acpi.0.rsdp=0x10 acpi.rsdp=0x10 "

/* 13 and 14 know the first word, later ones the second. */
TEST(freebsd_has_the_tables_on_its_command_line)
{
	char line[256];

	CHECK_EQ(fdt_freebsd_line("-v boot_serial=YES", 0x7fff1230, line, sizeof(line)), 0);
	CHECK_TEXT(line, "FreeBSD:hint.acpi.0.rsdp=0x7fff1230 acpi.rsdp=0x7fff1230 "
			 "kern.cfg.order=acpi -v boot_serial=YES");
	CHECK_EQ(fdt_freebsd_line("FreeBSD:hw.x=1", 0x10, line, sizeof(line)), 0);
	CHECK_TEXT(line, ACPI "kern.cfg.order=acpi hw.x=1");
	CHECK_EQ(fdt_freebsd_line("", 0xffffffffffffffff, line, FDT_FREEBSD_WORDS), 0);
	for (size_t room = 0; room <= strlen(ACPI "kern.cfg.order=acpi hw.x=1"); room++) {
		memset(line, 'x', sizeof(line));
		CHECK_EQ(fdt_freebsd_line("hw.x=1", 0x10, line, room), ERR_TOO_LONG);
		CHECK_EQ(line[room], 'x');
	}
}

TEST(freebsd_keeps_the_users_order)
{
	char line[256];

	CHECK_EQ(fdt_freebsd_line("kern.cfg.order=fdt -v", 0x10, line, sizeof(line)), 0);
	CHECK_TEXT(line, ACPI "kern.cfg.order=fdt -v");
	CHECK_EQ(fdt_freebsd_line("-v kern.cfg.order=fdt", 0x10, line, sizeof(line)), 0);
	CHECK_TEXT(line, ACPI "-v kern.cfg.order=fdt");
	CHECK_EQ(fdt_freebsd_line("x.kern.cfg.order=1", 0x10, line, sizeof(line)), 0);
	CHECK_TEXT(line, ACPI "kern.cfg.order=acpi x.kern.cfg.order=1");
}

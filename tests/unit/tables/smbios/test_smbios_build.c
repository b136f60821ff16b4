/* SPDX-License-Identifier: BSD-2-Clause */
/* SMBIOS tables from the model, read by dmidecode, and those limits that it does not see. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dmidecode.h"
#include "error.h"
#include "tables/smbios/smbios.h"
#include "test.h"
#include "trees.h"
#include "version.h"

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

#define MIDR 0x411fd073 /* Cortex-A57 r1p3 */

static struct platform p;
static struct smbios_oem oem;
static uint8_t *to;
static size_t room, used;

static void start(void)
{
	platform_init(&p);
	p.cpus = 2;
}

static void add_bank(uint64_t base, uint64_t size)
{
	p.bank[p.banks++].region = (struct region) {base, size};
}

static int build(void)
{
	free(to);
	to = malloc(room ? room : 1);
	memset(to, 0xa5, room);
	return smbios_build(&p, MIDR, &oem, to, room, 0, &used);
}

/* What dmidecode says about it. */
static const char *judge(const char *name)
{
	room = SMBIOS_BUILD_ROOM(p.banks, oem.size);
	if (!CHECK_EQ(build(), 0))
		return "";
	CHECK(used <= room);
	return dmidecode(name, to, used);
}

static unsigned int occurrences(const char *text, const char *what)
{
	unsigned int count = 0;

	while ((text = strstr(text, what))) {
		count++;
		text += strlen(what);
	}
	return count;
}

static uint64_t get(const uint8_t *from, int size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | from[size];
	return value;
}

/* The formatted part of the structure number 'index' of that type, or NULL. */
static const uint8_t *find(uint8_t type, unsigned int index)
{
	const uint8_t *at = to + 24;

	while (at < to + used) {
		if (*at == type && !index--)
			return at;
		for (at += at[1]; at[0] || at[1]; at++)
			;
		at += 2;
	}
	return NULL;
}

/* -- a usual machine
 * ------------------------------------------------------------------------------- */

static void check_firmware(const char *text)
{
	static const char title[] = "BIOS Information";

	dmidecode_has(text, title, "Vendor: forearm");
	dmidecode_has(text, title, "Version: " FOREARM_VERSION);
	dmidecode_has(text, title, "Release Date: " FOREARM_DATE);
	dmidecode_has(text, title, "ROM Size: 64 kB");
	dmidecode_has(text, title, "\tBIOS characteristics not supported");
	dmidecode_has(text, title, "\tSystem is a virtual machine");
	dmidecode_has(text, title, "BIOS Revision: " FOREARM_VERSION);
	CHECK(!strstr(text, "UEFI"));
	CHECK(!strstr(text, "Firmware Revision"));
	CHECK(!strstr(text, "Runtime Size"));
}

static void check_machine(const char *text, const char *product)
{
	char line[100];

	snprintf(line, sizeof(line), "Product Name: %s", product);
	dmidecode_has(text, "System Information", "Manufacturer: forearm");
	dmidecode_has(text, "System Information", line);
	dmidecode_has(text, "System Information", "UUID: Not Settable");
	dmidecode_has(text, "Chassis Information", "Type: Other");
	dmidecode_has(text, "Chassis Information", "Manufacturer: forearm");
	dmidecode_has(text, "Chassis Information", "Boot-up State: Safe");
	dmidecode_has(text, "Chassis Information", "Security Status: Unknown");
}

static void check_processor(const char *text, unsigned int cpus)
{
	static const char title[] = "Processor Information";
	char line[100];

	dmidecode_has(text, title, "Socket Designation: CPU");
	dmidecode_has(text, title, "Type: Central Processor");
	dmidecode_has(text, title, "Family: ARMv8");
	dmidecode_has(text, title, "Status: Populated, Enabled");
	dmidecode_has(text, title,
		      "Signature: Implementor 0x41, Variant 0x1, Architecture 15, Part 0xd07, "
		      "Revision 3");
	dmidecode_has(text, title, "L1 Cache Handle: Not Provided");
	dmidecode_has(text, title, "\t64-bit capable");
	snprintf(line, sizeof(line), "Core Count: %u", cpus);
	dmidecode_has(text, title, line);
	snprintf(line, sizeof(line), "Core Enabled: %u", cpus);
	dmidecode_has(text, title, line);
	snprintf(line, sizeof(line), "Thread Count: %u", cpus);
	dmidecode_has(text, title, line);
	CHECK_EQ(occurrences(text, "\tMulti-Core\n"), cpus > 1);
}

static void check_rest(const char *text)
{
	dmidecode_has(text, "Physical Memory Array", "Location: Other");
	dmidecode_has(text, "Physical Memory Array", "Use: System Memory");
	dmidecode_has(text, "Physical Memory Array", "Error Correction Type: Unknown");
	dmidecode_has(text, "Physical Memory Array", "Error Information Handle: Not Provided");
	dmidecode_has(text, "Physical Memory Array", "Number Of Devices: 1");
	dmidecode_has(text, "Memory Device", "Locator: RAM");
	dmidecode_has(text, "Memory Device", "Type: RAM");
	dmidecode_has(text, "Memory Device", "Form Factor: Other");
	dmidecode_has(text, "Memory Device", "Total Width: Unknown");
	dmidecode_has(text, "System Boot Information", "Status: No errors detected");
}

TEST(smbios_of_a_usual_machine)
{
	const char *text;

	start();
	p.model = "linux,dummy-virt";
	add_bank(0x40000000, GIB);
	text = judge("smbios-usual");
	CHECK(strstr(text, "\nSMBIOS 3.0.0 present.\n"));
	check_firmware(text);
	check_machine(text, "linux,dummy-virt");
	check_processor(text, 2);
	check_rest(text);
	dmidecode_has(text, "Physical Memory Array", "Maximum Capacity: 1 GB");
	dmidecode_has(text, "Memory Device", "Size: 1 GB");
	dmidecode_has(text, "Memory Array Mapped Address", "Starting Address: 0x00040000000");
	dmidecode_has(text, "Memory Array Mapped Address", "Ending Address: 0x0007FFFFFFF");
	dmidecode_has(text, "Memory Array Mapped Address", "Range Size: 1 GB");
	CHECK_EQ(occurrences(text, "\nHandle 0x"), 9);
	CHECK(!strstr(text, "OEM Strings"));
}

static void judge_tree(const char *name, const void *fdt, size_t size)
{
	char file[100];
	const char *text;

	if (platform_from_fdt(&p, fdt, size) || !p.cpus)
		return;
	snprintf(file, sizeof(file), "smbios-%s", name);
	text = judge(file);
	check_firmware(text);
	check_processor(text, p.cpus);
	check_rest(text);
	CHECK_EQ(occurrences(text, "\nMemory Array Mapped Address\n"), p.banks);
}

TEST(smbios_of_every_vmm)
{
	tree_each(judge_tree);
}

TEST(smbios_entry_point_of_its_own)
{
	uint8_t sum = 0;

	start();
	room = 0x1000;
	to = malloc(room);
	REQUIRE(CHECK_EQ(smbios_build(&p, MIDR, &oem, to, room, 0x17f000008, &used), 0));
	for (int i = 0; i < 24; i++)
		sum = (uint8_t)(sum + to[i]);
	CHECK_EQ(sum, 0);
	CHECK_BYTES(to, "_SM3_", 5);
	CHECK_EQ(get(to + 6, 5), 0x0100000318); /* length, 3.0.0, revision */
	CHECK_EQ(get(to + 12, 4), used - 24);
	CHECK_EQ(get(to + 16, 8), 0x17f000008 + 24);
}

/* The handles are all different, and those that refer to another are right. */
TEST(smbios_handles)
{
	bool seen[0x100] = {false};
	const uint8_t *at;

	start();
	oem = (struct smbios_oem) {"a", 1};
	add_bank(0x40000000, GIB);
	add_bank(0x100000000, GIB);
	judge("smbios-handles");
	for (unsigned int type = 0; type < 128; type++)
		for (unsigned int i = 0; (at = find((uint8_t)type, i)); i++) {
			REQUIRE(CHECK(at[3] == 0 && !seen[at[2]]));
			seen[at[2]] = true;
		}
	CHECK_EQ(get(find(17, 0) + 4, 2), get(find(16, 0) + 2, 2));
	CHECK_EQ(get(find(19, 0) + 12, 2), get(find(16, 0) + 2, 2));
	CHECK_EQ(get(find(19, 1) + 12, 2), get(find(16, 0) + 2, 2));
}

/* -- CPUs
 * ------------------------------------------------------------------------------------------ */

TEST(smbios_counts_cpus)
{
	static const unsigned int counts[] = {1, 2, 254, 255, 256, 512};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const uint8_t *s;

		start();
		add_bank(0x40000000, GIB);
		p.cpus = counts[i];
		check_processor(judge("smbios-cpus"), counts[i]);
		s = find(4, 0);
		CHECK_EQ(s[0x23], counts[i] < 255 ? counts[i] : 255);
		CHECK_EQ(s[0x25], counts[i] < 255 ? counts[i] : 255);
		CHECK_EQ(get(s + 0x2a, 2), counts[i]);
		CHECK_EQ(get(s + 0x2e, 2), counts[i]);
	}
}

/* -- memory
 * ---------------------------------------------------------------------------------------- */

static void check_size(uint64_t bytes, const char *device, const char *capacity)
{
	char line[100];
	const char *text;

	start();
	add_bank(0x40000000, bytes);
	text = judge("smbios-size");
	snprintf(line, sizeof(line), "Size: %s", device);
	dmidecode_has(text, "Memory Device", line);
	snprintf(line, sizeof(line), "Maximum Capacity: %s", capacity);
	dmidecode_has(text, "Physical Memory Array", line);
}

TEST(smbios_tells_the_size_of_ram)
{
	check_size(4 * KIB, "4 kB", "4 kB");
	check_size(16 * MIB, "16 MB", "16 MB");
	check_size(32 * MIB - 2 * KIB, "32766 kB", "32766 kB");
	check_size(32 * MIB - KIB, "31 MB", "32767 kB");
	check_size(32 * MIB, "32 MB", "32 MB");
	check_size(4 * GIB, "4 GB", "4 GB");
	check_size(32 * GIB - 2 * MIB, "32766 MB", "32766 MB");
	check_size(32 * GIB - MIB, "32767 MB", "32767 MB"); /* from here on in the extended field */
	check_size(32 * GIB, "32 GB", "32 GB");
	check_size(2 * TIB - MIB, "2097151 MB", "2047 GB"); /* cut by dmidecode */
	check_size(2 * TIB, "2 TB", "2 TB");
	check_size(2 * TIB + GIB, "2049 GB", "2049 GB");
	check_size(1ULL << 52, "2147483647 MB", "4 PB");
}

TEST(smbios_adds_banks_up)
{
	const char *text;

	start();
	add_bank(0x80000000, GIB);
	add_bank(0x40000000, 512 * MIB);
	add_bank(0x880000000, 2 * GIB);
	text = judge("smbios-banks");
	dmidecode_has(text, "Memory Device", "Size: 3584 MB");
	CHECK_EQ(occurrences(text, "\nMemory Array Mapped Address\n"), 3);
	CHECK_EQ(occurrences(text, "\nMemory Device\n"), 1);
	text = strstr(text, "Starting Address: 0x00080000000");
	REQUIRE(CHECK(text));
	text = strstr(text, "Ending Address: 0x0005FFFFFFF");
	REQUIRE(CHECK(text));
	text = strstr(text, "Starting Address: 0x00880000000");
	REQUIRE(CHECK(text));
	CHECK(strstr(text, "Ending Address: 0x008FFFFFFFF"));
}

static void check_mapped(uint64_t base, uint64_t size, bool extended)
{
	const uint8_t *s;

	start();
	add_bank(base, size);
	judge("smbios-mapped");
	s = find(19, 0);
	test_note("%llx, %llx bytes", (unsigned long long)base, (unsigned long long)size);
	CHECK_EQ(get(s + 4, 4), extended ? 0xffffffff : base / KIB);
	CHECK_EQ(get(s + 8, 4), extended ? 0xffffffff : (base + size) / KIB - 1);
	CHECK_EQ(get(s + 0xf, 8), extended ? base : 0);
	CHECK_EQ(get(s + 0x17, 8), extended ? base + size - 1 : 0);
}

TEST(smbios_maps_what_32_bits_cannot)
{
	check_mapped(0x40000000, GIB, false);
	check_mapped(3 * TIB, TIB - KIB, false);
	check_mapped(3 * TIB, TIB, true);
	check_mapped(3 * TIB, 2 * TIB, true);
	check_mapped(5 * TIB, TIB, true);
	check_mapped(0x40000200, GIB, true);
	check_mapped(0x40000000, GIB - 1, true);
	check_mapped(0, UINT64_MAX, true);
}

/* -- strings
 * --------------------------------------------------------------------------------------- */

TEST(smbios_names_the_product)
{
	static const char nasty[] = "a\nb\x1b[2J\x7f\xc3\xa4\ttail";
	char line[66];

	start();
	add_bank(0x40000000, GIB);
	check_machine(judge("smbios-model"), "Virtual Machine");
	p.model = "";
	check_machine(judge("smbios-model"), "Virtual Machine");
	p.model = nasty;
	check_machine(judge("smbios-model"), "a?b?[2J????tail");
	memset(line, 'm', sizeof(line));
	line[65] = '\0';
	p.model = line;
	room = SMBIOS_BUILD_ROOM(p.banks, 0);
	CHECK_EQ(build(), 0);
	CHECK_EQ(strlen((const char *)find(1, 0) + 0x1b + 8), 64);
}

TEST(smbios_builds_with_strings)
{
	const char *text;

	start();
	add_bank(0x40000000, GIB);
	oem = (struct smbios_oem) {"io.systemd.credential:tz=UTC\nfoo", 32};
	text = judge("smbios-oem");
	dmidecode_has(text, "OEM Strings", "String 1: io.systemd.credential:tz=UTC");
	dmidecode_has(text, "OEM Strings", "String 2: foo");
	CHECK_EQ(occurrences(text, "\nHandle 0x"), 10);
	oem = (struct smbios_oem) {"a\rb", 3};
	CHECK_EQ(build(), ERR_OPTION_VALUE);
}

/* -- room
 * ------------------------------------------------------------------------------------------ */

TEST(smbios_build_says_when_there_is_too_little_room)
{
	size_t needed;

	start();
	for (uint64_t i = 0; i < PLATFORM_BANKS; i++)
		add_bank(0x40000000 * i, MIB);
	oem = (struct smbios_oem) {"one\n2", 5};
	room = 0x2000;
	CHECK_EQ(build(), 0);
	needed = used;
	for (room = 0; room < needed; room++)
		CHECK_EQ(build(), ERR_FULL);
	CHECK_EQ(build(), 0);
}

TEST(smbios_build_fits_into_the_room_that_its_header_tells)
{
	char model[100];

	memset(model, 'x', sizeof(model));
	model[99] = '\0';
	for (unsigned int banks = 0; banks <= PLATFORM_BANKS; banks++) {
		start();
		p.model = model;
		for (unsigned int i = 0; i < banks; i++)
			add_bank(GIB * i, MIB);
		oem = (struct smbios_oem) {"x", banks & 1};
		room = SMBIOS_BUILD_ROOM(banks, oem.size);
		CHECK_EQ(build(), 0);
		CHECK(used <= room);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EFI runtime services, by the UEFI Specification 2.10, chapter 8, with an array for the
 * clock's registers.
 */
#include <stddef.h>
#include <string.h>
#include "runtime/services.h"
#include "error.h"
#include "test.h"

/* -- what the services reach -------------------------------------------------------------------
 */

struct runtime_data runtime_data;
static uint32_t called[2]; /* conduit and function; 0: not called */
static uint32_t clock_registers[8];

void runtime_psci(uint32_t conduit, uint32_t function)
{
	called[0] = conduit;
	called[1] = function;
}

static void use_clock(void)
{
	runtime_data.rtc = (uintptr_t)clock_registers;
}

TEST(runtime_structures_are_efis)
{
	CHECK_EQ(sizeof(struct efi_time), 16);
	CHECK_EQ(offsetof(struct efi_time, nanosecond), 8);
	CHECK_EQ(offsetof(struct efi_time, zone), 12);
	CHECK_EQ(offsetof(struct efi_time, daylight), 14);
	CHECK_EQ(sizeof(struct efi_time_capabilities), 12);
	CHECK_EQ(offsetof(struct efi_time_capabilities, sets_to_zero), 8);
	CHECK_EQ(sizeof(struct efi_runtime_services), 136);
	CHECK_EQ(offsetof(struct efi_runtime_services, service[EFI_RESET_SYSTEM]), 104);
	CHECK_EQ(sizeof(struct efi_memory_attributes), 16 + 2 * 48);
}

static struct efi_time moment(int year, int month, int day, int hour, int minute, int second)
{
	return (struct efi_time) {
		.year = (uint16_t)year,
		.month = (uint8_t)month,
		.day = (uint8_t)day,
		.hour = (uint8_t)hour,
		.minute = (uint8_t)minute,
		.second = (uint8_t)second,
		.zone = 0x7ff,
	};
}

/* -- time and reset ----------------------------------------------------------------------------
 */

TEST(runtime_gets_the_time)
{
	struct efi_time_capabilities capabilities;
	struct efi_time time;

	use_clock();
	clock_registers[0] = 951825600;
	memset(&capabilities, 0xa5, sizeof(capabilities));
	CHECK_EQ(runtime_get_time(&time, &capabilities), 0);
	CHECK_EQ(time.year, 2000);
	CHECK_EQ(time.month, 2);
	CHECK_EQ(time.day, 29);
	CHECK_EQ(time.hour, 12);
	CHECK_EQ(capabilities.resolution, 1);
	CHECK_EQ(capabilities.accuracy, 50000000);
	CHECK_EQ(capabilities.sets_to_zero, 0);
	clock_registers[0] = 0;
	CHECK_EQ(runtime_get_time(&time, NULL), 0);
	CHECK_EQ(time.year, 1970);
	CHECK_EQ(runtime_get_time(NULL, &capabilities), EFI_INVALID_PARAMETER);
}

TEST(runtime_sets_the_time)
{
	struct efi_time time = moment(2000, 2, 29, 12, 0, 0);

	use_clock();
	CHECK_EQ(runtime_set_time(&time), 0);
	CHECK_EQ(clock_registers[2], 951825600);
	clock_registers[2] = 0;
	time.day = 30;
	CHECK_EQ(runtime_set_time(&time), EFI_INVALID_PARAMETER);
	CHECK_EQ(runtime_set_time(NULL), EFI_INVALID_PARAMETER);
	for (unsigned int i = 0; i < 8; i++)
		CHECK_EQ(clock_registers[i], 0);
}

TEST(runtime_has_no_time_without_a_clock)
{
	struct efi_time time = moment(2000, 2, 29, 12, 0, 0);

	CHECK_EQ(EFI_UNSUPPORTED, 0x8000000000000003);
	CHECK_EQ(runtime_get_time(&time, NULL), EFI_UNSUPPORTED);
	CHECK_EQ(runtime_set_time(&time), EFI_UNSUPPORTED);
	CHECK_EQ(runtime_unsupported(), EFI_UNSUPPORTED);
}

static void check_reset(enum conduit conduit, enum efi_reset type, uint32_t function)
{
	runtime_data.conduit = conduit;
	called[0] = called[1] = 0;
	runtime_reset_system(type);
	test_note("conduit %d, type %d", conduit, type);
	CHECK_EQ(called[0], function ? conduit : 0);
	CHECK_EQ(called[1], function);
}

TEST(runtime_resets_by_psci)
{
	check_reset(CONDUIT_HVC, EFI_RESET_COLD, 0x84000009);
	check_reset(CONDUIT_SMC, EFI_RESET_WARM, 0x84000009);
	check_reset(CONDUIT_HVC, EFI_RESET_SHUTDOWN, 0x84000008);
	check_reset(CONDUIT_SMC, EFI_RESET_PLATFORM, 0x84000009);
	check_reset(CONDUIT_NONE, EFI_RESET_COLD, 0);
}

/* -- virtual addresses -------------------------------------------------------------------------
 */

#define BASE	0x7ff90000ULL
#define VIRTUAL 0xffff800011230000ULL
#define CLOCK	0x09010000ULL
#define STRIDE	64 /* larger than any entry that is known */

static struct efi_system_table system_table;
static uint8_t map[8][STRIDE];
static uint64_t map_size;

static void map_add(uint64_t base, uint64_t pages, uint64_t attribute, uint64_t virtual)
{
	struct efi_memory_descriptor d = {.type = 5,
					  .base = base,
					  .pages = pages,
					  .attribute = attribute,
					  .virtual_base = virtual};

	memcpy(map[map_size / STRIDE], &d, sizeof(d));
	map_size += STRIDE;
}

static efi_status set_map(void)
{
	return runtime_set_virtual_address_map(map_size, STRIDE, 1, map);
}

static uint32_t crc(const void *table, uint32_t size)
{
	uint32_t value = UINT32_MAX;

	for (uint32_t i = 0; i < size; i++) {
		value ^= i / 4 == 4 ? 0 : ((const uint8_t *)table)[i];
		for (int bit = 0; bit < 8; bit++)
			value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
	}
	return ~value;
}

static void be_installed(void)
{
	memset(&runtime_data, 0, sizeof(runtime_data));
	runtime_data.table.header.size = sizeof(runtime_data.table);
	runtime_data.table.header.crc32 = 0x12345678;
	for (unsigned int i = 0; i < EFI_SERVICES; i++)
		runtime_data.table.service[i] = BASE + 0x100 + 4 * i;
	runtime_data.base = BASE;
	runtime_data.rtc = CLOCK;
	runtime_data.system_table = (uintptr_t)&system_table;
	system_table.header.size = sizeof(system_table);
	system_table.header.crc32 = 0x12345678;
	system_table.runtime_services = BASE + 0x1000;
	system_table.vendor = BASE + 0x2000;
	system_table.tables = BASE + 0x2100;
	map_size = 0;
}

static void check_moved(uint64_t to)
{
	for (unsigned int i = 0; i < EFI_SERVICES; i++)
		CHECK_EQ(runtime_data.table.service[i], to + 0x100 + 4 * i);
	CHECK_EQ(runtime_data.table.header.crc32, crc(&runtime_data.table, 136));
	CHECK_EQ(system_table.runtime_services, to + 0x1000);
	CHECK_EQ(system_table.header.crc32, crc(&system_table, 120));
}

TEST(runtime_moves_to_virtual_addresses)
{
	be_installed();
	map_add(0, 0x40000, 0xf, 0); /* no runtime memory: does not count */
	map_add(BASE - 0x10000, 2, 1ULL << 63 | 8, 0x1000);
	map_add(CLOCK, 1, 1ULL << 63 | 1, VIRTUAL + 0x700000);
	map_add(BASE, 2, 1ULL << 63 | 8, VIRTUAL);
	CHECK_EQ(set_map(), 0);
	check_moved(VIRTUAL);
	CHECK_EQ(runtime_data.rtc, VIRTUAL + 0x700000);
	CHECK_EQ(system_table.vendor, BASE + 0x2000);
	CHECK_EQ(system_table.tables, BASE + 0x2100);
	CHECK_EQ(set_map(), EFI_UNSUPPORTED);
	check_moved(VIRTUAL);
}

/* One entry may cover more than we have asked for, and the addresses may be the same. */
TEST(runtime_moves_within_larger_entries)
{
	be_installed();
	map_add(BASE - 0x3000, 0x10, 1ULL << 63, VIRTUAL);
	map_add(CLOCK - 0x1000, 2, 1ULL << 63, CLOCK - 0x1000);
	CHECK_EQ(set_map(), 0);
	check_moved(VIRTUAL + 0x3000);
	CHECK_EQ(runtime_data.rtc, CLOCK);
	CHECK_EQ(system_table.vendor, VIRTUAL + 0x5000);
	CHECK_EQ(system_table.tables, VIRTUAL + 0x5100);
}

TEST(runtime_moves_a_clock_within_its_page)
{
	be_installed();
	runtime_data.rtc = CLOCK + 0xfe0;
	map_add(BASE, 2, 1ULL << 63, VIRTUAL);
	map_add(CLOCK, 1, 1ULL << 63, VIRTUAL + 0x10000);
	CHECK_EQ(set_map(), 0);
	CHECK_EQ(runtime_data.rtc, VIRTUAL + 0x10fe0);
	be_installed();
	runtime_data.rtc = CLOCK + 0xfe1; /* across the end of what is mapped */
	map_add(BASE, 2, 1ULL << 63, VIRTUAL);
	map_add(CLOCK, 1, 1ULL << 63, VIRTUAL + 0x10000);
	CHECK_EQ(set_map(), EFI_NO_MAPPING);
}

TEST(runtime_moves_without_clock_and_system_table)
{
	be_installed();
	runtime_data.rtc = runtime_data.system_table = 0;
	map_add(BASE, 2, 1ULL << 63, VIRTUAL);
	CHECK_EQ(set_map(), 0);
	CHECK_EQ(runtime_data.rtc, 0);
	CHECK_EQ(runtime_data.table.service[0], VIRTUAL + 0x100);
	CHECK_EQ(system_table.header.crc32, 0x12345678);
}

static void check_unmoved(efi_status status, efi_status expected)
{
	CHECK_EQ(status, expected);
	CHECK_EQ(runtime_data.table.service[3], BASE + 0x10c);
	CHECK_EQ(runtime_data.rtc, CLOCK);
	CHECK_EQ(runtime_data.is_virtual, 0);
	CHECK_EQ(system_table.runtime_services, BASE + 0x1000);
}

TEST(runtime_refuses_maps_without_its_memory)
{
	be_installed();
	check_unmoved(set_map(), EFI_NO_MAPPING);
	map_add(BASE, 2, 1ULL << 63, VIRTUAL);
	check_unmoved(set_map(), EFI_NO_MAPPING); /* no clock */
	map_size = 0;
	map_add(CLOCK, 1, 1ULL << 63, VIRTUAL);
	check_unmoved(set_map(), EFI_NO_MAPPING);
	map_add(BASE, 1, 1ULL << 63, VIRTUAL); /* the code alone */
	check_unmoved(set_map(), EFI_NO_MAPPING);
	map_add(BASE, 2, 8, VIRTUAL); /* not said to be for runtime */
	check_unmoved(set_map(), EFI_NO_MAPPING);
	map_add(BASE, 2, 1ULL << 63, VIRTUAL);
	map_size--; /* cut short */
	check_unmoved(set_map(), EFI_NO_MAPPING);
	map_size++;
	CHECK_EQ(set_map(), 0);
}

TEST(runtime_refuses_maps_of_another_form)
{
	be_installed();
	map_add(BASE, 2, 1ULL << 63, VIRTUAL);
	map_add(CLOCK, 1, 1ULL << 63, VIRTUAL + 0x10000);
	check_unmoved(runtime_set_virtual_address_map(map_size, STRIDE, 0, map),
		      EFI_INVALID_PARAMETER);
	check_unmoved(runtime_set_virtual_address_map(map_size, STRIDE, 2, map),
		      EFI_INVALID_PARAMETER);
	check_unmoved(runtime_set_virtual_address_map(map_size, 39, 1, map), EFI_INVALID_PARAMETER);
	check_unmoved(runtime_set_virtual_address_map(map_size, 0, 1, map), EFI_INVALID_PARAMETER);
	CHECK_EQ(set_map(), 0);
}

/* -- installation ------------------------------------------------------------------------------
 */

#define PLACES 28

static uint8_t blob[0x1001], memory[RUNTIME_SIZE] __attribute__((aligned(8)));
static struct runtime_request request = {
	.blob = blob,
	.blob_size = 200,
	.rtc = CLOCK,
	.conduit = CONDUIT_SMC,
	.system_table = 0x7ff92028,
};
static struct efi_runtime out;

static int install(void)
{
	for (size_t i = PLACES; i < sizeof(blob); i++)
		blob[i] = (uint8_t)i;
	for (unsigned int i = 0; i < EFI_SERVICES; i++)
		blob[2 * i] = (uint8_t)(PLACES + 4 * i);
	memset(memory, 0xa5, sizeof(memory));
	return runtime_install(&request, memory, sizeof(memory), BASE, &out);
}

TEST(runtime_installs)
{
	const struct runtime_data *data = (const void *)(memory + 0x1000);
	static const uint8_t zero[RUNTIME_SIZE];

	CHECK_EQ(install(), 0);
	CHECK_BYTES(memory, blob, 200);
	CHECK_BYTES(memory + 200, zero, 0x1000 - 200);
	CHECK_BYTES(memory + 0x1000, "RUNTSERV", 8);
	CHECK_EQ(data->table.header.revision, 0x00020046); /* 2.70 */
	CHECK_EQ(data->table.header.size, 136);
	CHECK_EQ(data->table.header.crc32, crc(&data->table, 136));
	for (unsigned int i = 0; i < EFI_SERVICES; i++)
		CHECK_EQ(data->table.service[i], BASE + PLACES + 4 * i);
	CHECK_EQ(data->base, BASE);
	CHECK_EQ(data->rtc, CLOCK);
	CHECK_EQ(data->conduit, CONDUIT_SMC);
	CHECK_EQ(data->system_table, 0x7ff92028);
	CHECK_EQ(data->is_virtual, 0);
	CHECK_BYTES(data + 1, zero, 0x1000 - sizeof(*data));
}

TEST(runtime_tells_what_it_has)
{
	CHECK_EQ(install(), 0);
	CHECK_EQ(out.base, BASE);
	CHECK_EQ(out.code_size, 0x1000);
	CHECK_EQ(out.data_size, 0x1000);
	CHECK_EQ(out.services, BASE + 0x1000);
	CHECK_EQ(out.rtc, CLOCK);
	CHECK_EQ(out.supported, 0x483);
	request.rtc = 0;
	CHECK_EQ(install(), 0);
	CHECK_EQ(out.supported, 0x480);
	CHECK_EQ(out.rtc, 0);
	request.conduit = CONDUIT_NONE;
	CHECK_EQ(install(), 0);
	CHECK_EQ(out.supported, 0x080);
}

TEST(runtime_refuses_to_install_what_does_not_fit)
{
	CHECK_EQ(install(), 0);
	CHECK_EQ(runtime_install(&request, memory, RUNTIME_SIZE - 1, BASE, &out), ERR_FULL);
	CHECK_EQ(runtime_install(&request, memory, 0, BASE, &out), ERR_FULL);
	request.blob_size = 0x1000;
	CHECK_EQ(install(), 0);
	request.blob_size = 0x1001;
	CHECK_EQ(install(), ERR_HEADER);
	request.blob_size = 0;
	CHECK_EQ(install(), ERR_HEADER);
	request.blob_size = PLACES - 1;
	CHECK_EQ(install(), ERR_HEADER);
}

static int install_with_place(unsigned int service, unsigned int place)
{
	install();
	blob[2 * service] = (uint8_t)place;
	blob[2 * service + 1] = (uint8_t)(place >> 8);
	return runtime_install(&request, memory, sizeof(memory), BASE, &out);
}

TEST(runtime_refuses_places_outside_of_its_code)
{
	for (unsigned int i = 0; i < EFI_SERVICES; i++) {
		test_note("service %u", i);
		CHECK_EQ(install_with_place(i, 196), 0);
		CHECK_EQ(install_with_place(i, 200), ERR_HEADER);
		CHECK_EQ(install_with_place(i, 0xfffc), ERR_HEADER);
		CHECK_EQ(install_with_place(i, PLACES - 4), ERR_HEADER);
		CHECK_EQ(install_with_place(i, 0), ERR_HEADER);
		CHECK_EQ(install_with_place(i, 102), ERR_HEADER);
		CHECK_EQ(install_with_place(i, 101), ERR_HEADER);
		blob[2 * i + 1] = 0;
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The fw_cfg driver against a device that is played here (QEMU docs/specs/fw_cfg). */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "mmio.h"
#include "test.h"
#include "boot/core/vm.h"

#define DATA	 0x00
#define SELECTOR 0x08
#define DMA_HIGH 0x10
#define DMA_LOW	 0x14

#define ITEMS	  0x100
#define DIRECTORY 0x19

/* What the device reads from memory when it is started. */
struct access {
	uint32_t control, length;
	uint64_t address;
};

struct item {
	const void *data;
	size_t size;
};

/* The register block: the driver writes the selector by a plain store of 16 bits. */
static uint8_t block[0x18] __attribute__((aligned(8)));

static struct {
	bool present, dma, broken, stuck;
	bool other;    /* as cloud-hypervisor's: see transfer_other() */
	uint64_t last; /* what its DMA register reads as */
	struct item item[ITEMS];
	uint16_t selected;
	size_t position;
	uint8_t written[64];	 /* what the driver wrote, by position */
	uint32_t high;		 /* half of the DMA address */
	uint64_t bytes, largest; /* that were asked for, in all and at once */
	unsigned int transfers;
	bool discard; /* count what is read and store nothing: for sizes that no test has room for
		       */
} device;

/* -- what the driver calls ----------------------------------------------------------------------
 */

uint64_t virt_to_phys(const void *pointer)
{
	return (uintptr_t)pointer;
}

void arch_map_sync(void)
{
}

/* Without DMA there is nothing behind the first registers: an access faults. */
bool arch_probe_read(uintptr_t address, uint32_t *value)
{
	uintptr_t reg = address - (uintptr_t)block;

	*value = 0;
	if (!device.present || (reg >= DMA_HIGH && !device.dma))
		return false;
	if (device.other && reg >= DMA_HIGH)
		*value = cpu_to_fdt32((uint32_t)(reg == DMA_LOW ? device.last : device.last >> 32));
	else if (reg == DMA_HIGH)
		memcpy(value, "QEMU", 4);
	else if (reg == DMA_LOW)
		memcpy(value, " CFG", 4);
	if (reg == DATA && !block[SELECTOR] && block[SELECTOR + 1] == 1)
		*value = device.other ? 3 : 1;
	if (reg == DATA && !block[SELECTOR] && !block[SELECTOR + 1])
		memcpy(value, "QEMU", 4);
	return true;
}

uint32_t mmio_read32(uintptr_t address)
{
	uint32_t value;

	return arch_probe_read(address, &value) ? value : UINT32_MAX;
}

static void give(uint8_t *to, uint32_t length)
{
	const struct item *item = &device.item[device.selected];

	for (uint32_t i = 0; i < length && !device.discard; i++, device.position++)
		to[i] = device.position < item->size
				? ((const uint8_t *)item->data)[device.position]
				: 0;
}

static void take(const uint8_t *from, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++, device.position++)
		if (device.position < sizeof(device.written))
			device.written[device.position] = from[i];
}

/*
 * cloud-hypervisor 54, devices/src/legacy/fw_cfg.rs: bit 3 skips, bit 7 selects item 1, whatever is
 * asked for; behind an item's end nothing is written; an error for what it does not know.
 */
static void transfer_other(struct access *access)
{
	uint32_t control = fdt32_to_cpu(access->control), length = fdt32_to_cpu(access->length);
	const struct item *item = &device.item[device.selected % ITEMS];
	size_t left = item->size - (device.position < item->size ? device.position : item->size);

	device.transfers++;
	if (control & 0x80)
		device.selected = 1;
	if (control & 2) {
		length = length < left ? length : (uint32_t)left;
		memcpy((void *)(uintptr_t)fdt64_to_cpu(access->address),
		       length ? (const uint8_t *)item->data + device.position : block, length);
	}
	if (control & 10)
		device.position += length;
	access->control = control & 10 && !device.broken ? 0 : cpu_to_fdt32(1);
}

void mmio_write16(uintptr_t address, uint16_t value)
{
	CHECK_EQ(address, (uintptr_t)block + SELECTOR);
	memcpy(block + SELECTOR, &value, 2);
	device.selected = (uint16_t)(block[SELECTOR] << 8 | block[SELECTOR + 1]);
	device.position = 0;
}

static void transfer(uint64_t at)
{
	struct access *access = (struct access *)(uintptr_t)at;
	uint32_t control = fdt32_to_cpu(access->control), length = fdt32_to_cpu(access->length);

	device.transfers++;
	device.bytes += length;
	device.largest = length > device.largest ? length : device.largest;
	if (control & 8) {
		device.selected = (uint16_t)(control >> 16);
		device.position = 0;
	}
	CHECK(control & (2 | 4 | 16));
	CHECK_EQ(at % 4, 0);
	if (control & 4)
		device.position += length;
	else if (control & 16)
		take((const uint8_t *)(uintptr_t)fdt64_to_cpu(access->address), length);
	else if (!device.broken && device.selected < ITEMS)
		give((uint8_t *)(uintptr_t)fdt64_to_cpu(access->address), length);
	if (!device.stuck)
		access->control = device.broken ? cpu_to_fdt32(1) : 0;
}

void mmio_write32(uintptr_t address, uint32_t value)
{
	uintptr_t reg = address - (uintptr_t)block;

	if (reg == DMA_HIGH)
		device.high = fdt32_to_cpu(value);
	else if (device.other && CHECK_EQ(reg, DMA_LOW)) {
		device.last = (uint64_t)device.high << 32 | fdt32_to_cpu(value);
		transfer_other((struct access *)(uintptr_t)device.last);
	} else if (CHECK_EQ(reg, DMA_LOW)) {
		transfer((uint64_t)device.high << 32 | fdt32_to_cpu(value));
		device.high = 0; /* a high half counts for one transfer */
	}
}

/* -- tests ------------------------------------------------------------------------------------ */

static int open_device(void)
{
	memset(block, 0xff, sizeof(block));
	device.present = device.dma = true;
	return fw_cfg_open((uintptr_t)block);
}

static void set_item(uint16_t number, const void *data, size_t size)
{
	device.item[number].data = data;
	device.item[number].size = size;
}

TEST(fw_cfg_opens_a_device_with_dma)
{
	CHECK_EQ(open_device(), 0);
	CHECK_EQ(device.transfers, 0);
}

TEST(fw_cfg_tells_a_device_without_dma_from_none)
{
	uint32_t byte;

	open_device();
	device.dma = false;
	CHECK_EQ(fw_cfg_open((uintptr_t)block), ERR_NO_DMA);
	device.present = false;
	CHECK_EQ(fw_cfg_open((uintptr_t)block), ERR_NO_DEVICE);
	CHECK_EQ(fw_cfg_read(0, (uintptr_t)&byte, sizeof(byte)), ERR_NO_DEVICE);
	CHECK_EQ(fw_cfg_number(FW_CFG_KERNEL_SIZE), 0);
}

TEST(fw_cfg_does_not_wait_for_ever)
{
	uint32_t byte;

	open_device();
	device.stuck = true; /* a second goes by each time that the counter is read */
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)&byte, sizeof(byte)), ERR_TIMEOUT);
	device.stuck = false;
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)&byte, sizeof(byte)), 0);
}

TEST(fw_cfg_reads_nothing_before_it_is_opened)
{
	uint32_t byte;

	CHECK_EQ(fw_cfg_read(0, (uintptr_t)&byte, sizeof(byte)), ERR_NO_DEVICE);
	CHECK_EQ(device.transfers, 0);
}

TEST(fw_cfg_reads_an_item)
{
	static const char text[] = "the kernel's first bytes";
	char got[64];

	open_device();
	set_item(FW_CFG_KERNEL_DATA, text, sizeof(text));
	memset(got, 'x', sizeof(got));
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)got, 10), 0);
	CHECK_BYTES(got, text, 10);
	CHECK_EQ(got[10], 'x');
	/* each read starts at the item's start; zeros behind its end */
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)got, sizeof(text) + 4), 0);
	CHECK_BYTES(got, text, sizeof(text));
	CHECK_BYTES(got + sizeof(text), "\0\0\0\0", 4);
}

TEST(fw_cfg_reads_no_bytes_without_a_transfer)
{
	char byte;

	open_device();
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)&byte, 0), 0);
	CHECK_EQ(device.transfers, 0);
}

/* The length field has 32 bits: more goes in parts that continue, and adds up. */
TEST(fw_cfg_reads_more_than_4_gib)
{
	uint64_t size = 5 * (1ULL << 30) + 12345;

	open_device();
	device.discard = true;
	CHECK_EQ(fw_cfg_read(FW_CFG_INITRD_DATA, 0x40000000, size), 0);
	CHECK_EQ(device.bytes, size);
	CHECK(device.largest < 1ULL << 32);
	CHECK_EQ(device.selected, FW_CFG_INITRD_DATA);
}

TEST(fw_cfg_reports_a_device_error)
{
	char byte;

	open_device();
	device.broken = true;
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)&byte, 1), ERR_DEVICE);
	CHECK_EQ(fw_cfg_number(FW_CFG_KERNEL_SIZE), 0);
}

TEST(fw_cfg_numbers_are_little_endian)
{
	static const uint8_t number[4] = {0x78, 0x56, 0x34, 0x12};

	open_device();
	set_item(FW_CFG_INITRD_SIZE, number, sizeof(number));
	CHECK_EQ(fw_cfg_number(FW_CFG_INITRD_SIZE), 0x12345678);
	CHECK_EQ(fw_cfg_number(FW_CFG_KERNEL_SIZE), 0);
}

/* -- the directory ------------------------------------------------------------------------------
 */

#define FILES_MAX 200

struct entry {
	fdt32_t size;
	uint8_t item[2], reserved[2];
	char name[FW_CFG_NAME];
};

static struct {
	fdt32_t count;
	struct entry entry[FILES_MAX];
} directory;

static unsigned int visited, stop_at;

static void make_directory(unsigned int count)
{
	directory.count = cpu_to_fdt32(count);
	for (unsigned int i = 0; i < count; i++) {
		struct entry *entry = &directory.entry[i];

		entry->size = cpu_to_fdt32(1000 + i);
		entry->item[0] = 0x12;
		entry->item[1] = (uint8_t)i;
		snprintf(entry->name, sizeof(entry->name), "opt/org.forearm/file-%u", i);
	}
	open_device();
	set_item(DIRECTORY, &directory, 4 + count * sizeof(struct entry));
}

static int visit(void *context, const struct fw_cfg_file *file)
{
	char name[FW_CFG_NAME];

	CHECK_EQ((uintptr_t)context, 0x1234);
	snprintf(name, sizeof(name), "opt/org.forearm/file-%u", visited);
	CHECK_TEXT(file->name, name);
	CHECK_EQ(file->size, 1000 + visited);
	CHECK_EQ(file->item, 0x1200 + visited);
	return ++visited == stop_at ? ERR_OPTION : 0;
}

TEST(fw_cfg_visits_every_file)
{
	static const unsigned int counts[] = {0, 1, 31, 32, 33, 63, 64, 65, 96, 97, FILES_MAX};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		test_note("%u files", counts[i]);
		make_directory(counts[i]);
		visited = 0;
		CHECK_EQ(fw_cfg_each(visit, (void *)0x1234), 0);
		CHECK_EQ(visited, counts[i]);
	}
}

/* Options are read while the directory is walked. */
static int visit_and_read(void *context, const struct fw_cfg_file *file)
{
	CHECK_EQ(fw_cfg_number(FW_CFG_KERNEL_SIZE), 0);
	return visit(context, file);
}

TEST(fw_cfg_visitors_may_read_files)
{
	make_directory(100);
	CHECK_EQ(fw_cfg_each(visit_and_read, (void *)0x1234), 0);
	CHECK_EQ(visited, 100);
}

TEST(fw_cfg_stops_where_the_visitor_says)
{
	make_directory(100);
	stop_at = 40;
	CHECK_EQ(fw_cfg_each(visit, (void *)0x1234), ERR_OPTION);
	CHECK_EQ(visited, 40);
}

static int visit_name(void *context, const struct fw_cfg_file *file)
{
	*(size_t *)context = strnlen(file->name, FW_CFG_NAME);
	return 0;
}

TEST(fw_cfg_terminates_names)
{
	size_t length = 0;

	make_directory(1);
	memset(directory.entry[0].name, 'n', FW_CFG_NAME);
	CHECK_EQ(fw_cfg_each(visit_name, &length), 0);
	CHECK_EQ(length, FW_CFG_NAME - 1);
}

static int count_visits(void *context, const struct fw_cfg_file *file)
{
	(void)file;
	return ++*(unsigned int *)context > 0x20000 ? ERR_TOO_LONG : 0;
}

/* Items have 16-bit numbers: a directory cannot have more than 65536 files. */
TEST(fw_cfg_refuses_an_absurd_directory)
{
	unsigned int visits = 0;

	make_directory(3);
	directory.count = cpu_to_fdt32(UINT32_MAX);
	CHECK_EQ(fw_cfg_each(count_visits, &visits), ERR_DEVICE);
	CHECK(visits <= 0x10000);
}

TEST(fw_cfg_reports_a_broken_directory)
{
	make_directory(3);
	device.broken = true;
	CHECK_EQ(fw_cfg_each(visit, (void *)0x1234), ERR_DEVICE);
	CHECK_EQ(visited, 0);
}

TEST(fw_cfg_finds_a_file)
{
	struct fw_cfg_file file;

	make_directory(100);
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-0", &file), 0);
	CHECK_EQ(file.size, 1000);
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-99", &file), 0);
	CHECK_EQ(file.size, 1099);
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-100", &file), ERR_NO_FILE);
	CHECK_EQ(fw_cfg_find("", &file), ERR_NO_FILE);
	device.broken = true;
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-0", &file), ERR_DEVICE);
}

/* A directory that fits is read once, whatever is looked for. */
TEST(fw_cfg_reads_a_small_directory_once)
{
	struct fw_cfg_file file;

	make_directory(20);
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-7", &file), 0);
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-19", &file), 0);
	CHECK_EQ(file.item, 0x1200 + 19);
	CHECK_EQ(device.transfers, 1);
	make_directory(2); /* opened anew: another device */
	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-19", &file), ERR_NO_FILE);
}

TEST(fw_cfg_finds_nothing_without_a_device)
{
	struct fw_cfg_file file;

	CHECK_EQ(fw_cfg_find("opt/org.forearm/file-0", &file), ERR_NO_DEVICE);
	CHECK_EQ(fw_cfg_write(5, 0, (uintptr_t)&file, 8), ERR_NO_DEVICE);
}

TEST(fw_cfg_writes_at_an_offset)
{
	static const char bytes[] = "pointer!";

	open_device();
	CHECK_EQ(fw_cfg_write(0x31, 24, (uintptr_t)bytes, 8), 0);
	CHECK_EQ(device.selected, 0x31);
	CHECK_BYTES(device.written + 24, bytes, 8);
	CHECK_EQ(device.position, 32);
	device.broken = true;
	CHECK_EQ(fw_cfg_write(0x31, 0, (uintptr_t)bytes, 8), ERR_DEVICE);
}

/* -- cloud-hypervisor's device ------------------------------------------------------------------
 */

static int open_other(void)
{
	device.present = device.dma = device.other = true;
	memset(block, 0xff, sizeof(block));
	return fw_cfg_open((uintptr_t)block);
}

TEST(fw_cfg_of_cloud_hypervisor_reads_items)
{
	static const char kernel[] = "the kernel's first bytes", line[] = "console=hvc0";
	static const uint8_t number[4] = {sizeof(kernel), 0, 0, 0};
	char got[64] = "";

	CHECK_EQ(open_other(), 0);
	set_item(FW_CFG_KERNEL_DATA, kernel, sizeof(kernel));
	set_item(FW_CFG_KERNEL_SIZE, number, sizeof(number));
	set_item(FW_CFG_CMDLINE_DATA, line, sizeof(line));
	CHECK_EQ(fw_cfg_number(FW_CFG_KERNEL_SIZE), sizeof(kernel));
	CHECK_EQ(fw_cfg_number(FW_CFG_INITRD_SIZE), 0);
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)got, 10), 0);
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)got, sizeof(kernel)), 0); /* anew */
	CHECK_TEXT(got, kernel);
	CHECK_EQ(fw_cfg_read(FW_CFG_CMDLINE_DATA, (uintptr_t)got, sizeof(line)), 0);
	CHECK_TEXT(got, line);
	CHECK_EQ(open_other(), 0); /* its register has an address by now */
	CHECK_EQ(fw_cfg_write(5, 0, (uintptr_t)got, 8), ERR_DEVICE);
	device.broken = true;
	CHECK_EQ(fw_cfg_read(FW_CFG_KERNEL_DATA, (uintptr_t)got, 10), ERR_DEVICE);
}

TEST(fw_cfg_of_cloud_hypervisor_has_a_directory)
{
	static const unsigned int counts[] = {0, 1, 31, 32, 33, 64, 65, FILES_MAX};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		test_note("%u files", counts[i]);
		make_directory(counts[i]);
		CHECK_EQ(open_other(), 0);
		visited = 0;
		CHECK_EQ(fw_cfg_each(visit, (void *)0x1234), 0);
		CHECK_EQ(visited, counts[i]);
		device.other = false;
	}
}

/* A device that announces no DMA, as QEMU's without, has none whatever its registers say. */
TEST(fw_cfg_without_dma_is_not_cloud_hypervisors)
{
	open_device();
	device.dma = false;
	CHECK_EQ(fw_cfg_open((uintptr_t)block), ERR_NO_DMA);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices of the host port, as much of them as forearm looks at: those of QEMU's "virt". */
#include <string.h>
#include "arch.h"
#include "fuzz.h"
#include "host.h"
#include "le.h"
#include "mmio.h"

#define DMA_ERROR  (1U << 0)
#define DMA_READ   (1U << 1)
#define DMA_SKIP   (1U << 2)
#define DMA_SELECT (1U << 3)
#define DMA_WRITE  (1U << 4)

#define DIRECTORY      0x19
#define DIRECTORY_ROW  64
#define BUS_NUMBERS    0x18
#define ECAM	       0x4010000000
#define ECAM_LOW       0x3f000000
#define REDISTRIBUTOR  0x20000
#define SECURE_WINDOWS 4

static uint64_t descriptor; /* of fw_cfg's DMA: its high half so far */
static unsigned int transfers;
static uint16_t selected;
static uint32_t position;
static uint32_t bus_numbers; /* of the one PCI bridge */
static uint8_t directory[4 + HOST_FILES * DIRECTORY_ROW];

#define VIRTIO_IDS 4 /* slots with devices: consoles and entropy devices, of both versions */

/* All registers of a slot, and where its used rings are. */
static struct {
	uint32_t word[HOST_VIRTIO_SLOT / 4];
	uint64_t descriptors[4], used[4];
} slots[VIRTIO_IDS];

static void put_be32(uint8_t *to, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint64_t be(const uint8_t *from, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | *from++;
	return value;
}

void devices_reset(void)
{
	unsigned int rows = 0;

	descriptor = transfers = selected = position = bus_numbers = 0;
	memset(directory, 0, sizeof(directory));
	memset(slots, 0, sizeof(slots));
	for (unsigned int i = 0; i < host.files; i++) {
		const struct host_file *file = &host.file[i];
		uint8_t *row = directory + 4 + rows * DIRECTORY_ROW;

		if (!*file->name)
			continue;
		put_be32(row, file->size);
		row[4] = (uint8_t)(file->item >> 8);
		row[5] = (uint8_t)file->item;
		memcpy(row + 8, file->name, sizeof(file->name));
		rows++;
	}
	put_be32(directory, host.quirks & HOST_MANY_FILES ? rows + 40 : rows);
	disks_reset();
}

/* -- fw_cfg ----------------------------------------------------------------------------------- */

static const struct host_file *item(uint16_t number)
{
	static struct host_file own;

	own = (struct host_file) {.at = directory, .size = sizeof(directory)};
	if (number == DIRECTORY)
		return &own;
	for (unsigned int i = 0; i < host.files; i++)
		if (host.file[i].item == number)
			return &host.file[i];
	own.size = 0;
	return &own;
}

static void read_item(const struct host_file *file, uint8_t *to, uint32_t length)
{
	uint32_t left = position < file->size ? file->size - position : 0;
	uint32_t part = length < left ? length : left;

	if (part)
		memcpy(to, file->at + position, part);
	memset(to + part, 0, length - part);
}

/* The descriptor is big-endian: control, length, address. Files of "etc/" can be written. */
static void transfer(uint8_t *access)
{
	uint32_t control = (uint32_t)be(access, 4), length = (uint32_t)be(access + 4, 4);
	uint8_t *memory = (uint8_t *)(uintptr_t)be(access + 8, 8);
	const struct host_file *file;
	uint32_t state = 0;

	if (control & DMA_SELECT) {
		selected = (uint16_t)(control >> 16);
		position = 0;
	}
	file = item(selected & 0x3fff);
	if (++transfers == host.dma_failure)
		state = DMA_ERROR;
	else if (control & DMA_READ)
		read_item(file, memory, length);
	else if (control & DMA_WRITE && strncmp(file->name, "etc/", 4) != 0)
		state = DMA_ERROR;
	position = length > UINT32_MAX - position ? UINT32_MAX : position + length;
	if (state && host.quirks & HOST_DMA_HANGS)
		return;
	put_be32(access, state);
}

static bool write_fw_cfg(uint64_t offset, uint32_t value)
{
	if (offset == 0x08 && host.quirks & HOST_SELECTOR) {
		selected = (uint16_t)(value << 8 | (value >> 8 & 0xff));
		position = 0;
	}
	if (offset == 0x10)
		descriptor = (uint64_t)__builtin_bswap32(value) << 32;
	if (offset == 0x14) {
		transfer((uint8_t *)(uintptr_t)(descriptor | __builtin_bswap32(value)));
		descriptor = 0;
	}
	return host.fw_cfg;
}

static bool read_fw_cfg(uint64_t offset, uint32_t *value)
{
	if (host.quirks & HOST_SELECTOR)
		*value = offset ? 0 : selected ? 3 : 0x554d4551; /* "QEMU"; features: DMA */
	else if (!(offset & 3) && host.quirks & HOST_NO_DMA)
		memcpy(value, "QEMU", offset ? 0 : 4);
	else if (offset == 0x10 || offset == 0x14)
		memcpy(value, offset == 0x10 ? "QEMU" : " CFG", 4);
	return host.fw_cfg;
}

/* -- virtio --------------------------------------------------------------------------------------
 */

#define DEVICE_FEATURES_SEL 0x14
#define QUEUE_SEL	    0x30
#define QUEUE_READY	    0x44
#define QUEUE_NOTIFY	    0x50
#define QUEUE_DESC	    0x80
#define QUEUE_DEVICE	    0xa0

static bool read_virtio(uint64_t offset, uint32_t *value)
{
	unsigned int slot = (unsigned int)(offset / HOST_VIRTIO_SLOT),
		     reg = offset % HOST_VIRTIO_SLOT;
	bool there = slot < VIRTIO_IDS && host.virtio;

	switch (reg) {
	case 0x00:
		memcpy(value, "virt", 4);
		return true;
	case 0x04:
		*value = 2 - slot / 2 % 2;
		return true;
	case 0x08:
		*value = there ? 3 + slot % 2 : 0;
		return true;
	case 0x10: /* several ports; version 1 */
		*value = there && slots[slot].word[DEVICE_FEATURES_SEL / 4] ? 1 : 2;
		return true;
	case 0x34:
		*value = there && slots[slot].word[QUEUE_SEL / 4] < 4 ? host.virtio & 8 ? 8 : 4 : 0;
		return true;
	}
	*value = there ? slots[slot].word[reg / 4] : 0;
	return true;
}

/* Writes what may be written, and tells of it: as it is, or, by host.virtio, a lie, or nothing. */
static void use_queue(unsigned int slot, uint32_t queue)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)slots[slot].descriptors[queue % 4];
	uint8_t *used = (uint8_t *)(uintptr_t)slots[slot].used[queue % 4];
	unsigned int entry, size = host.virtio & 8 ? 8 : 4;
	uint32_t written = 0;
	uint16_t index;

	if (!at || !used || (host.virtio & 7) == 1)
		return;
	for (unsigned int i = 0; i < size; i++, at += 16) {
		uint64_t to;
		uint32_t length;

		memcpy(&to, at, 8);
		memcpy(&length, at + 8, 4);
		if (at[12] & 2)
			memset((void *)(uintptr_t)to, 0x5a, length);
		written = at[12] & 2 ? length : written;
		if (!(at[12] & 1))
			break;
	}
	written += (host.virtio & 7) == 2;
	memcpy(&index, used + 2, 2);
	entry = 4 + 8 * (index % size);
	memset(used + entry, (host.virtio & 7) == 3, 1);
	memcpy(used + entry + 4, &written, 4);
	index = (uint16_t)((index + ((host.virtio & 7) == 4 ? 2U : 1U)) & 0xffff);
	memcpy(used + 2, &index, 2);
}

static void write_virtio(uint64_t offset, uint32_t value)
{
	unsigned int slot = (unsigned int)(offset / HOST_VIRTIO_SLOT),
		     reg = offset % HOST_VIRTIO_SLOT;
	uint32_t *word;
	unsigned int queue;

	if (slot >= VIRTIO_IDS || !host.virtio)
		return;
	word = slots[slot].word;
	queue = word[QUEUE_SEL / 4] % 4;
	word[reg / 4] = value;
	if (reg == QUEUE_READY) {
		slots[slot].descriptors[queue] =
			word[QUEUE_DESC / 4] | (uint64_t)word[QUEUE_DESC / 4 + 1] << 32;
		slots[slot].used[queue] =
			word[QUEUE_DEVICE / 4] | (uint64_t)word[QUEUE_DEVICE / 4 + 1] << 32;
	}
	if (reg == QUEUE_NOTIFY)
		use_queue(slot, value);
}

/* -- the others ------------------------------------------------------------------------------- */

static bool read_primecell(uint64_t offset, uint32_t part, uint32_t *value)
{
	uint64_t id = 0xB105F00D00041000 | part;

	if (offset >= 0xFE0 && !(part == 0x011 && host.quirks & HOST_NO_UART))
		*value = (uint32_t)(id >> 2 * (offset - 0xFE0)) & 0xff;
	if (part == 0x011 && offset == 0x18)
		*value = 0x80; /* its FIFO is empty */
	return true;
}

static bool read_redistributor(uint64_t offset, uint32_t *value)
{
	unsigned int cpu = (unsigned int)(offset / REDISTRIBUTOR);

	if (host.gic != 3 || cpu >= host.cpus)
		return false;
	switch (offset % REDISTRIBUTOR) {
	case 0x08:
		*value = cpu + 1 == host.cpus ? 1 << 4 : 0;
		break;
	case 0x0C:
		*value = cpu;
		break;
	case 0xFFE8:
		*value = 0x3b;
	}
	return true;
}

static bool read_gic(uint64_t offset, uint32_t *value)
{
	if (host.quirks & HOST_NO_GIC)
		return true;
	if (offset >= 0xA0000)
		return read_redistributor(offset - 0xA0000, value);
	if (host.gic == 3 && (offset == 0xFFE8 || offset == 0x8FFE8))
		*value = 0x3b;
	if (host.gic == 2 && (offset == 0x100FC || offset == 0x400FC))
		*value = 0x0002043b;
	if (host.gic == 2 && offset == 0x20008)
		*value = 80 << 16 | 64;
	return true;
}

/* Byte by byte: its FIFOs are on, and empty. */
static bool read_ns16550(uint64_t offset, uint32_t *value)
{
	*value = offset ? 0x20 << 8 : 0xC1 << 16;
	return true;
}

/* The same with four bytes for each register, or two. */
static bool read_wide_ns16550(uint64_t offset, uint32_t *value)
{
	unsigned int bytes = offset >= 0x800 ? 2 : 4,
		     number = (unsigned int)(offset % 0x800 / bytes);

	*value = number == 5 || (number == 4 && bytes == 2) ? 0x20 : number == 2 ? 0xC1 : 0;
	if (bytes == 2 && number == 4)
		*value = 0x20 << 16;
	return true;
}

/* A host bridge in the first place, and a PCI bridge in the second. */
static bool read_config(uint64_t offset, uint32_t *value)
{
	if (disk_config_read(offset, value))
		return true;
	*value = UINT32_MAX;
	if (offset / 0x1000 == 0)
		*value = offset ? 0 : 0x00081b36;
	if (offset / 0x8000 == 1 && offset % 0x8000 < 0x1000)
		*value = offset % 0x1000 == 0x0C	  ? 1 << 16
			 : offset % 0x1000 == BUS_NUMBERS ? bus_numbers
							  : 0;
	return true;
}

bool device_read(uint64_t address, uint32_t *value)
{
	*value = 0;
	if (disk_read(address, value))
		return true;
	if (address >= 0x08000000 && address < 0x09000000)
		return read_gic(address - 0x08000000, value);
	switch (address & ~0xfffULL) {
	case 0:
		return (address & ~4ULL) == 0x3f8 && read_ns16550(address & 4, value);
	case HOST_UART:
		return read_primecell(address & 0xfff, 0x011, value);
	case 0x09010000:
		return read_primecell(address & 0xfff, 0x031, value);
	case 0x09080000:
		return read_wide_ns16550(address & 0xfff, value);
	case 0x09081000:
		return read_ns16550(address & 4, value);
	case HOST_FW_CFG:
		return read_fw_cfg(address - HOST_FW_CFG, value);
	case 0x09030000:
	case 0x090b0000:
		return read_primecell(address & 0xfff, 0x061, value);
	}
	if (address >= HOST_VIRTIO && address < HOST_VIRTIO + 32 * HOST_VIRTIO_SLOT)
		return read_virtio(address - HOST_VIRTIO, value);
	if (address >= ECAM && address < ECAM + 0x10000000)
		return read_config(address - ECAM, value);
	if (address >= ECAM_LOW && address < ECAM_LOW + 0x1000000)
		return read_config(address - ECAM_LOW, value);
	*value = UINT32_MAX;
	return (address >= 0x10000000 && address < HOST_RAM) || address >> 39 == 1;
}

bool device_write(uint64_t address, uint32_t value)
{
	uint32_t old;

	if (address == HOST_UART && host.verbose)
		fputc((int)value, stderr);
	if (disk_write(address, value))
		return true;
	if ((address & ~0xfffULL) == HOST_FW_CFG)
		return write_fw_cfg(address - HOST_FW_CFG, value);
	if (address >= HOST_VIRTIO && address < HOST_VIRTIO + 32 * HOST_VIRTIO_SLOT)
		write_virtio(address - HOST_VIRTIO, value);
	if (address >= ECAM && address < ECAM + 0x10000000)
		disk_config_write(address - ECAM, value);
	if (address >= ECAM_LOW && address < ECAM_LOW + 0x1000000)
		disk_config_write(address - ECAM_LOW, value);
	if (address >> 28 == ECAM >> 28 && address % 0x1000 == BUS_NUMBERS)
		bus_numbers = value;
	if ((address & ~0xfffULL) == 0x090b0000 && address % 0x1000 == 4 && value)
		host_end(HOST_STOPPED); /* the line that powers off */
	return device_read(address, &old);
}

/*
 * What is no device is memory, if it is anything; touching nothing is an abort. A tree that is
 * refused may still have named a console in RAM: that is nobody's then.
 */
__attribute__((no_sanitize("address"))) uint32_t mmio_read32(uintptr_t address)
{
	uint32_t value;

	REQUIRE(vm_maps(address));
	if (device_read(address, &value))
		return value;
	if (!ram_contains(address, 4))
		host_end(HOST_CRASHED);
	return *(volatile uint32_t *)address;
}

__attribute__((no_sanitize("address"))) void mmio_write32(uintptr_t address, uint32_t value)
{
	REQUIRE(vm_maps(address));
	if (device_write(address, value))
		return;
	if (!ram_contains(address, 4))
		host_end(HOST_CRASHED);
	*(volatile uint32_t *)address = value;
}

/* Only disks have registers that are a part of a word. */
static void write_part(uintptr_t address, uint32_t value)
{
	REQUIRE(vm_maps(address));
	if (!disk_write(address, value))
		mmio_write32(address & ~(uintptr_t)3, value);
}

/* Smaller ones see a part of the word. */
uint8_t mmio_read8(uintptr_t address)
{
	return (uint8_t)(mmio_read32(address & ~(uintptr_t)3) >> 8 * (address & 3));
}

uint16_t mmio_read16(uintptr_t address)
{
	return (uint16_t)(mmio_read32(address & ~(uintptr_t)3) >> 8 * (address & 2));
}

void mmio_write8(uintptr_t address, uint8_t value)
{
	write_part(address, value);
}

void mmio_write16(uintptr_t address, uint16_t value)
{
	write_part(address, value);
}

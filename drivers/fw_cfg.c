/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's firmware configuration device, by its DMA interface (QEMU, docs/specs/fw_cfg); and
 * cloud-hypervisor's, whose DMA interface knows only how to read.
 */
#include <libfdt.h>
#include <string.h>
#include "arch.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "mmio.h"
#include "boot/core/vm.h"

#define REG_DATA     0x00
#define REG_SELECTOR 0x08
#define REG_DMA_HIGH 0x10
#define REG_DMA_LOW  0x14

#define DMA_ERROR  (1U << 0)
#define DMA_READ   (1U << 1)
#define DMA_SKIP   (1U << 2)
#define DMA_SELECT (1U << 3)
#define DMA_WRITE  (1U << 4)

#define ITEM_SIGNATURE 0x00
#define ITEM_FEATURES  0x01
#define ITEM_DIRECTORY 0x19

/* The DMA register's value where there is one, and the item 'signature'. */
#define DMA_SIGNATURE_HIGH 0x51454d55 /* "QEMU" */
#define DMA_SIGNATURE_LOW  0x20434647 /* " CFG" */

#define FEATURE_DMA 0x02U /* in the first byte of item 'features' */

/* The device reads this, big-endian, and clears 'control' when it is done. */
struct dma_access {
	volatile fdt32_t control;
	fdt32_t length;
	fdt64_t address;
} __attribute__((aligned(16)));

/* A directory entry as the device gives it. */
struct directory_entry {
	fdt32_t size;
	uint8_t item[2];
	uint8_t reserved[2];
	char name[FW_CFG_NAME];
};

#define ENTRIES_AT_ONCE 32
#define FILES_MAX	0x4000 /* selectors have 14 bits */

static uintptr_t registers;
static struct dma_access dma;
static bool opened, touched;
/*
 * Items are selected by the selector register. cloud-hypervisor's device announces DMA, but its DMA
 * register reads as what was last written to it, and its bits to select and to skip are others.
 */
static bool by_selector;
static bool directory_whole; /* the device's directory, all of it, is in 'directory' */

static uint32_t big_endian(uint32_t value)
{
	return fdt32_to_cpu((fdt32_t)value);
}

static bool reads(uintptr_t address, uint32_t expected)
{
	uint32_t value;

	return arch_probe_read(address, &value) && value == big_endian(expected);
}

static void select_item(uintptr_t base, uint16_t item)
{
	mmio_write16(base + REG_SELECTOR, cpu_to_fdt16(item));
}

/* What it says of itself, where the DMA register does not tell. */
static bool announces_dma(uintptr_t base)
{
	uint32_t features;

	select_item(base, ITEM_FEATURES);
	return arch_probe_read(base + REG_DATA, &features) && features & FEATURE_DMA;
}

/* A device without DMA may have nothing at all behind its first registers. */
int fw_cfg_open(uintptr_t base)
{
	uint32_t value;

	registers = 0;
	directory_whole = by_selector = false;
	if (reads(base + REG_DMA_HIGH, DMA_SIGNATURE_HIGH) &&
	    reads(base + REG_DMA_LOW, DMA_SIGNATURE_LOW)) {
		touched = opened ? touched : !reads(base + REG_DATA, DMA_SIGNATURE_HIGH);
		opened = true;
		registers = base;
		return 0;
	}
	if (!arch_probe_read(base + REG_DATA, &value)) /* nothing to write to either */
		return ERR_NO_DEVICE;
	select_item(base, ITEM_SIGNATURE);
	if (!reads(base + REG_DATA, DMA_SIGNATURE_HIGH))
		return ERR_NO_DEVICE;
	if (!announces_dma(base))
		return ERR_NO_DMA;
	touched = opened ? touched : value != big_endian(DMA_SIGNATURE_HIGH);
	opened = by_selector = true;
	registers = base;
	return 0;
}

/* A reset selects the signature, from its start; whatever reads an item selects another. */
bool fw_cfg_touched(void)
{
	return touched;
}

/* Every VMM's device is done when the write that starts it is; a slower one has a second. */
static int wait(void)
{
	uint32_t state = fdt32_to_cpu(dma.control);
	uint64_t start = state & ~DMA_ERROR ? arch_counter() : 0;

	while (state & ~DMA_ERROR) {
		if (arch_second_since(start))
			return ERR_TIMEOUT;
		state = fdt32_to_cpu(dma.control);
	}
	arch_map_sync();
	return state & DMA_ERROR ? ERR_DEVICE : 0;
}

/* The device acts when the low half is written; it starts from a high half of zero each time. */
static int transfer(uint32_t control, uint64_t to, uint32_t size)
{
	uint64_t descriptor = virt_to_phys(&dma);

	dma.control = cpu_to_fdt32(control);
	dma.length = cpu_to_fdt32(size);
	dma.address = cpu_to_fdt64(to);
	arch_map_sync();
	if (descriptor >> 32)
		mmio_write32(registers + REG_DMA_HIGH, big_endian((uint32_t)(descriptor >> 32)));
	mmio_write32(registers + REG_DMA_LOW, big_endian((uint32_t)descriptor));
	return wait();
}

#define TRANSFER_MAX 0x40000000U /* the device's length field has 32 bits */

/* Not inlined: a backtrace has it. */
__attribute__((noinline)) int fw_cfg_read(uint16_t item, uint64_t to, uint64_t size)
{
	uint32_t control = (uint32_t)item << 16 | DMA_SELECT | DMA_READ;
	int error = 0;

	if (!registers)
		return ERR_NO_DEVICE;
	if (by_selector && size) {
		select_item(registers, item);
		control = DMA_READ;
	}
	while (size && !error) {
		uint32_t part = size < TRANSFER_MAX ? (uint32_t)size : TRANSFER_MAX;

		error = transfer(control, to, part);
		control = DMA_READ; /* goes on where it was */
		to += part;
		size -= part;
	}
	return error;
}

int fw_cfg_write(uint16_t item, uint32_t offset, uint64_t from, uint32_t size)
{
	int error;

	if (!registers)
		return ERR_NO_DEVICE;
	if (by_selector)
		return ERR_DEVICE;
	error = transfer((uint32_t)item << 16 | DMA_SELECT | DMA_SKIP, 0, offset);
	return error ? error : transfer(DMA_WRITE, from, size);
}

uint32_t fw_cfg_number(uint16_t item)
{
	uint32_t value = 0;

	return fw_cfg_read(item, virt_to_phys(&value), sizeof(value)) ? 0 : value;
}

static int visit_entry(const struct directory_entry *entry,
		       int (*visit)(void *, const struct fw_cfg_file *), void *context)
{
	struct fw_cfg_file file;

	file.size = fdt32_to_cpu(entry->size);
	file.item = (uint16_t)(entry->item[0] << 8 | entry->item[1]);
	memcpy(file.name, entry->name, sizeof(file.name));
	file.name[FW_CFG_NAME - 1] = '\0';
	return visit(context, &file);
}

/* What was last read of it: the count, and some entries. */
static struct {
	fdt32_t count;
	struct directory_entry entry[ENTRIES_AT_ONCE];
} directory __attribute__((section(".noinit")));

/* One access for the count and the first entries: real directories rarely need a second. */
static int read_directory(uint32_t *count)
{
	int error = 0;

	if (!directory_whole)
		error = fw_cfg_read(ITEM_DIRECTORY, virt_to_phys(&directory), sizeof(directory));
	*count = error ? 0 : fdt32_to_cpu(directory.count);
	if (*count > FILES_MAX)
		error = ERR_DEVICE;
	directory_whole = !error && *count <= ENTRIES_AT_ONCE;
	return error;
}

/* Where there is no skipping, what comes before is read once more, entries at a time. */
static int read_up_to(uint32_t first)
{
	int error = fw_cfg_read(ITEM_DIRECTORY, virt_to_phys(&directory), sizeof(directory.count));

	for (uint32_t at = 0; at <= first && !error; at += ENTRIES_AT_ONCE)
		error = transfer(DMA_READ, virt_to_phys(directory.entry), sizeof(directory.entry));
	return error;
}

/* The entries from 'first' on. The visitor of those before it may have read files: select anew. */
static int read_entries(uint32_t first)
{
	uint32_t offset = sizeof(directory.count) + first * sizeof(directory.entry[0]);
	int error;

	if (by_selector)
		return read_up_to(first);
	error = transfer(ITEM_DIRECTORY << 16 | DMA_SELECT | DMA_SKIP, 0, offset);
	return error ? error
		     : transfer(DMA_READ, virt_to_phys(directory.entry), sizeof(directory.entry));
}

int fw_cfg_each(int (*visit)(void *context, const struct fw_cfg_file *file), void *context)
{
	uint32_t count, at;
	int error = read_directory(&count);

	for (at = 0; at < count && !error; at++) {
		if (at && at % ENTRIES_AT_ONCE == 0)
			error = read_entries(at);
		if (!error)
			error = visit_entry(&directory.entry[at % ENTRIES_AT_ONCE], visit, context);
	}
	return error;
}

struct wanted {
	const char *name;
	struct fw_cfg_file *file;
};

#define FOUND (-1000) /* ends the pass; no error code */

static int is_wanted(void *context, const struct fw_cfg_file *file)
{
	const struct wanted *wanted = context;

	if (strcmp(file->name, wanted->name) != 0)
		return 0;
	*wanted->file = *file;
	return FOUND;
}

int fw_cfg_find(const char *name, struct fw_cfg_file *file)
{
	struct wanted wanted = {.name = name};
	int error;

	wanted.file = file;
	error = registers ? fw_cfg_each(is_wanted, &wanted) : ERR_NO_DEVICE;
	return error == FOUND ? 0 : error ? error : ERR_NO_FILE;
}

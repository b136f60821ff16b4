/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <string.h>
#include "arch.h"
#include "error.h"
#include "fw_cfg.h"
#include "mmio.h"
#include "window.h"

#define REG_DATA     0x00
#define REG_SELECTOR 0x08
#define REG_DMA_HIGH 0x10
#define REG_DMA_LOW  0x14

#define DMA_ERROR  (1U << 0)
#define DMA_READ   (1U << 1)
#define DMA_SELECT (1U << 3)

#define ITEM_SIGNATURE 0x00
#define ITEM_DIRECTORY 0x19

/* What the DMA register reads as where there is one, and the item 'signature'. */
#define DMA_SIGNATURE_HIGH 0x51454d55 /* "QEMU" */
#define DMA_SIGNATURE_LOW  0x20434647 /* " CFG" */

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

static uint32_t big_endian(uint32_t value)
{
	return fdt32_to_cpu((fdt32_t)value);
}

static bool reads(uintptr_t address, uint32_t expected)
{
	uint32_t value;

	return arch_probe_read(address, &value) && value == big_endian(expected);
}

/* A device without DMA may have nothing at all behind its first registers. */
int fw_cfg_open(uintptr_t base)
{
	registers = 0;
	if (reads(base + REG_DMA_HIGH, DMA_SIGNATURE_HIGH) &&
	    reads(base + REG_DMA_LOW, DMA_SIGNATURE_LOW)) {
		registers = base;
		return 0;
	}
	*(volatile uint16_t *)(base + REG_SELECTOR) = ITEM_SIGNATURE;
	return reads(base + REG_DATA, DMA_SIGNATURE_HIGH) ? ERR_NO_DMA : ERR_NO_DEVICE;
}

/* The device acts when the low half is written; it starts from a high half of zero each time. */
static int transfer(uint32_t control, uint64_t to, uint32_t size)
{
	uint64_t descriptor = window_phys(&dma);
	uint32_t state;

	dma.control = cpu_to_fdt32(control);
	dma.length = cpu_to_fdt32(size);
	dma.address = cpu_to_fdt64(to);
	arch_map_sync();
	if (descriptor >> 32)
		mmio_write32(registers + REG_DMA_HIGH, big_endian((uint32_t)(descriptor >> 32)));
	mmio_write32(registers + REG_DMA_LOW, big_endian((uint32_t)descriptor));
	do
		state = fdt32_to_cpu(dma.control);
	while (state & ~DMA_ERROR);
	arch_map_sync();
	return state & DMA_ERROR ? ERR_DEVICE : 0;
}

#define TRANSFER_MAX 0x40000000U /* the device's length field has 32 bits */

int fw_cfg_read(uint16_t item, uint64_t to, uint64_t size)
{
	uint32_t control = (uint32_t)item << 16 | DMA_SELECT | DMA_READ;
	int error = 0;

	if (!registers)
		return ERR_NO_DEVICE;
	while (size && !error) {
		uint32_t part = size < TRANSFER_MAX ? (uint32_t)size : TRANSFER_MAX;

		error = transfer(control, to, part);
		control = DMA_READ; /* goes on where it was */
		to += part;
		size -= part;
	}
	return error;
}

uint32_t fw_cfg_number(uint16_t item)
{
	uint32_t value = 0;

	return fw_cfg_read(item, window_phys(&value), sizeof(value)) ? 0 : value;
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

/* One access for the count and the first entries: real directories rarely need a second. */
int fw_cfg_each(int (*visit)(void *context, const struct fw_cfg_file *file), void *context)
{
	static struct {
		fdt32_t count;
		struct directory_entry entry[ENTRIES_AT_ONCE];
	} directory __attribute__((section(".noinit")));
	uint32_t count, at;
	int error = fw_cfg_read(ITEM_DIRECTORY, window_phys(&directory), sizeof(directory));

	if (error)
		return error;
	count = fdt32_to_cpu(directory.count);
	if (count > FILES_MAX)
		return ERR_DEVICE;
	for (at = 0; at < count && !error; at++) {
		if (at && at % ENTRIES_AT_ONCE == 0)
			error = transfer(DMA_READ, window_phys(directory.entry),
					 sizeof(directory.entry));
		if (!error)
			error = visit_entry(&directory.entry[at % ENTRIES_AT_ONCE], visit, context);
	}
	return error;
}

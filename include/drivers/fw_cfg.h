/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FW_CFG_H
#define FOREARM_FW_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "types.h"

/*
 * QEMU's firmware configuration device, by its DMA interface (QEMU docs/specs/fw_cfg); and what
 * cloud-hypervisor has of it.
 */

/* Items with a fixed number. */
#define FW_CFG_KERNEL_SIZE  0x08
#define FW_CFG_INITRD_SIZE  0x0b
#define FW_CFG_KERNEL_DATA  0x11
#define FW_CFG_INITRD_DATA  0x12
#define FW_CFG_CMDLINE_SIZE 0x14
#define FW_CFG_CMDLINE_DATA 0x15

#define FW_CFG_REGISTERS 0x18 /* bytes of the register block */
#define FW_CFG_NAME	 56   /* bytes of a file name, terminator included */

struct fw_cfg_file {
	uint32_t size;
	uint16_t item;
	char name[FW_CFG_NAME]; /* terminated */
};

/*
 * Uses the device whose registers are mapped at 'base'.
 * Returns 0, ERR_NO_DMA for one without DMA, or ERR_NO_DEVICE.
 */
__must_check int fw_cfg_open(uintptr_t base);

/* Whether somebody has used the device since the reset, and before it was opened first. */
bool fw_cfg_touched(void);

/*
 * Reads the first 'size' bytes of an item, from its start, to physical address 'to'.
 * Bytes behind the item's end read as zero, or stay as they are on cloud-hypervisor. Returns 0,
 * ERR_DEVICE, or ERR_TIMEOUT when the device is not done after a second.
 */
__must_check int fw_cfg_read(uint16_t item, uint64_t to, uint64_t size);

/* A 32-bit little-endian item (the sizes above), or 0. */
uint32_t fw_cfg_number(uint16_t item);

/*
 * Calls 'visit' for every file in the directory. A negative result of it ends the pass and is
 * returned; else returns 0 or ERR_DEVICE.
 */
__must_check int fw_cfg_each(int (*visit)(void *context, const struct fw_cfg_file *file),
			     void *context);

/* The file of that name. Returns 0, ERR_NO_FILE, ERR_DEVICE or ERR_NO_DEVICE. */
__must_check int fw_cfg_find(const char *name, struct fw_cfg_file *file);

/*
 * Writes 'size' bytes at physical address 'from' to an item, 'offset' bytes from its start. The
 * device takes it only for files that it declares writable, cloud-hypervisor's for none. Returns 0,
 * ERR_DEVICE or ERR_NO_DEVICE.
 */
__must_check int fw_cfg_write(uint16_t item, uint32_t offset, uint64_t from, uint32_t size);

#endif

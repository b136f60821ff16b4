/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of include/mmio.h: accesses go to the device that test_fw_cfg.c plays. */
#ifndef FOREARM_MMIO_H
#define FOREARM_MMIO_H

#include <stdint.h>

uint8_t mmio_read8(uintptr_t address);
uint16_t mmio_read16(uintptr_t address);
uint32_t mmio_read32(uintptr_t address);
void mmio_write8(uintptr_t address, uint8_t value);
void mmio_write16(uintptr_t address, uint16_t value);
void mmio_write32(uintptr_t address, uint32_t value);

#endif

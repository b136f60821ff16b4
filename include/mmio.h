/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MMIO_H
#define FOREARM_MMIO_H

#include <stdint.h>

/* Device registers at mapped addresses. Device memory keeps these accesses in program order. */
static inline uint32_t mmio_read32(uintptr_t address)
{
	return *(volatile uint32_t *)address;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

#endif

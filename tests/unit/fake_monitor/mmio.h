/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of include/mmio.h: accesses go to the devices that monitor_devices.c plays. */
#ifndef FOREARM_MMIO_H
#define FOREARM_MMIO_H

#include "monitor_machine.h"

#define mmio_read32(address)	     devices_read32(address)
#define mmio_write32(address, value) devices_write32(address, value)

#endif

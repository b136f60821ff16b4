/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_BUILD_H
#define FOREARM_FDT_BUILD_H

#include <stddef.h>
#include "platform/platform.h"
#include "platform/fdt_details.h"

/* Bytes that are enough for any model. */
#define FDT_BUILD_ROOM 0x40000

/*
 * Writes a device tree (Devicetree Specification 0.4, Linux's bindings) from the platform model,
 * for guests that want one where the VMM gave none: CPUs, memory, reserved memory, GIC with ITS
 * or v2m, timer, PMU, PSCI, UARTs, RTC, virtio-mmio, PCIe with interrupt-map and msi-map, fw_cfg,
 * power button, /chosen with stdout-path.
 * Interrupts are left out where the model has no GIC.
 * 'told' is a sound tree whose /chosen goes on being told, its modules and other nodes included,
 * where ours says nothing else; NULL: there is none. Its size comes on top of FDT_BUILD_ROOM.
 * To 'to' (8-byte aligned, 'room' bytes); its totalsize is what is used. Pure.
 * Returns 0 or ERR_FDT_SPACE.
 */
int fdt_build(const struct platform *platform, const struct platform_details *details,
	      const void *told, void *to, size_t room);

/*
 * The same for an OpenBSD that is to use ACPI: CPUs, GIC, timer, PSCI, and a node that leads to the
 * tables, whose RSDP is at 'rsdp'. There is no /chosen, no memory, and no device, as all that is in
 * ACPI would be there twice.
 */
int fdt_build_openbsd(const struct platform *platform, const struct platform_details *details,
		      uint64_t rsdp, void *to, size_t room);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ACPI_DEVICE_H
#define FOREARM_ACPI_DEVICE_H

#include <stdbool.h>
#include "tables/acpi/aml.h"
#include "platform/platform.h"

/*
 * What the tables of devices share: the DSDT, which is made from the model (tables/acpi/build.h),
 * and an SSDT of what overlays have added to the device tree.
 */

/* Writes the lowest 'digits' hexadecimal digits of 'number'. */
void acpi_digits(char *at, unsigned int digits, unsigned int number);

/* An object with a number. */
void acpi_integer(struct aml *aml, const char *name, uint64_t value);

/* Opens a device with _HID and _UID. */
uint8_t *acpi_open_device(struct aml *aml, const char *name, const char *id, unsigned int uid);
/* Opens its _CRS. */
uint8_t *acpi_open_crs(struct aml *aml);

/* Whether a device can have this range: it is not empty and does not wrap. */
bool acpi_usable(const struct region *region);

/*
 * Writes an SSDT of the devices that are in the tree of 'platform' and not in the tree 'before',
 * each as PRP0001 (Linux's Documentation/firmware-guide/acpi/enumeration.rst): registers,
 * interrupts, coherency, and as device properties (_DSD) "compatible" and all others.
 * 'built': the DSDT is dsdt_build()'s, so that devices that are in the model are left out.
 * 'left_out' is told of each device that cannot be described so, and why.
 * Returns 0, with *used 0 when there are no devices, or ERR_FULL. Pure.
 */
struct acpi_added {
	const struct platform *platform;
	const void *before;
	bool built;
	void (*left_out)(const char *node, const char *why);
};

/* For trees of so many bytes. */
#define SSDT_ROOM(tree_size) (8 * (size_t)(tree_size) + 0x1000)

int ssdt_build(const struct acpi_added *added, void *to, size_t room, size_t *used);

#endif

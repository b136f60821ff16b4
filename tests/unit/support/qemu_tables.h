/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_QEMU_TABLES_H
#define FOREARM_QEMU_TABLES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Tables that QEMU 7.2 made for its virt machine, as fw_cfg offers them (the ACPI tables with
 * their checksums, which the table-loader would have completed), in hexadecimal.
 */

/* A heap block of exactly that many bytes; free() it. */
uint8_t *qemu_load(const char *hex, size_t *size);

/* -smp 2 -m 1G -smbios type=11,value=one,value=two */
extern const char qemu_smbios_anchor[], qemu_smbios_tables[];

/* Ends with a signature of NULL. */
struct qemu_table {
	const char *signature, *hex;
};

extern const struct qemu_table qemu_gicv2el2[]; /* gic-version=2,virtualization=on -smp 2 */
extern const struct qemu_table qemu_gicv3[];	/* gic-version=3 -smp 2: qemu-gicv3.dts */
/* gic-version=3,virtualization=on,iommu=smmuv3 -smp 4 -m 2G, two nodes, -numa dist of 25 */
extern const struct qemu_table qemu_numa[];

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ACPI_H
#define FOREARM_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads ACPI tables that somebody else has put into memory (ACPI Specification 6.5, section 5.2),
 * and corrects the one field that a firmware has to. Pure: what is not in memory that may be read
 * is refused, and so is a table with a wrong length or checksum. All addresses physical.
 */

/* Where 'size' bytes at 'address' can be read and written, or NULL if not all of them can. */
typedef void *acpi_memory(void *context, uint64_t address, uint64_t size);

#define ACPI_HEADER 36 /* bytes of the header that every table but the RSDP begins with (5.2.6) */

struct acpi_table {
	uint8_t *data; /* at its header; not aligned */
	uint32_t size; /* bytes, header included */
};

struct acpi {
	acpi_memory *memory;
	void *context;
	struct acpi_table xsdt;
};

/*
 * Checks the RSDP at 'rsdp' (5.2.5.3; revision 2 or later, both checksums), the XSDT, and every
 * table that it lists. Returns 0, ERR_ACPI_RSDP, ERR_ACPI_TABLE or ERR_ACPI_SUM.
 */
int acpi_open(struct acpi *acpi, uint64_t rsdp, acpi_memory *memory, void *context);

/*
 * The table number 'index' (from 0) of those with that signature of four characters. The FADT's is
 * "FACP". Returns 0 or ERR_ACPI_MISSING.
 */
int acpi_find(const struct acpi *acpi, const char *signature, unsigned int index,
	      struct acpi_table *table);

/*
 * The FADT (5.2.9), if it serves an Arm guest: version 5.1 or later, and hardware-reduced.
 * Returns 0, ERR_ACPI_MISSING or ERR_ACPI_FADT.
 */
int acpi_fadt(const struct acpi *acpi, struct acpi_table *fadt);

/* The DSDT (5.2.11.1), checked. Returns 0 or an error of acpi_fadt() or acpi_open(). */
int acpi_dsdt(const struct acpi *acpi, struct acpi_table *dsdt);

/* Arm boot architecture flags of the FADT (5.2.9.4). */
#define ACPI_PSCI	 1U /* PSCI is there */
#define ACPI_PSCI_BY_HVC 2U /* by HVC, rather than SMC */

/* Those two flags of a table that acpi_fadt() gave. */
unsigned int acpi_psci(const struct acpi_table *fadt);
/* Sets them, leaves others, and corrects the checksum. */
void acpi_set_psci(struct acpi_table *fadt, unsigned int flags);

/*
 * Makes the table at 'address' the XSDT's last: a copy of the XSDT with one more entry is written
 * to 'xsdt', 8 bytes larger than the XSDT is and in memory at 'xsdt_address', and the RSDP at
 * 'rsdp' refers to that.
 */
void acpi_append(const struct acpi *acpi, uint64_t rsdp, uint8_t *xsdt, uint64_t xsdt_address,
		 uint64_t address);

/*
 * Makes the ITSes of the MADT (5.2.12.18) structures that nobody knows. QEMU names one even when it
 * has been told its=off (7.2 does), and Linux dies of looking at it.
 */
void acpi_hide_its(const struct acpi *acpi);

/* _HID of the device that announces hotplug and the power button (5.6.9). */
#define ACPI_GED "ACPI0013"

/*
 * Whether the bytes occur in the DSDT or in an SSDT, which is how a device's _HID is found without
 * an interpreter: text like ACPI_GED is in AML as it is. 'what' is 1 to 36 bytes.
 * Returns 1, 0, or an error of acpi_dsdt().
 */
int acpi_mentions(const struct acpi *acpi, const void *what, size_t size);

/* Whether 'what' (1 to 36 bytes) occurs in the table of 'table_size' bytes (36 at least). */
bool acpi_bytes_mention(const void *table, size_t table_size, const void *what, size_t size);

/*
 * The memory that all tables lie in, the RSDP at 'rsdp' and the DSDT included: [*base, *end).
 * Returns 0, an error of acpi_dsdt(), or ERR_ACPI_TABLE when it is over 16 MiB, which makes no
 * sense.
 */
int acpi_extent(const struct acpi *acpi, uint64_t rsdp, uint64_t *base, uint64_t *end);

/* The sum of the bytes, modulo 256: 0 for a whole table with a right checksum. */
uint8_t acpi_sum(const void *data, size_t size);

#endif

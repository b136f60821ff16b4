/* SPDX-License-Identifier: BSD-2-Clause */
/* The header of every ACPI table that forearm makes, and its checksum. */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/build.h"
#include "le.h"

void acpi_header(uint8_t *table, const char *signature, uint8_t revision)
{
	/* ACPI 6.5, 5.2.6: length, revision and checksum are set below and by acpi_finish(). */
	static const uint8_t header[36] = "....\0\0\0\0\0\0"
					  "FOREAR"
					  "FOREARM "
					  "\1\0\0\0"
					  "FARM"
					  "\1\0\0";

	memcpy(table, header, sizeof(header));
	memcpy(table, signature, 4);
	table[8] = revision;
}

void acpi_finish(uint8_t *table, uint32_t size)
{
	put_le32(table + 4, size);
	table[9] = 0;
	table[9] = (uint8_t)-acpi_sum(table, size);
}

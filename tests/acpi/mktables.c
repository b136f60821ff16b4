/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the ACPI tables that forearm builds for a machine, given its device tree, into a folder:
 * one file for each, named after its signature. Of a machine that ACPI cannot describe: the DSDT.
 * With an address, also all of them as they would be in memory there, the RSDP first, in whole.bin.
 *
 *	mktables TREE.dtb FOLDER [ADDRESS]
 *
 * The SSDT, which only a folder without ADDRESS gets, is of devices that the overlay OVERLAY adds.
 *
 * What a tree does not have (interrupts of PCI hosts, the power button, PSCI from 0.2 on) is made
 *up as QEMU's virt machine has it, so that every fixture shows all that the builders can write.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/build.h"
#include "tables/acpi/device.h"
#include "error.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"
#include "le.h"

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "mktables: %s: %s\n", what, why);
	exit(1);
}

static void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	size_t room = 2 << 20;
	void *data = malloc(room);

	if (!file || !data)
		die(path, "cannot be read");
	*size = fread(data, 1, room, file);
	fclose(file);
	return data;
}

static void write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		die(path, "cannot be written");
}

/* FOLDER/dsdt.aml: the suffix that ACPICA's tools want, whatever is in it. */
static void write_table(const char *folder, const uint8_t *table)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%.4s.aml", folder, (const char *)table);
	for (char *at = path + strlen(folder) + 1; *at; at++)
		*at |= 0x20;
	write_file(path, table, le32(table + 4));
}

static void write_whole(const char *folder, const void *tables, size_t size)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/whole.bin", folder);
	write_file(path, tables, size);
}

static uint64_t address = 0x40000000;

/* Every table that the XSDT lists, and the DSDT that the FADT does. */
static void write_tables(const char *folder, const uint8_t *tables, uint64_t rsdp)
{
	const uint8_t *xsdt = tables + (le64(tables + (rsdp - address) + 24) - address);

	for (uint32_t i = 36; i < le32(xsdt + 4); i += 8) {
		const uint8_t *table = tables + (le64(xsdt + i) - address);

		write_table(folder, table);
		if (memcmp(table, "FACP", 4) == 0)
			write_table(folder, tables + (le64(table + 140) - address));
	}
}

static void left_out(const char *node, const char *why)
{
	(void)node;
	(void)why;
}

static void write_added(const char *folder, const void *fdt)
{
	static struct platform changed;
	struct acpi_added added = {&changed, fdt, true, left_out};
	size_t overlay_size, room = 2 << 20, used;
	void *overlay = read_file(OVERLAY, &overlay_size), *after = malloc(room),
	     *ssdt = malloc(room);
	const char *what;
	int error = fdt_copy(fdt, after, room);

	if (!error)
		error = fdt_overlay(after, overlay, overlay_size, &what);
	fdt_pack(after);
	if (!error)
		error = platform_from_fdt(&changed, after, room);
	if (!error)
		error = ssdt_build(&added, ssdt, room, &used);
	if (error || !used)
		die("added devices", error_string(error));
	write_table(folder, ssdt);
	free(overlay);
	free(after);
	free(ssdt);
}

/* QEMU's hosts rotate four interrupts over device and pin. */
static void make_up_routes(struct platform_pcie_details *host)
{
	if (host->routes)
		return;
	host->device_mask = 3;
	for (unsigned int i = 0; i < 16; i++) {
		struct platform_route *route = &host->route[host->routes++];

		route->device = (uint8_t)(i / 4);
		route->pin = (uint8_t)(i % 4 + 1);
		route->interrupt.intid = 35 + (i / 4 + i % 4) % 4;
	}
}

static void make_up(struct platform *platform, struct platform_details *details)
{
	for (unsigned int i = 0; i < platform->num_pcie; i++)
		make_up_routes(&details->pcie[i]);
	if (platform->psci.version == 1)
		platform->psci.version = 2;
	if (details->button.present)
		return;
	details->button.present = true;
	details->button.gpio.base = 0x9030000;
	details->button.gpio.size = 0x1000;
	details->button.interrupt.intid = 39;
	details->button.pin = 3;
}

int main(int argc, char **argv)
{
	static struct platform platform;
	static struct platform_details details;
	size_t size, room, used;
	void *fdt, *table;
	uint64_t rsdp;
	int error;

	if (argc != 3 && argc != 4)
		die("usage", "mktables TREE.dtb FOLDER [ADDRESS]");
	if (argc == 4)
		address = strtoull(argv[3], NULL, 0);
	fdt = read_file(argv[1], &size);
	error = platform_from_fdt(&platform, fdt, size);
	if (!error)
		error = platform_details_from_fdt(&details, &platform);
	if (error)
		die(argv[1], error_string(error));
	make_up(&platform, &details);
	room = ACPI_BUILD_ROOM(platform.cpus);
	table = malloc(room);
	error = acpi_build(&platform, &details, table, room, address, &rsdp, &used);
	if (!error) {
		write_tables(argv[2], table, rsdp);
		if (argc == 4)
			write_whole(argv[2], table, used);
	} else if (error == ERR_NO_ACPI) {
		error = dsdt_build(&platform, &details, table, room, &used);
		if (!error)
			write_table(argv[2], table);
	}
	if (error)
		die("tables", error_string(error));
	if (argc == 3)
		write_added(argv[2], fdt);
	free(table);
	free(fdt);
	return 0;
}

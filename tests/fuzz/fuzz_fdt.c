/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trees: the search for RAM, the platform model, the hand-off, ACPI tables and a tree made of it.
 * What we accept, libfdt must be able to go through; and so must the guest with what it gets.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/build.h"
#include "tables/acpi/device.h"
#include "boot/early/ram.h"
#include "error.h"
#include "tables/fdt/board.h"
#include "tables/fdt/build.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/walk.h"
#include "fuzz.h"
#include "judge.h"
#include "platform/platform.h"

#define WORKSPACE 0x30000
#define FILE_SIZE 0x20000
#define LIMIT	  (1ULL << 48)

static struct platform platform;
static struct platform_details details;

static struct {
	uint8_t *data;
	size_t used;
} tables;

static bool apart(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
	return a_end <= b || b_end <= a;
}

static void find_ram(const void *fdt)
{
	uint64_t tree = (uintptr_t)fdt, image = 0x40200000;
	struct early_plan plan;

	if (early_find_ram(fdt, image, FILE_SIZE, WORKSPACE, LIMIT, &plan))
		return;
	REQUIRE(plan.workspace && plan.workspace % 4096 == 0);
	REQUIRE(plan.workspace >= plan.bank);
	REQUIRE(plan.workspace - plan.bank + WORKSPACE <= plan.bank_size);
	REQUIRE(plan.workspace + WORKSPACE <= LIMIT);
	REQUIRE(apart(plan.workspace, plan.workspace + WORKSPACE, tree, tree + fdt_totalsize(fdt)));
	REQUIRE(apart(plan.workspace, plan.workspace + WORKSPACE, image, image + FILE_SIZE));
}

/* Every list within its bounds, every pointer inside the tree. */
static void check_platform(const char *fdt, size_t size)
{
	const struct platform *p = &platform;

	REQUIRE(p->banks && p->banks <= PLATFORM_BANKS);
	REQUIRE(p->cpus <= PLATFORM_CPUS && p->num_reserved <= PLATFORM_RESERVED);
	REQUIRE(p->uarts <= PLATFORM_UARTS && p->num_virtio <= PLATFORM_VIRTIO);
	REQUIRE(p->num_pcie <= PLATFORM_PCIE && p->gic.redists <= PLATFORM_REDISTS);
	REQUIRE(p->console < (int)p->uarts);
	for (unsigned int i = 0; i < p->banks; i++)
		REQUIRE(p->bank[i].region.base + p->bank[i].region.size > p->bank[i].region.base);
	REQUIRE(!p->model || (p->model > fdt && p->model + strlen(p->model) < fdt + size));
	REQUIRE(!p->chosen.bootargs || strlen(p->chosen.bootargs) < size);
	REQUIRE(!p->chosen.rng_seed || (p->chosen.rng_seed > fdt &&
					p->chosen.rng_seed + p->chosen.rng_seed_len <= fdt + size));
}

static void check_chosen(const void *fdt, const struct fdt_handoff *h)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), length;
	const fdt64_t *start = fdt_getprop(fdt, chosen, "linux,initrd-start", &length);

	/* a name of its own before it, "chosen@1" say, may be the one that counted */
	if (h->chosen >= 0 && chosen != h->chosen)
		return;
	REQUIRE(start && length == 8 && fdt64_ld(start) == h->initrd);
	REQUIRE(strcmp(fdt_getprop(fdt, chosen, "bootargs", NULL), h->bootargs) == 0);
}

static void hand_off(const void *fdt)
{
	struct fdt_handoff h = {
		.chosen = platform.chosen.node,
		.bootargs = "console=ttyAMA0",
		.initrd = 0x848000000,
		.initrd_size = 0x1000,
		.kaslr_seed = "kaslrseed",
		.rng_seed = "randomness",
		.rng_seed_size = 10,
	};
	size_t room = fdt_used_size(fdt) + FDT_HANDOFF_EXTRA + strlen(h.bootargs);
	void *to = malloc(room);

	if (fdt_handoff(fdt, to, room, &h) == 0) {
		REQUIRE(tree_is_good_for_libfdt(to, room));
		check_chosen(to, &h);
	}
	free(to);
}

static bool is_unit(int index, unsigned int count)
{
	return index == PLATFORM_NO_UNIT || (index >= 0 && index < (int)count);
}

static void check_details(void)
{
	const struct platform_details *d = &details;

	REQUIRE(d->smmus <= PLATFORM_SMMUS && d->button.pin < 8);
	REQUIRE(!d->pmu.intid || (d->pmu.intid >= 16 && d->pmu.intid < 32));
	for (unsigned int i = 0; i < platform.num_pcie; i++) {
		const struct platform_pcie_details *host = &d->pcie[i];

		REQUIRE(host->routes <= PLATFORM_ROUTES && host->device_mask < 32);
		REQUIRE(is_unit(host->its, platform.gic.num_its) && is_unit(host->smmu, d->smmus));
		for (unsigned int j = 0; j < host->routes; j++)
			REQUIRE(host->route[j].pin >= 1 && host->route[j].pin <= 4 &&
				host->route[j].device < 32);
	}
	for (unsigned int i = 0; d->topology && i < platform.cpus; i++)
		REQUIRE(d->place[i].socket < platform.cpus && d->place[i].thread < platform.cpus);
}

#define TABLES_AT 0x7f000000

static void *table_memory(void *context, uint64_t address, uint64_t size)
{
	(void)context;
	if (address < TABLES_AT || address - TABLES_AT > tables.used ||
	    size > tables.used - (address - TABLES_AT))
		return NULL;
	return tables.data + (address - TABLES_AT);
}

/* Our own intake must take what we build: lengths, checksums, addresses. */
static void describe_by_acpi(void)
{
	size_t room = ACPI_BUILD_ROOM(platform.cpus);
	struct acpi acpi;
	struct acpi_table dsdt;
	uint64_t rsdp;
	int error;

	REQUIRE(platform_details_from_fdt(&details, &platform) == 0);
	check_details();
	tables.data = malloc(room);
	error = acpi_build(&platform, &details, tables.data, room, TABLES_AT, &rsdp, &tables.used);
	REQUIRE(!error || error == ERR_NO_ACPI || error == ERR_FULL);
	if (!error) {
		REQUIRE(tables.used <= room);
		REQUIRE(acpi_open(&acpi, rsdp, table_memory, NULL) == 0);
		REQUIRE(acpi_dsdt(&acpi, &dsdt) == 0);
	}
	free(tables.data);
}

static void left_out(const char *node, const char *why)
{
	REQUIRE(strlen(node) < 0x10000 && why);
}

/* All of it as if overlays had added it. */
static void describe_added(void)
{
	static char before[0x100] __attribute__((aligned(8)));
	struct acpi_added added = {&platform, before, true, left_out};
	size_t room = SSDT_ROOM(fdt_totalsize(platform.fdt)), used;
	uint8_t *ssdt = malloc(room);
	int error;

	REQUIRE(fdt_create_empty_tree(before, sizeof(before)) == 0);
	error = ssdt_build(&added, ssdt, room, &used);
	REQUIRE(!error || error == ERR_FULL);
	REQUIRE(used <= room && (!used || acpi_sum(ssdt, used) == 0));
	free(ssdt);
}

/* What a container brings may be anything. */
static void make_board(const void *fdt, size_t size)
{
	static struct platform machine = {
		.banks = 1,
		.bank = {{{0x40000000, 0x40000000}, 0}},
		.psci = {.version = 0x10000, .conduit = CONDUIT_HVC},
		.num_reserved = 2,
		.reserved = {{{0x41000000, 0x1000}, true}, {{0x42000000, 0x1000}, false}},
		.chosen = {.node = -1},
	};
	size_t room = size + FDT_BOARD_EXTRA;
	void *to = malloc(room);

	machine.fdt = fdt;
	if (fdt_board(fdt, size, to, room, &machine) == 0)
		REQUIRE(tree_is_good_for_libfdt(to, fdt_totalsize(to)));
	free(to);
}

static void describe_to_openbsd(void)
{
	static char to[0x10000] __attribute__((aligned(8)));
	int error = fdt_build_openbsd(&platform, &details, 0x7fff0000, to, sizeof(to));

	REQUIRE(!error || error == ERR_FDT_SPACE);
	if (!error)
		REQUIRE(tree_is_good_for_libfdt(to, fdt_totalsize(to)));
}

/* A tree of our own must be one, and must say as much as the one that the model was made of. */
static void describe_by_tree(void)
{
	static struct platform again;
	static char to[0x10000] __attribute__((aligned(8)));
	int error = fdt_build(&platform, &details, platform.fdt, to, sizeof(to));

	if (!error)
		REQUIRE(tree_is_good_for_libfdt(to, fdt_totalsize(to)));
	error = fdt_build(&platform, &details, NULL, to, sizeof(to));
	REQUIRE(!error || error == ERR_FDT_SPACE);
	if (error)
		return;
	REQUIRE(tree_is_good_for_libfdt(to, fdt_totalsize(to)));
	REQUIRE(platform_from_fdt(&again, to, fdt_totalsize(to)) == 0);
	REQUIRE(again.cpus == platform.cpus && again.banks == platform.banks);
	REQUIRE(again.num_reserved == platform.num_reserved &&
		again.gic.version == platform.gic.version);
	REQUIRE(again.uarts == platform.uarts && again.num_virtio == platform.num_virtio);
	REQUIRE(again.num_pcie == platform.num_pcie);
	REQUIRE(!again.gic.version || again.gic.num_its == platform.gic.num_its);
	REQUIRE(platform_details_from_fdt(&details, &again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *fdt = malloc(size ? size : 1); /* aligned, and of exactly its size */

	memcpy(fdt, data, size);
	if (platform_from_fdt(&platform, fdt, size) == 0) {
		REQUIRE(tree_is_good_for_libfdt(fdt, size));
		check_platform(fdt, size);
		hand_off(fdt);
		describe_by_acpi();
		describe_added();
		describe_to_openbsd();
		describe_by_tree();
	}
	make_board(fdt, size);
	/* it has no limit but 4 MiB: the size in the header must be true */
	if (size >= 40 && fdt_totalsize(fdt) <= size)
		find_ram(fdt);
	free(fdt);
	return 0;
}

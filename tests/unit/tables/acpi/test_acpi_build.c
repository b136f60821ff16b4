/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ACPI tables of each VMM's tree, read as a kernel does: from the RSDP on, field by field, by
 * the ACPI Specification 6.3. Here: the frame, FADT, MADT, GTDT, MCFG.
 */
#include <string.h>
#include "tables/acpi/build.h"
#include "built.h"
#include "error.h"
#include "test.h"
#include "trees.h"

#define GICC	  11
#define GICD	  12
#define MSI_FRAME 13
#define GICR	  14
#define ITS	  15

static const uint8_t *madt(int type, unsigned int index)
{
	return entry("APIC", 44, type, index);
}

/* -- the frame ------------------------------------------------------------------------------- */

static void check_header(const uint8_t *table, const uint8_t *first)
{
	test_note("%.4s", (const char *)table);
	CHECK_EQ(sum(table, length(table)), 0);
	CHECK_BYTES(table + 10, first + 10, 6); /* OEM ID */
	CHECK(table[8] > 0 || memcmp(table, "DBG2", 4) == 0 || memcmp(table, "IORT", 4) == 0);
	CHECK_EQ((table - buffer) % 8, 0);
}

static void check_frame(void)
{
	const uint8_t *root = at(rsdp, 36), *fadt;

	CHECK_BYTES(root, "RSD PTR ", 8);
	CHECK_EQ(sum(root, 20), 0);
	CHECK_EQ(sum(root, 36), 0);
	CHECK_EQ(root[15], 2);
	CHECK_EQ(get(root + 16, 4), 0);
	CHECK_EQ(get(root + 20, 4), 36);
	CHECK_BYTES(xsdt(), "XSDT", 4);
	CHECK_BYTES(root + 9, xsdt() + 10, 6);
	check_header(xsdt(), xsdt());
	for (uint32_t i = HEADER; i < length(xsdt()); i += 8)
		check_header(whole(get(xsdt() + i, 8)), xsdt());
	fadt = need("FACP");
	CHECK_EQ(length(fadt), 276);
	CHECK_EQ(fadt[8], 6);
	CHECK_EQ(fadt[131], 3);
	CHECK_EQ(get(fadt + 112, 4), 1 << 20);
	CHECK_EQ(get(fadt + 36, 8), 0); /* neither FACS nor a DSDT below 4 GiB */
	CHECK_BYTES(whole(get(fadt + 140, 8)), "DSDT", 4);
	check_header(whole(get(fadt + 140, 8)), xsdt());
}

/* Everything that has its own length says so in the bytes behind it: nothing else is in there. */
static void check_tree(const char *name, const void *tree, size_t size)
{
	test_note("%s", name);
	CHECK_EQ(platform_from_fdt(&p, tree, size), 0);
	CHECK_EQ(platform_details_from_fdt(&d, &p), 0);
	p.psci.version = 0x10000;
	p.psci.conduit = CONDUIT_SMC;
	if (!p.timer.present || !p.gic.version || !p.cpus)
		CHECK_EQ(build(), ERR_NO_ACPI);
	else if (CHECK_EQ(build(), 0))
		check_frame();
}

TEST(acpi_build_frame_of_each_tree)
{
	tree_each(check_tree);
}

TEST(acpi_build_says_how_much_room_it_lacks)
{
	size_t needed;

	model("qemu-smmu");
	CHECK_EQ(build(), 0);
	needed = used;
	for (size_t size = 0; size < needed; size++) {
		test_note("%zu bytes of %zu", size, needed);
		REQUIRE(CHECK_EQ(build_in(size), ERR_FULL));
	}
	CHECK_EQ(build_in(needed), 0);
	CHECK_EQ(used, needed);
	check_frame();
}

TEST(acpi_build_has_room_for_512_cpus)
{
	model("qemu-smmu");
	p.cpus = PLATFORM_CPUS;
	d.topology = true;
	for (unsigned int i = 0; i < PLATFORM_CPUS; i++) {
		p.cpu[i] = (struct platform_cpu) {.mpidr = i, .psci = true, .node = 0};
		d.place[i] =
			(struct platform_place) {(uint16_t)(i / 64), i / 8 % 8, i / 2 % 4, i % 2};
	}
	CHECK_EQ(build(), 0);
	check_frame();
	CHECK(madt(GICC, 511) != NULL);
	CHECK(madt(GICC, 512) == NULL);
	/* 8 sockets, 64 clusters, 256 cores, 512 threads */
	CHECK_EQ(length(need("PPTT")), 36 + 20 * (8 + 64 + 256 + 512));
}

static void check_unsupported(void)
{
	uint64_t kept = rsdp;

	CHECK_EQ(build(), ERR_NO_ACPI);
	CHECK_EQ(rsdp, kept);
}

TEST(acpi_build_refuses_machines_that_acpi_cannot_describe)
{
	load("qemu-gicv3");
	p.gic.version = 0;
	check_unsupported();
	p.gic.version = 1;
	check_unsupported();
	model("qemu-gicv3");
	p.gic.redists = 0;
	check_unsupported();
	model("qemu-gicv3");
	p.gic.dist.size = 0;
	check_unsupported();
	model("qemu-gicv2");
	p.gic.cpu.size = 0;
	check_unsupported();
	model("qemu-gicv3");
	p.timer.present = false;
	check_unsupported();
	model("qemu-gicv3");
	p.timer.interrupt[TIMER_VIRTUAL].intid = p.timer.interrupt[TIMER_NONSECURE].intid = 0;
	check_unsupported();
	model("qemu-gicv3");
	p.cpus = 0;
	check_unsupported();
}

/* -- FADT ------------------------------------------------------------------------------------ */

static uint64_t arm_flags(void)
{
	CHECK_EQ(build(), 0);
	return get(need("FACP") + 129, 2);
}

TEST(acpi_build_says_how_psci_is_called)
{
	load("qemu-gicv3");
	CHECK_EQ(arm_flags(), 3);
	p.psci.conduit = CONDUIT_SMC;
	CHECK_EQ(arm_flags(), 1);
	p.psci.version = 2;
	CHECK_EQ(arm_flags(), 1);
	p.cpus = 1;
	p.psci.version = 1; /* function IDs of its own */
	CHECK_EQ(arm_flags(), 0);
	p.psci.version = 0x10000;
	p.psci.conduit = CONDUIT_NONE;
	CHECK_EQ(arm_flags(), 0);
}

TEST(acpi_build_needs_psci_for_more_than_one_cpu)
{
	load("qemu-gicv3");
	p.psci.conduit = CONDUIT_NONE;
	check_unsupported();
	p.psci.conduit = CONDUIT_HVC;
	p.psci.version = 1;
	check_unsupported();
	model("kvmtool"); /* on an old host */
	check_unsupported();
}

/* -- MADT ------------------------------------------------------------------------------------ */

TEST(acpi_build_madt_of_gicv3)
{
	const uint8_t *e;

	load("qemu-gicv3");
	CHECK_EQ(need("APIC")[8], 5);
	CHECK_EQ(get(need("APIC") + 36, 8), 0); /* no local APIC, no 8259 */
	for (unsigned int i = 0; i < 2; i++) {
		e = madt(GICC, i);
		CHECK_EQ(e[1], 80);
		CHECK_EQ(get(e + 8, 4), i);
		CHECK_EQ(get(e + 12, 4), 1);
		CHECK_EQ(get(e + 20, 4), 23);
		CHECK_EQ(get(e + 32, 8) | get(e + 40, 8) | get(e + 48, 8) | get(e + 60, 8), 0);
		CHECK_EQ(get(e + 56, 4), 0);
		CHECK_EQ(get(e + 68, 8), i);
	}
	CHECK(madt(GICC, 2) == NULL);
	e = madt(GICD, 0);
	CHECK_EQ(e[1], 24);
	CHECK_EQ(get(e + 8, 8), 0x8000000);
	CHECK_EQ(e[20], 3);
	e = madt(GICR, 0);
	CHECK_EQ(e[1], 16);
	CHECK_EQ(get(e + 4, 8), 0x80a0000);
	CHECK_EQ(get(e + 12, 4), 0xf60000);
	e = madt(ITS, 0);
	CHECK_EQ(e[1], 20);
	CHECK_EQ(get(e + 4, 4), 0);
	CHECK_EQ(get(e + 8, 8), 0x8080000);
	CHECK(madt(ITS, 1) == NULL);
	CHECK(madt(MSI_FRAME, 0) == NULL);
}

TEST(acpi_build_madt_of_gicv2)
{
	const uint8_t *e;

	model("qemu-gicv2");
	p.gic.hyp.base = 0x8030000;
	p.gic.vcpu.base = 0x8040000;
	p.gic.maintenance = (struct interrupt) {.intid = 25, .edge = true};
	d.pmu.edge = true;
	CHECK_EQ(build(), 0);
	e = madt(GICC, 1);
	CHECK_EQ(get(e + 12, 4), 7);
	CHECK_EQ(get(e + 32, 8), 0x8010000);
	CHECK_EQ(get(e + 40, 8), 0x8040000);
	CHECK_EQ(get(e + 48, 8), 0x8030000);
	CHECK_EQ(get(e + 56, 4), 25);
	CHECK_EQ(madt(GICD, 0)[20], 2);
	CHECK(madt(GICR, 0) == NULL);
	CHECK(madt(ITS, 0) == NULL);
	e = madt(MSI_FRAME, 0);
	CHECK_EQ(e[1], 24);
	CHECK_EQ(get(e + 8, 8), 0x8020000);
	CHECK_EQ(get(e + 16, 4), 0); /* the frame itself says which SPIs it has */
}

TEST(acpi_build_madt_of_many_regions_and_units)
{
	load("xen");
	CHECK_EQ(get(madt(GICR, 1) + 4, 8), 0x10000000);
	CHECK_EQ(get(madt(GICR, 1) + 12, 4), 0x200000);
	model("qemu-gicv3");
	p.gic.its[p.gic.num_its++].base = 0xa000000;
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(madt(ITS, 1) + 4, 4), 1);
	CHECK_EQ(get(madt(ITS, 1) + 8, 8), 0xa000000);
	CHECK_EQ(get(need("IORT") + 36, 4), 3);
}

/* Nobody could start it. */
TEST(acpi_build_disables_cpus_without_psci)
{
	model("qemu-smmu");
	p.cpu[3].psci = false;
	p.cpu[3].mpidr = 0x100000101;
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(madt(GICC, 2) + 12, 4), 1);
	CHECK_EQ(get(madt(GICC, 3) + 12, 4), 0);
	CHECK_EQ(get(madt(GICC, 3) + 68, 8), 0x100000101);
	load("cloud-hypervisor"); /* one CPU alone has no enable-method */
	CHECK_EQ(get(madt(GICC, 0) + 12, 4), 1);
}

/* -- GTDT, MCFG ------------------------------------------------------------------------------ */

TEST(acpi_build_gtdt)
{
	static const uint32_t intid[] = {29, 30, 27, 26};
	const uint8_t *table;

	load("qemu-gicv3");
	table = need("GTDT");
	CHECK_EQ(length(table), 104);
	CHECK_EQ(table[8], 3);
	CHECK_EQ(get(table + 36, 8), UINT64_MAX);
	CHECK_EQ(get(table + 80, 8), UINT64_MAX);
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(get(table + 48 + 8 * i, 4), intid[i]);
		CHECK_EQ(get(table + 52 + 8 * i, 4), 4); /* always on, level, high */
	}
	CHECK_EQ(get(table + 88, 8) | get(table + 96, 8), 0);
	load("xen");
	CHECK_EQ(get(need("GTDT") + 68, 4), 2); /* low */
	CHECK_EQ(get(need("GTDT") + 72, 8), 0); /* none for the hypervisor */
	p.timer.interrupt[TIMER_VIRTUAL].edge = true;
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(need("GTDT") + 68, 4), 3);
}

TEST(acpi_build_mcfg)
{
	const uint8_t *table;

	load("qemu-gicv3");
	table = need("MCFG");
	CHECK_EQ(length(table), 60);
	CHECK_EQ(table[8], 1);
	CHECK_EQ(get(table + 44, 8), 0x4010000000);
	CHECK_EQ(get(table + 52, 4), 0xff000000);
	load("cloud-hypervisor");
	table = need("MCFG");
	CHECK_EQ(length(table), 76);
	CHECK_EQ(get(table + 60, 8), 0x30100000);
	CHECK_EQ(get(table + 68, 4), 1); /* segment 1, bus 0 to 0 */
	p.pcie[1].bus_first = 0x10;
	p.pcie[1].bus_last = 0x1f;
	CHECK_EQ(build(), 0);
	table = need("MCFG");
	CHECK_EQ(get(table + 60, 8), 0x2f100000); /* where bus 0 would be */
	CHECK_EQ(get(table + 68, 4), 0x10100001); /* one bus has room */
}

TEST(acpi_build_has_no_mcfg_without_ecam)
{
	load("crosvm");
	CHECK(find("MCFG") == NULL);
	load("firecracker");
	CHECK(find("MCFG") == NULL);
}

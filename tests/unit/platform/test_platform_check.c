/* SPDX-License-Identifier: BSD-2-Clause */
/* What a description names against RAM and against each other: every VMM's tree agrees with itself,
 * and each thing that can be wrong is found. */
#include <stdlib.h>
#include <string.h>
#include "platform/check.h"
#include "test.h"
#include "trees.h"

#define REACH (1ULL << 48)

static struct platform p;
static struct memmap ram;
static struct platform_fault found;
static struct region image = {0, 0x70000}; /* forearm itself */
static void *tree;
static const struct platform_secure *secure; /* after a start in the secure world */

static void add_ram(void)
{
	memmap_init(&ram);
	for (unsigned int i = 0; i < p.banks; i++)
		CHECK_EQ(memmap_add(&ram, p.bank[i].region.base, p.bank[i].region.size), 0);
}

static void load(const char *name)
{
	size_t size;

	tree = tree_load(name, &size);
	CHECK_EQ(platform_from_fdt(&p, tree, size), 0);
	add_ram();
	memset(&found, 0, sizeof(found));
}

static bool contradicts(void)
{
	return platform_contradicts(&p, secure, &ram, &image, &found);
}

TEST(check_finds_nothing_wrong_with_the_tree_of_any_vmm)
{
	static const char *const name[] = {"cloud-hypervisor", "crosvm",     "firecracker",
					   "kvmtool",	       "numa",	     "one-cell",
					   "qemu-gicv2",       "qemu-gicv3", "qemu-secure",
					   "qemu-smmu",	       "reserved",   "xen"};
	static const struct region in_ram = {0x80080000, 0x70000};

	for (unsigned int i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		load(name[i]);
		test_note("%s", name[i]);
		CHECK(!platform_contradicts(&p, NULL, &ram, &in_ram, &found));
		if (p.flashes) /* then it may be where we are */
			CHECK(!contradicts());
		free(tree);
	}
}

static void check_found(const char *what, const char *why)
{
	REQUIRE(CHECK(contradicts()));
	CHECK_TEXT(found.what, what);
	CHECK_TEXT(found.why, why);
	free(tree);
}

#define NOT_RAM "is not in RAM that this CPU reaches"

TEST(check_finds_an_initrd_outside_of_ram)
{
	static const struct region place[] = {
		{0x3ffff000, 0x2000},	  {0x7ffff000, 0x1001},
		{0x500000000, 0x100000},  {0x48000000, UINT64_MAX - 0x48000000},
		{0x48000000, UINT64_MAX},
	};

	for (unsigned int i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		test_note("%u", i);
		load("qemu-gicv3");
		p.chosen.initrd = place[i];
		check_found("the initrd", NOT_RAM);
		CHECK_EQ(found.region.base, place[i].base);
		CHECK_EQ(found.region.size, place[i].size);
	}
}

TEST(check_finds_files_where_forearm_is)
{
	static const struct region place[] = {
		{0x48000fff, 2}, {0x48001000, 1}, {0x48001fff, 0x1000}, {0x48000000, 0x10000}};
	const struct region before = image;

	image = (struct region) {0x48001000, 0x1000};
	for (unsigned int i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		test_note("%u", i);
		load("qemu-gicv3");
		p.chosen.initrd = place[i];
		check_found("the initrd", "is where forearm is");
		load("qemu-gicv3");
		p.modules = 1;
		p.module[0].region = place[i];
		check_found("a module", "is where forearm is");
	}
	load("qemu-gicv3");
	p.chosen.initrd = (struct region) {0x48000000, 0x1000};
	p.modules = 1;
	p.module[0].region = (struct region) {0x48002000, 0x1000};
	CHECK(!contradicts());
	free(tree);
	image = before;
}

TEST(check_takes_an_initrd_in_two_banks)
{
	load("qemu-gicv3");
	p.banks = 2;
	p.bank[0].region = (struct region) {0x40000000, 0x10000000};
	p.bank[1].region = (struct region) {0x50000000, 0x10000000};
	p.chosen.initrd = (struct region) {0x4ff00000, 0x200000};
	add_ram();
	CHECK(!contradicts());
	p.chosen.initrd.size = 0x10200001;
	check_found("the initrd", NOT_RAM);
}

TEST(check_finds_a_module_outside_of_ram)
{
	load("qemu-gicv3");
	p.modules = 2;
	p.module[0].region = (struct region) {0x48000000, 0x100000};
	p.module[1].region = (struct region) {0x20000000, 0x100000};
	check_found("a module", NOT_RAM);
}

/* Each device in turn where the RAM is, over its start, and without an end. */
static void check_device(size_t offset, const char *what)
{
	static const struct region place[] = {{0x44000000, 0x1000}, {0x3ffff000, 0x2000}};
	struct region *device = (struct region *)((uint8_t *)&p + offset);

	test_note("%s", what);
	for (unsigned int i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		load("qemu-gicv3");
		*device = place[i];
		check_found(what, "is in RAM");
	}
	load("qemu-gicv3");
	*device = (struct region) {UINT64_MAX - 0xfff, 0x1001};
	check_found(what, "does not end");
}

TEST(check_finds_a_device_in_ram)
{
	load("qemu-gicv3");
	CHECK(p.uarts && p.flashes == 2 && p.num_pcie);
	free(tree);
	check_device(offsetof(struct platform, uart[0].region), "a UART");
	check_device(offsetof(struct platform, fw_cfg), "fw_cfg");
	check_device(offsetof(struct platform, rtc.region), "the real-time clock");
	check_device(offsetof(struct platform, flash_bank[1]), "flash memory");
	check_device(offsetof(struct platform, gic.dist), "the interrupt controller");
	check_device(offsetof(struct platform, gic.cpu), "the interrupt controller");
	check_device(offsetof(struct platform, gic.hyp), "the interrupt controller");
	check_device(offsetof(struct platform, gic.vcpu), "the interrupt controller");
	check_device(offsetof(struct platform, gic.v2m), "the interrupt controller");
	check_device(offsetof(struct platform, gic.redist[0]), "the interrupt controller");
	check_device(offsetof(struct platform, gic.its[0]), "the interrupt controller");
	check_device(offsetof(struct platform, pcie[0].config), "the PCI host bridge");
	check_device(offsetof(struct platform, pcie[0].io), "a window of the PCI host bridge");
	check_device(offsetof(struct platform, pcie[0].mem32), "a window of the PCI host bridge");
	check_device(offsetof(struct platform, pcie[0].mem64), "a window of the PCI host bridge");
}

static void check_uart(uint64_t base, const char *why)
{
	test_note("0x%llx", (unsigned long long)base);
	load("qemu-gicv3");
	p.uart[0].region.base = base;
	check_found("a UART", why);
	load("qemu-gicv3");
	p.fw_cfg.base = base;
	check_found("fw_cfg", why);
}

TEST(check_finds_what_we_write_to_in_flash_or_in_our_file)
{
	check_uart(0, "is where flash memory or forearm is");
	check_uart(0x60000, "is where flash memory or forearm is");
	check_uart(0x100000, "is where flash memory or forearm is");
	check_uart(0x5000000, "is where flash memory or forearm is");
	check_uart(0x9000002 + 0x800000, "is not on a word boundary");
}

TEST(check_finds_two_devices_in_one_place)
{
	check_uart(0x9010000, "is where another device is");
	check_uart(0x8000000, "is where another device is");
}

/* A device whose size is missing is as large as what is used of it. */
TEST(check_does_not_go_by_the_size_of_a_device)
{
	load("qemu-gicv3");
	p.fw_cfg = (struct region) {0x3ffffff0, 0};
	CHECK(contradicts());
	p.fw_cfg = (struct region) {0x3ffffff0, 8};
	CHECK(contradicts());
	free(tree);
}

TEST(check_finds_a_cpu_that_is_there_twice)
{
	load("qemu-gicv3");
	p.cpus = 4;
	for (unsigned int i = 0; i < p.cpus; i++)
		p.cpu[i].mpidr = 3 - i;
	CHECK(!contradicts());
	p.cpu[3].mpidr = 2;
	check_found("a CPU", "is named twice");
	CHECK_EQ(found.region.base, 2);
}

static bool may_be(uint64_t base, uint64_t size)
{
	const struct region device = {base, size};

	return platform_may_be_device(&p, &image, &device, size);
}

TEST(check_knows_where_a_device_may_be)
{
	load("qemu-gicv3");
	CHECK(platform_may_be_device(&p, &image, &p.uart[0].region, 0x1000));
	CHECK(may_be(0x3ffff000, 0x1000));
	CHECK(!may_be(0x3ffff004, 0x1000));
	CHECK(!may_be(0x9000001, 0x1000));
	CHECK(!may_be(UINT64_MAX - 3, 0x1000));
	CHECK(!may_be(0x9010000, 0x1000));
	CHECK(may_be(0x80000000, 0x1000));
	free(tree);
}

/* What the monitor at EL3 writes to is where memory of the secure world or forearm is. */
static void check_of_monitor(struct region *region, const char *what)
{
	static const struct {
		struct region at;
		const char *why;
	} place[] = {{{0x0e001000, 0x1000}, "is in RAM of the secure world"},
		     {{0x0dfff000, 0x2000}, "is in RAM of the secure world"},
		     {{0x6f000, 0x10000}, "is where forearm is"},
		     {{0x44000000, 0x1000}, "is in RAM"},
		     {{UINT64_MAX - 0xfff, 0x2000}, "does not end"}};
	static struct platform_secure of_secure = {.ram = {0x0e000000, 0x01000000}};
	const struct region before = *region;

	for (unsigned int i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		test_note("%s %u", what, i);
		*region = place[i].at;
		secure = NULL;
		CHECK_EQ(contradicts(), i > 2);
		secure = &of_secure;
		REQUIRE(CHECK(contradicts()));
		CHECK_TEXT(found.what, what);
		CHECK_TEXT(found.why, place[i].why);
		CHECK_EQ(found.region.base, place[i].at.base);
	}
	*region = before;
	CHECK(!contradicts());
	secure = NULL;
}

TEST(check_finds_what_the_monitor_touches_in_memory)
{
	static const char gic[] = "the interrupt controller";

	load("qemu-gicv2");
	check_of_monitor(&p.gic.dist, gic);
	check_of_monitor(&p.gic.cpu, gic);
	free(tree);
	load("qemu-gicv3");
	check_of_monitor(&p.gic.redist[0], gic);
	free(tree);
}

TEST(check_finds_the_lines_of_the_monitor_in_memory)
{
	static const uint64_t wrong[] = {0x0e000000, 0x0dfff004, 0x44000000, UINT64_MAX - 3};
	struct platform_secure lines = {.ram = {0x0e000000, 0x01000000}};
	uint64_t *const line[] = {&lines.off.base, &lines.reset.base};

	load("qemu-secure");
	secure = &lines;
	for (unsigned int i = 0; i < 2; i++) {
		for (unsigned int j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++) {
			*line[i] = wrong[j];
			REQUIRE(CHECK(contradicts()));
			CHECK_TEXT(found.what, "a GPIO controller");
		}
		*line[i] = 0x090b0000;
		CHECK(!contradicts());
	}
	secure = NULL;
	free(tree);
}

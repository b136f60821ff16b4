/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that /chosen announces, as QEMU's guest-loader and Xen's own documentation have them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "boot/early/ram.h"
#include "error.h"
#include "platform/platform.h"
#include "test.h"
#include "trees.h"

#define WORKSPACE 0x30000
#define TOP	  0x41000000 /* of RAM */

static struct platform p;
static struct maker m;
static struct early_plan plan;

static void start(void)
{
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, TOP - 0x40000000);
	make_node(&m, "chosen");
}

/* Reads the tree both ways; the result of the model's. */
static int finish(void)
{
	size_t size;
	void *fdt;
	int error;

	make_end(&m);
	fdt = make_finish(&m, &size);
	memset(&p, 0xa5, sizeof(p));
	error = platform_from_fdt(&p, fdt, size);
	CHECK_EQ(early_find_ram(fdt, 0, 0x20000, WORKSPACE, 1ULL << 48, &plan), 0);
	free(fdt);
	return error;
}

/* Leaves the node open. */
static void module(const char *name, const char *compatible, size_t size)
{
	make_node(&m, name);
	make_property(&m, "compatible", compatible, size);
}

#define MODULE(name, compatible) module(name, compatible, sizeof(compatible))

static void check_module(unsigned int i, uint64_t base, uint64_t size, enum module_kind kind,
			 const char *bootargs)
{
	test_note("module %u", i);
	CHECK_EQ(p.module[i].region.base, base);
	CHECK_EQ(p.module[i].region.size, size);
	CHECK_EQ(p.module[i].kind, kind);
	CHECK((p.module[i].bootargs != NULL) == (bootargs != NULL));
	CHECK(!bootargs || strlen(bootargs) == 4);
}

TEST(modules_of_the_guest_loader)
{
	start();
	MODULE("module@0x40800000", "multiboot,module\0multiboot,kernel");
	make_cells(&m, "reg", 0, 0x40800000, 0, 0x1234);
	make_text(&m, "bootargs", "a=b ");
	make_end(&m);
	MODULE("module@0x40fff000", "multiboot,module\0multiboot,ramdisk");
	make_cells(&m, "reg", 0, 0x40fff000, 0, 0x10);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	REQUIRE(CHECK_EQ(p.modules, 2));
	check_module(0, 0x40800000, 0x1234, MODULE_KERNEL, "a=b ");
	check_module(1, 0x40fff000, 0x10, MODULE_RAMDISK, NULL);
	CHECK_EQ(plan.workspace, 0x40fff000 - WORKSPACE);
}

TEST(modules_with_other_cells)
{
	start();
	make_cell_counts(&m, 1, 1);
	MODULE("module@1", "multiboot,kernel\0multiboot,module");
	make_cells(&m, "reg", 0x40ffe000, 0x2000);
	make_end(&m);
	MODULE("module@2", "multiboot,ramdisk\0multiboot,module");
	make_cells(&m, "reg", 1, 0x40000000, 0x10);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	REQUIRE(CHECK_EQ(p.modules, 2));
	check_module(0, 0x40ffe000, 0x2000, MODULE_KERNEL, NULL);
	check_module(1, 0x140000000, 0x10, MODULE_RAMDISK, NULL);
	CHECK_EQ(plan.workspace, 0x40ffe000 - WORKSPACE);
}

/* Domains that Xen starts by itself have theirs one level deeper. */
TEST(modules_of_a_domain_are_only_kept)
{
	start();
	make_node(&m, "domU1");
	MODULE("module@40ff0000", "multiboot,kernel\0multiboot,module");
	make_cells(&m, "reg", 0, 0x40ff0000, 0, 0x1000);
	make_end(&m);
	make_end(&m);
	MODULE("module@40fe0000", "multiboot,device-tree\0multiboot,module");
	make_cells(&m, "reg", 0, 0x40fe0000, 0, 0x1000);
	make_node(&m, "child");
	make_end(&m);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	REQUIRE(CHECK_EQ(p.modules, 2));
	check_module(0, 0x40ff0000, 0x1000, MODULE_OTHER, NULL);
	check_module(1, 0x40fe0000, 0x1000, MODULE_OTHER, NULL);
	CHECK_EQ(plan.workspace, 0x40fe0000 - WORKSPACE);
}

TEST(modules_that_are_none)
{
	static const uint32_t reg[] = {2, 0x1000, 0, 0x1000, 0};

	for (size_t cells = 0; cells <= 5; cells++) {
		start();
		MODULE("module@1", "multiboot,kernel\0multiboot,module");
		make_cells_of(&m, "reg", reg, cells);
		make_end(&m);
		CHECK_EQ(finish(), 0);
		test_note("%zu cells", cells);
		CHECK_EQ(p.modules, cells >= 2 && cells <= 4);
	}
	start();
	make_end(&m);
	make_node(&m, "other");
	MODULE("module@40ff0000", "multiboot,kernel\0multiboot,module");
	make_cells_of(&m, "reg", reg, 4);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.modules, 0);
	CHECK_EQ(plan.workspace, TOP - WORKSPACE);
}

TEST(modules_more_than_can_be_held)
{
	for (uint32_t count = PLATFORM_MODULES; count <= PLATFORM_MODULES + 2; count++) {
		start();
		for (uint32_t i = 0; i < count; i++) {
			MODULE("module", "multiboot,module");
			make_cells(&m, "reg", 0x40000000 + i, 1);
			make_end(&m);
		}
		CHECK_EQ(finish(), count > PLATFORM_MODULES ? ERR_FULL : 0);
	}
}

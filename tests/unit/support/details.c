/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include "built.h"
#include "details.h"
#include "test.h"

struct maker m;

void take_details(const void *fdt, size_t size)
{
	REQUIRE(CHECK_EQ(platform_from_fdt(&p, fdt, size), 0));
	memset(&d, 0xa5, sizeof(d));
	CHECK_EQ(platform_details_from_fdt(&d, &p), 0);
}

void load_details(const char *name)
{
	size_t size;
	void *fdt = tree_load(name, &size);

	take_details(fdt, size);
	free(fdt);
}

void check_place(unsigned int cpu, int socket, int cluster, int core, int thread)
{
	const struct platform_place *place = &d.place[cpu];

	test_note("CPU %u", cpu);
	CHECK_EQ(place->socket, socket);
	CHECK_EQ(place->cluster, cluster);
	CHECK_EQ(place->core, core);
	CHECK_EQ(place->thread, thread);
}

void start_tree(int gic_address_cells, uint32_t gic_interrupt_cells)
{
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0x1000000);
	make_node(&m, "intc");
	make_text(&m, "compatible", "arm,gic-v3");
	make_cells(&m, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0xf60000);
	if (gic_address_cells >= 0)
		make_cell_counts(&m, (uint32_t)gic_address_cells, 2);
	make_cells(&m, "#interrupt-cells", gic_interrupt_cells);
	make_cells(&m, "phandle", 1);
	make_end(&m);
	for (uint32_t i = 0; i < 2; i++) {
		make_node(&m, i ? "its@1" : "its@0");
		make_text(&m, "compatible", "arm,gic-v3-its");
		make_cells(&m, "reg", 0, 0x9000000 + 0x20000 * i, 0, 0x20000);
		make_cells(&m, "phandle", 2 + i);
		make_end(&m);
	}
}

void finish_tree(void)
{
	size_t size;
	void *fdt = make_finish(&m, &size);

	take_details(fdt, size);
	free(fdt);
}

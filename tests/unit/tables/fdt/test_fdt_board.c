/* SPDX-License-Identifier: BSD-2-Clause */
/* A board's tree on another machine: what is the machine's comes from there, the rest stays. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/board.h"
#include "lib/fdt/walk.h"
#include "judge.h"
#include "test.h"
#include "trees.h"

static struct platform machine, made;
static struct maker m;

/* The board's tree, in a block of exactly its room; NULL: it cannot be. */
static void *fit(const void *board, size_t size, size_t extra, int wanted)
{
	size_t room = size + extra;
	void *to = malloc(room);
	int error = fdt_board(board, size, to, room, &machine);

	CHECK_EQ(error, wanted);
	if (!error) {
		CHECK(tree_is_good_for_libfdt(to, fdt_totalsize(to)));
		return to;
	}
	free(to);
	return NULL;
}

static void *the_machine(const char *name)
{
	size_t size;
	void *fdt = tree_load(name, &size);

	CHECK_EQ(platform_from_fdt(&machine, fdt, size), 0);
	return fdt;
}

static void start_board(uint32_t cells)
{
	make_start(&m);
	make_text(&m, "model", "a board");
	make_cell_counts(&m, cells, cells);
	make_node(&m, "memory@1000");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0x1000, 0x1000);
	make_end(&m);
	make_node(&m, "cpus");
	make_cell_counts(&m, 1, 0);
	make_node(&m, "cpu@7");
	make_text(&m, "device_type", "cpu");
	make_text(&m, "enable-method", "spin-table");
	make_cells(&m, "reg", 7);
	make_end(&m);
	make_end(&m);
	make_node(&m, "memory@2000");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0x2000, 0x1000);
	make_end(&m);
	make_node(&m, "chosen");
	make_text(&m, "bootargs", "of the board");
	make_text(&m, "rng-seed", "from a file");
	make_end(&m);
}

static void check_made(const void *to)
{
	REQUIRE(CHECK_EQ(platform_from_fdt(&made, to, fdt_totalsize(to)), 0));
	CHECK_TEXT(made.model, "a board");
	CHECK_EQ(made.banks, machine.banks);
	for (unsigned int i = 0; i < made.banks; i++)
		CHECK_BYTES(&made.bank[i].region, &machine.bank[i].region, sizeof(struct region));
	CHECK_EQ(made.psci.conduit, machine.psci.conduit);
	CHECK_EQ(made.cpus, 1);
	CHECK_EQ(made.cpu[0].mpidr, 7);
	CHECK(made.cpu[0].psci);
	CHECK_TEXT(made.chosen.bootargs, "of the board");
	CHECK_EQ(made.chosen.rng_seed_len, machine.chosen.rng_seed_len);
}

TEST(board_on_a_machine)
{
	static const char *const machines[] = {"qemu-gicv3", "qemu-gicv2", "reserved"};

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		void *vmm = the_machine(machines[i]), *board, *to;
		size_t size;

		test_note("%s", machines[i]);
		machine.psci.version = 0x10000;
		machine.psci.conduit = CONDUIT_HVC;
		start_board(2);
		board = make_finish(&m, &size);
		to = fit(board, size, FDT_BOARD_EXTRA, 0);
		if (to)
			check_made(to);
		CHECK_EQ(made.num_reserved, machine.num_reserved);
		free(to);
		free(board);
		free(vmm);
	}
}

static bool is_reserved(uint64_t base, bool no_map)
{
	for (unsigned int i = 0; i < made.num_reserved; i++)
		if (made.reserved[i].region.base == base && made.reserved[i].no_map == no_map)
			return true;
	return false;
}

TEST(board_keeps_its_reserved_memory)
{
	void *vmm = the_machine("qemu-gicv3"), *board, *to;
	size_t size;

	machine.reserved[0] = (struct platform_reserved) {{0x41000000, 0x1000}, false};
	machine.reserved[1] = (struct platform_reserved) {{0x42000000, 0x1000}, true};
	machine.num_reserved = 2;
	start_board(2);
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, 2, 2);
	make_property(&m, "ranges", NULL, 0);
	make_node(&m, "mine@43000000");
	make_cells(&m, "reg", 0, 0x43000000, 0, 0x1000);
	make_end(&m);
	make_end(&m);
	board = make_finish(&m, &size);
	to = fit(board, size, FDT_BOARD_EXTRA, 0);
	if (to && CHECK_EQ(platform_from_fdt(&made, to, fdt_totalsize(to)), 0))
		CHECK(made.num_reserved == 3 && is_reserved(0x41000000, false) &&
		      is_reserved(0x42000000, true) && is_reserved(0x43000000, false));
	free(to);
	free(board);
	free(vmm);
}

/* RAM from 4 GiB on, for a board that counts in 32 bits. */
TEST(board_that_is_too_small)
{
	void *vmm = the_machine("qemu-gicv3"), *board;
	size_t size;

	start_board(1);
	board = make_finish(&m, &size);
	machine.banks = 1;
	machine.bank[0].region = (struct region) {0x40000000, 0x40000000};
	free(fit(board, size, FDT_BOARD_EXTRA, 0));
	machine.bank[0].region.size = 0x100000000;
	fit(board, size, FDT_BOARD_EXTRA, ERR_FDT_VALUE);
	free(board);
	free(vmm);
}

TEST(board_without_room)
{
	void *vmm = the_machine("qemu-gicv3"), *board;
	size_t size;

	start_board(2);
	board = make_finish(&m, &size);
	for (size_t extra = 0; extra < 400; extra++) {
		void *to = malloc(size + extra);
		int error = fdt_board(board, size, to, size + extra, &machine);

		CHECK(error == ERR_FDT_SPACE || (extra && !error));
		CHECK(error || tree_is_good_for_libfdt(to, fdt_totalsize(to)));
		free(to);
	}
	free(board);
	free(vmm);
}

TEST(board_that_is_none)
{
	void *vmm = the_machine("qemu-gicv3"), *board;
	size_t size;

	start_board(2);
	board = make_finish(&m, &size);
	fit(board, size - 1, FDT_BOARD_EXTRA, ERR_FDT_SIZE);
	tree_set_field(board, HEADER_MAGIC, 0);
	fit(board, size, FDT_BOARD_EXTRA, ERR_FDT_MAGIC);
	free(board);
	free(vmm);
}

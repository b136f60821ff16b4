/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where kernel, initrd and tree go, against the kernels' rules (Linux
 * Documentation/arm64/booting.rst and arm/booting.rst), on machines of every shape.
 */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/guest/place.h"
#include "test.h"

#define KIB   1024ULL
#define MIB   (1024 * KIB)
#define GIB   (1024 * MIB)
#define PAGE  (4 * KIB)
#define BLOCK (2 * MIB)

#define ARM64_WINDOW (32 * GIB)
#define ARM_FIRST    (128 * MIB) /* where a zImage may be */
#define ARM_LOWMEM                                                                                 \
	(760 * MIB) /* what the kernel maps for good: 1 GiB less 240 MiB of vmalloc, and a hole */
#define ARM_HEAP (256 * KIB) /* right behind the zImage; 64 KiB and a stack in Debian's */
#define BEHIND	 (2 * MIB)   /* NetBSD's BSS reaches behind its image_size by up to so much */

static struct memmap ram, before; /* now, and before anything was placed */
static struct placement place;
static struct image image;
static uint64_t initrd_size, fdt_size = 16 * KIB;

static void machine(uint64_t base, uint64_t size)
{
	memmap_init(&ram);
	CHECK_EQ(memmap_add(&ram, base, size), 0);
	place.base = base;
}

static void arm64(uint64_t text_offset, uint64_t memory_size)
{
	image = (struct image) {.format = IMAGE_ARM64,
				.state = STATE_AARCH64,
				.file_size = memory_size - memory_size / 4,
				.memory_size = memory_size,
				.text_offset = text_offset};
}

static void zimage(uint64_t file_size)
{
	image = (struct image) {.format = IMAGE_ZIMAGE,
				.state = STATE_AARCH32,
				.file_size = file_size,
				.memory_size = file_size};
}

/* All three, as the boot flow does it; the first error. */
static int place_all(void)
{
	int error;

	before = ram;
	error = place_kernel(&ram, &image, &place);
	if (!error && initrd_size)
		error = place_initrd(&ram, &image, initrd_size, &place);
	if (!error)
		error = place_fdt(&ram, &image, fdt_size, &place);
	return error;
}

/* -- the rules ------------------------------------------------------------------------------------
 */

static bool apart(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a + a_size <= b || b + b_size <= a;
}

/* Was free before and is not any more, to its last byte. */
static void check_taken(uint64_t at, uint64_t size)
{
	CHECK(memmap_contains(&before, at, size));
	for (unsigned int i = 0; i < ram.count; i++)
		CHECK(apart(at, size, ram.range[i].base, ram.range[i].end - ram.range[i].base));
}

static void check_common(void)
{
	check_taken(place.kernel, image.memory_size);
	check_taken(place.fdt, fdt_size);
	CHECK(apart(place.kernel, image.memory_size, place.fdt, fdt_size));
	CHECK_EQ(place.fdt % 8, 0);
	CHECK_EQ(place.fdt / BLOCK, (place.fdt + fdt_size - 1) / BLOCK);
	if (!initrd_size)
		return;
	check_taken(place.initrd, initrd_size);
	CHECK_EQ(place.initrd % PAGE, 0);
	CHECK(apart(place.kernel, image.memory_size, place.initrd, initrd_size));
	CHECK(apart(place.initrd, initrd_size, place.fdt, fdt_size));
}

/* One window of 32 GiB, aligned to 1 GiB, has both. */
static bool in_one_window(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	uint64_t low = a < b ? a : b, high = a + a_size > b + b_size ? a + a_size : b + b_size;

	return high - low / GIB * GIB <= ARM64_WINDOW;
}

static void check_arm64(void)
{
	check_common();
	CHECK(place.kernel >= place.base);
	CHECK_EQ((place.kernel - image.text_offset) % BLOCK, 0);
	if (initrd_size)
		CHECK(in_one_window(place.kernel, image.memory_size, place.initrd, initrd_size));
}

static void check_arm(void)
{
	check_common();
	CHECK(place.kernel >= place.base + 32 * KIB);
	CHECK(place.kernel + image.file_size <= place.base + ARM_FIRST);
	/* stack and heap of the decompressor */
	CHECK(apart(place.kernel, image.file_size + ARM_HEAP, place.fdt, fdt_size));
	CHECK(place.fdt + fdt_size <= place.base + ARM_LOWMEM);
	if (!initrd_size)
		return;
	CHECK(place.initrd + initrd_size <= place.base + ARM_LOWMEM);
	CHECK(apart(place.kernel, image.file_size + ARM_HEAP, place.initrd, initrd_size));
}

/* Clear of where the kernel is unpacked to: RAM base + 32 KiB, at most five times the file. */
static void check_clear_of_unpacked(void)
{
	uint64_t size = 32 * KIB + 5 * image.file_size;

	CHECK(apart(place.base, size, place.kernel, image.file_size));
	CHECK(apart(place.base, size, place.fdt, fdt_size));
	if (initrd_size)
		CHECK(apart(place.base, size, place.initrd, initrd_size));
}

/* -- arm64 ----------------------------------------------------------------------------------------
 */

TEST(place_puts_an_arm64_kernel_at_the_lowest_block)
{
	machine(0x40000000, GIB);
	arm64(0, 40 * MIB);
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x40000000);
	check_arm64();
	machine(0x40100000, GIB); /* not a block's start */
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x40200000);
	check_arm64();
}

TEST(place_honours_text_offset)
{
	static const uint64_t offsets[] = {0x80000, 0xfffc0, 0x200000, 0x280000, 0x10000004};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		test_note("text_offset 0x%llx", (unsigned long long)offsets[i]);
		machine(0x40000000, GIB);
		arm64(offsets[i], 40 * MIB);
		initrd_size = 10 * MIB + 1;
		CHECK_EQ(place_all(), 0);
		CHECK_EQ(place.kernel, 0x40000000 + offsets[i]);
		check_arm64();
	}
}

/* What lies below the kernel may be in use: only from text_offset on it needs to be free. */
TEST(place_uses_the_block_whose_start_is_taken)
{
	machine(0x40000000, GIB);
	arm64(0x80000, 40 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, 0x80000), 0);
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x40080000);
	machine(0x40000000, GIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, 0x80001), 0);
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x40280000);
	check_arm64();
}

/* QEMU with a firmware: 1 MiB of device tree at the start of RAM, forearm's workspace at its end.
 */
TEST(place_on_qemu)
{
	machine(0x40000000, 128 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, MIB), 0);
	CHECK_EQ(memmap_remove(&ram, 0x47fd0000, 0x30000), 0);
	arm64(0, 34 * MIB);
	initrd_size = 70 * MIB;
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x40200000);
	check_arm64();
}

TEST(place_passes_over_banks_that_are_too_small)
{
	machine(0x40000000, 16 * MIB);
	CHECK_EQ(memmap_add(&ram, 0x80000000, GIB), 0);
	arm64(0, 40 * MIB);
	initrd_size = 20 * MIB;
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x80000000);
	check_arm64();
}

TEST(place_steps_around_reserved_regions)
{
	machine(0x40000000, GIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000 + 30 * MIB, PAGE), 0);
	CHECK_EQ(memmap_remove(&ram, 0x40000000 + 60 * MIB + PAGE, PAGE), 0);
	arm64(0, 40 * MIB);
	initrd_size = 100 * MIB;
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x40000000 + 62 * MIB);
	check_arm64();
}

TEST(place_takes_room_that_just_fits)
{
	machine(0x40000000, 40 * MIB);
	arm64(0, 40 * MIB);
	before = ram;
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(ram.count, 0);
	CHECK_EQ(place_initrd(&ram, &image, 1, &place), ERR_NO_ROOM);
	CHECK_EQ(place_fdt(&ram, &image, 1, &place), ERR_NO_ROOM);
	machine(0x40000000, 40 * MIB - 1);
	CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
	CHECK_EQ(memmap_total(&ram), 40 * MIB - 1);
}

TEST(place_refuses_kernels_larger_than_ram)
{
	machine(0x40000000, GIB);
	arm64(0, GIB + PAGE);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	arm64((1ULL << 40) - 4, (1ULL << 40) - 1); /* the largest that a header may say */
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	memmap_init(&ram);
	arm64(0, MIB);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
}

TEST(place_takes_an_initrd_of_500_mib_in_2_gib)
{
	machine(0x40000000, 2 * GIB);
	arm64(0, 40 * MIB);
	initrd_size = 500 * MIB;
	CHECK_EQ(place_all(), 0);
	check_arm64();
}

TEST(place_says_when_kernel_and_initrd_do_not_fit)
{
	machine(0x40000000, 256 * MIB);
	arm64(0, 40 * MIB);
	initrd_size = 230 * MIB;
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	initrd_size = 1ULL << 50;
	machine(0x40000000, 256 * MIB);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
}

/* Where there is any other place, neither initrd nor tree goes right behind the kernel. */
TEST(place_leaves_room_behind_the_kernel)
{
	for (int with_initrd = 0; with_initrd < 2; with_initrd++) {
		machine(0x40000000, GIB);
		arm64(0, 40 * MIB);
		initrd_size = (uint64_t)with_initrd * 10 * MIB;
		CHECK_EQ(place_all(), 0);
		test_note("kernel ends at 0x%llx, tree at 0x%llx",
			  (unsigned long long)(place.kernel + image.memory_size),
			  (unsigned long long)place.fdt);
		CHECK(apart(place.kernel + image.memory_size, BEHIND, place.fdt, fdt_size));
		if (with_initrd)
			CHECK(apart(place.kernel + image.memory_size, BEHIND, place.initrd,
				    initrd_size));
	}
}

/* A tight machine still boots, with less room behind the kernel. */
TEST(place_fills_a_tight_machine)
{
	machine(0x40000000, 64 * MIB);
	arm64(0, 40 * MIB);
	initrd_size = 23 * MIB;
	CHECK_EQ(place_all(), 0);
	check_arm64();
}

/* Firecracker's or Xen's second bank: the kernel only fits there, the initrd only below. */
TEST(place_keeps_kernel_and_initrd_in_one_window)
{
	machine(0x40000000, 64 * MIB);
	CHECK_EQ(memmap_add(&ram, 64 * GIB, 128 * MIB), 0);
	arm64(0, 100 * MIB);
	initrd_size = 32 * MIB;
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	/* the same with 30 GiB between */
	machine(0x40000000, 64 * MIB);
	CHECK_EQ(memmap_add(&ram, 30 * GIB, 128 * MIB), 0);
	CHECK_EQ(place_all(), 0);
	check_arm64();
	/* and with the initrd above */
	machine(0x40000000, 128 * MIB);
	CHECK_EQ(memmap_add(&ram, 33 * GIB, GIB), 0);
	initrd_size = 300 * MIB;
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	machine(0x40000000, 128 * MIB);
	CHECK_EQ(memmap_add(&ram, 32 * GIB, GIB), 0);
	CHECK_EQ(place_all(), 0);
	check_arm64();
}

TEST(place_puts_the_tree_inside_one_block)
{
	for (fdt_size = 1; fdt_size <= BLOCK; fdt_size = fdt_size * 3 + 1234) {
		machine(0x40000000 + BLOCK - 12 * KIB, 128 * MIB);
		arm64(0, 40 * MIB);
		test_note("a tree of 0x%llx bytes", (unsigned long long)fdt_size);
		CHECK_EQ(place_all(), 0);
		check_arm64();
	}
	machine(0x40000000, 128 * MIB);
	fdt_size = BLOCK;
	CHECK_EQ(place_all(), 0);
	check_arm64();
	machine(0x40000000, 128 * MIB);
	fdt_size = BLOCK + 1;
	CHECK_EQ(place_all(), ERR_NO_ROOM);
}

/* RAM beyond 48 bits of address is left out before. */
TEST(place_takes_ram_at_the_end_of_the_address_space)
{
	machine((1ULL << 48) - 64 * MIB, 64 * MIB);
	arm64(0, 40 * MIB);
	initrd_size = MIB;
	CHECK_EQ(place_all(), 0);
	check_arm64();
	machine((1ULL << 48) - MIB, MIB); /* behind the last block's start */
	arm64(0x80000, 256 * KIB);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
}

/* -- zImage ---------------------------------------------------------------------------------------
 */

TEST(place_puts_a_zimage_clear_of_where_it_unpacks)
{
	machine(0x40000000, 512 * MIB);
	zimage(5 * MIB);
	initrd_size = 30 * MIB;
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.kernel, 0x42000000); /* booting.rst: 32 MiB or more */
	CHECK(place.fdt >= 0x40000000 + ARM_FIRST);
	CHECK(place.initrd >= 0x40000000 + ARM_FIRST);
	check_arm();
	check_clear_of_unpacked();
	machine(0x40000000, 512 * MIB);
	zimage(9 * MIB);
	initrd_size = 30 * MIB;
	CHECK_EQ(place_all(), 0);
	check_arm();
	check_clear_of_unpacked();
}

TEST(place_keeps_arm_data_in_lowmem)
{
	machine(0x40000000, 3 * GIB);
	zimage(7 * MIB);
	initrd_size = 500 * MIB;
	CHECK_EQ(place_all(), 0);
	check_arm();
	machine(0x40000000, 3 * GIB);
	initrd_size = 700 * MIB;
	CHECK_EQ(place_all(), ERR_NO_ROOM);
}

TEST(place_serves_small_32_bit_machines)
{
	static const uint64_t sizes[] = {48, 56, 64, 96, 127, 128, 129, 160, 192, 256};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		test_note("%llu MiB", (unsigned long long)sizes[i]);
		machine(0x40000000, sizes[i] * MIB);
		zimage(6 * MIB);
		initrd_size = 4 * MIB;
		if (CHECK_EQ(place_all(), 0)) {
			check_arm();
			check_clear_of_unpacked();
		}
	}
}

/* With ever less RAM: a right placement or an error, and the error only where it is really tight.
 */
TEST(place_says_when_a_32_bit_machine_is_too_tight)
{
	for (uint64_t size = 1; size <= 64; size++) {
		int result;

		test_note("%llu MiB", (unsigned long long)size);
		machine(0x40000000, size * MIB);
		zimage(5 * MIB);
		initrd_size = 0;
		result = place_all();
		CHECK(result == 0 || (result == ERR_NO_ROOM && size < 40));
		if (!result)
			check_arm();
	}
}

TEST(place_steps_around_reserved_regions_for_a_zimage)
{
	machine(0x40000000, 512 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x42000000, 4 * MIB), 0);
	CHECK_EQ(memmap_remove(&ram, 0x48000000, 16 * MIB), 0);
	zimage(5 * MIB);
	initrd_size = 30 * MIB;
	CHECK_EQ(place_all(), 0);
	CHECK(place.kernel >= 0x42400000);
	check_arm();
	check_clear_of_unpacked();
	/* nothing but a hole below 32 MiB: it relocates itself, and what follows must be above */
	machine(0x40000000, 512 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x42000000, 96 * MIB), 0);
	CHECK_EQ(place_all(), 0);
	check_arm();
}

TEST(place_refuses_a_zimage_that_cannot_be_in_the_first_128_mib)
{
	machine(0x40000000, GIB);
	zimage(128 * MIB);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	zimage(3 * GIB);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
	machine(0x40000000, GIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, 128 * MIB), 0);
	zimage(5 * MIB);
	CHECK_EQ(place_all(), ERR_NO_ROOM);
}

TEST(place_puts_the_tree_of_a_zimage_inside_one_block)
{
	for (fdt_size = 1; fdt_size <= BLOCK; fdt_size = fdt_size * 3 + 1234) {
		machine(0x40000000, 128 * MIB + BLOCK + 12 * KIB);
		CHECK_EQ(memmap_remove(&ram, 0x40000000 + 128 * MIB, BLOCK - 12 * KIB), 0);
		zimage(5 * MIB);
		test_note("a tree of 0x%llx bytes", (unsigned long long)fdt_size);
		CHECK_EQ(place_all(), 0);
		check_arm();
	}
}

/* -- at random ------------------------------------------------------------------------------------
 */

static void random_machine(void)
{
	uint64_t base = 0x40000000 + test_between(0, 3) * GIB;

	machine(base, test_between(1, 300) * MIB);
	for (uint64_t n = test_between(0, 2); n; n--)
		CHECK_EQ(memmap_add(&ram, base + test_between(0, 80) * 512 * MIB,
				    test_between(1, 1000) * MIB),
			 0);
	for (uint64_t n = test_between(0, 12); n; n--)
		CHECK_EQ(memmap_remove(&ram, base + test_between(0, 0x40000) * PAGE,
				       test_between(1, 500) * PAGE),
			 0);
	fdt_size = test_between(1, BLOCK);
	initrd_size = test_between(0, 3) ? test_between(1, 400 * MIB) : 0;
}

static void note_machine(int round)
{
	test_note("round %d: memory 0x%llx text_offset 0x%llx initrd 0x%llx tree 0x%llx", round,
		  (unsigned long long)image.memory_size, (unsigned long long)image.text_offset,
		  (unsigned long long)initrd_size, (unsigned long long)fdt_size);
}

/* The lowest kernel place there is, by trying each block; 0: none. */
static uint64_t lowest_arm64(void)
{
	uint64_t block = (place.base + BLOCK - 1) / BLOCK * BLOCK;

	if (!ram.count)
		return 0;
	for (; block + image.text_offset < ram.range[ram.count - 1].end; block += BLOCK)
		if (memmap_contains(&ram, block + image.text_offset, image.memory_size))
			return block + image.text_offset;
	return 0;
}

TEST(place_arm64_at_random_keeps_every_rule)
{
	unsigned int placed = 0;

	for (int round = 0; round < 3000; round++) {
		uint64_t lowest;
		int result;

		random_machine();
		arm64(test_between(0, 1) ? 0 : test_between(0, 0x100000) * 4,
		      test_between(1, 120 * MIB));
		note_machine(round);
		lowest = lowest_arm64();
		result = place_all();
		CHECK(result == 0 || result == ERR_NO_ROOM);
		CHECK(lowest || result);
		if (result)
			continue;
		placed++;
		CHECK_EQ(place.kernel, lowest);
		check_arm64();
	}
	CHECK(placed > 1000);
}

TEST(place_zimage_at_random_keeps_every_rule)
{
	unsigned int placed = 0;

	for (int round = 0; round < 3000; round++) {
		int result;

		random_machine();
		zimage(test_between(0x100, 12 * MIB));
		note_machine(round);
		result = place_all();
		CHECK(result == 0 || result == ERR_NO_ROOM);
		if (result)
			continue;
		placed++;
		check_arm();
	}
	CHECK(placed > 500);
}

/* Room enough in one piece: then there is no excuse. */
TEST(place_at_random_succeeds_where_there_is_room)
{
	for (int round = 0; round < 2000; round++) {
		uint64_t memory = test_between(1, 60 * MIB), room;

		machine(0x40000000, 0);
		initrd_size = test_between(1, 200 * MIB);
		fdt_size = test_between(1, BLOCK);
		arm64(0, memory);
		room = memory + BEHIND + initrd_size + 4 * BLOCK;
		CHECK_EQ(memmap_add(&ram, 0x40000000, room), 0);
		note_machine(round);
		CHECK_EQ(place_all(), 0);
		check_arm64();

		memmap_init(&ram);
		zimage(test_between(MIB, 9 * MIB));
		room = 5 * image.file_size + 4 * BLOCK + image.file_size + MIB;
		room = room > 48 * MIB ? room : 48 * MIB;
		CHECK_EQ(memmap_add(&ram, 0x40000000, room + initrd_size + 2 * BLOCK), 0);
		if (room + initrd_size + 2 * BLOCK > ARM_FIRST && initrd_size > ARM_FIRST - room)
			CHECK_EQ(memmap_add(&ram, 0x40000000, ARM_FIRST + initrd_size + 2 * BLOCK),
				 0);
		note_machine(round);
		CHECK_EQ(place_all(), 0);
		check_arm();
		check_clear_of_unpacked();
	}
}

/* -- ELF and raw files --------------------------------------------------------------------------
 */

static void linked(enum image_format format, uint64_t address, uint64_t memory)
{
	image = (struct image) {
		.format = format,
		.fixed = true,
		.address = address,
		.file_size = memory / 2,
		.memory_size = memory,
	};
}

TEST(place_puts_what_is_linked_where_it_belongs)
{
	machine(0x40000000, 64 * MIB);
	linked(IMAGE_ELF, 0x40280010, 3 * MIB + 7);
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place.kernel, 0x40280010);
	CHECK(!memmap_contains(&ram, 0x40280000, 1));
	CHECK(!memmap_contains(&ram, 0x40580016, 1));
	CHECK(memmap_contains(&ram, 0x40000000, 0x280000));
}

TEST(place_does_not_put_it_elsewhere)
{
	machine(0x40000000, 64 * MIB);
	linked(IMAGE_RAW, 0x3ffff000, MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
	linked(IMAGE_RAW, 0x43f80000, MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
	CHECK_EQ(memmap_remove(&ram, 0x41000000, PAGE), 0);
	linked(IMAGE_ELF, 0x40f80000, MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
	CHECK(memmap_contains(&ram, 0x40f80000, 0x80000));
}

TEST(place_puts_what_floats_behind_a_boundary)
{
	machine(0x40000000, 64 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, PAGE), 0);
	linked(IMAGE_RAW, 0x40, MIB);
	image.fixed = false;
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place.kernel, 0x40200040);
	image.align = 16 * MIB;
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place.kernel, 0x41000040);
	image.memory_size = 64 * MIB;
	CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
}

/* Some of them look there and nowhere else. */
TEST(place_puts_their_tree_at_the_start_of_ram)
{
	machine(0x40000000, 64 * MIB);
	linked(IMAGE_ELF, 0x40200000, MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE + 1, &place), 0);
	CHECK_EQ(place.fdt, 0x40000000);
	CHECK(!memmap_contains(&ram, 0x40003000, 1));
	CHECK(memmap_contains(&ram, 0x40004000, 1));

	machine(0x40000000, 64 * MIB);
	linked(IMAGE_RAW, 0x40002000, MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE, &place), 0);
	CHECK(place.fdt > 0x40102000);
	CHECK_EQ(place.fdt % 8, 0);
}

TEST(place_puts_the_tree_where_the_guest_wants_it)
{
	machine(0x40000000, 64 * MIB);
	arm64(0xfffc0, 3 * MIB);
	image.fixed = true;
	image.address = 0x400fffc0;
	place.tree = TREE_START;
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place.kernel, 0x400fffc0);
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE, &place), 0);
	CHECK_EQ(place.fdt, 0x40000000);

	machine(0x40000000, 64 * MIB);
	linked(IMAGE_RAW, 0x40080000, MIB);
	place.tree = TREE_ABOVE;
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE, &place), 0);
	CHECK_EQ(place.fdt, 0x40400000); /* the next block behind BEHIND */

	machine(0x40000000, 4 * MIB); /* below it there is room, which is not what it wants */
	linked(IMAGE_RAW, 0x40100000, MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE, &place), ERR_NO_ROOM);
	place.tree = TREE_AUTO;
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE, &place), 0);
}

TEST(place_leaves_a_block_alone)
{
	machine(0x40000000, 256 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, PAGE), 0);
	linked(IMAGE_ELF, MIB, 3 * MIB);
	image.fixed = false;
	image.block = 64 * MIB;
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place.kernel, 0x40200000 + MIB);
	CHECK(!memmap_contains(&ram, 0x40200000, 1) && !memmap_contains(&ram, 0x441fffff, 1));
	CHECK(memmap_contains(&ram, 0x44200000, 1));
	CHECK_EQ(place_fdt(&ram, &image, 3 * PAGE, &place), 0);
	CHECK(place.fdt >= 0x44200000);
	machine(0x40000000, 64 * MIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, PAGE), 0);
	CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
}

/* Segments that end at the end of the address space: their room must not come out small. */
TEST(place_refuses_what_no_address_space_holds)
{
	const uint64_t sizes[] = {UINT64_MAX, UINT64_MAX - 0xfff, UINT64_MAX - 0x10, 1ULL << 63};

	for (unsigned int i = 0; i < 4; i++)
		for (unsigned int fixed = 0; fixed < 2; fixed++)
			for (uint64_t at = 0; at < 0x3000; at += 0xfff) {
				machine(0x40000000, 64 * MIB);
				linked(fixed ? IMAGE_RAW : IMAGE_ELF, at + fixed * 0x40000000,
				       sizes[i]);
				image.fixed = fixed;
				CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
				arm64(0, sizes[i]);
				CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
				zimage(sizes[i]);
				CHECK_EQ(place_kernel(&ram, &image, &place), ERR_NO_ROOM);
				CHECK_EQ(memmap_total(&ram), 64 * MIB);
			}
}

TEST(place_refuses_initrds_and_trees_of_absurd_sizes)
{
	const uint64_t sizes[] = {UINT64_MAX, UINT64_MAX - 0xfff, 1ULL << 63};

	for (unsigned int i = 0; i < 3; i++)
		for (unsigned int arm = 0; arm < 2; arm++) {
			machine(0x40000000, 512 * MIB);
			arm ? zimage(MIB) : arm64(0, MIB);
			CHECK_EQ(place_kernel(&ram, &image, &place), 0);
			CHECK_EQ(place_initrd(&ram, &image, sizes[i], &place), ERR_NO_ROOM);
			CHECK_EQ(place_fdt(&ram, &image, sizes[i], &place), ERR_NO_ROOM);
			CHECK_EQ(place_initrd(&ram, &image, 0, &place), ERR_EMPTY);
		}
}

/* -- the tree's block ---------------------------------------------------------------------------
 */

/* NetBSD maps the kernel by whole blocks, and a block of the tree's must not be among them. */
static void check_own_block(void)
{
	uint64_t first = place.kernel / BLOCK;
	uint64_t last = (place.kernel + image.memory_size + BEHIND - 1) / BLOCK;
	uint64_t block = place.fdt / BLOCK;

	CHECK(block < first || block > last);
}

TEST(place_gives_the_tree_a_block_without_the_kernel)
{
	const uint64_t initrds[] = {0, 1, 100 * KIB, 3 * MIB + 5};

	for (uint64_t memory = 11 * MIB; memory < 17 * MIB; memory += 20 * KIB + 4)
		for (unsigned int i = 0; i < 4; i++) {
			test_note("%llu bytes, initrd %llu", (unsigned long long)memory,
				  (unsigned long long)initrds[i]);
			machine(0x40000000, 512 * MIB);
			CHECK_EQ(memmap_remove(&ram, 0x40000000, MIB), 0); /* the VMM's tree */
			arm64(memory % (3 * PAGE) / PAGE * 0x40000, memory);
			initrd_size = initrds[i];
			place.tree = memory & 8 ? TREE_ABOVE : TREE_AUTO;
			CHECK_EQ(place_all(), 0);
			check_own_block();
			if (place.tree == TREE_ABOVE)
				CHECK(place.fdt > place.kernel);
		}
	initrd_size = 0;
}

/* High in RAM there is nothing behind it: the tree goes below its first block. */
TEST(place_gives_the_tree_a_block_below_a_high_kernel)
{
	place.tree = TREE_AUTO;
	for (uint64_t at = 0x44000000; at < 0x44000000 + 4 * MIB; at += 52 * KIB)
		for (unsigned int format = IMAGE_ARM64; format <= IMAGE_RAW; format++) {
			if (format == IMAGE_ZIMAGE)
				continue;
			test_note("format %u at 0x%llx", format, (unsigned long long)at);
			machine(0x40000000, 74 * MIB);
			CHECK_EQ(memmap_remove(&ram, 0x40000000, PAGE), 0);
			linked(format, at, 74 * MIB - (at - 0x40000000));
			CHECK_EQ(place_all(), 0);
			check_own_block();
			CHECK(place.fdt < place.kernel);
		}
}

/* Where there is no such block, any place is better than none. */
TEST(place_shares_a_block_rather_than_fail)
{
	machine(0x40000000, 4 * MIB);
	linked(IMAGE_ELF, 0x40100000, MIB);
	CHECK_EQ(memmap_remove(&ram, 0x40000000, PAGE), 0);
	place.tree = TREE_AUTO;
	CHECK_EQ(place_all(), 0);
	CHECK_EQ(place.fdt / BLOCK, 0x40000000 / BLOCK);
}

/* A FreeBSD kernel: what goes with it is behind it, and all that is at a 2 MiB boundary. */
TEST(place_puts_initrd_and_tree_into_a_tail)
{
	uint64_t end;

	machine(0x40000000, 64 * MIB);
	image = (struct image) {.format = IMAGE_ELF,
				.address = 0x800,
				.align = BLOCK,
				.memory_size = 5 * MIB - 0x800,
				.tail = 16 * KIB,
				.block = 14 * MIB};
	CHECK_EQ(memmap_remove(&ram, 0x40000000, PAGE_SIZE), 0);
	REQUIRE(CHECK_EQ(place_kernel(&ram, &image, &place), 0));
	CHECK_EQ(place.kernel, 0x40200800);
	end = 0x40200000 + 5 * MIB;
	CHECK_EQ(place.tail.base, end - 16 * KIB);
	CHECK(!memmap_contains(&ram, 0x40200000 + 14 * MIB - PAGE_SIZE, PAGE_SIZE));
	CHECK_EQ(place_initrd(&ram, &image, 4097, &place), 0);
	CHECK_EQ(place.initrd, end - 16 * KIB);
	CHECK_EQ(place_fdt(&ram, &image, 1, &place), 0);
	CHECK_EQ(place.fdt, end - 8 * KIB);
	CHECK_EQ(place_in_tail(&place, 4097, &place.fdt), ERR_NO_ROOM);
	CHECK_EQ(place_in_tail(&place, 0, &place.fdt), ERR_NO_ROOM);
	CHECK_EQ(place.fdt, end - 8 * KIB);
	CHECK_EQ(place_in_tail(&place, 4096, &place.fdt), 0);
	CHECK_EQ(place.fdt, end - 4 * KIB);
	CHECK_EQ(place_in_tail(&place, 1, &place.fdt), ERR_NO_ROOM);
	CHECK_EQ(place_initrd(&ram, &image, 1, &place), ERR_NO_ROOM);
	CHECK_EQ(place_fdt(&ram, &image, 1, &place), ERR_NO_ROOM);
}

TEST(place_has_no_tail_where_there_is_none)
{
	machine(0x40000000, 64 * MIB);
	place.tail = (struct region) {0x40000000, MIB};
	arm64(0, 2 * MIB);
	CHECK_EQ(place_kernel(&ram, &image, &place), 0);
	CHECK_EQ(place.tail.size, 0);
}

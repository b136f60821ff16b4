/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trees: the search for RAM, the platform model and the hand-off. What we accept, libfdt must be
 * able to go through; and so must the guest with what it gets.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "early.h"
#include "error.h"
#include "fdt_handoff.h"
#include "fdt_walk.h"
#include "fuzz.h"
#include "judge.h"
#include "platform.h"

#define WORKSPACE 0x30000
#define FILE_SIZE 0x20000
#define LIMIT	  (1ULL << 48)

static struct platform platform;

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
	REQUIRE(p->cpus <= PLATFORM_CPUS && p->reserveds <= PLATFORM_RESERVED);
	REQUIRE(p->uarts <= PLATFORM_UARTS && p->virtios <= PLATFORM_VIRTIO);
	REQUIRE(p->pcies <= PLATFORM_PCIE && p->gic.redists <= PLATFORM_REDISTS);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *fdt = malloc(size ? size : 1); /* aligned, and of exactly its size */

	memcpy(fdt, data, size);
	if (platform_from_fdt(&platform, fdt, size) == 0) {
		REQUIRE(tree_is_good_for_libfdt(fdt, size));
		check_platform(fdt, size);
		hand_off(fdt);
	}
	/* it has no limit but 2 MiB: the size in the header must be true */
	if (size >= 40 && fdt_totalsize(fdt) <= size)
		find_ram(fdt);
	free(fdt);
	return 0;
}

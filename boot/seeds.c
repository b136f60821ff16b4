/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kaslr-seed and rng-seed are secrets of the guest's kernel, which deletes them from its tree. The
 * trees that they came from stay behind in RAM, where everybody could read them there.
 */
#include "arch.h"
#include "boot.h"
#include "boot/seeds.h"

static void note(struct boot *boot, const char *seed, uint32_t length)
{
	if (seed && boot->seeds.num < BOOT_SEEDS)
		boot->seeds.at[boot->seeds.num++] = (struct region) {(uintptr_t)seed, length};
}

void seeds_note(struct boot *boot)
{
	const struct platform_chosen *chosen = &boot->platform.chosen;

	note(boot, chosen->kaslr_seed, chosen->kaslr_seed_len);
	note(boot, chosen->rng_seed, chosen->rng_seed_len);
}

void seeds_wipe(struct boot *boot)
{
	while (boot->seeds.num) {
		const struct region *seed = &boot->seeds.at[--boot->seeds.num];

		if (!platform_owns_ram(&boot->own, seed->base, seed->size))
			continue;
		wipe((void *)(uintptr_t)seed->base, (size_t)seed->size);
		arch_clean(seed->base, seed->size);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack protector: its guard, from the CPU's or the VMM's randomness, and what happens when it
 * is hit.
 */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/entropy.h"
#include "boot/core/fatal.h"
#include "boot/core/stack_protector.h"
#include "boot/core/stage.h"
#include "boot/core/log.h"

uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
	log_error("crash in stage %s: a function overwrote its stack frame", stage_name());
	stop();
}

#define SEED_LEAST 16 /* bytes: of fewer, a guard would tell too much */

/* All of the seed in 64 bits: canaries stay behind on the stack, and tell nothing of it. */
__attribute__((no_stack_protector)) static uint64_t fold(const char *seed, uint32_t length)
{
	uint64_t guard = 0, word = 0;

	for (uint32_t at = 0; at + sizeof(word) <= length; at += sizeof(word)) {
		memcpy(&word, seed + at, sizeof(word));
		guard = (guard << 23 | guard >> 41) ^ word;
	}
	wipe(&word, sizeof(word));
	return guard;
}

/*
 * A first guard from what the CPU has, so that reading the tree is protected; one from the VMM's
 * own randomness as soon as the tree gives it, or from the higher exception level.
 */
__attribute__((no_stack_protector)) void stack_protector_init(const struct platform *platform)
{
	uint64_t guard = arch_counter() * 0x9E3779B97F4A7C15ULL;
	uint32_t length = platform ? platform->chosen.rng_seed_len : 0;

	if (length >= SEED_LEAST)
		guard = fold(platform->chosen.rng_seed, length);
	else if (platform)
		entropy(&platform->psci, &guard, sizeof(guard));
	else
		arch_random(&guard);
	/* A zero byte stops a string function from writing the guard back. */
	__stack_chk_guard = (uintptr_t)guard & ~(uintptr_t)0xff;
}

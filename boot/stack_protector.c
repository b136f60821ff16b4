/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "log.h"

uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
	log_error("crash in stage %s: a function overwrote its stack frame", stage_name());
	stop();
}

/*
 * A first guard from what the CPU has, so that reading the tree is protected; one from the VMM's
 * own randomness as soon as the tree gives it, or from the level below.
 */
__attribute__((no_stack_protector)) void stack_protector_init(const struct platform *platform)
{
	uint64_t guard = arch_counter() * 0x9E3779B97F4A7C15ULL;
	uint32_t length = platform ? platform->chosen.rng_seed_len : 0;

	if (length >= sizeof(guard))
		memcpy(&guard, platform->chosen.rng_seed + length - sizeof(guard), sizeof(guard));
	else if (platform)
		entropy(&platform->psci, &guard, sizeof(guard));
	else
		arch_random(&guard);
	/* A zero byte stops a string function from writing the guard back. */
	__stack_chk_guard = (uintptr_t)guard & ~(uintptr_t)0xff;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AArch32 instructions that trap: HSR's and ESR_EL2's syndromes are alike, and so
 * are SPSR_hyp and SPSR_EL2.
 */
#include "core.h"

#define SYNDROME_CV    (1U << 24) /* it has the condition */
#define SYNDROME_CM    (1U << 8)  /* of cache maintenance */
#define SYNDROME_WALK  (1U << 7)  /* of the guest's own translation tables (S1PTW) */
#define SYNDROME_WRITE (1U << 6)
#define IT_BITS	       (3U << 25 | 0x3fU << 10)
#define ALWAYS	       14

/* PSR.IT: what is left of an IT block; 0 outside of one. */
static uint32_t it_state(uint32_t psr)
{
	return (psr >> 8 & 0xfc) | (psr >> 25 & 3);
}

/* A condition code against the flags N, Z, C, V; the lowest bit inverts. */
static bool condition_holds(uint32_t condition, uint32_t flags)
{
	bool n = flags & 8, z = flags & 4, c = flags & 2, v = flags & 1;
	const bool holds[] = {z, c, n, v, c && !z, n == v, n == v && !z, true};

	return condition >= ALWAYS || holds[condition >> 1] != (condition & 1);
}

bool aarch32_executes(uint32_t syndrome, uint32_t psr)
{
	uint32_t it = it_state(psr), condition = it ? it >> 4 : ALWAYS;

	if (syndrome & SYNDROME_CV)
		condition = syndrome >> 20 & 0xf;
	return condition_holds(condition, psr >> 28);
}

uint32_t aarch32_advance(uint32_t psr)
{
	uint32_t it = it_state(psr);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (psr & ~IT_BITS) | (it & 3) << 25 | (it >> 2) << 10;
}

/* Arm ARM G8.2.35 (DFSR). Of which level's table is not known here: the first one's. */
uint32_t aarch32_abort_status(uint32_t syndrome, bool lpae)
{
	bool walk = syndrome & SYNDROME_WALK;
	uint32_t status = lpae ? (walk ? 0x215 : 0x210) : (walk ? 0xc : 0x8);

	return status | (syndrome & SYNDROME_WRITE ? 1 << 11 : 0) |
	       (syndrome & SYNDROME_CM ? 1 << 13 : 0);
}

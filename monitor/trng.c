/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * True Random Number Generator firmware interface 1.0 (DEN0098), where the CPU has a generator: at
 * level 3. At level 2 the higher exception level has it or has not.
 */
#include "core.h"
#include "psci.h"

#define TRNG_SUCCESS 0
#define TRNG_INVALID (-2)

/* Which implementation this is: a UUID made for it, in the order of the registers. */
static const uint32_t uuid[] = {0x6F726566, 0x4D726172, 0x54A1676E, 0x3AC90E5B};

/* The lowest 'bits' bits of r1 to r3, r3 lowest, random; the others are zero already. */
static int64_t random_bits(struct monitor_call *call, uint64_t bits, unsigned int width)
{
	if (!bits || bits > 3 * width)
		return TRNG_INVALID;
	for (int i = 3; bits; i--) {
		uint64_t taken = bits < width ? bits : width;

		if (!arch_random(&call->r[i]))
			return TRNG_NO_ENTROPY;
		call->r[i] &= UINT64_MAX >> (64 - taken);
		bits -= taken;
	}
	return TRNG_SUCCESS;
}

static bool exists(uint32_t function, bool aarch64)
{
	return function - TRNG_VERSION <= TRNG_RND - TRNG_VERSION ||
	       (function == (TRNG_RND | SMCCC_64BIT) && aarch64);
}

static int64_t get_uuid(struct monitor_call *call)
{
	for (int i = 1; i < 4; i++)
		call->r[i] = uuid[i];
	return uuid[0];
}

static int64_t answer(struct monitor_call *call, uint64_t argument)
{
	switch ((uint32_t)call->r[0]) {
	case TRNG_VERSION:
		return TRNG_1_0;
	case TRNG_FEATURES:
		return exists((uint32_t)argument, call->aarch64) ? TRNG_SUCCESS
								 : PSCI_NOT_SUPPORTED;
	case TRNG_GET_UUID:
		return get_uuid(call);
	case TRNG_RND:
		return random_bits(call, argument, 32);
	default:
		return random_bits(call, argument, 64);
	}
}

bool trng_call(struct monitor_call *call)
{
	uint64_t argument = call->r[1];
	int64_t result;

	if (monitor.level != 3 || !exists((uint32_t)call->r[0], call->aarch64) ||
	    !arch_random(&call->r[1]))
		return false;
	call->r[1] = call->r[2] = call->r[3] = 0; /* unused results are zero */
	result = answer(call, argument);
	if (result == TRNG_NO_ENTROPY) /* after a part of it */
		call->r[1] = call->r[2] = call->r[3] = 0;
	call->r[0] = (uint64_t)result;
	return true;
}

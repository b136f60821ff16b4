/* SPDX-License-Identifier: BSD-2-Clause */
/* Randomness from the CPU (FEAT_RNG) or from the level below (TRNG Firmware Interface, DEN0098). */
#include <string.h>
#include "arch.h"
#include "boot.h"

#define PSCI_FEATURES 0x8400000A
#define SMCCC_VERSION 0x80000000
#define TRNG_VERSION  0x84000050
#define TRNG_RND32    0x84000053
#define TRNG_BITS     64 /* a call: three registers of 32 bits hold it */

/* The call may only be made where SMCCC 1.1 is known to be there. */
static bool trng_present(const struct platform_psci *psci)
{
	return psci->version >= 0x10000 &&
	       arch_smccc(psci->conduit, PSCI_FEATURES, SMCCC_VERSION, 0, 0) >= 0 &&
	       arch_smccc(psci->conduit, SMCCC_VERSION, 0, 0, 0) >= 0x10001 &&
	       arch_smccc(psci->conduit, TRNG_VERSION, 0, 0, 0) >= 0x10000;
}

/* Its bits come in the last registers: 31:0 in the third, 63:32 in the second. */
static bool trng(const struct platform_psci *psci, uint64_t *value)
{
	uint64_t result[3];

	if (!trng_present(psci) ||
	    (int32_t)arch_smccc4(psci->conduit, TRNG_RND32, TRNG_BITS, result) != 0)
		return false;
	*value = (uint32_t)result[2] | result[1] << 32;
	return true;
}

bool entropy(const struct platform_psci *psci, void *bytes, size_t size)
{
	uint8_t *to = bytes;

	while (size) {
		uint64_t value;
		size_t part = size < sizeof(value) ? size : sizeof(value);

		if (!arch_random(&value) && !trng(psci, &value))
			return false;
		memcpy(to, &value, part);
		to += part;
		size -= part;
	}
	return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The calling convention itself (SMCCC, DEN0028), and the random numbers (DEN0098). */
#include "torture.h"

#define ARCH_RESERVED 0x80000ffe
#define TRNG_1_0      0x10000
#define TRNG_MAX32    96

static unsigned long changes_of(unsigned long fn, unsigned long a1, unsigned long a2)
{
	return smccc_changes(psci_smc(), fn, a1, a2);
}

/* x4 and up, r4 and up: the same after the call (SMCCC 1.1, 2.6). */
static void check_registers(void)
{
	unsigned long me = smp_mpidr(smp_me()), changed = 0;

	for (int i = 0; i < 2; i++) { /* both conduits, when both are used */
		changed |= changes_of(PSCI_VERSION, 0, 0);
		changed |= changes_of(PSCI_FEATURES, PSCI_CPU_ON, 0);
		changed |= changes_of(PSCI_AFFINITY_INFO, me, 0);
		changed |= changes_of(psci_function(PSCI_AFFINITY_INFO), me, 0);
		changed |= changes_of(psci_function(PSCI_CPU_ON), me, 0);
		changed |= changes_of(PSCI_CPU_ON, NO_CPU, 0);
		changed |= changes_of(SMCCC_VERSION, 0, 0);
		changed |= changes_of(TRNG_VERSION, 0, 0);
		changed |= changes_of(psci_function(TRNG_RND), 32, 0);
		changed |= changes_of(0x8400ff00, 0, 0);
		changed |= changes_of(0xc400ff00, 0, 0);
		psci_smc(); /* the other one comes first */
	}
	item_is("smccc-registers-kept", changed, 0);
}

/* Fast calls that nobody has: of PSCI's own range, of other owners, of no owner. */
static void check_unknown(void)
{
	static const uint32_t unknown[] = {
		0x8400001e, 0x84000030, 0x8400ffff, 0xc400001e, 0xc400ffff, 0xc4000000,
		0xc4000008, 0x80000777, 0xc0000777, 0x81000001, 0x82000001, 0x83000001,
		0x85000001, 0x86000001, 0xb2000001, 0xbf000fff, 0xc5000001, 0xc6000001,
	};
	unsigned long bad = 0;

	for (unsigned int i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		unsigned long regs[4] = {unknown[i], 1, 2, 3};
		bool wide = unknown[i] & FN64;

		smccc_call(psci_smc(), regs);
		/* What a 64-bit function returns has 64 bits. */
		if (wide ? (long)regs[0] == NOT_SUPPORTED : (int32_t)regs[0] == NOT_SUPPORTED)
			continue;
		bad++;
		info("unknown-function", unknown[i]);
	}
	item_is("smccc-unknown", bad, 0);
}

/* What is in the upper halves of the registers is nothing to a 32-bit function (SMCCC 3.1). */
static void check_upper_halves(void)
{
	unsigned long me = smp_mpidr(smp_me()), junk = ~0ul << 16 << 16;
	unsigned long info[4] = {PSCI_AFFINITY_INFO, (uint32_t)me | junk, junk, junk};
	unsigned long version[4] = {PSCI_VERSION | junk, junk, junk, junk};

	if (!junk)
		return;
	smccc_call(psci_smc(), info);
	strict_is("smccc-upper-halves", result_bits((int32_t)info[0]), AFFINITY_ON);
	smccc_call(psci_smc(), version);
	strict_is("smccc-function-is-w0", (int32_t)version[0] >= 0x10000, true);
}

static void check_version(void)
{
	long version, told = psci(PSCI_FEATURES, SMCCC_VERSION, 0, 0);

	strict_is("smccc-announced", result_bits(told), SUCCESS);
	version = psci(SMCCC_VERSION, 0, 0, 0);
	item_is("smccc-version", told == NOT_SUPPORTED ? version < 0 : version >= 0x10001, true);
	if (told == NOT_SUPPORTED)
		return;
	info("smccc", (uint64_t)version);
	item_is("arch-features-version",
		result_bits(psci(SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0)), SUCCESS);
	item_is("arch-features-itself",
		result_bits(psci(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0)), SUCCESS);
	item_is("arch-features-unknown",
		result_bits(psci(SMCCC_ARCH_FEATURES, ARCH_RESERVED, 0, 0)),
		result_bits(NOT_SUPPORTED));
}

/* The answer to a request of so many bits; x1 is the most significant word, x3 the least. */
static long get_random(bool wide, unsigned long bits, unsigned long regs[4])
{
	for (int tries = 0; tries < 1000; tries++) {
		regs[0] = TRNG_RND | (wide ? FN64 : 0);
		regs[1] = bits;
		regs[2] = regs[3] = 0;
		smccc_call(psci_smc(), regs);
		if ((int32_t)regs[0] != -3) /* NO_ENTROPY: ask again */
			break;
	}
	return (int32_t)regs[0];
}

static bool random_differs(bool wide, unsigned long bits)
{
	unsigned long a[4], b[4];

	return !get_random(wide, bits, a) && !get_random(wide, bits, b) &&
	       (a[1] != b[1] || a[2] != b[2] || a[3] != b[3]);
}

static bool random_is_short(bool wide)
{
	unsigned long regs[4];

	return !get_random(wide, 12, regs) && !regs[1] && !regs[2] && !(regs[3] >> 12);
}

static void check_random_width(bool wide, const char *numbers, const char *sizes)
{
	unsigned long most = wide ? 2 * TRNG_MAX32 : TRNG_MAX32, regs[4];

	item_is(numbers, random_differs(wide, most) && random_differs(wide, 32), true);
	item_is(sizes,
		random_is_short(wide) && get_random(wide, 0, regs) == INVALID_PARAMETERS &&
			get_random(wide, most + 1, regs) == INVALID_PARAMETERS,
		true);
}

static void check_random(void)
{
	long version = psci(TRNG_VERSION, 0, 0, 0);

	info("trng", result_bits(version));
	item_is("trng-version", version == NOT_SUPPORTED || version >= TRNG_1_0, true);
	if (version < 0) {
		item_is("trng-absent", result_bits(psci(TRNG_RND, 32, 0, 0)),
			result_bits(NOT_SUPPORTED));
		return;
	}
	item_is("trng-features",
		psci(TRNG_FEATURES, TRNG_RND, 0, 0) >= 0 &&
			psci(TRNG_FEATURES, TRNG_GET_UUID, 0, 0) >= 0 &&
			psci(TRNG_FEATURES, TRNG_VERSION, 0, 0) >= 0 &&
			psci(TRNG_FEATURES, 0x84000056, 0, 0) == NOT_SUPPORTED,
		true);
	item_is("trng-uuid", psci(TRNG_GET_UUID, 0, 0, 0) != NOT_SUPPORTED, true);
	check_random_width(false, "trng-numbers", "trng-sizes");
	if (psci_function(TRNG_RND) != TRNG_RND)
		check_random_width(true, "trng-numbers-64", "trng-sizes-64");
}

void torture_smccc(void)
{
	check_registers();
	check_unknown();
	check_upper_halves();
	check_version();
	check_random();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of PSCI, by the conduit of the device tree or of the command line. */
#include "psci.h"
#include "words.h"

enum conduit psci_conduit;

void psci_use(const struct tree *t, const char *bootargs)
{
	const char *word = word_value(bootargs, "conduit=");

	psci_conduit = t->psci_smc ? SMC : HVC;
	if (word_is(word, "hvc"))
		psci_conduit = HVC;
	else if (word_is(word, "smc"))
		psci_conduit = SMC;
	else if (word_is(word, "both"))
		psci_conduit = BOTH;
	power_smc = psci_conduit != HVC;
}

/* Both are used in turn; that CPUs disturb each other's turn is fine. */
bool psci_smc(void)
{
	static volatile bool turn;

	if (psci_conduit != BOTH)
		return psci_conduit == SMC;
	turn = !turn;
	return turn;
}

long psci(uint32_t fn, unsigned long a1, unsigned long a2, unsigned long a3)
{
	unsigned long regs[4] = {fn, a1, a2, a3};

	smccc_call(psci_smc(), regs);
	return (int32_t)regs[0];
}

long psci_native(uint32_t fn, unsigned long a1, unsigned long a2, unsigned long a3)
{
	return psci(psci_function(fn), a1, a2, a3);
}

long affinity_info(unsigned long mpidr)
{
	return psci_native(PSCI_AFFINITY_INFO, mpidr, 0, 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm Power State Coordination Interface (DEN0022): what we use of the level below. */
#include "arch.h"
#include "boot.h"

#define PSCI_SYSTEM_OFF 0x84000008

void psci_system_off(const struct platform_psci *psci)
{
	enum conduit conduit = psci->version ? psci->conduit : arch_default_conduit();

	if (psci->version != 0x00001) /* v0.1 has no such function */
		arch_smccc(conduit, PSCI_SYSTEM_OFF, 0, 0, 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_OWN_H
#define FOREARM_PLATFORM_OWN_H

#include "platform/platform.h"
#include "platform/fdt_secure.h"

/*
 * What forearm, its runtime services and the monitor read and write themselves: by the VMM's tree
 * as it was given. Overlays and the tree of a container change struct platform, which is what the
 * guest is told of; nobody takes an address from there to touch it once stage "overlays" has begun.
 * (fw_cfg, the console and flash memory are opened before, and stay where they were then.)
 */
struct platform_own {
	struct platform_secure secure;	    /* after a start in the secure world */
	struct region bank[PLATFORM_BANKS]; /* RAM */
	uint64_t ecam[PLATFORM_PCIE]; /* PCI host bridges whose buses nobody has numbered yet */
	uint64_t rtc;		      /* 0: there is none */
	unsigned int banks, ecams;
	bool smmu;
};

#define ECAM_BUS 0x100000 /* of configuration space, for the 256 functions of a bus */

/* All but 'secure', from the model of the VMM's own tree. Pure. */
void platform_own(const struct platform *platform, struct platform_own *own);

/* Whether all of [base, base + size) is in one bank of that RAM. Pure. */
bool platform_owns_ram(const struct platform_own *own, uint64_t base, uint64_t size);

#endif

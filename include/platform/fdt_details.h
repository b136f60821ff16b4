/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_DETAILS_H
#define FOREARM_PLATFORM_DETAILS_H

#include "lib/fdt/visit.h"
#include "platform/platform.h"

/*
 * Details that only those need who build a description of their own (ACPI tables, SMBIOS, a device
 * tree) rather than hand on the VMM's: kept apart from the model, so that a boot by the VMM's own
 * tree does not pay for it.
 */

#define PLATFORM_SMMUS	 4
#define PLATFORM_ROUTES	 128 /* of a PCI host; 32 devices with four pins each */
#define PLATFORM_NO_UNIT (-1)
#define PLATFORM_NODES	 32 /* NUMA nodes whose distances are kept */

/* A CPU's place (ACPI 6.5, 5.2.30; cpu-map binding): numbers from 0 within what contains it. */
struct platform_place {
	uint16_t socket, cluster, core, thread;
};

/* SMMUv3 (arm,smmu-v3). Interrupts with an intid of 0 are not wired. */
struct platform_smmu {
	struct region region;
	struct interrupt event, pri, sync, error;
	bool coherent; /* its table walks */
};

/* A line of a PCI host's interrupt-map: pin 1 to 4 (INTA to INTD) of a device on its root bus. */
struct platform_route {
	uint8_t device, pin;
	struct interrupt interrupt;
};

struct platform_pcie_details {
	bool coherent;	 /* DMA sees the CPUs' caches */
	bool any_device; /* interrupts go by the pin alone: 'device' of a route is 0 */
	int its;	 /* index in gic.its of the unit that takes its MSIs, or PLATFORM_NO_UNIT */
	int smmu;	 /* index of the SMMU that translates all its DMA, or PLATFORM_NO_UNIT */
	uint32_t its_base, smmu_base; /* the ID that requester ID 0 has there */
	unsigned int device_mask;     /* which bits of the device number count for 'route' */
	unsigned int routes;
	struct platform_route route[PLATFORM_ROUTES];
};

/* The ID that requester ID 0 has where 'requester' has 'id', modulo 2^32. */
static inline uint32_t platform_first_id(uint32_t id, uint32_t requester)
{
	return (uint32_t)((1ULL << 32) + id - requester);
}

/* A power button on a PL061 (gpio-keys with the code KEY_POWER); pin is 0 to 7. */
struct platform_button {
	bool present;
	struct region gpio;
	struct interrupt interrupt; /* of the PL061 */
	uint8_t pin;
};

struct platform_details {
	struct interrupt pmu; /* a PPI; intid 0: none */
	bool numa;	      /* the nodes of CPUs and RAM mean something */
	bool topology;	      /* 'place' is known; else every CPU is a core of one socket */
	struct platform_button button;
	unsigned int smmus;
	struct platform_smmu smmu[PLATFORM_SMMUS];
	struct platform_pcie_details pcie[PLATFORM_PCIE]; /* as platform.pcie */
	struct platform_place place[PLATFORM_CPUS];	  /* as platform.cpu */
	/* NUMA distances, or 0 where the description has none (numa-distance-map-v1, SLIT). */
	uint8_t distance[PLATFORM_NODES][PLATFORM_NODES];
};

/* Nothing is known: coherent DMA, no interrupts. */
void platform_details_init(struct platform_details *details);

/*
 * Reads the details of 'platform' from the tree that it was made from (platform->fdt; without one,
 * nothing is known). What makes no sense is left out. Pure; takes 8 KiB of stack.
 * Returns 0 or ERR_FDT_*.
 */
int platform_details_from_fdt(struct platform_details *details, const struct platform *platform);

/* An interrupt from three cells of the GIC's binding. */
void platform_interrupt(struct interrupt *interrupt, const char *cells);
/* Entry 'index' of the node's "interrupts", or zeros; false: there is no such entry. */
bool fdt_interrupt(const struct fdt_node *node, unsigned int index, struct interrupt *out);

#endif

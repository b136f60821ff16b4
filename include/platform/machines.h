/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MACHINES_H
#define FOREARM_MACHINES_H

#include "platform/platform.h"

/*
 * Machines whose devices have fixed places, for a start without any description. This says only
 * where to look; whether it is there, it must tell itself (boot/probe_hardware.c). Regions of size
 * 0 and interrupts of 0 are not looked at.
 */
#define MACHINE_ECAMS	2
#define MACHINE_REDISTS 2

struct machine_device {
	struct region region;
	uint32_t intid; /* level-sensitive */
};

struct machine {
	uint64_t ram;		/* where it begins */
	struct region devices;	/* what is mapped to look at all the devices but PCI */
	struct region gic_dist; /* of either version */
	struct region gic_cpu, gic_hyp, gic_vcpu, gic_v2m;  /* version 2 */
	struct region gic_redist[MACHINE_REDISTS], gic_its; /* version 3 */
	uint8_t maintenance, pmu, timer[TIMER_INTERRUPTS];  /* PPIs, as the GIC counts */
	struct machine_device pl011, pl031, pl061;
	uint8_t button;		    /* pin of the PL061 */
	struct region secure_pl061; /* a PL061 of the secure world's; its pins: */
	uint8_t off, reset;
	struct region secure_ram;
	struct region fw_cfg;
	struct machine_device virtio; /* the first of 'num_virtio' in a row; edge-triggered */
	unsigned int num_virtio;
	struct region ecam[MACHINE_ECAMS];	    /* one of them */
	uint32_t host_bridge;			    /* device and vendor of 00:00.0 */
	struct region pci_io, pci_mem32, pci_mem64; /* buses begin at 0, and at the same address */
	uint32_t pci_intid;			    /* of four, shared round robin */
};

extern const struct machine machines[];
extern const unsigned int machine_count;

#endif

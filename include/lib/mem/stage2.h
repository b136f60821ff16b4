/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_STAGE2_H
#define FOREARM_STAGE2_H

#include "platform/platform.h"

/*
 * Stage 2 translation tables (Arm ARM D8.2.3, D8.3; AArch32: G5.5) for a guest at EL1 below a
 * monitor at EL2: each address translates to itself, with the largest blocks, but for a hole where
 * the monitor and the tables themselves are, which translates to nothing. 4 KiB granule,
 * long-descriptor format, which both architectures share. Memory types are the guest's: Normal
 * write-back non-shareable at stage 2 is what leaves stage 1 to decide. Pure.
 *
 * The tables have to be small. Up to 40 bits of addresses need two pages that are looked at as one
 * table of 1 GiB blocks, and that is what a guest gets of larger CPUs, too: 1 TiB. Only where the
 * machine has something behind are there more: on CPUs of 44 bits and above one more level, with a
 * page for each 512 GiB that anything is in.
 */

#define STAGE2_BITS_MAX 48
#define STAGE2_SLOT	(1ULL << 39) /* what one table of level 1 holds */
#define STAGE2_SLOTS	(1U << (STAGE2_BITS_MAX - 39))
#define STAGE2_WITHIN	(2ULL << 20) /* a hole must not cross a multiple of it */

struct stage2 {
	uint32_t cpu_bits; /* of the CPU's physical addresses: 32, 36, 40, 42, 44 or 48 */
	uint32_t bits;	   /* of the addresses that the guest has */
	uint32_t level;	   /* of the first table: 0 or 1 */
	uint64_t slot[STAGE2_SLOTS / 64]; /* level 0: bit n: [n, n + 1) * STAGE2_SLOT is there */
};

/* A plan for a CPU with 'cpu_bits' (more than 48 count as 48): the first 1 TiB, or all it has. */
void stage2_plan(struct stage2 *plan, unsigned int cpu_bits);

/* Adds what the machine has at 'region'; what the CPU cannot address is left out. */
void stage2_add(struct stage2 *plan, const struct region *region);

/* Bytes that its tables need: whole pages. */
uint64_t stage2_size(const struct stage2 *plan);

/*
 * Builds them in 'memory', stage2_size() bytes at the physical address 'at', a page boundary; all
 * of that has to be in the hole, which is made of whole pages. The first table's physical address
 * in *root. The caller makes them visible to the CPU's walks. Returns 0; ERR_HEADER for a hole or
 * an 'at' that does not do; or ERR_FULL for a hole that crosses a multiple of STAGE2_WITHIN.
 */
int stage2_build(const struct stage2 *plan, const struct region *hole, void *memory, uint64_t at,
		 uint64_t *root);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stage 2 leaves out (the monitor, and addresses behind all that the machine has) is to the
 * guest as if nothing were there: its access ends with a synchronous external abort, which its
 * kernel reports.
 */
#include "cpu.h"

#define EC_SHIFT	26
#define EC_DATA		(4 << EC_SHIFT) /* set: a data abort; clear: an instruction abort */
#define EC_SAME_LEVEL	(1 << EC_SHIFT)
#define ISS_WALK	(1 << 7)	  /* S1PTW: of the guest's own tables */
#define ISS_KEPT	(1 << 6 | 1 << 8) /* WnR, CM */
#define EXTERNAL	0x10
#define EXTERNAL_WALK	0x14 /* the level is not known here */
#define SPSR_EL		0xc
#define TCR_EAE		(1U << 31) /* AArch32: its long-descriptor format */
#define VECTOR_PREFETCH 0x0c
#define VECTOR_DATA	0x10
#define LR_ABORT	20 /* LR_abt, as AArch64 sees it */

static void abort64(struct frame *frame)
{
	uint64_t esr = frame->esr & ((uint64_t)0x3f << EC_SHIFT | ESR_LONG);

	if (frame->esr & EC_DATA)
		esr |= frame->esr & ISS_KEPT;
	esr |= frame->esr & ISS_WALK ? EXTERNAL_WALK : EXTERNAL;
	if (frame->spsr & SPSR_EL && !(frame->spsr & SPSR_AARCH32))
		esr |= EC_SAME_LEVEL;
	write_el1(far_el1, sysreg(far_el2));
	inject64(frame, esr);
}

/* DFSR is ESR_EL1; DFAR and IFAR are the halves of FAR_EL1. */
static void abort32(struct frame *frame)
{
	uint64_t at = (uint32_t)sysreg(far_el2), far = read_el1(far_el1);
	uint32_t status = aarch32_abort_status((uint32_t)frame->esr, read_el1(tcr_el1) & TCR_EAE);
	bool data = frame->esr & EC_DATA;

	if (data) {
		write_el1(esr_el1, status);
		write_el1(far_el1, far >> 32 << 32 | at);
	} else {
		write_register(ifsr32_el2, status);
		write_el1(far_el1, at << 32 | (uint32_t)far);
	}
	write_register(spsr_abt, frame->spsr);
	inject32(frame, MODE_ABORT, data ? VECTOR_DATA : VECTOR_PREFETCH, LR_ABORT, data ? 8 : 4);
	frame->spsr |= SPSR_SERROR;
}

void inject_abort(struct frame *frame)
{
	if (monitor.guest_state == STATE_AARCH64)
		abort64(frame);
	else
		abort32(frame);
}

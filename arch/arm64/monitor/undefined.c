/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest does that traps to us for no reason we know (a register of a feature that is newer
 * than the monitor) is to it as if the CPU did not have it: it says where, and can be debugged.
 */
#include "cpu.h"

#define SCTLR_V		 (1 << 13) /* AArch32: vectors at the top */
#define SCTLR_TE	 (1 << 30) /* exceptions are taken in T32 */
#define HIGH_VECTORS	 0xffff0000
#define VECTOR_UNDEFINED 4
#define LR_UNDEFINED	 22 /* LR_und, as AArch64 sees it */
#define VECTOR_CURRENT	 0x200
#define VECTOR_BELOW	 0x400
#define VECTOR_BELOW32	 0x600
#define SPSR_FLAGS	 (0xfULL << 28)
#define SPSR_EL		 0xc

void inject32(struct frame *frame, unsigned int mode, unsigned int vector, unsigned int lr,
	      uint64_t link)
{
	uint64_t sctlr = read_el1(sctlr_el1), base = read_el1(vbar_el1);

	frame->x[lr] = frame->elr + link;
	frame->spsr = (frame->spsr & (SPSR_FLAGS | SPSR_SERROR | SPSR_FIQ)) | SPSR_IRQ | mode |
		      (sctlr & SCTLR_TE ? SPSR_T32 : 0) | (sctlr & SCTLR_EE ? SPSR_BIG_ENDIAN : 0);
	frame->elr = (sctlr & SCTLR_V ? HIGH_VECTORS : base) + vector;
}

static void undefined32(struct frame *frame)
{
	write_register(spsr_und, frame->spsr);
	inject32(frame, MODE_UNDEFINED, VECTOR_UNDEFINED, LR_UNDEFINED,
		 frame->spsr & SPSR_T32 ? 2 : 4);
}

static uint64_t vector(const struct frame *frame, unsigned int to)
{
	if (frame->spsr & SPSR_AARCH32)
		return VECTOR_BELOW32;
	if ((frame->spsr & SPSR_EL) != to)
		return VECTOR_BELOW;
	return frame->spsr & 1 ? VECTOR_CURRENT : 0;
}

void inject64(struct frame *frame, uint64_t esr)
{
	bool to_el2 = monitor.guest_level == 2 &&
		      ((frame->spsr & SPSR_MODE) >= 8 ||
		       (!(frame->spsr & SPSR_EL) && sysreg(hcr_el2) & HCR_TGE));
	unsigned int to = to_el2 ? MODE_EL2H & SPSR_EL : MODE_EL1H & SPSR_EL;
	uint64_t offset = vector(frame, to);

	if (to_el2) {
		write_register(esr_el2, esr);
		write_register(elr_el2, frame->elr);
		write_register(spsr_el2, frame->spsr);
		frame->elr = sysreg(vbar_el2) + offset;
	} else {
		write_el1(esr_el1, esr);
		write_el1(elr_el1, frame->elr);
		write_el1(spsr_el1, frame->spsr);
		frame->elr = read_el1(vbar_el1) + offset;
	}
	frame->spsr = (frame->spsr & SPSR_FLAGS) | (to_el2 ? MODE_EL2H : MODE_EL1H) | SPSR_FIQ |
		      SPSR_IRQ | SPSR_SERROR | SPSR_DEBUG;
}

void inject_undefined(struct frame *frame)
{
	if (monitor.guest_state == STATE_AARCH64)
		inject64(frame, frame->esr & ESR_LONG);
	else if ((frame->spsr & SPSR_MODE) != MODE_HYP)
		undefined32(frame);
	else
		monitor_park();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of the guest, by SMC or HVC, and the registers of its that are not what they seem. */
#include "guest.h"
#include "psci.h"
#include "sysreg.h"

/* Exception classes of HSR. */
#define CLASS_CP15 0x03
#define CLASS_VMRS 0x08
#define CLASS_HVC  0x12
#define CLASS_SMC  0x13
#define CLASS_IABT 0x20 /* instruction and data aborts from below */
#define CLASS_DABT 0x24

#define VECTOR_UNDEFINED 0x04

#define ISS_CALL 0xffff /* the immediate of HVC */

#define ID_PFR1_INDEX	      1
#define ID_PFR1_SECURITY_MASK 0xf0
#define ID_PFR1_SECURITY      0x10

/* By the register that a start at the guest's level has its order from. */
static bool guest_big_endian(void)
{
	uint32_t sctlr = monitor.guest_level == 2 ? SYS_READ(SYS_HSCTLR) : SYS_READ(SYS_SCTLR);

	return sctlr & SCTLR_EE;
}

void guest_call(struct guest_frame *frame, struct monitor_cpu *self)
{
	struct monitor_call call;

	call.aarch64 = false;
	call.big_endian = guest_big_endian();
	for (int i = 0; i < 4; i++)
		call.r[i] = frame->r[i];
	if (psci_call(self, &call))
		for (int i = 0; i < 4; i++)
			frame->r[i] = (uint32_t)call.r[i];
	else if (monitor.level == 2 && monitor.host_psci && psci_may_pass(frame->r[0]))
		forward(frame->r);
	else
		frame->r[0] = (uint32_t)PSCI_NOT_SUPPORTED;
}

/* Behind SMC's class they have no condition. */
static bool executes(uint32_t hsr, uint32_t psr)
{
	return hsr >> 26 > CLASS_SMC || aarch32_executes(hsr, psr);
}

/* HYP mode's SPSR, which has no name in HYP mode itself, and another one in Monitor mode. */
static uint32_t get_spsr(void)
{
	return monitor.level == 2 ? BANKED_READ("spsr") : BANKED_READ("spsr_hyp");
}

static void set_spsr(uint32_t psr)
{
	if (monitor.level == 2)
		BANKED_WRITE("spsr_cxsf", psr);
	else
		BANKED_WRITE("spsr_hyp", psr);
}

/* Goes on behind the trapped instruction. */
static void skip(uint32_t hsr, uint32_t psr)
{
	BANKED_WRITE("elr_hyp", BANKED_READ("elr_hyp") + (hsr >> 25 & 1 ? 4 : 2));
	set_spsr(aarch32_advance(psr));
}

/* LR of the mode that the guest is in. HYP mode has LR_usr in its place. */
static void set_lr(struct guest_frame *frame, uint32_t psr, uint32_t value)
{
	switch (psr & PSR_MODE) {
	case PSR_FIQ:
		BANKED_WRITE("lr_fiq", value);
		break;
	case PSR_IRQ:
		BANKED_WRITE("lr_irq", value);
		break;
	case PSR_SVC:
		BANKED_WRITE("lr_svc", value);
		break;
	case PSR_ABT:
		BANKED_WRITE("lr_abt", value);
		break;
	case PSR_UND:
		BANKED_WRITE("lr_und", value);
		break;
	default:
		frame->lr = value;
	}
}

/* The read of an ID register as the CPU would have done it, but for one field. */
static bool id_read(struct guest_frame *frame, uint32_t hsr, uint32_t psr)
{
	uint32_t crm = hsr >> 1 & 0xf, rt = hsr >> 5 & 0xf, crn = hsr >> 10 & 0xf;
	uint32_t index = (crm - 1) * 8 + (hsr >> 17 & 7), value = 0;

	if (!(hsr & 1))
		return false;
	if (hsr >> 26 == CLASS_VMRS)
		index = ID_INDEX_MVFR2 + crn - 5;
	else if (hsr >> 26 != CLASS_CP15 || crn || !crm || (hsr >> 14 & 7))
		return false;
	if (index < ID_INDEX_MVFR2 + 3)
		value = read_id(index);
	if (index == ID_PFR1_INDEX)
		value = (value & ~ID_PFR1_SECURITY_MASK) | ID_PFR1_SECURITY;
	if (rt < 13)
		frame->r[rt] = value;
	else if (rt == 14)
		set_lr(frame, psr, value);
	return true;
}

void enter_mode(uint32_t psr, uint32_t mode, uint32_t vector)
{
	uint32_t sctlr = SYS_READ(SYS_SCTLR);
	uint32_t to = (psr & ~(PSR_MODE | PSR_T | PSR_E | PSR_IT | PSR_J)) | mode | PSR_I;

	BANKED_WRITE("elr_hyp", (sctlr & SCTLR_V ? 0xffff0000 : SYS_READ(SYS_VBAR)) + vector);
	to |= (sctlr & SCTLR_TE ? PSR_T : 0) | (sctlr & SCTLR_EE ? PSR_E : 0);
	set_spsr(to);
}

/* What a CPU does that does not know the instruction, so that the guest's kernel tells its user. */
static void undefined(uint32_t psr)
{
	BANKED_WRITE("spsr_und", psr);
	BANKED_WRITE("lr_und", BANKED_READ("elr_hyp") + (psr & PSR_T ? 2 : 4));
	enter_mode(psr, PSR_UND, VECTOR_UNDEFINED);
}

void hyp_trap(struct guest_frame *frame, struct monitor_cpu *self)
{
	uint32_t hsr = SYS_READ(SYS_HSR), psr = get_spsr();
	uint32_t class = hsr >> 26;

	if (class == CLASS_HVC) {
		if (hsr & ISS_CALL) /* SMC Calling Convention, 2.9: only #0 is a call */
			frame->r[0] = (uint32_t)PSCI_NOT_SUPPORTED;
		else
			guest_call(frame, self);
	} else if (class == CLASS_IABT || class == CLASS_DABT) {
		inject_abort(hsr, psr);
	} else if (!executes(hsr, psr)) {
		skip(hsr, psr);
	} else if (class == CLASS_SMC) {
		skip(hsr, psr);
		guest_call(frame, self);
	} else if (id_read(frame, hsr, psr)) {
		skip(hsr, psr);
	} else {
		undefined(psr);
	}
}

/* An SMC of the guest's; or of HYP mode, while no guest is there: what its vectors hand on. */
void monitor_trap(struct guest_frame *frame, struct monitor_cpu *self)
{
	if (monitor.guest_level == 1 && (BANKED_READ("spsr") & PSR_MODE) == PSR_HYP)
		hyp_trap(frame, self);
	else
		guest_call(frame, self);
}

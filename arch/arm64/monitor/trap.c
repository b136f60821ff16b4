/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes from the guest: calls, and reads of ID registers that we answer. */
#include "cpu.h"
#include "psci.h"

/* ESR_ELx.EC */
enum exception_class {
	EC_CP15 = 0x03, /* MCR or MRC, AArch32 */
	EC_VMRS = 0x08, /* AArch32 */
	EC_HVC32 = 0x12,
	EC_SMC32 = 0x13,
	EC_HVC64 = 0x16,
	EC_SMC64 = 0x17,
	EC_INSTRUCTION_ABORT = 0x20,
	EC_DATA_ABORT = 0x24,
};

#define ISS_CALL	   0xffff /* the immediate of HVC and of SMC from AArch64 */
#define ISS_READ	   (1 << 0)
#define ID_PFR1		   1 /* as id_register() counts: CRm 1, opc2 1 */
#define ID_PFR1_SECURITY   (0xf << 4)
#define ID_PFR1_SECURITY_1 (1 << 4) /* Monitor mode and SMC are there */
#define MVFR0		   16
#define ID_NONE		   24 /* reserved: reads as zero */

#define IT_BITS (3ULL << 25 | 0x3fULL << 10) /* SPSR.IT */

/* Whether the instruction that trapped would have been executed. */
static bool executed(const struct frame *frame)
{
	return !(frame->spsr & SPSR_AARCH32) ||
	       aarch32_executes((uint32_t)frame->esr, (uint32_t)frame->spsr);
}

/* Past the instruction that trapped, and in AArch32 past its place in an IT block. */
static void advance(struct frame *frame)
{
	frame->elr += frame->esr & ESR_LONG ? 4 : 2;
	if (frame->spsr & SPSR_AARCH32)
		frame->spsr = aarch32_advance((uint32_t)frame->spsr);
}

static bool is_big_endian(void)
{
	return (monitor.guest_level == 2 ? sysreg(sctlr_el2) : read_el1(sctlr_el1)) & SCTLR_EE;
}

/* The upper halves of what AArch32 has 32 bits of are unknown, and of no use to it. */
static void narrow(struct frame *frame, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		frame->x[i] = (uint32_t)frame->x[i];
}

/* Of the instruction; an SMC from AArch32 does not tell. */
static bool is_ours(const struct frame *frame)
{
	return frame->esr >> 26 == EC_SMC32 || !(frame->esr & ISS_CALL);
}

static void call(struct frame *frame, struct monitor_cpu *self)
{
	bool aarch64 = !(frame->spsr & SPSR_AARCH32);
	struct monitor_call call = {.aarch64 = aarch64, .big_endian = is_big_endian()};

	if (!aarch64) {
		narrow(frame, 18);
		frame->spsr &= ~IT_BITS; /* both end an IT block; QEMU forgets at times */
	}
	for (unsigned int i = 0; i < 4; i++)
		call.r[i] = frame->x[i];
	if (!is_ours(frame)) {
		frame->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
	} else if (psci_call(self, &call)) {
		for (unsigned int i = 0; i < 4; i++)
			frame->x[i] = call.r[i];
	} else if (monitor.level == 2 && monitor.host_psci && psci_may_pass((uint32_t)call.r[0])) {
		monitor_forward(frame, aarch64);
	} else {
		frame->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
	}
	if (!aarch64)
		narrow(frame, 8);
}

/* Which ID register an MRC with CRn 0, opc1 0 is about, as id_register() counts; or none. */
static int cp15_id(uint64_t iss)
{
	unsigned int crn = iss >> 10 & 0xf, crm = iss >> 1 & 0xf, opc1 = iss >> 14 & 7;
	unsigned int opc2 = iss >> 17 & 7;

	if (crn || opc1 || crm < 1 || crm > 7)
		return -1;
	if (crm > 3 || (crm == 3 && (opc2 < 4 || opc2 == 7)))
		return ID_NONE;
	return (int)((crm - 1) * 8 + opc2);
}

/* VMRS of MVFR0 (register 7), MVFR1, MVFR2 (5). */
static int vmrs_id(uint64_t iss)
{
	unsigned int reg = iss >> 10 & 0xf;

	return reg < 5 || reg > 7 ? -1 : (int)(MVFR0 + 7 - reg);
}

/* What HCR_EL2.TID3 traps. False: it is something else. */
static bool read_id(struct frame *frame, int index)
{
	unsigned int rt = frame->esr >> 5 & 0x1f;
	uint64_t value;

	if (index < 0 || !(frame->esr & ISS_READ))
		return false;
	value = index == ID_NONE ? 0 : id_register((unsigned int)index);
	if (index == ID_PFR1)
		value = (value & ~(uint64_t)ID_PFR1_SECURITY) | ID_PFR1_SECURITY_1;
	if (rt < 31)
		frame->x[rt] = (uint32_t)value;
	return true;
}

static void trapped(struct frame *frame, struct monitor_cpu *self, unsigned int class)
{
	if (!executed(frame)) {
		advance(frame);
		return;
	}
	if (class == EC_SMC32 || class == EC_SMC64)
		call(frame, self);
	else if (!read_id(frame, class == EC_CP15 ? cp15_id(frame->esr) : vmrs_id(frame->esr))) {
		inject_undefined(frame);
		return;
	}
	advance(frame);
}

/* HVC, and SMC at EL3, return behind themselves; to what was trapped ELR_ELx points. */
void monitor_trap(struct frame *frame, struct monitor_cpu *self)
{
	unsigned int class = (unsigned int)(frame->esr >> 26) & 0x3f;

	if (class == EC_HVC32 || class == EC_HVC64 ||
	    (monitor.level == 3 && (class == EC_SMC32 || class == EC_SMC64)))
		call(frame, self);
	else if (class == EC_CP15 || class == EC_VMRS || class == EC_SMC32 || class == EC_SMC64)
		trapped(frame, self, class);
	else if (class == EC_INSTRUCTION_ABORT || class == EC_DATA_ABORT)
		inject_abort(frame);
	else
		inject_undefined(frame);
}

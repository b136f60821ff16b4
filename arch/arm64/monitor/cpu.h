/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MONITOR_CPU_H
#define FOREARM_MONITOR_CPU_H

/* Between the files of arch/arm64/monitor. */
#include "core.h"
#include "sysreg.h"

#define write_register(name, value) __asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)))
/*
 * EL1's registers. Where HCR_EL2.E2H is set (some CPUs know nothing else) their names mean EL2's at
 * EL2, and they have others: SCTLR_EL12 and so on.
 */
#define ALIAS_sctlr_el1	   "s3_5_c1_c0_0"
#define ALIAS_cpacr_el1	   "s3_5_c1_c0_2"
#define ALIAS_tcr_el1	   "s3_5_c2_c0_2"
#define ALIAS_spsr_el1	   "s3_5_c4_c0_0"
#define ALIAS_elr_el1	   "s3_5_c4_c0_1"
#define ALIAS_esr_el1	   "s3_5_c5_c2_0"
#define ALIAS_far_el1	   "s3_5_c6_c0_0"
#define ALIAS_vbar_el1	   "s3_5_c12_c0_0"
#define ALIAS_cntkctl_el1  "s3_5_c14_c1_0"
#define ALIAS_cntp_ctl_el0 "s3_5_c14_c2_1"
#define ALIAS_cntv_ctl_el0 "s3_5_c14_c3_1"
#define read_el1(name)                                                                             \
	({                                                                                         \
		uint64_t el1_;                                                                     \
		if (is_e2h())                                                                      \
			__asm__ volatile("mrs %0, " ALIAS_##name : "=r"(el1_));                    \
		else                                                                               \
			__asm__ volatile("mrs %0, " #name : "=r"(el1_));                           \
		el1_;                                                                              \
	})
#define write_el1(name, value)                                                                     \
	do {                                                                                       \
		if (is_e2h())                                                                      \
			__asm__ volatile("msr " ALIAS_##name ", %0" ::"r"((uint64_t)(value)));     \
		else                                                                               \
			__asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)));            \
	} while (0)
#define isb() __asm__ volatile("isb" ::: "memory")

/* PSTATE as the exception saved it (Arm ARM, SPSR_ELx). */
#define SPSR_AARCH32	(1 << 4)
#define SPSR_MODE	0x1f
#define SPSR_T32	(1 << 5)
#define SPSR_FIQ	(1 << 6)
#define SPSR_IRQ	(1 << 7)
#define SPSR_SERROR	(1 << 8)
#define SPSR_DEBUG	(1 << 9) /* from AArch64 */
#define SPSR_BIG_ENDIAN (1 << 9) /* from AArch32 */
#define MODE_EL1H	0x05
#define MODE_EL2H	0x09
#define MODE_SVC	0x13
#define MODE_HYP	0x1a
#define MODE_ABORT	0x17
#define MODE_UNDEFINED	0x1b

#define SCTLR_EE (1 << 25)
#define HCR_TGE	 (1ULL << 27)
#define HCR_E2H	 (1ULL << 34)
#define ESR_LONG (1 << 25) /* the instruction had 32 bits */

/* Whether EL2 is ours, and has the registers of a host. */
static inline bool is_e2h(void)
{
	return monitor.level == 2 && sysreg(hcr_el2) & HCR_E2H;
}

/* What the guest had when it called; entry.S knows the offsets. */
struct frame {
	uint64_t x[31];
	uint64_t elr, spsr, esr;
};

/* -- entry.S */
/* SMC to the higher exception level: x0-x17, and back x0-x17 if 'wide', else x0-x7. */
void monitor_forward(struct frame *frame, bool wide);
/* The value of an AArch32 ID register, (CRm - 1) * 8 + opc2 of its encoding. */
uint64_t id_register(unsigned int index);
_Noreturn void monitor_enter(uint64_t pc, uint64_t pstate, const uint64_t reg[4],
			     struct monitor_cpu *self);
_Noreturn void monitor_park(void);
extern char monitor_vectors[] __attribute__((visibility("hidden")));
extern char monitor_arrive[] __attribute__((visibility("hidden")));
extern char monitor_warm[] __attribute__((visibility("hidden")));

/* -- start.c: called by entry.S on a stack of the CPU's own */
_Noreturn void boot_start(struct monitor_cpu *self);
_Noreturn void arrive_start(struct monitor_cpu *self);
_Noreturn void guest_start(struct monitor_cpu *self);

/* -- registers.c */
/* Those of the monitor's own level, once for each CPU. */
void own_registers(void);
/* Those of the levels below, whenever the CPU enters the guest anew. */
void guest_registers(bool big_endian);
uint64_t guest_pstate(bool big_endian, bool t32);

/* -- stage2.c: behind guest_registers(), what the guest reaches of memory */
void stage2_registers(void);

/* -- trap.c: an exception from below */
void monitor_trap(struct frame *frame, struct monitor_cpu *self);
/* -- undefined.c */
/* Has the guest take an Undefined Instruction exception where it is. */
void inject_undefined(struct frame *frame);
/* An exception to EL1 in AArch64 state with that syndrome. */
void inject64(struct frame *frame, uint64_t esr);
/*
 * One to a mode of AArch32, by the offset of its vector; x[lr] is the mode's LR, which gets the
 * address 'link' bytes behind the instruction's. The mode's SPSR is the caller's business.
 */
void inject32(struct frame *frame, unsigned int mode, unsigned int vector, unsigned int lr,
	      uint64_t link);

/* -- abort.c */
/* Has the guest take an external abort for what it has no translation of at stage 2. */
void inject_abort(struct frame *frame);

#endif

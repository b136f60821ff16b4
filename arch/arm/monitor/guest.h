/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ARM_MONITOR_GUEST_H
#define FOREARM_ARM_MONITOR_GUEST_H

#include "core.h"

/* Inside the AArch32 monitor. Assembly (entry.S) and C call each other by these. */

/* The guest's registers, as the vectors leave them on the stack; 'lr' is LR_usr in HYP mode. */
struct guest_frame {
	uint32_t r[13], lr;
};

/* -- entry.S -------------------------------------------------------------------------------- */
/* Only their addresses are of use: vectors, and where other CPUs begin. */
#pragma GCC visibility push(hidden)
extern const char monitor_vectors[], hyp_vectors[];
extern const char arrive[]; /* from the spin table */
extern const char warm[];   /* by the higher exception level */
#pragma GCC visibility pop
/* To the guest: r0-r3, PC and PSR; 'self' owns the stack that the next call uses. */
_Noreturn void enter_guest(const uint32_t reg[4], uint32_t pc, uint32_t psr,
			   struct monitor_cpu *self);
/* An SMC to the higher exception level: r0-r7 in and out. */
void forward(uint32_t reg[8]);
/* ID register 'index': c0, c1 to c3 in order, then MVFR2, MVFR1, MVFR0. */
uint32_t read_id(uint32_t index);
#define ID_INDEX_MVFR2 24

/* -- called from entry.S, each on the stack of 'self' --------------------------------------- */
_Noreturn void monitor_boot(struct monitor_cpu *self);
_Noreturn void monitor_arrive(struct monitor_cpu *self);
_Noreturn void monitor_warm(struct monitor_cpu *self);
void guest_call(struct guest_frame *frame, struct monitor_cpu *self);
void hyp_trap(struct guest_frame *frame, struct monitor_cpu *self);
void monitor_trap(struct guest_frame *frame, struct monitor_cpu *self);

/* -- registers.c ---------------------------------------------------------------------------- */
bool has_hyp(void);
/* After each reset: what the guest does not change. */
void init_cpu(void);
/* Off, once: a CPU that comes back from a suspend may have been woken by them. */
void init_timers(void);
/* Before each start: the guest's registers as after reset. */
void init_guest(bool big_endian);

/* -- stage2.c: behind that, what the guest reaches of memory; and what it gets where it does not */
void init_stage2(void);
void inject_abort(uint32_t hsr, uint32_t psr);

/* -- call.c: an exception to 'mode', by its vector; its SPSR and LR are the caller's business */
void enter_mode(uint32_t psr, uint32_t mode, uint32_t vector);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MONITOR_CORE_H
#define FOREARM_MONITOR_CORE_H

#include <stdbool.h>
#include "drivers/gpio.h"
#include "monitor.h"

/*
 * Inside the monitor. The C here runs at EL2 or EL3 (HYP, Monitor) with MMU and caches off, so all
 * memory is Device memory: no exclusives, no unaligned access. 'self' is the CPU that runs.
 */

/* Behind the code (monitor.lds). */
extern struct monitor monitor __attribute__((visibility("hidden")));
extern struct monitor_cpu monitor_cpu[] __attribute__((visibility("hidden")));

/* struct monitor_cpu's 'power', which other CPUs look at meanwhile. */
static inline enum monitor_power get_power(const struct monitor_cpu *cpu)
{
	return *(const volatile uint32_t *)&cpu->power;
}

static inline void set_power(struct monitor_cpu *cpu, enum monitor_power power)
{
	*(volatile uint32_t *)&cpu->power = power;
}

/* A call of the guest: the first registers in, the result in the same registers. */
struct monitor_call {
	uint64_t r[4];
	bool aarch64;	 /* the caller's state */
	bool big_endian; /* the caller's data order (SCTLR_ELx.EE) */
};

/* -- psci.c */
/*
 * Answers a call. False: it is none of ours, and the higher exception level may know it (with
 * 'host_psci'), else the answer is PSCI_NOT_SUPPORTED. Does not return from what turns the CPU off
 * or restarts it.
 */
bool psci_call(struct monitor_cpu *self, struct monitor_call *call);
/* Whether the higher exception level may be asked what psci_call() does not know. */
bool psci_may_pass(uint32_t function);

/* -- trng.c: random numbers by the CPU, at level 3; false: not one of its functions, or not here */
bool trng_call(struct monitor_call *call);

/* -- lock.c: one lock, for who starts which CPU */
void monitor_lock(struct monitor_cpu *self);
void monitor_unlock(struct monitor_cpu *self);

/* -- power.c: what a call means at level 3 (native), and at level 2 (passed on) */
/* Lets 'target', which is PENDING, run to its entry. Returns PSCI_SUCCESS or an error. */
int64_t power_start(const struct monitor_cpu *target);
/* What this CPU has to do before others may find it OFF. */
void power_prepare_off(struct monitor_cpu *self);
/* This CPU, which is OFF already, until it is started. Returns only an error. */
int64_t power_off(struct monitor_cpu *self);
/* Until an interrupt; then either returns PSCI_SUCCESS, or the CPU starts at self->entry. */
int64_t power_standby(uint32_t power_state);
int64_t power_down(struct monitor_cpu *self, uint32_t power_state);
int64_t power_suspend(struct monitor_cpu *self);
/* enum psci_affinity of a CPU that is not PENDING. */
int64_t power_affinity(const struct monitor_cpu *target);
/* The machine; 'function' is PSCI_SYSTEM_OFF or PSCI_SYSTEM_RESET. Returns if that is not possible.
 */
void power_system(uint32_t function);
/* Level 3: waits, OFF, until the CPU is started, then starts it. The end of a CPU that came by
 * reset. */
_Noreturn void power_wait(struct monitor_cpu *self);

/* -- secondaries.c (level 3): calls the CPUs in that wait outside; who does not come is ABSENT */
void bring_up_secondaries(void);

/* -- aarch32.c: an instruction of an AArch32 guest that trapped, by its syndrome and its PSR */
/* Whether its condition holds: a CPU may trap one that would not have been executed. */
bool aarch32_executes(uint32_t syndrome, uint32_t psr);
/* The PSR behind it: in an IT block, its next place there. */
uint32_t aarch32_advance(uint32_t psr);
/*
 * DFSR or IFSR of a synchronous external abort that stands for the stage 2 fault with that
 * syndrome; 'lpae': TTBCR.EAE, which chooses the format.
 */
uint32_t aarch32_abort_status(uint32_t syndrome, bool lpae);

/* -- gic.c (level 3): interrupts belong to the non-secure world, but for one to wake CPUs that wait
 */
void gic_init(void);			     /* once */
void gic_cpu_init(struct monitor_cpu *self); /* on every CPU, before it enters the guest or waits */
/* False: nothing ends this CPU's arch_wait(). */
bool gic_can_wake(const struct monitor_cpu *cpu);
/* The CPU takes that one interrupt, before anybody can find it OFF, and gives it back. */
void gic_sleep(const struct monitor_cpu *self);
void gic_awake(const struct monitor_cpu *self);
void gic_wake(const struct monitor_cpu *target); /* ends the target's arch_wait(); it sleeps */
bool gic_woken(void);				 /* takes that interrupt; false: it has not come */

/* -- arch/<arch>/monitor: what only the architecture can */
/* SMC to the higher exception level, at level 2: function and up to three arguments; the first
 * result. */
int64_t arch_host_psci(uint32_t function, uint64_t a, uint64_t b, uint64_t c);
/* Where a CPU that waits outside is to go; wakes those that wait for an event. */
uint64_t arch_arrive_entry(void);
void arch_send_event(void);
/* Throws what caches hold of the line at an address out, after writing it back. */
void arch_evict(volatile void *at);
/* Until an interrupt is pending, whoever it is for. */
void arch_wait(void);
/* Enters the guest at self->entry as the guest was entered: level, state, order, self->context. */
_Noreturn void arch_start(struct monitor_cpu *self);
/* For relays: where a CPU that the higher exception level starts comes to, with its monitor_cpu as
 * context. */
uint64_t arch_warm_entry(void);
/* Full barrier, for Device memory and the registers behind it. */
void arch_barrier(void);
/* As after a reset: a CPU that goes off. One that comes back from a power-down keeps its timers. */
void arch_stop_timers(void);
/* Lets another CPU run: in a loop that waits for one. */
void arch_relax(void);
/* 64 bits from the CPU's random number generator; false where it has none. */
bool arch_random(uint64_t *value);
/*
 * GICv3's CPU interface: of this CPU's groups only group 0 on, all priorities, and of the
 * non-secure group nothing active that its guest has not ended; group 0's SGI
 * 'intid' sent to a CPU; the pending interrupt of group 0 acknowledged and ended, which is returned
 * (or a special number, 1020 to 1023: there was none).
 */
void arch_gic_enable(void);
void arch_gic_send(uint64_t mpidr, uint32_t intid);
uint32_t arch_gic_take(void);

#endif

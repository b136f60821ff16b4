/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MONITOR_MACHINE_H
#define FOREARM_MONITOR_MACHINE_H

#include <setjmp.h>
#include "monitor/core.h"

/*
 * A machine for the monitor's generic part: CPUs that make calls one after the other (or each in a
 * thread of its own), a GIC and a GPIO controller, a higher exception level. What the monitor must
 * never do ends up in machine.fault, whoever notices.
 */
#define MACHINE_CPUS 8

#define MACHINE_DIST	 0x08000000UL
#define MACHINE_GICC	 0x08010000UL
#define MACHINE_REDIST	 0x080A0000UL /* 0x20000 for each CPU */
#define MACHINE_OFF	 0x090B0000UL /* two PL061 */
#define MACHINE_RESET	 0x090C0000UL
#define MACHINE_RAM	 0x40000000UL
#define MACHINE_RAM_SIZE 0x10000000UL
#define MACHINE_RAM2	 0x880000000UL
#define MACHINE_WARM	 0x4FF01000UL  /* arch_warm_entry() */
#define MACHINE_ARRIVE	 0x84FF02000UL /* arch_arrive_entry() */

/* How a call ended: it returned, the CPU entered the guest anew, or it waits in the monitor. */
enum machine_end { END_RETURNED, END_STARTED, END_WAITS };

struct machine_host_psci {
	uint32_t function;
	uint64_t a, b, c;
};

struct machine {
	/* The higher exception level: what it was asked, and its answer; or 'host_psci_hook' has
	 * it. */
	struct machine_host_psci host_psci[8];
	unsigned int host_psci_calls;
	int64_t host_psci_result;
	int64_t (*host_psci_hook)(const struct machine_host_psci *call);

	/* arch_wait(): with a hook it returns after that, without only by an interrupt. */
	unsigned int waits, relaxes;
	void (*wait_hook)(void);

	/* arch_send_event(); the line that arch_evict() was for; arch_counter() in seconds. */
	void (*event_hook)(void);
	volatile void *evicted;
	unsigned int seconds;

	/* The CPUs' generator: how many more numbers it has (they are 'number'). */
	unsigned int randoms;
	uint64_t number;

	const char *fault;
	bool threads; /* CPUs are threads: who waits yields */
};
extern struct machine machine;
extern _Thread_local unsigned int machine_self; /* the CPU that runs */

/* A machine whose CPU 0 is on, the others off; 'gic' is 0, 2 or 3. */
void machine_init(unsigned int level, unsigned int cpus, unsigned int gic);
/* Has a CPU do 'work', until it returns or leaves. */
enum machine_end machine_run(unsigned int cpu,
			     void (*work)(struct monitor_cpu *self, void *context), void *context);
/* psci_call() by a CPU. */
enum machine_end machine_call(unsigned int cpu, struct monitor_call *call);
/* Lets a CPU that waits go on. */
enum machine_end machine_wait(unsigned int cpu);
uint64_t machine_mpidr(unsigned int cpu);
void machine_fault(const char *text);
/* In a hook: ends the call that this CPU is in. */
_Noreturn void machine_leave(enum machine_end how);
/* Whether some CPU has the lock, or wants it. */
bool machine_locked(void);

/* -- devices */
void devices_reset(unsigned int gic);
uint32_t devices_read32(uintptr_t address);
void devices_write32(uintptr_t address, uint32_t value);
/* Whether an interrupt would end a CPU's WFI, and whether one of group 0 is left over. */
bool devices_signal(unsigned int cpu);
bool devices_left_over(unsigned int cpu);
/* An interrupt of group 1 for a CPU, with priority 'priority'. */
void devices_raise(unsigned int cpu, unsigned int intid, uint8_t priority);
/* The edges that a line of a PL061 had while it was an output: its level, a bit for each write. */
struct devices_line {
	unsigned int edges;
	bool level, output;
};
struct devices_line devices_line(unsigned int controller, unsigned int pin);

/* What the GIC's registers hold. */
struct devices_gic {
	uint32_t control, group[64], modifier[64];
	uint8_t priority[64 * 32];
};
struct devices_gic_cpu {
	uint32_t group, modifier, enable;
	uint32_t more_group, more_modifier; /* extended PPIs */
	uint8_t priority[32];
	uint32_t control, mask; /* of the CPU interface */
	uint32_t waker;
	uint8_t pending[16]; /* SGIs, by the CPU that sent them */
	uint32_t active;     /* IAR's value, until the EOIR; ~0: none */
	unsigned int busy;   /* reads until a write is complete */
	unsigned int other;  /* pending, of group 1; 0: none */
	uint8_t other_priority;
	uint32_t taken;	  /* priorities of those that the guest has not ended: GICC_(NS)APR */
	uint32_t handled; /* SGIs that the guest has taken and not ended: a bit each */
	bool late;	  /* a wake-up arrives just before the interrupt becomes group 1's */
};
extern struct devices_gic devices_gic;
extern struct devices_gic_cpu devices_gic_cpu[MACHINE_CPUS];

#endif

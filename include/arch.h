/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ARCH_H
#define FOREARM_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/early/ram.h"
#include "lib/mem/pagetable.h"
#include "region.h"

/*
 * What arch/arm64 and arch/arm each provide, under the same names. Everything above calls these
 * and never asks which architecture it is on.
 */

/* How secure calls are made (SMC Calling Convention, PSCI binding). */
enum conduit { CONDUIT_NONE, CONDUIT_HVC, CONDUIT_SMC };

/* The state that a guest is entered in, or that we run in. */
enum execution_state { STATE_AARCH64, STATE_AARCH32 };

/* Facts about the translation regime that we run in, needed before any global exists. */
struct arch_regime {
	struct pt_regime tables;
	uint64_t pa_limit; /* RAM at or above cannot be addressed */
};

/* How a guest is entered: the program counter, the first four general registers, data order. */
struct guest_entry {
	uint64_t pc;
	uint64_t reg[4];
	bool big_endian;
};

/* -- early (MMU off, no globals) ------------------------------------------------------------ */
void arch_regime(struct arch_regime *regime);
/* Whether all of [base, base + size) can be addressed. */
static inline bool arch_reaches(uint64_t base, uint64_t size)
{
	struct arch_regime regime;

	arch_regime(&regime);
	return fits_in(base, size, regime.pa_limit);
}
/* Discards cached copies of [pa, pa + size) after writing them back, to the point of coherency. */
void arch_clean_invalidate(uint64_t pa, uint64_t size);
/* Whether a word of RAM at 'pa' keeps what is written to it; leaves it as it was. */
bool arch_is_ram(uint64_t pa);

/* -- what machine this is ------------------------------------------------------------------- */
enum execution_state arch_state(void);
/* "EL1", "EL2", "EL3", "SVC", "HYP" or "secure SVC". */
const char *arch_level_name(void);
/* The same as a number: 1 is SVC mode too, 2 HYP mode, 3 any secure mode. */
unsigned int arch_level(void);
/* How we were started, and what the CPU could do. */
struct entry_start;
void arch_entry_start(struct entry_start *start);
/* The PSCI conduit to try when no description names one. */
enum conduit arch_default_conduit(void);
/* A running counter and its ticks per second (0: unknown). */
uint64_t arch_counter(void);
uint64_t arch_counter_frequency(void);
/*
 * Whether the counter has run for some seconds since it was at 'start': what waits asks, and gives
 * up.
 */
static inline bool arch_seconds_since(uint64_t start, unsigned int seconds)
{
	uint64_t second = arch_counter_frequency();

	return arch_counter() - start > (second ? second : 1 << 26) * seconds;
}
static inline bool arch_second_since(uint64_t start)
{
	return arch_seconds_since(start, 1);
}
/* Nothing to do for now: a hint to whoever runs this CPU. */
void arch_yield(void);
/* 64 bits from the CPU's random number generator; false where it has none. */
bool arch_random(uint64_t *value);
/*
 * Bits of the physical addresses that a stage 2 translation by 4 KiB pages can give a guest at EL1
 * or in SVC mode; 0: the CPU has no such translation. Asked at EL2 or in HYP mode.
 */
unsigned int arch_stage2_bits(void);
/* Whether the CPU has a performance monitor, PMUv3. */
bool arch_has_pmu(void);
/* The CPU's own ID (MPIDR affinity fields), and which model it is (MIDR). */
uint64_t arch_cpu_id(void);
uint32_t arch_cpu_model(void);

/* -- memory --------------------------------------------------------------------------------- */
/* Makes new page table entries visible to the CPU. */
void arch_map_sync(void);
/*
 * Writes back [pa, pa + size) so that it can be read with caches off (point of coherency).
 * The range must be mapped at its physical address.
 */
void arch_clean(uint64_t pa, uint64_t size);
/* Reads a 32-bit register at a mapped address; false when the access faults. */
bool arch_probe_read(uintptr_t address, uint32_t *value);

/* -- calls and ends ------------------------------------------------------------------------- */
/*
 * SMCCC call with up to three arguments; returns the first result register, sign-extended for
 * 32-bit function IDs. -1 (NOT_SUPPORTED) without a conduit or when the instruction is undefined.
 */
int64_t arch_smccc(enum conduit conduit, uint32_t function, uint64_t a, uint64_t b, uint64_t c);
/* Four result registers of an SMCCC call (SMCCC TRNG returns entropy that way). */
int64_t arch_smccc4(enum conduit conduit, uint32_t function, uint64_t a, uint64_t result[3]);
/*
 * A hypercall, on a Xen only (its public/arch-arm.h): HVC 0xEA1, arguments from x0 or r0 on.
 * Pointers are virtual addresses. Returns 0 or more, or what is wrong as a negative number.
 */
int64_t arch_xen(uint32_t number, uint64_t a, uint64_t b, uint64_t c);
/* MMU and caches off, then into the guest. Never returns. */
_Noreturn void arch_enter(const struct guest_entry *guest);
/* Waits for interrupts that never come. */
_Noreturn void arch_park(void);

/* -- EFI applications, which AArch64 alone has ---------------------------------------------- */
/*
 * Calls one as a function, on the stack that ends at 'stack' (0: on ours), and returns what it
 * does, or what arch_application_leave() is given, which ends it. The context is the caller's.
 */
uint64_t arch_application_start(uint64_t entry, void *handle, void *system, uint64_t stack,
				uint64_t context[21]);
_Noreturn void arch_application_leave(const uint64_t context[21], uint64_t status);
/* From now on the page tables alone say what is executed. */
void arch_allow_writable_code(void);
/* Lets go of translations that page tables no longer have. */
void arch_flush_tables(void);
/* Changes an entry of page tables by way of one that is not valid (lib/mem/protect.h). */
void arch_replace_entry(uint64_t *entry, uint64_t value);
/* Makes what was written to memory what is executed there. */
void arch_sync_code(uint64_t pa, uint64_t size);

#endif

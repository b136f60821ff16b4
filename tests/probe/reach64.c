/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64 at EL1: translation, and the accesses of reach.h. */
#include "reach.h"
#include "access.h"

#define READ(reg)                                                                                  \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrs %0, " reg : "=r"(value_));                                   \
		value_;                                                                            \
	})
#define WRITE(reg, value)                                                                          \
	__asm__ volatile("msr " reg ", %0; isb" ::"r"((uint64_t)(value)) : "memory")

#define GIB		(1ull << 30)
#define BLOCK		(1 << 10 | 1)	  /* AF, valid; readable and writable at EL1 */
#define NORMAL		(1 << 2 | 3 << 8) /* of MAIR: the second; inner shareable */
#define MAIR		0xff04
#define TCR		(32 | 32 << 16 | 2u << 30) /* both halves of 32 bits, by 4 KiB pages */
#define SCTLR_M		1
#define ESR_MASK	(0x3full << 26 | 0x3f) /* class, fault status */
#define ESR_DATA	(0x25ull << 26)
#define ESR_INSTRUCTION (0x21ull << 26)
#define ESR_WRITE	(1 << 6)
#define EXTERNAL	0x10
#define EXTERNAL_WALK	0x14 /* to 0x17, by level */

static uint64_t table[4] __attribute__((aligned(64)));

void mmu_on(uintptr_t walk)
{
	for (unsigned int i = 0; i < 4; i++)
		table[i] = i * GIB | BLOCK | (i ? NORMAL : 0);
	__asm__ volatile("dsb sy" ::: "memory");
	WRITE("mair_el1", MAIR);
	WRITE("ttbr0_el1", (uintptr_t)table);
	WRITE("ttbr1_el1", walk);
	WRITE("tcr_el1", TCR);
	__asm__ volatile("tlbi vmalle1; dsb sy; isb" ::: "memory");
	WRITE("sctlr_el1", READ("sctlr_el1") | SCTLR_M);
}

void mmu_off(void)
{
	WRITE("sctlr_el1", READ("sctlr_el1") & ~(uint64_t)SCTLR_M);
	__asm__ volatile("tlbi vmalle1; dsb sy; isb" ::: "memory");
}

uintptr_t mmu_upper(void)
{
	return 0xffffffff00000000;
}

void attack_access(enum attack attack, uintptr_t address)
{
	uint64_t value = 0xd65f03c0; /* ret */

	if (attack == ATTACK_READ)
		__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	else if (attack == ATTACK_WRITE)
		__asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
	else
		((void (*)(void))address)();
}

bool attack_aborted(enum attack attack, uintptr_t address)
{
	uint64_t esr = READ("esr_el1"), status = esr & ESR_MASK;

	if (READ("far_el1") != address)
		return false;
	if (attack == ATTACK_EXECUTE)
		return status == (ESR_INSTRUCTION | EXTERNAL);
	if (attack == ATTACK_WALK)
		return (status & ~3ull) == (ESR_DATA | EXTERNAL_WALK);
	return status == (ESR_DATA | EXTERNAL) && !(esr & ESR_WRITE) == (attack == ATTACK_READ);
}

/* Under the guard: what the CPU does not let this level do is undefined. */
#define TRY(instruction, operand)                                                                  \
	do {                                                                                       \
		fault_guard(true);                                                                 \
		__asm__ volatile(instruction ", %0" ::"r"((uint64_t)(operand)) : "memory");        \
	} while (0)

/* By address, by set and way, all of it. */
void attack_maintenance(uintptr_t address)
{
	TRY("dc civac", address);
	TRY("dc ivac", address);
	TRY("dc cvau", address);
	TRY("ic ivau", address);
	TRY("dc isw", 0);
	TRY("dc cisw", 0);
	TRY("at s1e1w", address);
	TRY("at s12e1w", address);
	TRY("tlbi ipas2e1", address >> 12);
	__asm__ volatile("dsb sy; isb" ::: "memory");
	fault_guard(false);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32 in SVC mode: translation, and the accesses of reach.h. */
#include "reach.h"
#include "access.h"

#define READ(reg)                                                                                  \
	({                                                                                         \
		uint32_t value_;                                                                   \
		__asm__ volatile("mrc " reg : "=r"(value_));                                       \
		value_;                                                                            \
	})
#define WRITE(reg, value)                                                                          \
	__asm__ volatile("mcr " reg "; isb" ::"r"((uint32_t)(value)) : "cc", "memory")
#define WRITE64(reg, value)                                                                        \
	__asm__ volatile("mcrr " reg "; isb" ::"r"((uint64_t)(value)) : "memory")

#define SCTLR	    "p15, 0, %0, c1, c0, 0"
#define TTBR0	    "p15, 0, %Q0, %R0, c2"
#define TTBR1	    "p15, 1, %Q0, %R0, c2"
#define TTBCR	    "p15, 0, %0, c2, c0, 2"
#define MAIR0	    "p15, 0, %0, c10, c2, 0"
#define TLBIALL	    "p15, 0, %0, c8, c7, 0"
#define DFSR	    "p15, 0, %0, c5, c0, 0"
#define IFSR	    "p15, 0, %0, c5, c0, 1"
#define DFAR	    "p15, 0, %0, c6, c0, 0"
#define IFAR	    "p15, 0, %0, c6, c0, 2"
#define ICIALLU	    "p15, 0, %0, c7, c5, 0"
#define ICIMVAU	    "p15, 0, %0, c7, c5, 1"
#define DCIMVAC	    "p15, 0, %0, c7, c6, 1"
#define DCISW	    "p15, 0, %0, c7, c6, 2"
#define DCCIMVAC    "p15, 0, %0, c7, c14, 1"
#define ATS1CPW	    "p15, 0, %0, c7, c8, 1"
#define ATS12NSOPW  "p15, 0, %0, c7, c8, 5"
#define TLBIALLNSNH "p15, 4, %0, c8, c7, 4"

#define GIB	       (1ull << 30)
#define BLOCK	       (1 << 10 | 1)	 /* AF, valid; readable and writable in SVC mode */
#define NORMAL	       (1 << 2 | 3 << 8) /* of MAIR0: the second; inner shareable */
#define MAIR	       0xff04
#define LPAE_HALVES    (1u << 31 | 1 << 16 | 1) /* long descriptors, two halves of 2 GiB */
#define SCTLR_M	       1
#define FSR_SHORT      0x40f
#define FSR_LONG       0x23f
#define FSR_WRITE      (1 << 11)
#define LPAE	       0x200
#define EXTERNAL_SHORT 0x008
#define EXTERNAL       0x210
#define EXTERNAL_WALK  0x214 /* to 0x217, by level */

static uint64_t table[2] __attribute__((aligned(64)));

void mmu_on(uintptr_t walk)
{
	for (unsigned int i = 0; i < 2; i++)
		table[i] = i * GIB | BLOCK | (i ? NORMAL : 0);
	__asm__ volatile("dsb" ::: "memory");
	WRITE(MAIR0, MAIR);
	WRITE(TTBCR, LPAE_HALVES);
	WRITE64(TTBR0, (uintptr_t)table);
	WRITE64(TTBR1, walk);
	WRITE(TLBIALL, 0);
	__asm__ volatile("dsb; isb" ::: "memory");
	WRITE(SCTLR, READ(SCTLR) | SCTLR_M);
}

void mmu_off(void)
{
	WRITE(SCTLR, READ(SCTLR) & ~(uint32_t)SCTLR_M);
	WRITE(TLBIALL, 0);
	WRITE(TTBCR, 0);
	__asm__ volatile("dsb; isb" ::: "memory");
}

uintptr_t mmu_upper(void)
{
	return 0x80000000;
}

void attack_access(enum attack attack, uintptr_t address)
{
	uint32_t value = 0xe12fff1e; /* bx lr */

	if (attack == ATTACK_READ)
		__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "cc", "memory");
	else if (attack == ATTACK_WRITE)
		__asm__ volatile("str %0, [%1]" ::"r"(value), "r"(address) : "cc", "memory");
	else
		((void (*)(void))address)();
}

bool attack_aborted(enum attack attack, uintptr_t address)
{
	bool execute = attack == ATTACK_EXECUTE;
	uint32_t fsr = execute ? READ(IFSR) : READ(DFSR), lpae = fsr & LPAE;
	uint32_t status = fsr & (lpae ? FSR_LONG : FSR_SHORT);

	if ((execute ? READ(IFAR) : READ(DFAR)) != address)
		return false;
	if (!lpae != !(READ(TTBCR) >> 31))
		return false;
	if (attack == ATTACK_WALK)
		return (status & ~3u) == EXTERNAL_WALK;
	if (status != (lpae ? EXTERNAL : EXTERNAL_SHORT))
		return false;
	return execute || !(fsr & FSR_WRITE) == (attack == ATTACK_READ);
}

/* Under the guard: what the CPU does not let this level do is undefined. */
#define TRY(reg, operand)                                                                          \
	do {                                                                                       \
		fault_guard(true);                                                                 \
		WRITE(reg, operand);                                                               \
	} while (0)

/* By address, by set and way, all of it. */
void attack_maintenance(uintptr_t address)
{
	TRY(DCCIMVAC, address);
	TRY(DCIMVAC, address);
	TRY(ICIMVAU, address);
	TRY(ICIALLU, 0);
	TRY(DCISW, 0);
	TRY(ATS1CPW, address);
	TRY(ATS12NSOPW, address);
	TRY(TLBIALLNSNH, 0);
	__asm__ volatile("dsb; isb" ::: "memory");
	fault_guard(false);
}

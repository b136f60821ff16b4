/* SPDX-License-Identifier: BSD-2-Clause */
/* What this CPU is and has: arch.h for AArch32. */
#include "arch.h"
#include "cpu.h"
#include "lib/guest/entry_plan.h"
#include "error.h"
#include "lib/formats/image.h"
#include "boot/core/vm.h"

int32_t smccc(enum conduit conduit, uint32_t function, const uint32_t arguments[3],
	      uint32_t result[4]);
_Noreturn void enter_guest(uint32_t mmu_off_at, const uint32_t values[6]);

enum execution_state arch_state(void)
{
	return STATE_AARCH32;
}

const char *arch_level_name(void)
{
	return in_hyp() ? "HYP" : arch_is_secure() ? "secure SVC" : "SVC";
}

unsigned int arch_level(void)
{
	return in_hyp() ? 2 : arch_is_secure() ? 3 : 1;
}

/* ID_PFR1: virtualization and security extensions. ARMv7's data may be of either order. */
void arch_entry_start(struct entry_start *start)
{
	uint32_t extensions, isar5;

	__asm__("mrc p15, 0, %0, c0, c1, 1" : "=r"(extensions));
	__asm__("mrc p15, 0, %0, c0, c2, 5" : "=r"(isar5));
	start->state = STATE_AARCH32;
	start->level = arch_level();
	start->el2 = extensions >> 12 & 0xf;
	start->aarch32_el1 = true;
	start->aarch32_el2 = start->el2;
	start->big_endian = true;
	start->security = extensions >> 4 & 0xf;
	start->traps_ids = isar5 & 0xf; /* SEVL: an ARMv8 CPU */
}

enum conduit arch_default_conduit(void)
{
	return in_hyp() ? CONDUIT_SMC : arch_is_secure() ? CONDUIT_NONE : CONDUIT_HVC;
}

uint64_t arch_counter(void)
{
	uint64_t value;

	__asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(value)); /* CNTVCT */
	return value;
}

void arch_yield(void)
{
	__asm__ volatile("yield");
}

uint64_t arch_counter_frequency(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(value)); /* CNTFRQ */
	return value;
}

uint64_t arch_cpu_id(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 5" : "=r"(value)); /* MPIDR */
	return value & 0xffffff;
}

uint32_t arch_cpu_model(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 0" : "=r"(value)); /* MIDR */
	return value;
}

/* Nobody asks here. */
/* HYP mode comes with the Large Physical Address Extension, which has 40 (Arm ARM G5.5). */
unsigned int arch_stage2_bits(void)
{
	return 40;
}

bool arch_has_pmu(void)
{
	return false;
}

/* AArch32 has no such instruction. */
bool arch_random(uint64_t *value)
{
	(void)value;
	return false;
}

void arch_map_sync(void)
{
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

void arch_clean(uint64_t pa, uint64_t size)
{
	clean((uint32_t)pa, (uint32_t)size);
}

int64_t arch_smccc(enum conduit conduit, uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
	uint32_t arguments[3] = {(uint32_t)a, (uint32_t)b, (uint32_t)c}, result[4];

	return conduit == CONDUIT_NONE ? -1 : smccc(conduit, function, arguments, result);
}

int64_t arch_smccc4(enum conduit conduit, uint32_t function, uint64_t a, uint64_t result[3])
{
	uint32_t arguments[3] = {(uint32_t)a}, all[4] = {0};
	int32_t status = conduit == CONDUIT_NONE ? -1 : smccc(conduit, function, arguments, all);

	for (int i = 0; i < 3; i++) {
		result[i] = all[i + 1];
		*(volatile uint32_t *)&all[i + 1] = 0; /* it may be a secret */
	}
	return status;
}

int64_t arch_xen(uint32_t number, uint64_t a, uint64_t b, uint64_t c)
{
	register uint32_t r12 __asm__("r12") = number;
	register uint32_t r0 __asm__("r0") = (uint32_t)a;
	register uint32_t r1 __asm__("r1") = (uint32_t)b;
	register uint32_t r2 __asm__("r2") = (uint32_t)c;

	__asm__ volatile(".arch_extension virt\n\thvc #0xea1"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r12)
			 :
			 : "r3", "r4", "memory");
	return (int32_t)r0;
}

_Noreturn void arch_enter(const struct guest_entry *guest)
{
	extern char mmu_off[];
	uint32_t values[6];

	for (int i = 0; i < 4; i++)
		values[i] = (uint32_t)guest->reg[i];
	values[4] = (uint32_t)guest->pc;
	values[5] = guest->big_endian;
	enter_guest((uint32_t)virt_to_phys(mmu_off), values);
}

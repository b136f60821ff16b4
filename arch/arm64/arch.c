/* SPDX-License-Identifier: BSD-2-Clause */
/* What this CPU is and has: arch.h for AArch64. */
#include "arch.h"
#include "lib/guest/entry_plan.h"
#include "linker.h"
#include "sysreg.h"
#include "boot/core/vm.h"

static unsigned int level(void)
{
	return (unsigned int)(sysreg(CurrentEL) >> 2) & 3;
}

enum execution_state arch_state(void)
{
	return STATE_AARCH64;
}

const char *arch_level_name(void)
{
	static const char *const name[] = {"EL0", "EL1", "EL2", "EL3"};

	return name[level()];
}

unsigned int arch_level(void)
{
	return level();
}

/* ID_AA64PFR0_EL1: for each level 0 is none, 1 AArch64 only, 2 both states. */
void arch_entry_start(struct entry_start *start)
{
	uint64_t levels = sysreg(id_aa64pfr0_el1);

	start->state = STATE_AARCH64;
	start->level = level();
	start->el2 = levels >> 8 & 0xf;
	start->aarch32_el1 = (levels >> 4 & 0xf) == 2;
	start->aarch32_el2 = (levels >> 8 & 0xf) == 2;
	start->big_endian = sysreg(id_aa64mmfr0_el1) >> 8 & 0xf;
	start->security = start->aarch32_el1 && (sysreg(id_pfr1_el1) >> 4 & 0xf);
	start->traps_ids = true;
}

/* ID_AA64MMFR0_EL1: PARange; TGran4_2 says which of TGran4's words is for stage 2 (0: the same). */
unsigned int arch_stage2_bits(void)
{
	static const uint8_t bits[] = {32, 36, 40, 42, 44, 48};
	uint64_t mmfr0 = sysreg(id_aa64mmfr0_el1);
	unsigned int range = mmfr0 & 0xf, own = mmfr0 >> 28 & 0xf, stage2 = mmfr0 >> 40 & 0xf;

	if (stage2 == 1 || (!stage2 && own == 0xf))
		return 0;
	return bits[range < sizeof(bits) ? range : sizeof(bits) - 1];
}

enum conduit arch_default_conduit(void)
{
	return level() == 1 ? CONDUIT_HVC : level() == 2 ? CONDUIT_SMC : CONDUIT_NONE;
}

uint64_t arch_counter(void)
{
	__asm__ volatile("isb");
	return sysreg(cntvct_el0);
}

uint64_t arch_counter_frequency(void)
{
	return sysreg(cntfrq_el0);
}

void arch_yield(void)
{
	__asm__ volatile("yield");
}

uint64_t arch_cpu_id(void)
{
	return sysreg(mpidr_el1) & 0xff00ffffff;
}

uint32_t arch_cpu_model(void)
{
	return (uint32_t)sysreg(midr_el1);
}

/* ID_AA64DFR0_EL1.PMUVer: 0 is none, 15 is one of another kind. */
bool arch_has_pmu(void)
{
	unsigned int version = sysreg(id_aa64dfr0_el1) >> 8 & 0xf;

	return version && version != 0xf;
}

bool arch_random(uint64_t *value)
{
	return sysreg_random(value);
}

void arch_map_sync(void)
{
	__asm__ volatile("dsb sy\n\tisb" ::: "memory");
}

_Noreturn void enter_guest(const struct guest_entry *guest, uint64_t mmu_off_at);
int64_t arch_smccc_raw(enum conduit conduit, uint32_t function, uint64_t a, uint64_t b, uint64_t c,
		       uint64_t result[4]);

int64_t arch_smccc(enum conduit conduit, uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t result[4];

	if (conduit == CONDUIT_NONE)
		return -1;
	arch_smccc_raw(conduit, function, a, b, c, result);
	return function & 1U << 30 ? (int64_t)result[0] : (int32_t)result[0];
}

int64_t arch_smccc4(enum conduit conduit, uint32_t function, uint64_t a, uint64_t result[3])
{
	uint64_t all[4] = {0};

	if (conduit == CONDUIT_NONE)
		return -1;
	arch_smccc_raw(conduit, function, a, 0, 0, all);
	for (int i = 0; i < 3; i++) {
		result[i] = all[i + 1];
		*(volatile uint64_t *)&all[i + 1] = 0; /* it may be a secret */
	}
	return (int64_t)all[0];
}

int64_t arch_xen(uint32_t number, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x16 __asm__("x16") = number;
	register uint64_t x0 __asm__("x0") = a;
	register uint64_t x1 __asm__("x1") = b;
	register uint64_t x2 __asm__("x2") = c;

	__asm__ volatile("hvc #0xea1"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x16)
			 :
			 : "x3", "x4", "memory");
	return (int64_t)x0;
}

_Noreturn void arch_enter(const struct guest_entry *guest)
{
	extern char mmu_off[];

	enter_guest(guest, virt_to_phys(mmu_off));
}

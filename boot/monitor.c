/* SPDX-License-Identifier: BSD-2-Clause */
/* Stages "entry" to "hand-off": the monitor's memory, what the guest is told of it, and what it has
 * to know. */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/monitor.h"
#include "error.h"
#include "le.h"
#include "mmio.h"
#include "monitor.h"
#include "psci.h"
#include "lib/mem/stage2.h"
#include "boot/core/vm.h"

/* A GICv3 redistributor (IHI 0069, 12.10): its frames, and GICR_TYPER. */
#define REDISTRIBUTOR_SIZE 0x20000
#define GICR_TYPER	   0x08
#define TYPER_VLPIS	   (1U << 1) /* two frames more */
#define TYPER_LAST	   (1U << 4)

/*
 * While the guest is at EL1 and the monitor at EL3, EL2 has vectors: in non-secure memory, behind
 * the guest's back by the translation of stage 2.
 */
static bool needs_hvc(const struct boot *boot)
{
	return arch_level() == 3 && monitor_translates(boot);
}

/* What nothing keeps from the guest. */
static void note_reach(const struct boot *boot, bool tables)
{
	if (arch_level() == 3 && !boot->monitor_at.size && !tables)
		log_note("no secure RAM in the device tree: nothing keeps the guest from "
			 "overwriting the monitor below it");
	else if (monitor_translates(boot) && !tables)
		log_note("this CPU translates no 4 KiB pages at stage 2: nothing keeps the guest "
			 "from overwriting %s",
			 arch_level() == 3 ? "what runs at EL2" : "the monitor below it");
}

/* At level 3 in RAM that the guest does not reach, if there is some. */
static void choose_memory(struct boot *boot, uint64_t size)
{
	uint64_t tables = monitor_tables_size(boot), behind = tables;

	if (needs_hvc(boot))
		behind += PAGE_SIZE;
	boot->monitor_at.size = 0;
	if (arch_level() == 3 && secure_place(boot, size, &boot->monitor_at))
		boot->monitor.memory.size = behind;
	else
		boot->monitor.memory.size = size + behind;
	note_reach(boot, tables != 0);
}

/* What the guest's tree and ACPI tables have to say of PSCI from now on. */
void monitor_announce(struct boot *boot)
{
	struct platform *p = &boot->platform;
	bool below_el1 = boot->entry.level == 1 && arch_level() == 2, named = false;

	p->psci = (struct platform_psci) {.version = PSCI_1_0_BINDING};
	p->psci.conduit = below_el1 ? CONDUIT_HVC : CONDUIT_SMC;
	for (unsigned int i = 0; i < p->cpus; i++) {
		p->cpu[i].psci = true;
		named |= p->cpu[i].mpidr == arch_cpu_id();
	}
	if (!named)
		stop_error("correct the tree", "the device tree does not name the CPU that runs");
	boot->monitor.conduit = p->psci.conduit;
	boot->monitor.from_secure = arch_level() == 3;
	choose_memory(boot, monitor_size(p->cpus));
}

/* High in RAM, where no guest expects to be; AArch32 needs it below 4 GiB. */
void monitor_reserve(struct boot *boot)
{
	struct region *memory = &boot->monitor.memory;
	struct memmap_request request = {
		.size = memory->size,
		.align = PAGE_SIZE,
		.max = 1ULL << 32,
		.highest = 1,
		.within = STAGE2_WITHIN,
	};
	int error = 0;

	if (memory->size)
		error = memmap_alloc(&boot->ram, &request, &memory->base);
	if (error)
		stop_error("give the VM more memory (QEMU: -m)", "no room for the PSCI monitor: %s",
			   error_string(error));
}

/* To the CPU with these affinity fields; the first one that is found is its. */
static void give_redistributor(const struct monitor *m, struct monitor_cpu *cpu, uint32_t affinity,
			       uint64_t at)
{
	uint64_t mpidr = (uint64_t)(affinity & 0xff000000) << 8 | (affinity & 0xffffff);

	for (unsigned int i = 0; i < m->cpus; i++)
		if (cpu[i].mpidr == mpidr && !cpu[i].redistributor)
			cpu[i].redistributor = at;
}

static void find_redistributors(const struct region *region, const struct monitor *m,
				struct monitor_cpu *cpu)
{
	uint64_t at = region->base;
	uint32_t type = 0;

	if (vm_map_device(region->base, region->size))
		return;
	while (in_range(at, REDISTRIBUTOR_SIZE, region) && !(type & TYPER_LAST)) {
		type = mmio_read32((uintptr_t)at + GICR_TYPER);
		give_redistributor(m, cpu, mmio_read32((uintptr_t)at + GICR_TYPER + 4), at);
		at += type & TYPER_VLPIS ? 2 * REDISTRIBUTOR_SIZE : REDISTRIBUTOR_SIZE;
	}
}

static void fill_cpus(const struct boot *boot, struct monitor *m, struct monitor_cpu *cpu)
{
	const struct platform *p = &boot->platform;
	const struct platform_secure *s = &boot->own.secure;

	m->cpus = p->cpus;
	for (unsigned int i = 0; i < p->cpus; i++) {
		memset(&cpu[i], 0, sizeof(cpu[i]));
		cpu[i].mpidr = p->cpu[i].mpidr;
		if (cpu[i].mpidr == arch_cpu_id())
			cpu[i].power = MONITOR_CPU_ON;
		else if (m->level == 2)
			cpu[i].power = MONITOR_CPU_OFF;
	}
	if (m->level == 3 && s->gic.version == 3)
		for (unsigned int i = 0; i < s->gic.redists; i++)
			find_redistributors(&s->gic.redist[i], m, cpu);
}

/* Level 2: what answers us there. PSCI 0.1 has function IDs of its own, and not enough of them. */
static void fill_host_psci(const struct boot *boot, struct monitor *m)
{
	const struct platform_psci *host_psci = &boot->host_psci;

	if (host_psci->version < PSCI_0_2 || host_psci->conduit != CONDUIT_SMC)
		return;
	m->host_psci = (uint32_t)arch_smccc(CONDUIT_SMC, PSCI_VERSION, 0, 0, 0);
}

/* Before the tables, which are the last of what is reserved. */
static void fill_hvc(const struct boot *boot, struct monitor *m)
{
	const struct region *memory = &boot->monitor.memory;

	if (!needs_hvc(boot))
		return;
	m->hvc = memory->base + memory->size - monitor_tables_size(boot) - PAGE_SIZE;
	memcpy((void *)(uintptr_t)m->hvc, hvc_vectors, (size_t)hvc_vectors_size);
}

/* Level 3: what the secure world has to hand over, or to use. */
static void fill_secure(const struct boot *boot, struct monitor *m)
{
	const struct platform_secure *s = &boot->own.secure;

	m->frequency = (uint32_t)arch_counter_frequency();
	m->gic_version = s->gic.version;
	m->gic_dist = s->gic.dist.base;
	m->gic_cpu = s->gic.cpu.base;
	m->off = s->off;
	m->reset = s->reset;
	fill_hvc(boot, m);
	if (boot->platform.cpus < 2)
		return;
	m->pen = secure_pen();
	if (!m->pen)
		m->spin_table = s->spin_table;
}

static void fill_banks(const struct platform *p, struct monitor *m)
{
	for (unsigned int i = 0; i < p->banks && i < MONITOR_BANKS; i++)
		m->bank[m->banks++] = p->bank[i].region;
}

static void fill_guest(const struct boot *boot, const struct guest_entry *guest, struct monitor *m)
{
	const struct entry_plan *entry = &boot->entry;

	m->pc = guest->pc;
	memcpy(m->reg, guest->reg, sizeof(m->reg));
	m->boot_big_endian = entry->big_endian;
	m->guest_level = entry->level;
	m->guest_state = entry->state;
	m->fake_security = entry->fake_security;
}

/* The linker script keeps it that short. */
static void copy_code(uint8_t *to)
{
	memcpy(to, monitor_blob, min64(monitor_blob_size, MONITOR_CODE_SIZE));
}

void monitor_install(const struct boot *boot, struct guest_entry *guest)
{
	const struct region *memory = &boot->monitor.memory;
	const struct region *at = boot->monitor_at.size ? &boot->monitor_at : memory;
	uint8_t *to = (uint8_t *)(uintptr_t)at->base;
	struct monitor *m = (struct monitor *)(to + MONITOR_CODE_SIZE);
	struct monitor_cpu *cpu = (struct monitor_cpu *)(to + MONITOR_CODE_SIZE + MONITOR_SIZE);

	copy_code(to);
	memset(m, 0, MONITOR_SIZE);
	m->base = memory->base;
	m->size = memory->size;
	m->level = arch_level();
	fill_guest(boot, guest, m);
	fill_banks(&boot->platform, m);
	if (m->level == 2)
		fill_host_psci(boot, m);
	else
		fill_secure(boot, m);
	fill_cpus(boot, m, cpu);
	monitor_tables(boot, m);
	guest->pc = at->base + ((const struct monitor_head *)(const void *)to)->boot;
	guest->big_endian = false;
	/*
	 * Not only cleaned: from now on CPUs with caches off write there. A line that stayed would
	 * be old then, and whether an access with caches off hits it is up to the CPU.
	 */
	arch_clean_invalidate(at->base, at->size);
	if (memory->size)
		arch_clean_invalidate(memory->base, memory->size);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a monitor leaves of memory to a guest at EL1, where the CPU has EL2: stage 2 translation of
 * all but itself, and but EL2's vectors if it is at EL3.
 */
#include "lib/mem/stage2.h"
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/monitor.h"
#include "error.h"

static void add(struct stage2 *plan, const struct region *region, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		stage2_add(plan, &region[i]);
}

static void add_gic(struct stage2 *plan, const struct platform_gic *gic)
{
	const struct region frame[] = {gic->dist, gic->cpu, gic->hyp, gic->vcpu, gic->v2m};

	add(plan, frame, sizeof(frame) / sizeof(frame[0]));
	add(plan, gic->redist, gic->redists);
	add(plan, gic->its, gic->num_its);
}

/* Windows of PCIe are what VMMs put highest. */
static void add_pcie(struct stage2 *plan, const struct platform_pcie *pcie)
{
	const struct region window[] = {pcie->config, pcie->io, pcie->mem32, pcie->mem64};

	add(plan, window, sizeof(window) / sizeof(window[0]));
}

static void add_others(struct stage2 *plan, const struct platform *p)
{
	const struct region one[] = {p->fw_cfg, p->flash, p->acpi, p->rtc.region};

	add(plan, one, sizeof(one) / sizeof(one[0]));
	for (unsigned int i = 0; i < p->uarts; i++)
		stage2_add(plan, &p->uart[i].region);
	for (unsigned int i = 0; i < p->num_virtio; i++)
		stage2_add(plan, &p->virtio[i].region);
}

/* All that the model knows of; on nearly every machine it is below 1 TiB, where all is mapped. */
static void plan_for(const struct platform *p, struct stage2 *plan)
{
	stage2_plan(plan, arch_stage2_bits());
	for (unsigned int i = 0; i < p->banks; i++)
		stage2_add(plan, &p->bank[i].region);
	add_gic(plan, &p->gic);
	for (unsigned int i = 0; i < p->num_pcie; i++)
		add_pcie(plan, &p->pcie[i]);
	add_others(plan, p);
}

bool monitor_translates(const struct boot *boot)
{
	struct entry_start start;

	arch_entry_start(&start);
	return start.level >= 2 && start.el2 && boot->entry.level == 1;
}

uint64_t monitor_tables_size(const struct boot *boot)
{
	struct stage2 plan;

	if (!monitor_translates(boot) || !arch_stage2_bits())
		return 0;
	plan_for(&boot->platform, &plan);
	return stage2_size(&plan);
}

void monitor_tables(const struct boot *boot, struct monitor *m)
{
	const struct region *memory = &boot->monitor.memory;
	uint64_t size = monitor_tables_size(boot), at = memory->base + memory->size - size;
	struct stage2 plan;
	int error;

	if (!size)
		return;
	plan_for(&boot->platform, &plan);
	error = stage2_build(&plan, memory, (void *)(uintptr_t)at, at, &m->stage2_root);
	if (error)
		stop_error("report this, with what forearm.log=debug shows",
			   "the monitor cannot be kept from the guest: %s", error_string(error));
	m->stage2_bits = plan.bits;
	m->stage2_level = plan.level;
}

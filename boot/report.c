/* SPDX-License-Identifier: BSD-2-Clause */
/* What forearm.log=debug shows: the machine, the memory, the options, the times. */
#include <libfdt.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/stage.h"
#include "boot/core/vm.h"

static void line(const char *what, uint64_t base, uint64_t size)
{
	log_debug("  %-12s 0x%012llx  0x%llx", what, (unsigned long long)base,
		  (unsigned long long)size);
}

static const char *conduit_name(enum conduit conduit)
{
	return conduit == CONDUIT_HVC ? "hvc" : conduit == CONDUIT_SMC ? "smc" : "none";
}

static void report_platform(const struct platform *p)
{
	log_debug("platform: %s, %u CPUs, GICv%u, PSCI %u.%u by %s, entered at %s",
		  p->model ? p->model : "(no model)", p->cpus, p->gic.version,
		  p->psci.version >> 16, p->psci.version & 0xffff, conduit_name(p->psci.conduit),
		  arch_level_name());
	for (unsigned int i = 0; i < p->uarts; i++)
		line((int)i == p->console ? "console" : "uart", p->uart[i].region.base,
		     p->uart[i].region.size);
	line("gic", p->gic.dist.base, p->gic.dist.size);
	line("fw_cfg", p->fw_cfg.base, p->fw_cfg.size);
	line("rtc", p->rtc.region.base, p->rtc.region.size);
	for (unsigned int i = 0; i < p->num_pcie; i++)
		line("pcie", p->pcie[i].config.base, p->pcie[i].config.size);
	log_debug("  virtio-mmio  %u slots", p->num_virtio);
	if (p->overflow)
		log_debug("  more %s than forearm's model can hold", p->overflow);
}

static void report_memory(const struct boot *boot)
{
	const struct platform *p = &boot->platform;

	log_debug("memory:");
	for (unsigned int i = 0; i < p->banks; i++)
		line("ram", p->bank[i].region.base, p->bank[i].region.size);
	for (unsigned int i = 0; i < p->num_reserved; i++)
		line("reserved", p->reserved[i].region.base, p->reserved[i].region.size);
	for (unsigned int i = 0; i < p->modules; i++)
		line("module", p->module[i].region.base, p->module[i].region.size);
	line(boot->probed	       ? "own fdt"
	     : p->fdt != boot->vmm_fdt ? "changed fdt"
				       : "vmm's fdt",
	     (uintptr_t)p->fdt, fdt_totalsize(p->fdt));
	line("forearm", vm_image(), vm_image_size());
	line("workspace", vm_workspace(), vm_workspace_size());
	line("kernel", boot->place.kernel, boot->image.memory_size);
	line("initrd", boot->place.initrd, boot->initrd_size);
	if (boot->entry.monitor && boot->monitor_at.size)
		line("monitor", boot->monitor_at.base, boot->monitor_at.size);
	if (boot->entry.monitor && boot->monitor.memory.size)
		line("for monitor", boot->monitor.memory.base, boot->monitor.memory.size);
	line("fdt", boot->place.fdt, fdt_totalsize((const void *)(uintptr_t)boot->place.fdt));
}

static void report_options(const struct options *options)
{
	const char *name;

	log_debug("options:");
	for (unsigned int i = 0; (name = options_name(i)); i++)
		log_debug("  %-12s %s", name, options_value(options, i));
}

void report(const struct boot *boot)
{
	if (log_level() < LOG_DEBUG)
		return;
	report_platform(&boot->platform);
	report_memory(boot);
	report_options(&boot->options);
	log_debug("command line: %s", boot->command_line);
	stage_report();
}

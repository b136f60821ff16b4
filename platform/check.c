/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a description contradicts itself: an initrd outside of RAM, a device inside. */
#include "platform/check.h"

#define GPIO_SIZE 0x1000
#define REGISTERS 0x18 /* bytes that the smallest device has, whatever its size is said to be */

static bool in_flash(const struct platform *p, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < p->flashes; i++)
		if (overlaps(base, size, &p->flash_bank[i]))
			return true;
	return false;
}

/* Whether it is where another device is that is somebody's to write to. */
static bool taken(const struct platform *p, const struct region *region, uint64_t size)
{
	const struct region *const other[] = {&p->rtc.region, &p->gic.dist, &p->gic.cpu,
					      &p->fw_cfg};

	for (unsigned int i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (other[i] != region && overlaps(region->base, size, other[i]))
			return true;
	return false;
}

bool platform_may_be_device(const struct platform *p, const struct region *image,
			    const struct region *device, uint64_t size)
{
	uint64_t base = device->base;

	return !(base % sizeof(uint32_t)) && !region_wraps(&(struct region) {base, size}) &&
	       !platform_overlaps_ram(p, base, size) && !in_flash(p, base, size) &&
	       !overlaps(base, size, image) && !taken(p, device, size);
}

struct check {
	const struct platform *p;
	const struct platform_secure *secure;
	const struct region *image;
	struct platform_fault *fault;
	uint64_t ram, ram_end; /* of all banks together */
};

static bool fault(const struct check *c, const char *what, const struct region *region,
		  const char *why)
{
	*c->fault = (struct platform_fault) {what, why, *region};
	return true;
}

static bool is_fault(const struct check *c, const char *what, const struct region *region)
{
	if (region_wraps(region))
		return fault(c, what, region, "does not end");
	if (platform_overlaps_ram(c->p, region->base, region->size))
		return fault(c, what, region, "is in RAM");
	return false;
}

/* Size 0: there is none. Most are on one side of all RAM, which is quickly seen. */
static inline __attribute__((always_inline)) bool outside(const struct check *c, const char *what,
							  const struct region *region)
{
	if (!region->size || region_end(region) <= c->ram ||
	    (region->base >= c->ram_end && !region_wraps(region)))
		return false;
	return is_fault(c, what, region);
}

/* Files that the VMM has put into memory. Banks that touch are one here. */
static bool inside(const struct check *c, const struct memmap *ram, const char *what,
		   const struct region *region)
{
	if (!region->size)
		return false;
	if (!memmap_contains(ram, region->base, region->size))
		return fault(c, what, region, "is not in RAM that this CPU reaches");
	return overlaps(region->base, region->size, c->image) &&
	       fault(c, what, region, "is where forearm is");
}

static bool files(const struct check *c, const struct memmap *ram)
{
	const struct platform *p = c->p;
	bool bad = inside(c, ram, "the initrd", &p->chosen.initrd);

	for (unsigned int i = 0; i < p->modules && !bad; i++)
		bad = inside(c, ram, "a module", &p->module[i].region);
	return bad;
}

/* What we write to, whether or not the tree knows how much of it there is. */
static bool touched(const struct check *c, const char *what, const struct region *region)
{
	uint64_t size = region->size > REGISTERS ? region->size : REGISTERS;

	if (outside(c, what, region))
		return true;
	if (platform_may_be_device(c->p, c->image, region, size))
		return false;
	return fault(c, what, region,
		     region->base % sizeof(uint32_t) ? "is not on a word boundary"
		     : taken(c->p, region, size)     ? "is where another device is"
						     : "is where flash memory or forearm is");
}

static bool devices(const struct check *c)
{
	const struct platform *p = c->p;
	bool bad = outside(c, "the real-time clock", &p->rtc.region);

	for (unsigned int i = 0; i < p->flashes && !bad; i++)
		bad = outside(c, "flash memory", &p->flash_bank[i]);
	for (unsigned int i = 0; i < p->uarts && !bad; i++)
		bad = touched(c, "a UART", &p->uart[i].region);
	if (!bad && p->fw_cfg.base | p->fw_cfg.size)
		bad = touched(c, "fw_cfg", &p->fw_cfg);
	return bad;
}

/* What the monitor writes to if there is one at EL3: not RAM that is kept from the guest, nor us.
 */
static bool of_monitor(const struct check *c, const char *what, const struct region *region)
{
	if (outside(c, what, region))
		return true;
	if (!c->secure || !region->size)
		return false;
	if (overlaps(region->base, region->size, &c->secure->ram))
		return fault(c, what, region, "is in RAM of the secure world");
	return overlaps(region->base, region->size, c->image) &&
	       fault(c, what, region, "is where forearm is");
}

static bool line(const struct check *c, const struct monitor_gpio *line)
{
	const struct region gpio = {line->base, line->base ? GPIO_SIZE : 0};

	return of_monitor(c, "a GPIO controller", &gpio);
}

static bool lines(const struct check *c)
{
	return c->secure && (line(c, &c->secure->off) || line(c, &c->secure->reset));
}

static bool interrupt_controller(const struct check *c)
{
	static const char name[] = "the interrupt controller";
	const struct platform_gic *gic = &c->p->gic;
	bool bad = of_monitor(c, name, &gic->dist) || of_monitor(c, name, &gic->cpu) ||
		   outside(c, name, &gic->hyp) || outside(c, name, &gic->vcpu) ||
		   outside(c, name, &gic->v2m);

	for (unsigned int i = 0; i < gic->redists && !bad; i++)
		bad = of_monitor(c, name, &gic->redist[i]);
	for (unsigned int i = 0; i < gic->num_its && !bad; i++)
		bad = outside(c, name, &gic->its[i]);
	return bad;
}

static bool bridges(const struct check *c)
{
	static const char name[] = "a window of the PCI host bridge";
	bool bad = false;

	for (unsigned int i = 0; i < c->p->num_pcie && !bad; i++) {
		const struct platform_pcie *host = &c->p->pcie[i];

		bad = outside(c, "the PCI host bridge", &host->config) ||
		      outside(c, name, &host->io) || outside(c, name, &host->mem32) ||
		      outside(c, name, &host->mem64);
	}
	return bad;
}

/* Trees count up, which is quickly seen. */
static bool cpus(const struct check *c)
{
	const struct platform_cpu *cpu = c->p->cpu;
	uint64_t highest = 0;

	for (unsigned int i = 0; i < c->p->cpus; i++) {
		if (!i || cpu[i].mpidr > highest) {
			highest = cpu[i].mpidr;
			continue;
		}
		for (unsigned int j = 0; j < i; j++)
			if (cpu[j].mpidr == cpu[i].mpidr)
				return fault(c, "a CPU", &(struct region) {cpu[i].mpidr, 0},
					     "is named twice");
	}
	return false;
}

bool platform_contradicts(const struct platform *platform, const struct platform_secure *secure,
			  const struct memmap *ram, const struct region *image,
			  struct platform_fault *fault)
{
	const struct check check = {
		.p = platform,
		.secure = secure,
		.image = image,
		.fault = fault,
		.ram = memmap_lowest(ram),
		.ram_end = ram->count ? ram->range[ram->count - 1].end : 0,
	};

	return files(&check, ram) || devices(&check) || interrupt_controller(&check) ||
	       lines(&check) || bridges(&check) || cpus(&check);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* After a start at EL3 or in secure SVC mode: what of the machine is the secure world's. */
#include "arch.h"
#include "boot.h"
#include "boot/monitor.h"
#include "layout.h"
#include "boot/core/vm.h"

/* RAM that the guest has, too, keeps nothing from it. */
static void check_secure_ram(struct boot *boot)
{
	struct region *ram = &boot->own.secure.ram;

	if (platform_overlaps_ram(&boot->platform, ram->base, ram->size))
		ram->size = 0;
}

void secure_probe(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	struct platform_secure *s = &boot->own.secure;

	if (!boot->probed)
		platform_secure(p->fdt, s);
	s->gic = p->gic;
	s->spin_table = platform_ram_base(p);
	check_secure_ram(boot);
}

/* Both ends are tried: a tree may say more than there is. */
static bool is_ram(uint64_t base, uint64_t size)
{
	return !vm_map_ram(base, size) && arch_is_ram(base) && arch_is_ram(base + size - 8);
}

/* Behind the pen, if that is in it. */
bool secure_place(const struct boot *boot, uint64_t size, struct region *place)
{
	const struct region *ram = &boot->own.secure.ram;
	uint64_t at = page_up(ram->base);

	if (overlaps(PEN, PEN_SIZE, ram))
		at = PEN + PEN_SIZE;
	if (!in_range(at, size, ram) || !arch_reaches(at, size) || !is_ram(at, size))
		return false;
	*place = (struct region) {at, size};
	return true;
}

/* By what they have decided it themselves, and where they have tried it: not their slots. */
uint64_t secure_pen(void)
{
	uint64_t own = PEN + PEN_SIZE / 2 + 8 * PEN_SLOT(arch_cpu_id());

	return !vm_map_device(PEN, PEN_SIZE) && arch_is_ram(own) ? PEN : 0;
}

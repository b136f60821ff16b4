/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI bridges as QEMU has to see them when it makes its tables. */
#include "acpi.h"
#include "tables/acpi/loader.h"
#include "mmio.h"
#include "boot/core/vm.h"

#define FUNCTION  0x1000
#define FUNCTIONS 256

/* PCI Local Bus Specification 3.0, 6.1; PCI-to-PCI Bridge Architecture 1.2, 3.2. */
#define HEADER_TYPE    0x0C /* bits 16..22 of that word, and bit 23: there are more functions */
#define HEADER_BRIDGE  (1U << 16)
#define HEADER_MASK    (0x7FU << 16)
#define MORE_FUNCTIONS (1U << 23)
#define BUS_NUMBERS    0x18
#define NOBODY	       0xFFFFFFFF

#define NO_BUS	  0
#define EVERY_BUS 0x00FF0000 /* the subordinate bus is 255 */

/* Gives bridges of the host's first bus that have the numbers 'from' the numbers 'to'. */
static void renumber(uintptr_t base, uint32_t from, uint32_t to)
{
	for (unsigned int i = 0; i < FUNCTIONS; i++) {
		uintptr_t function = base + i * FUNCTION;
		uint32_t type = mmio_read32(function + HEADER_TYPE);

		if (type != NOBODY && (type & HEADER_MASK) == HEADER_BRIDGE &&
		    mmio_read32(function + BUS_NUMBERS) == from)
			mmio_write32(function + BUS_NUMBERS, to);
		/* A device is looked at as a whole only if it says that there is more of it. */
		if (i % 8 == 0 && (type == NOBODY || !(type & MORE_FUNCTIONS)))
			i += 7;
	}
}

static void renumber_all(const struct platform_own *own, uint32_t from, uint32_t to)
{
	for (unsigned int i = 0; i < own->ecams; i++)
		if (vm_map_device(own->ecam[i], ECAM_BUS) == 0)
			renumber((uintptr_t)own->ecam[i], from, to);
}

/*
 * QEMU makes its tables when one of their files is read for the first time, and its IORT says of
 * those buses which way their DMA goes that the bridges lead to just then. A bridge that nobody has
 * set up leads nowhere. For that moment they lead to all that there can be, and then nowhere again,
 * so that the guest numbers its buses as it likes.
 */
static void settle(struct boot *boot, const struct fw_cfg_file *file)
{
	struct scratch scratch;

	renumber_all(&boot->own, NO_BUS, EVERY_BUS);
	(void)scratch_read(boot, &scratch, file, 1);
	scratch_free(boot, &scratch);
	renumber_all(&boot->own, EVERY_BUS, NO_BUS);
}

/*
 * Only an SMMU makes a difference of it, and looking for bridges takes its time. Without a tree
 * nobody has said yet whether there is one.
 */
int acpi_file(struct boot *boot, const char *name, struct fw_cfg_file *file)
{
	static bool settled;
	int error = fw_cfg_find(name, file);

	if (!error && !settled && (boot->own.smmu || !boot->platform.fdt))
		settle(boot, file);
	settled |= !error;
	return error;
}

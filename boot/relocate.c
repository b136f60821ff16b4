/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernels that are linked to one place in RAM: what is in their way moves. That is the VMM's device
 * tree, which often is at the start of RAM, and forearm itself where it was loaded into RAM.
 */
#include <libfdt.h>
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/memory.h"
#include "boot/seeds.h"
#include "drivers/virtio.h"
#include "error.h"
#include "lib/fdt/walk.h"
#include "boot/core/vm.h"

#define COPY "copy of what is in the kernel's way"

static const char *moved(const char *pointer, intptr_t distance)
{
	return pointer ? pointer + distance : NULL;
}

/* Whether the tree is in memory that is free without it: in RAM, and reserved by nobody else. */
static bool is_ours(const struct boot *boot, uint64_t base, uint64_t size)
{
	const struct platform *p = &boot->platform;
	bool ours = platform_owns_ram(&boot->own, base, size);

	for (unsigned int i = 0; i < p->num_reserved; i++)
		ours &= !overlaps(base, size, &p->reserved[i].region);
	return ours;
}

/* The model's pointers into the tree go along. One with overlays in it is another one. */
static void relocate_fdt(struct boot *boot)
{
	struct platform *p = &boot->platform;
	uint64_t old = (uintptr_t)boot->vmm_fdt, size = fdt_totalsize(boot->vmm_fdt),
		 used = fdt_used_size(p->fdt);
	uint64_t at = take_memory(boot, COPY, used);
	intptr_t distance = (intptr_t)(at - (uintptr_t)p->fdt);

	memcpy((void *)(uintptr_t)at, p->fdt, (size_t)used);
	fdt_set_totalsize((void *)(uintptr_t)at, (uint32_t)used);
	p->fdt = boot->vmm_fdt = boot->base_fdt = (const void *)(uintptr_t)at;
	p->model = moved(p->model, distance);
	p->chosen.bootargs = moved(p->chosen.bootargs, distance);
	p->chosen.rng_seed = moved(p->chosen.rng_seed, distance);
	p->chosen.kaslr_seed = moved(p->chosen.kaslr_seed, distance);
	seeds_wipe(boot); /* the kernel may go there */
	seeds_note(boot);
	if (is_ours(boot, old, size))
		check_memmap(memmap_add(&boot->ram, old, size));
}

/* A copy of the file starts over, as if the VMM had loaded it there. Nothing was done yet. */
static _Noreturn void relocate_self(struct boot *boot)
{
	uint64_t size = file_size(), at;
	struct guest_entry entry = {0};

	check_memmap(memmap_remove(&boot->ram, boot->image.address, boot->image.memory_size));
	at = take_memory(boot, COPY, size);
	memcpy((void *)(uintptr_t)at, (const void *)(uintptr_t)vm_image(), (size_t)size);
	arch_clean(at, size);
	arch_clean((uintptr_t)boot->vmm_fdt, fdt_totalsize(boot->vmm_fdt));
	entry_registers(arch_state(), (uintptr_t)boot->vmm_fdt, entry.reg);
	entry.pc = at;
	virtio_reset_all();
	arch_enter(&entry);
}

void clear_kernel_place(struct boot *boot)
{
	const struct image *image = &boot->image;
	const struct region wanted = {image->address, image->memory_size}, file = file_pages(),
			    *initrd = &boot->platform.chosen.initrd;

	if (image->format == IMAGE_ELF && image->address >> 63)
		stop_error("give the kernel in the form that it is booted in (Linux: Image; "
			   "NetBSD: netbsd.img; FreeBSD: kernel.bin)",
			   "the kernel (%s) is linked to virtual addresses, from 0x%llx on",
			   image_name(image), (unsigned long long)image->address);
	if (!platform_owns_ram(&boot->own, image->address, image->memory_size))
		stop_error(
			"link it to RAM, or place it with forearm.load=ADDRESS if it is a raw file",
			"the kernel (%s) belongs to 0x%llx, %llu KiB, where there is no RAM; RAM "
			"begins at 0x%llx",
			image_name(image), (unsigned long long)image->address,
			kib(image->memory_size), (unsigned long long)boot->place.base);
	if (overlaps(wanted.base, wanted.size, &file))
		relocate_self(boot);
	relocate_fdt(boot);
	if (memmap_contains(&boot->ram, image->address, image->memory_size))
		return;
	stop_error("give the VM more memory (QEMU: -m), or link the kernel to another place",
		   "the kernel (%s) belongs to 0x%llx, %llu KiB, where something else is: %s",
		   image_name(image), (unsigned long long)image->address, kib(image->memory_size),
		   overlaps(vm_workspace(), vm_workspace_size(), &wanted) ? "forearm's workspace"
		   : overlaps(initrd->base, initrd->size, &wanted)
			   ? "the initrd"
			   : "memory that the VMM has reserved, or the kernel's file");
}

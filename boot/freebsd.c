/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FreeBSD's arm64 kernels as their own loader boots them: ELF files that are linked to a virtual
 * base which is any 2 MiB boundary of RAM. Behind the kernel are its symbols, a RAM disk,
 * environment, tree, and last the records that tell of all that (lib/guest/freebsd.h).
 */
#include <string.h>
#include "boot.h"
#include "boot/core/entropy.h"
#include "boot/core/fatal.h"
#include "boot/describe.h"
#include "boot/guest.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "lib/formats/elf_symbols.h"
#include "lib/guest/freebsd.h"

#define ALIGNMENT 0x200000
/* Its first page tables have one table of blocks (sys/arm64/arm64/locore.S). */
#define WINDOW 0x40000000
/* It takes memory for its page tables right behind all that, before it looks at what there is. */
#define BEHIND 0x800000

/* As many as fill all pools of its generator at once (stand/efi/loader/main.c). */
#define SEED_SIZE 2048

#define MODULES 2

/* What is known of the kernel while its file is in memory. */
static struct {
	struct freebsd_kernel kernel;
	uint8_t header[FREEBSD_ELF_HEADER];
} preloaded __attribute__((section(".noinit")));

bool freebsd_by_loader(const struct boot *boot)
{
	return boot->options.guest == GUEST_FREEBSD && boot->image.format == IMAGE_ELF &&
	       boot->image.state == STATE_AARCH64 && !boot->elf.relocatable &&
	       boot->elf.lowest >> 63;
}

/* From the kernel's first byte on. */
static uint64_t symbols_at(const struct elf *elf)
{
	return align_up(elf->highest, 8) - elf->lowest;
}

static uint64_t environment_room(void)
{
	return FREEBSD_ENVIRONMENT_ROOM(COMMAND_LINE_MAX);
}

static uint64_t last_room(void)
{
	return page_up(environment_room()) + page_up(SEED_SIZE) +
	       page_up(FREEBSD_RECORDS_ROOM(MODULES));
}

/* Before it is placed, when it is known what goes behind it. */
void freebsd_place(struct boot *boot)
{
	struct image *image = &boot->image;
	const struct elf *elf = &boot->elf;
	uint64_t tail =
		add_capped(page_up(initrd_most(boot)), page_up(fdt_most(boot)) + last_room());
	uint64_t kernel = add_capped(symbols_at(elf), elf_tables_size(elf)), whole;

	image->fixed = false;
	image->address = elf->lowest % ALIGNMENT;
	image->align = ALIGNMENT;
	whole = add_capped(page_up(add_capped(image->address, kernel)), tail);
	if (whole > WINDOW - BEHIND)
		stop_error("attach what was given as initrd to the VM as a disk, or make it "
			   "smaller",
			   "a FreeBSD kernel maps 1 GiB at first, and itself with all that goes "
			   "with it has %llu KiB",
			   kib(whole));
	image->tail = tail;
	image->memory_size = whole - image->address;
	image->block = align_up(whole, ALIGNMENT) + BEHIND;
}

void freebsd_complete(const struct boot *boot)
{
	const struct elf *elf = &boot->elf;
	uint64_t at = symbols_at(elf), size = elf_tables_size(elf);
	struct freebsd_kernel *kernel = &preloaded.kernel;
	struct elf_segment dynamic;

	*kernel = (struct freebsd_kernel) {
		.elf_header = preloaded.header, .address = elf->lowest, .size = at + size};
	memcpy(preloaded.header, elf->file, sizeof(preloaded.header));
	if (elf_header(elf, ELF_DYNAMIC, &dynamic))
		kernel->dynamic = dynamic.virtual_address;
	if (!size)
		return;
	kernel->symbols = elf->lowest + at;
	kernel->symbols_end = kernel->symbols + size;
	elf_tables_copy(elf, kernel_memory(boot, at, size));
}

/* Where the kernel sees what is there. */
static uint64_t virtual(const struct boot *boot, uint64_t address)
{
	return address - boot->place.kernel + boot->elf.lowest;
}

static uint64_t take(struct boot *boot, uint64_t size)
{
	uint64_t at = 0;

	if (place_in_tail(&boot->place, size, &at))
		no_room(boot, "metadata of FreeBSD's kernel", size);
	return at;
}

static uint64_t environment(struct boot *boot)
{
	size_t room = (size_t)environment_room();
	uint64_t at = take(boot, room);

	if (freebsd_environment(boot->command_line, (char *)(uintptr_t)at, room) < 0)
		command_line_too_long(strlen(boot->command_line));
	return virtual(boot, at);
}

static unsigned int describe_modules(struct boot *boot, struct freebsd_module module[MODULES])
{
	uint64_t seed = take(boot, SEED_SIZE);
	unsigned int count = 0;

	if (boot->initrd_size)
		module[count++] = (struct freebsd_module) {
			"initrd", "md_image", virtual(boot, boot->place.initrd), boot->initrd_size};
	if (guest_random(boot, "freebsd", (uint8_t *)(uintptr_t)seed, SEED_SIZE))
		module[count++] = (struct freebsd_module) {"rng_seed", "boot_entropy_platform",
							   virtual(boot, seed), SEED_SIZE};
	return count;
}

void freebsd_describe(struct boot *boot)
{
	struct freebsd_module module[MODULES];
	struct freebsd_kernel kernel = preloaded.kernel;
	uint64_t at;

	kernel.tree = virtual(boot, boot->place.fdt);
	kernel.environment = environment(boot);
	kernel.howto = freebsd_howto(boot->command_line);
	kernel.module = module;
	kernel.modules = describe_modules(boot, module);
	at = take(boot, FREEBSD_RECORDS_ROOM(MODULES));
	boot->modulep = virtual(boot, at);
	if (freebsd_records(&kernel, boot->modulep, (void *)(uintptr_t)at,
			    FREEBSD_RECORDS_ROOM(MODULES)) < 0)
		no_room(boot, "metadata of FreeBSD's kernel", FREEBSD_RECORDS_ROOM(MODULES));
}

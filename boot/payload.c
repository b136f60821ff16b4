/* SPDX-License-Identifier: BSD-2-Clause */
/* Stages "payload" and "load": what the kernel is, where it goes, and bringing it there. */
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "error.h"
#include "fw_cfg.h"
#include "window.h"

static uint8_t head[IMAGE_HEAD] __attribute__((section(".noinit")));

static size_t head_size(uint64_t file_size)
{
	return file_size < IMAGE_HEAD ? (size_t)file_size : IMAGE_HEAD;
}

static void read_file(const struct boot_file *file, uint64_t to, uint64_t size, const char *what)
{
	int error = fw_cfg_read(file->item, to, size);

	if (error)
		stop_error("report this with the VMM's version", "fw_cfg gave no %s: %s", what,
			   error_string(error));
}

static _Noreturn void unknown_format(size_t size)
{
	char bytes[3 * 16 + 1] = "";

	for (size_t i = 0; i < 16 && i < size; i++)
		snprintf(bytes + 3 * i, 4, " %02x", head[i]);
	stop_error("give an arm64 Image, a gzip of one, or an arm zImage",
		   "the kernel is of no known format; it begins with%s", bytes);
}

static void check_format(int error, size_t size)
{
	if (error == ERR_UNKNOWN)
		unknown_format(size);
	if (error == ERR_EMPTY)
		stop_error("check the file that was given as kernel", "the kernel file is empty");
	if (error == ERR_TRUNCATED)
		stop_error("copy or download it again", "the kernel file is cut short");
	if (error)
		stop_error("check the file that was given as kernel",
			   "the kernel cannot be used: %s", error_string(error));
}

void find_payload(struct boot *boot)
{
	uint64_t size = boot->kernel.size;

	if (!boot->kernel.given)
		stop_error("give one: QEMU with forearm as -bios: -kernel FILE; in any case: "
			   "-fw_cfg name=opt/org.forearm/kernel,file=FILE",
			   "no kernel was given");
	read_file(&boot->kernel, window_phys(head), head_size(size), "kernel");
	check_format(image_identify(head, head_size(size), size, &boot->image), head_size(size));
	if (boot->image.format == IMAGE_GZIP && arch_state() == STATE_AARCH32)
		stop_error("give the zImage itself, which unpacks itself",
			   "a gzip file as kernel, but the CPU is in AArch32 state");
	if (boot->initrd.given && !boot->initrd.size)
		stop_error("check the file that was given as initrd, or leave it out",
			   "the initrd file is empty");
}

static _Noreturn void no_room(const struct boot *boot, const char *what, uint64_t size)
{
	stop_error("give the VM more memory (QEMU: -m)",
		   "the %s needs %llu KiB, and no free RAM of that size is where it may lie; "
		   "%llu KiB are free in all",
		   what, (unsigned long long)(size + 1023) / 1024,
		   (unsigned long long)memmap_total(&boot->ram) / 1024);
}

static void place_or_stop(struct boot *boot)
{
	int error = place_kernel(&boot->ram, &boot->image, &boot->place);

	if (error)
		no_room(boot, "kernel", boot->image.memory_size);
}

static void check_gzip(int result)
{
	if (result < 0)
		stop_error("copy or download it again", "the gzip kernel is corrupt: %s",
			   error_string(result));
}

/* Unpacks to the place that the header inside asks for. 'from' is the file, in RAM. */
static void unpack(struct boot *boot, const uint8_t *from)
{
	size_t size = (size_t)boot->kernel.size, written;
	uint64_t inner = gzip_size(from + size - 4);
	int result;

	if (inner > memmap_total(&boot->ram))
		stop_error("copy or download it again, or give the VM more memory (QEMU: -m)",
			   "the gzip kernel says that it holds %llu KiB, more than the %llu KiB of "
			   "free RAM: cut short, or too large",
			   (unsigned long long)inner / 1024,
			   (unsigned long long)memmap_total(&boot->ram) / 1024);
	result = gzip_unpack(from, size, head, head_size(inner), &written);
	check_gzip(result);
	check_format(image_identify(head, written, inner, &boot->image), written);
	if (boot->image.format == IMAGE_GZIP)
		stop_error("compress it once", "the gzip kernel holds another gzip file");
	place_or_stop(boot);
	result = gzip_unpack(from, size, (uint8_t *)(uintptr_t)boot->place.kernel, (size_t)inner,
			     &written);
	check_gzip(result == 0 || (result > 0 && written != inner) ? ERR_CORRUPT : result);
}

/* The compressed file passes through the top of RAM, which is free again afterwards. */
static void load_gzip(struct boot *boot)
{
	struct memmap_request request = {
		.size = boot->kernel.size,
		.align = PAGE_SIZE,
		.max = UINT64_MAX,
		.highest = 1,
	};
	uint64_t at;

	if (memmap_alloc(&boot->ram, &request, &at))
		no_room(boot, "compressed kernel", boot->kernel.size);
	read_file(&boot->kernel, at, boot->kernel.size, "kernel");
	unpack(boot, (const uint8_t *)(uintptr_t)at);
	memmap_add(&boot->ram, at, boot->kernel.size);
}

/* An initrd of fw_cfg is read to its place; one that the VMM has put into RAM stays there. */
static void load_initrd(struct boot *boot)
{
	boot->initrd_size = boot->platform.chosen.initrd.size;
	boot->place.initrd = boot->platform.chosen.initrd.base;
	if (!boot->initrd.given)
		return;
	boot->initrd_size = boot->initrd.size;
	if (place_initrd(&boot->ram, &boot->image, boot->initrd_size, &boot->place))
		no_room(boot, "initrd", boot->initrd_size);
	read_file(&boot->initrd, boot->place.initrd, boot->initrd_size, "initrd");
}

static uint64_t ram_base(const struct platform *p)
{
	uint64_t base = UINT64_MAX;

	for (unsigned int i = 0; i < p->banks; i++)
		base = p->bank[i].region.base < base ? p->bank[i].region.base : base;
	return base;
}

void load(struct boot *boot)
{
	boot->place.base = ram_base(&boot->platform);
	if (boot->image.format == IMAGE_GZIP) {
		load_gzip(boot);
	} else {
		place_or_stop(boot);
		read_file(&boot->kernel, boot->place.kernel, boot->kernel.size, "kernel");
	}
	load_initrd(boot);
}

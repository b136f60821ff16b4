/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "payload": what the kernel is, however many files are around it. */
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/progress.h"
#include "boot/file.h"
#include "boot/efi.h"
#include "boot/guest.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "lib/formats/container.h"
#include "error.h"
#include "lib/fdt/walk.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"
#include "lib/formats/magic.h"
#include "lib/guest/recognise.h"
#include "boot/core/vm.h"

#define LAYERS	   4  /* of containers and compression */
#define DETAIL_MAX 32 /* bytes of a file that go into a message */

/* Where code without a header goes, from the start of RAM: what Linux once asked for. */
#define RAW_ARM64 0x80000
#define RAW_ARM	  0x10000

static uint8_t head[IMAGE_HEAD] __attribute__((section(".noinit")));

static size_t head_size(uint64_t file_size)
{
	return file_size < IMAGE_HEAD ? (size_t)file_size : IMAGE_HEAD;
}

static _Noreturn void unknown_format(const struct boot *boot, const uint8_t *from, size_t size)
{
	char bytes[3 * 16 + 1] = "";
	uint64_t found, place = recognise_place(from, size, boot->place.base,
						memmap_total(&boot->ram), &found);

	for (size_t i = 0; i < 16 && i < size; i++)
		snprintf(bytes + 3 * i, 4, " %02x", from[i]);
	if (place)
		stop_error("give one of the formats that forearm(7) lists; or, if it is to be "
			   "loaded as it is, say whose it is (forearm.guest=NAME) or where it "
			   "goes (forearm.load=ADDRESS)",
			   "the kernel is of no known format; it begins with%s, and has 0x%llx in "
			   "it: perhaps it belongs to 0x%llx",
			   bytes, (unsigned long long)found, (unsigned long long)place);
	stop_error("give one of the formats that forearm(7) lists; or, if it is to be loaded as it "
		   "is, say whose it is (forearm.guest=NAME) or where it goes (forearm.load=raw or "
		   "ADDRESS)",
		   "the kernel is of no known format; it begins with%s", bytes);
}

static _Noreturn void unusable_as(const char *what, const char *why)
{
	stop_error("check the file that was given as kernel", "the %s cannot be used: %s", what,
		   why);
}

/* 'detail' says more. */
static _Noreturn void unusable_by(const char *what, int error, const struct part *detail)
{
	char why[80];

	snprintf(why, sizeof(why), "%s: %.*s", error_string(error),
		 (int)min64(detail->size, DETAIL_MAX), (const char *)detail->at);
	unusable_as(what, why);
}

/* mkimage says PowerPC where it is not told. */
static _Noreturn void other_machine(const char *what, const struct part *arch)
{
	char name[DETAIL_MAX];

	snprintf(name, sizeof(name), "%.*s", (int)min64(arch->size, DETAIL_MAX),
		 (const char *)arch->at);
	stop_error("give a kernel for Arm; or if it is one, say so when you make the file: mkimage "
		   "-A arm64 (or arm), arch in a FIT image's source",
		   "the %s says that its kernel is for another architecture: %s", what, name);
}

static _Noreturn void unusable(const char *what, int error)
{
	if (error == ERR_EMPTY)
		stop_error("check the file that was given as kernel", "the kernel file is empty");
	if (error == ERR_TRUNCATED)
		stop_error("copy or download it again", "the kernel file is cut short");
	unusable_as(what, error_string(error));
}

static void identify_elf(struct boot *boot)
{
	const struct elf *elf = &boot->elf;
	int error = elf_open(boot->files.kernel.at, boot->files.kernel.size, &boot->elf);

	if (error)
		unusable("ELF file", error);
	boot->image = (struct image) {
		.format = IMAGE_ELF,
		.state = elf->state,
		.guest = recognise_elf(elf),
		.file_size = boot->files.kernel.size,
		.memory_size = elf->highest - elf->lowest,
		.fixed = !elf->relocatable,
		.address = elf->lowest,
		.align = elf->align,
		.entry = (elf->entry - elf->lowest) | elf->thumb,
		.big_endian = elf->big_endian,
	};
}

/* What its container says, else what the user does, else the state that we are in. */
static enum execution_state raw_state(const struct boot *boot)
{
	if (boot->payload.arch == PAYLOAD_ARM64 || boot->payload.arch == PAYLOAD_ARM)
		return boot->payload.arch == PAYLOAD_ARM ? STATE_AARCH32 : STATE_AARCH64;
	if (boot->options.state != STATE_AUTO)
		return boot->options.state == STATE_ONLY_AARCH32 ? STATE_AARCH32 : STATE_AARCH64;
	return arch_state();
}

/* Its container says that it is code for this architecture, and where it goes. */
static bool is_told(const struct boot *boot)
{
	const struct payload *payload = &boot->payload;

	return payload->code && (payload->placed || payload->relocatable);
}

/* Behind the start of what is loaded; UINT64_MAX for an entry point before that. */
static uint64_t told_entry(const struct payload *payload)
{
	return payload->entry < payload->load ? UINT64_MAX : payload->entry - payload->load;
}

/* Code without a header: by the user's word, or by what the container has said. */
static void identify_raw(struct boot *boot, uint64_t size)
{
	const struct payload *payload = &boot->payload;
	struct image *image = &boot->image;

	*image = (struct image) {
		.format = IMAGE_RAW, .file_size = size, .memory_size = size, .fixed = true};
	image->state = raw_state(boot);
	if (boot->options.load == LOAD_AT) {
		image->address = boot->options.load_address;
	} else if (is_told(boot)) {
		image->fixed = !payload->relocatable;
		image->address = payload->relocatable ? payload->lead : payload->load;
		image->entry = payload->relocatable ? payload->entry : told_entry(payload);
	} else {
		image->address =
			boot->place.base + (image->state == STATE_AARCH32 ? RAW_ARM : RAW_ARM64);
	}
	if (image->entry >= size)
		unusable("kernel", ERR_HEADER);
}

/* A compression that was not undone; what was undone is no more in 'compression'. */
static void check_compression(const struct boot *boot)
{
	const struct part *compression = &boot->payload.compression;
	char name[DETAIL_MAX];

	snprintf(name, sizeof(name), "%.*s", (int)min64(compression->size, DETAIL_MAX),
		 (const char *)compression->at);
	if (compression->size)
		stop_error("unpack it, and make the container again without compression, or with "
			   "gzip, lz4, zstd, xz or lzma",
			   "the kernel is said to be compressed with %s, and that cannot be "
			   "undone here",
			   name);
}

/* An ISO image shows behind 'head' what it is; it may have a partition table as well. */
static const char *disk_name(struct boot *boot)
{
	uint64_t size = min64(boot->files.kernel.size, MAGIC_HEAD);
	uint8_t *start = temp_alloc(boot, "start of the kernel file", size);

	file_read(&boot->files.kernel, start, size, "kernel");
	return magic_disk(start, size);
}

static void identify_unknown(struct boot *boot, const uint8_t *from, uint64_t size)
{
	const char *name = magic_name(from, head_size(size)), *disk;

	if (boot->options.load == LOAD_AUTO) {
		check_compression(boot);
		disk = boot->compression ? NULL : disk_name(boot);
		if (disk)
			stop_error("attach it to the VM as a disk and give the kernel that is in "
				   "it, or give another file",
				   "the kernel is %s", disk);
		if (name)
			stop_error("take the kernel out of it, or give another file",
				   "the kernel is %s", name);
		if (!(guest_profiles[boot->options.guest].flags & GUEST_RAW) && !is_told(boot))
			unknown_format(boot, from, head_size(size));
	}
	identify_raw(boot, size);
}

/* A kernel that the guest's CPU runs, by the start of its file. */
static void identify(struct boot *boot, const uint8_t *from, uint64_t size)
{
	int error = size ? ERR_UNKNOWN : ERR_EMPTY;

	if (elf_is(from, head_size(size)))
		return identify_elf(boot);
	if (size && boot->options.load == LOAD_AUTO)
		error = image_identify(from, head_size(size), size, &boot->image);
	if (error == ERR_UNKNOWN)
		return identify_unknown(boot, from, size);
	if (error)
		unusable("kernel", error);
}

/* Whatever its format: before anything is made of a size that the machine cannot have. */
static void check_size(const struct boot *boot)
{
	uint64_t ram = platform_ram_size(&boot->platform);

	if (boot->image.memory_size > ram)
		stop_error(
			"check the file that was given as kernel, or give the VM more memory "
			"(QEMU: -m)",
			"the kernel (%s) is larger than RAM: it says that it needs %llu KiB, and "
			"there are %llu KiB",
			image_name(&boot->image), kib(boot->image.memory_size), kib(ram));
}

/* What can only be judged whole. */
static bool in_memory_only(const uint8_t *from, size_t size)
{
	return container_of(from, size) || compression_of(from, size) || elf_is(from, size);
}

/*
 * What was not read of a file on a disk: a UKI's kernel, which goes from there to its place at
 * once. 'part' is where it would be in memory; size 0: all was read.
 */
static struct {
	struct part part;
	struct boot_file file;
} unread;

static bool overlaps_section(const struct pe *pe, unsigned int index, const struct part *part)
{
	const struct region wanted = {(uintptr_t)part->at, part->size};
	struct part other;

	for (unsigned int i = 0; i < pe->sections; i++)
		if (i != index && !pe_section(pe, i, &other) &&
		    overlaps((uintptr_t)other.at, other.size, &wanted))
			return true;
	return false;
}

/* Where in the memory that the file is to go to its first .linux will be, which nothing else uses.
 */
static struct part kernel_of_uki(const struct boot_file *file, uint8_t *memory)
{
	struct part part = {NULL, 0};
	struct pe pe;

	if (!file->on_disk || file->size <= sizeof(head))
		return part;
	file_read(file, memory, sizeof(head), "kernel");
	if (!uki_is(memory, sizeof(head)) || pe_open(memory, sizeof(head), &pe))
		return part;
	pe.size = file->size;
	for (unsigned int i = 0; i < pe.sections; i++) {
		if (memcmp(pe_name(&pe, i), ".linux\0", PE_NAME) != 0)
			continue;
		if (!pe_section(&pe, i, &part) && part.at >= memory + sizeof(head) &&
		    !overlaps_section(&pe, i, &part))
			return part;
		break;
	}
	return (struct part) {NULL, 0};
}

/* What lies behind the head, which is not read anew: the hole is where that says. */
static void read_around(const struct boot_file *file, uint8_t *memory, const struct part *hole)
{
	struct boot_file rest = *file;
	uint64_t start = (uint64_t)(hole->at - memory), end = start + hole->size;

	rest.offset += sizeof(head);
	file_read(&rest, memory + sizeof(head), start - sizeof(head), "kernel");
	rest.offset = file->offset + (uint32_t)end;
	file_read(&rest, memory + end, file->size - end, "kernel");
}

/* The file as it is, in memory of its own. */
static void copy_file(struct boot *boot)
{
	uint8_t *memory = temp_alloc(boot, "kernel file", boot->files.kernel.size);
	struct part copy = {memory, boot->files.kernel.size};

	unread.part = kernel_of_uki(&boot->files.kernel, memory);
	unread.file = boot->files.kernel;
	if (unread.part.size) {
		unread.file.offset += (uint32_t)(unread.part.at - memory);
		unread.file.size = unread.part.size;
		read_around(&boot->files.kernel, memory, &unread.part);
	} else {
		file_read(&boot->files.kernel, memory, copy.size, "kernel");
	}
	file_in_memory(&boot->files.kernel, &copy);
}

/* What one container said of its kernel is not about what is in the next. */
static void forget_container(struct payload *payload)
{
	payload->arch = PAYLOAD_ANY;
	payload->placed = payload->relocatable = payload->code = false;
	payload->compression.size = payload->detail.size = payload->lead = 0;
}

static void open_container(struct boot *boot, const struct container *container)
{
	struct part *kernel = &boot->payload.kernel;
	struct choices choices;
	int error;

	if ((uintptr_t)boot->files.kernel.at % 8) /* in another one; a FIT image is a device tree */
		copy_file(boot);
	kernel->size = 0;
	forget_container(&boot->payload);
	make_choices(boot, &choices);
	if (container->takes_vendor)
		take_vendor(boot, &choices);
	progress_begin("checking", container->name, boot->files.kernel.size);
	error = container->open(boot->files.kernel.at, boot->files.kernel.size, &choices,
				&boot->payload);
	progress_end();
	if (!error && !kernel->size)
		error = ERR_NO_KERNEL;
	if (error == ERR_OPTION_VALUE)
		no_such_choice(boot, container);
	if (!error && boot->payload.arch == PAYLOAD_OTHER)
		error = ERR_MACHINE;
	if (error == ERR_MACHINE && boot->payload.detail.size)
		other_machine(container->name, &boot->payload.detail);
	if (error == ERR_HASH_KIND && boot->payload.detail.size)
		unusable_by(container->name, error, &boot->payload.detail);
	if (error)
		unusable(container->name, error);
	take_options(boot, container->name, OPTIONS_OF_CONTAINER);
	file_in_memory(&boot->files.kernel, kernel);
	if (unread.part.size && kernel->at == unread.part.at)
		boot->files.kernel = unread.file;
}

/* An unpacked file and what is made of it both need room, so one gets half of it. */
static uint64_t most_room(const struct boot *boot)
{
	return page_down(memmap_largest(&boot->ram) / 2);
}

static _Noreturn void unpacks_to_too_much(const struct boot *boot, uint64_t room)
{
	stop_error("give the VM more memory (QEMU: -m)",
		   "the unpacked kernel needs more than %llu KiB, half of the free RAM: nothing is "
		   "left for the place that it goes to (%s)",
		   (unsigned long long)room / 1024, compression_name(boot->compression));
}

/* What the packed kernel has: exactly, if *exact, else at most. */
static uint64_t unpacked_size(const struct boot *boot, bool *exact)
{
	uint64_t free = memmap_total(&boot->ram), size, least;
	int result = unpack_size(boot->compression, boot->files.kernel.at, boot->files.kernel.size,
				 &size);

	if (result < 0)
		compression_corrupt(boot, result);
	*exact = result == 1;
	least = *exact ? size
		       : unpack_least(boot->compression, boot->files.kernel.at,
				      boot->files.kernel.size);
	if (least > free)
		stop_error("copy or download it again, or give the VM more memory (QEMU: -m)",
			   "the %s kernel says that it holds %llu KiB, more than the %llu KiB of "
			   "free RAM: cut short, or too large",
			   compression_name(boot->compression), kib(least),
			   (unsigned long long)free / 1024);
	return size;
}

/* A device tree behind compressed data, as behind a zImage; perhaps behind its size (unpack.h). */
static void take_tree_behind(struct boot *boot, uint64_t used)
{
	struct part rest = {boot->files.kernel.at + used, boot->files.kernel.size - used};

	for (unsigned int i = 0; i < 2 && rest.size >= FDT_V17_SIZE && !boot->payload.dtb.size;
	     i++) {
		if (fdt_has_magic(rest.at))
			boot->payload.dtb = rest;
		rest.at += 4;
		rest.size -= 4;
	}
}

/* Into memory of its own: 'size' bytes, or that many at most. */
static void unpack_layer(struct boot *boot, uint64_t size, bool exact)
{
	uint64_t most = most_room(boot), room = exact || size < most ? size : most, used;
	struct part inner = {temp_alloc(boot, "unpacked kernel", room), 0};
	int result = unpack_file(boot, (void *)(uintptr_t)inner.at, room, &inner.size, &used);

	if (!result && room < size)
		unpacks_to_too_much(boot, room);
	if (result <= 0)
		compression_corrupt(boot, result ? result : ERR_CORRUPT);
	temp_shrink(boot, inner.at, inner.size);
	take_tree_behind(boot, used);
	file_in_memory(&boot->files.kernel, &inner);
}

/* gzip's own word for its size may be anything; it is taken where the kernel in it says the same.
 */
static bool is_hint_true(const struct boot *boot, size_t written, uint64_t *size)
{
	uint64_t hint =
		unpack_hint(boot->compression, boot->files.kernel.at, boot->files.kernel.size);
	struct image image;

	if (!hint || image_identify(head, written < hint ? written : hint, hint, &image) ||
	    image.own_size != hint)
		return false;
	*size = hint;
	return true;
}

/* True: what is packed is a kernel, which stage "load" can unpack to its place. */
static bool open_compressed(struct boot *boot)
{
	bool exact;
	uint64_t size = unpacked_size(boot, &exact), written, used;
	int result = unpack_file(boot, head, head_size(size), &written, &used);

	if (result < 0)
		compression_corrupt(boot, result);
	boot->payload.compression.size = 0;
	if (!in_memory_only(head, (size_t)written) &&
	    (exact || is_hint_true(boot, (size_t)written, &size))) {
		take_tree_behind(boot, unpack_extent(boot->compression, boot->files.kernel.at,
						     boot->files.kernel.size));
		identify(boot, head, size);
		return true;
	}
	unpack_layer(boot, size, exact);
	return false;
}

/* Each layer points into the one around it. */
static void read_whole(struct boot *boot)
{
	if (!boot->files.kernel.at)
		copy_file(boot);
}

/* Whether it stays where it is read from until it is loaded: a kernel that needs nothing done to
 * it. */
static bool stays_outside(struct boot *boot)
{
	size_t size = head_size(boot->files.kernel.size);

	if (boot->files.kernel.at)
		return false;
	file_read(&boot->files.kernel, head, size, "kernel");
	if (in_memory_only(head, size))
		read_whole(boot);
	return !boot->files.kernel.at;
}

static void open_layers(struct boot *boot)
{
	for (unsigned int layer = 0; layer < LAYERS; layer++) {
		size_t size = head_size(boot->files.kernel.size);
		const struct container *container;
		const uint8_t *at;

		if (stays_outside(boot))
			return identify(boot, head, boot->files.kernel.size);
		at = boot->files.kernel.at;
		container = container_of(at, size);
		boot->compression = container ? COMPRESSION_NONE : compression_of(at, size);
		if (container)
			open_container(boot, container);
		else if (!boot->compression)
			return identify(boot, at, boot->files.kernel.size);
		else if (open_compressed(boot))
			return;
	}
	unusable("kernel", ERR_NESTED);
}

static void start_payload(struct boot *boot)
{
	boot->place.base = platform_ram_base(&boot->platform);
	boot->payload = (struct payload) {0};
	boot->texts_taken = 0;
	boot->compression = COMPRESSION_NONE;
	temp_init(boot);
	boot->randomized = false;
	boot->modulep = 0;
	boot->source[0] = '\0';
	boot->application.disk = NULL;
	unread.part.size = 0;
	options_lock(&boot->options);
	find_in_source(boot);
}

/* A kernel that looks for a device tree behind its zImage would take it before ours. */
static void cut_appended(struct boot *boot)
{
	struct image *image = &boot->image;
	struct part tree;

	if (image->format != IMAGE_ZIMAGE || image->file_size - image->own_size < FDT_V17_SIZE)
		return;
	if (boot->compression)
		unpack_layer(boot, image->file_size, true);
	boot->compression = COMPRESSION_NONE;
	read_whole(boot);
	tree.at = boot->files.kernel.at + image->own_size;
	tree.size = image->file_size - image->own_size;
	if (!fdt_has_magic(tree.at))
		return;
	if (!boot->payload.dtb.size)
		boot->payload.dtb = tree;
	boot->files.kernel.size = image->file_size = image->memory_size = image->own_size;
}

/* The VMM's tree describes the machine; one that a container has for some board may not. */
static void check_trees(const struct boot *boot)
{
	bool wanted = boot->options.dtb == DTB_PAYLOAD, there = boot->payload.dtb.size != 0;

	if (there && !wanted)
		log_note("the device tree that comes with the kernel is not used: the VMM's is");
	if (wanted && !there)
		stop_error("leave the option out, or give a kernel with a device tree: "
			   "forearm-bundle --dtb FILE",
			   "forearm.dtb=payload, but the kernel comes without a device tree");
}

void find_payload(struct boot *boot)
{
	start_payload(boot);
	if (boot->application.disk) {
		application_identify(boot);
	} else {
		open_layers(boot);
		cut_appended(boot);
	}
	add_command_line(boot);
	check_choices(boot);
	unpack_trees(boot);
	settle_guest(boot); /* who knows better than a header that lies */
	check_size(boot);
	check_trees(boot);
	if (boot->files.initrd.given && !boot->files.initrd.size)
		stop_error("check the file that was given as initrd, or leave it out",
			   "the initrd file is empty");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What has to hold when the flow enters a guest, whatever it was given. */
#include <libfdt.h>
#include <string.h>
#include "fuzz.h"
#include "host.h"
#include "monitor.h"

#define PIECES 7

struct pieces {
	struct region piece[PIECES];
	unsigned int count;
};

static void add(struct pieces *pieces, uint64_t base, uint64_t size)
{
	pieces->piece[pieces->count++] = (struct region) {base, size};
}

static void check_apart(const struct pieces *pieces)
{
	for (unsigned int i = 0; i < pieces->count; i++)
		for (unsigned int j = 0; j < i; j++) {
			const struct region *a = &pieces->piece[i], *b = &pieces->piece[j];

			REQUIRE(!ram_overlaps(a->base, a->size, b->base, b->size));
		}
}

/* What we have loaded is in RAM that nobody has reserved. */
static void check_place(const struct boot *boot, uint64_t base, uint64_t size)
{
	const struct platform *p = &boot->platform;

	REQUIRE(ram_contains(base, size));
	for (unsigned int i = 0; i < p->num_reserved; i++)
		REQUIRE(!ram_overlaps(base, size, p->reserved[i].region.base,
				      p->reserved[i].region.size));
}

static bool initrd_in_place(const struct boot *boot)
{
	return boot->place.initrd == boot->platform.chosen.initrd.base;
}

static void check_places(const struct boot *boot, uint64_t tree_size)
{
	struct pieces pieces = {.count = 0};

	add(&pieces, boot->place.kernel, boot->image.memory_size - boot->image.tail);
	check_place(boot, boot->place.kernel, boot->image.memory_size);
	add(&pieces, boot->place.fdt, tree_size);
	check_place(boot, boot->place.fdt, tree_size);
	add(&pieces, boot->place.initrd, boot->initrd_size);
	if (boot->initrd_size && !initrd_in_place(boot))
		check_place(boot, boot->place.initrd, boot->initrd_size);
	add(&pieces, host.workspace, HOST_WORKSPACE);
	add(&pieces, host.image.base, host.image.size);
	if (boot->entry.monitor) {
		add(&pieces, boot->monitor.memory.base, boot->monitor.memory.size);
		add(&pieces, boot->monitor_at.base, boot->monitor_at.size);
	}
	check_apart(&pieces);
}

/* What goes behind a FreeBSD kernel is there, its records last. */
static void check_tail(const struct boot *boot)
{
	const struct region tail = {boot->place.kernel + boot->image.memory_size - boot->image.tail,
				    boot->image.tail};
	uint64_t records = boot->modulep - boot->elf.lowest + boot->place.kernel;

	REQUIRE(in_range(boot->place.fdt, fdt_totalsize((void *)boot->place.fdt), &tail));
	REQUIRE(in_range(records, 8, &tail) && records > boot->place.fdt);
	REQUIRE(!boot->initrd_size || in_range(boot->place.initrd, boot->initrd_size, &tail));
	REQUIRE(memcmp((void *)records, "\1\0\0\0\7\0\0\0kernel", 15) == 0);
}

/* The state that the kernel is for, and the registers by the protocol of its kind. */
static void check_registers(const struct boot *boot, uint64_t pc, const uint64_t reg[4])
{
	bool aarch32 = boot->image.state == STATE_AARCH32;
	bool openbsd = boot->guest->flags & GUEST_END;
	uint64_t first = boot->modulep ? boot->modulep : boot->place.fdt;

	REQUIRE(boot->entry.state == boot->image.state);
	REQUIRE(pc == boot->place.kernel + boot->image.entry);
	REQUIRE(reg[aarch32 || openbsd ? 2 : 0] == first);
	REQUIRE(!boot->modulep == !boot->image.tail);
	REQUIRE(!aarch32 || (reg[0] == 0 && reg[1] == UINT32_MAX));
	REQUIRE(aarch32 || openbsd || (!reg[1] && !reg[2] && !reg[3]));
	if (boot->modulep)
		check_tail(boot);
	REQUIRE(!openbsd || reg[0] == boot->place.kernel + boot->image.memory_size);
}

static void check_monitor(const struct boot *boot, const struct guest_entry *guest)
{
	const struct region *memory = &boot->monitor.memory,
			    secure = {HOST_SECURE, HOST_SECURE_SIZE};
	const struct region *at = boot->monitor_at.size ? &boot->monitor_at : memory;
	const struct monitor *m = (const struct monitor *)(at->base + MONITOR_CODE_SIZE);

	REQUIRE(in_range(guest->pc, 4, at));
	REQUIRE(at == memory || in_range(at->base, at->size, &secure));
	REQUIRE(m->base == memory->base && m->size == memory->size);
	REQUIRE(m->level == host.start.level && m->guest_level == boot->entry.level);
	REQUIRE(m->cpus == boot->platform.cpus);
	check_registers(boot, m->pc, m->reg);
}

static uint64_t number(const void *fdt, int node, const char *name)
{
	int length;
	const uint8_t *value = fdt_getprop(fdt, node, name, &length);
	uint64_t result = 0;

	for (int i = 0; value && i < length; i++)
		result = result << 8 | value[i];
	return result;
}

static void check_tree(const struct boot *boot, const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), length;
	const char *line;

	REQUIRE(fdt_check_full(fdt, fdt_totalsize(fdt)) == 0);
	REQUIRE(chosen >= 0);
	line = fdt_getprop(fdt, chosen, "bootargs", &length);
	REQUIRE(!*boot->command_line || (line && strlen(line) == (size_t)length - 1));
	if (boot->description == DESCRIBE_ACPI)
		return;
	REQUIRE(number(fdt, chosen, "linux,initrd-start") ==
		(boot->initrd_size ? boot->place.initrd : 0));
	REQUIRE(number(fdt, chosen, "linux,initrd-end") ==
		(boot->initrd_size ? boot->place.initrd + boot->initrd_size : 0));
}

/* A file of fw_cfg that is loaded as it is. */
static void check_file(const struct boot_file *file, uint64_t at, uint64_t size)
{
	for (unsigned int i = 0; file->given && !file->at && i < host.files; i++)
		if (host.file[i].item == file->item)
			REQUIRE(!memcmp((const void *)at, host.file[i].at, size));
}

/* docs/caches.md: what a guest reads, or stores to, with its caches off. */
static void check_clean(uint64_t base, uint64_t size)
{
	bool clean = false;

	for (unsigned int i = 0; i < HOST_CLEANED; i++)
		clean |= in_range(base, size, &host.cleaned[i]);
	REQUIRE(clean);
}

static void check_caches(const struct boot *boot)
{
	bool whole =
		boot->image.format == IMAGE_ELF || (boot->guest - guest_profiles != GUEST_AUTO &&
						    boot->guest - guest_profiles != GUEST_LINUX);

	check_clean(boot->place.kernel, whole ? boot->image.memory_size : boot->image.file_size);
	check_clean(boot->place.fdt, fdt_totalsize((const void *)boot->place.fdt));
	if (!boot->entry.monitor)
		return;
	if (boot->monitor.memory.size)
		check_clean(boot->monitor.memory.base, boot->monitor.memory.size);
	if (boot->monitor_at.size)
		check_clean(boot->monitor_at.base, boot->monitor_at.size);
}

void check_entry(const struct boot *boot, const struct guest_entry *guest)
{
	const void *fdt = (const void *)boot->place.fdt;

	check_caches(boot);
	check_places(boot, fdt_totalsize(fdt));
	check_tree(boot, fdt);
	if (boot->entry.monitor)
		check_monitor(boot, guest);
	else
		check_registers(boot, guest->pc, guest->reg);
	if (!boot->entry.monitor)
		REQUIRE(boot->entry.level == host.start.level &&
			boot->entry.state == host.start.state);
	if (boot->image.format != IMAGE_ELF && !host.dma_failure)
		check_file(&boot->files.kernel, boot->place.kernel, boot->files.kernel.size);
	/* else it was unwrapped */
	if (!boot->payload.initrds && !boot->payload.bootconfigs && !host.dma_failure &&
	    boot->initrd_size == boot->files.initrd.size)
		check_file(&boot->files.initrd, boot->place.initrd, boot->files.initrd.size);
}

/* Forearm starts again, in a copy that is whole, with the VMM's tree. */
void check_restart(const struct guest_entry *entry)
{
	bool aarch32 = host.start.state == STATE_AARCH32;
	const void *tree = (const void *)entry->reg[aarch32 ? 2 : 0];

	REQUIRE(host.in_ram && ram_contains(entry->pc, host.image.size));
	REQUIRE(!ram_overlaps(entry->pc, host.image.size, host.image.base, host.image.size));
	REQUIRE(!memcmp((const void *)entry->pc, (const void *)host.image.base, host.image.size));
	REQUIRE(fdt_magic(tree) == FDT_MAGIC);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RAM at the machine's own addresses, poisoned except where the flow may be. What it may touch
 * follows from its own map of free RAM: what is taken out is somebody's, what is put back is not.
 */
#include <sanitizer/asan_interface.h>
#include <string.h>
#include <sys/mman.h>
#include "boot/describe.h"
#include "boot/memory.h"
#include "tables/acpi/acpi.h"
#include "boot/acpi/acpi.h"
#include "fuzz.h"
#include "host.h"
#include "lib/mem/memmap.h"
#include "boot/core/vm.h"

#define SPANS	     4096
#define CLEAR_BY_MAP 0x10000 /* bytes from which on new pages are cheaper than zeros */

struct span {
	uint64_t base, end;
};

struct spans {
	struct span span[SPANS];
	unsigned int count;
};

static struct spans open, dirty; /* what is not poisoned now; what was at any time */
static unsigned int reserving;	 /* within reserve(), which takes out what is nobody's to touch */
static bool probed;		 /* stage "probe" is over */

static void *at(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

static void map(uint64_t base, uint64_t size)
{
	void *got = mmap(at(base), size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	REQUIRE(got == at(base));
}

void ram_init(void)
{
	map(HOST_ROM, HOST_ROM_SIZE);
	map(HOST_FLASH, HOST_FLASH_SIZE);
	map(HOST_SECURE, HOST_SECURE_SIZE);
	map(HOST_FW_CFG, PAGE_SIZE);
	map(HOST_XEN, HOST_XEN_SIZE);
	map(HOST_RAM, HOST_RAM_SIZE);
	map(HOST_RAM2, HOST_RAM2_SIZE);
	ASAN_POISON_MEMORY_REGION(at(HOST_RAM), HOST_RAM_SIZE);
	ASAN_POISON_MEMORY_REGION(at(HOST_RAM2), HOST_RAM2_SIZE);
}

static void add(struct spans *spans, uint64_t base, uint64_t end)
{
	REQUIRE(spans->count < SPANS);
	spans->span[spans->count++] = (struct span) {base, end};
}

static void allow(uint64_t base, uint64_t end)
{
	ASAN_UNPOISON_MEMORY_REGION(at(base), end - base);
	add(&dirty, base, end);
}

static void clear(const struct span *span)
{
	uint64_t size = span->end - span->base;
	uint64_t first = (span->base + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	uint64_t last = span->end & ~(PAGE_SIZE - 1);

	ASAN_UNPOISON_MEMORY_REGION(at(span->base), size);
	if (size < CLEAR_BY_MAP) {
		memset(at(span->base), 0, size);
	} else {
		memset(at(span->base), 0, first - span->base);
		memset(at(last), 0, span->end - last);
		madvise(at(first), last - first, MADV_DONTNEED);
	}
	if (span->base >= HOST_RAM)
		ASAN_POISON_MEMORY_REGION(at(span->base), size);
}

void ram_reset(void)
{
	for (unsigned int i = 0; i < dirty.count; i++)
		clear(&dirty.span[i]);
	open.count = dirty.count = reserving = 0;
	probed = false;
}

void ram_given(uint64_t base, uint64_t size)
{
	if (size)
		allow(base, base + size);
}

bool ram_overlaps(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a_size && b_size && (a < b ? b - a < a_size : a - b < b_size);
}

bool ram_contains(uint64_t base, uint64_t size)
{
	return in_range(base, size, &host.ram[0]) || in_range(base, size, &host.ram[1]);
}

__attribute__((no_sanitize("address"))) bool ram_peek(uint64_t address, uint32_t *value)
{
	bool secure = host.start.level == 3 && address >= HOST_SECURE &&
		      address < HOST_SECURE + HOST_SECURE_SIZE;

	if (address % 4 || !(ram_contains(address, 4) || secure))
		return false;
	*value = *(const volatile uint32_t *)at(address);
	return true;
}

/* -- the flow's map of free RAM --------------------------------------------------------------- */

/* What has been taken must be RAM that is mapped, and nobody else's. */
static void take(uint64_t base, uint64_t end)
{
	const struct platform *p = &host.boot->platform;

	REQUIRE(ram_contains(base, end - base));
	REQUIRE(vm_maps(base) && vm_maps(end - 1));
	REQUIRE(!ram_overlaps(base, end - base, host.workspace, HOST_WORKSPACE));
	REQUIRE(!host.in_ram || !ram_overlaps(base, end - base, host.image.base, host.image.size));
	for (unsigned int i = 0; i < p->num_reserved; i++)
		REQUIRE(!ram_overlaps(base, end - base, p->reserved[i].region.base,
				      p->reserved[i].region.size));
	add(&open, base, end);
	allow(base, end);
}

/* Poisons what is open of [base, end). */
static void give_back(uint64_t base, uint64_t end)
{
	for (unsigned int i = 0; i < open.count; i++) {
		struct span *span = &open.span[i], old = *span;

		if (old.base >= end || old.end <= base)
			continue;
		span->end = old.base < base ? base : old.base;
		if (old.end > end)
			add(&open, end, old.end);
		ASAN_POISON_MEMORY_REGION(at(span->end),
					  (old.end < end ? old.end : end) - span->end);
	}
}

/* Calls 'visit' for what is in 'more' and not in 'less'. */
static void difference(const struct memmap *more, const struct memmap *less,
		       void (*visit)(uint64_t base, uint64_t end))
{
	for (unsigned int i = 0; i < more->count; i++) {
		uint64_t next = more->range[i].base, end = more->range[i].end;

		for (unsigned int j = 0; j < less->count; j++) {
			const struct memmap_range *range = &less->range[j];

			if (range->end <= next || range->base >= end)
				continue;
			if (range->base > next)
				visit(next, range->base);
			next = range->end;
		}
		if (next < end)
			visit(next, end);
	}
}

/* These are linked in place of those of lib/mem/memmap.c for all that call them from elsewhere. */
extern typeof(memmap_alloc) __real_memmap_alloc, __wrap_memmap_alloc;
extern typeof(memmap_alloc_high) __real_memmap_alloc_high, __wrap_memmap_alloc_high;
extern typeof(memmap_remove) __real_memmap_remove, __wrap_memmap_remove;
extern typeof(memmap_add) __real_memmap_add, __wrap_memmap_add;
extern typeof(memmap_take) __real_memmap_take, __wrap_memmap_take;
extern typeof(memmap_free) __real_memmap_free, __wrap_memmap_free;
extern typeof(reserve) __real_reserve, __wrap_reserve;
extern typeof(probe) __real_probe, __wrap_probe;
extern typeof(acpi_open) __real_acpi_open, __wrap_acpi_open;
extern typeof(acpi_locate) __real_acpi_locate, __wrap_acpi_locate;
extern typeof(find_payload) __real_find_payload, __wrap_find_payload;

int __wrap_memmap_alloc(struct memmap *ram, const struct memmap_request *request, uint64_t *base)
{
	struct memmap before = *ram;
	int error = __real_memmap_alloc(ram, request, base);

	difference(&before, ram, take);
	return error;
}

int __wrap_memmap_alloc_high(struct memmap *ram, uint64_t size, uint64_t max, uint64_t *base)
{
	struct memmap before = *ram;
	int error = __real_memmap_alloc_high(ram, size, max, base);

	difference(&before, ram, take);
	return error;
}

/* Stage "probe" takes out what is the VMM's; a tree that it has made itself stays its own. */
int __wrap_memmap_remove(struct memmap *ram, uint64_t base, uint64_t size)
{
	struct memmap before = *ram;
	int error = __real_memmap_remove(ram, base, size);

	if (probed && !reserving)
		difference(&before, ram, take);
	else if (!probed && base == (uintptr_t)host.boot->platform.fdt && ram_contains(base, size))
		ram_given(base, size);
	return error;
}

int __wrap_memmap_add(struct memmap *ram, uint64_t base, uint64_t size)
{
	struct memmap before = *ram;
	int error = __real_memmap_add(ram, base, size);

	if (probed)
		difference(ram, &before, give_back);
	return error;
}

int __wrap_memmap_take(struct memmap *ram, uint64_t base, uint64_t size)
{
	struct memmap before = *ram;
	int error = __real_memmap_take(ram, base, size);

	difference(&before, ram, take);
	return error;
}

int __wrap_memmap_free(struct memmap *ram, uint64_t base, uint64_t size)
{
	struct memmap before = *ram;
	int error = __real_memmap_free(ram, base, size);

	if (probed)
		difference(ram, &before, give_back);
	return error;
}

int __wrap_reserve(struct boot *boot)
{
	int error;

	reserving++;
	error = __real_reserve(boot);
	reserving--;
	return error;
}

/* The VMM says that it has put something there. */
static void given(const struct region *region)
{
	if (ram_contains(region->base, region->size))
		ram_given(region->base, region->size);
}

/* A tree that names RAM which is not there, between words that are, cannot be seen through. */
static void check_banks(const struct platform *p)
{
	for (unsigned int i = 0; i < p->banks; i++)
		if (!ram_contains(p->bank[i].region.base, p->bank[i].region.size))
			host_end(HOST_UNFIT);
}

/* Xen's tables are announced, cloud-hypervisor's are looked for. */
void __wrap_acpi_locate(struct boot *boot)
{
	const struct region usual = {(uintptr_t)boot->platform.fdt + 0x200000, PAGE_SIZE},
			    xen = {HOST_XEN, HOST_XEN_SIZE}, *acpi = &boot->platform.acpi;

	check_banks(&boot->platform);
	given(&usual);
	given(acpi);
	if (acpi->size && !ram_contains(acpi->base, acpi->size) &&
	    !in_range(acpi->base, acpi->size, &xen))
		host_end(HOST_CRASHED);
	__real_acpi_locate(boot);
}

/*
 * Tables are read wherever in RAM the VMM's pointers lead, which is in free RAM as well. Nothing
 * of ours is there.
 */
static void *find_table(void *context, uint64_t address, uint64_t size)
{
	void *found = acpi_in_ram(context, address, size);

	if (found && ram_contains(address, size)) {
		REQUIRE(!ram_overlaps(address, size, host.workspace, HOST_WORKSPACE));
		ram_given(address, size);
	}
	return found;
}

int __wrap_acpi_open(struct acpi *acpi, uint64_t rsdp, acpi_memory *memory, void *context)
{
	if (memory == acpi_in_resident) /* allocated, or read before */
		return __real_acpi_open(acpi, rsdp, memory, context);
	REQUIRE(memory == acpi_in_ram);
	return __real_acpi_open(acpi, rsdp, find_table, context);
}

void __wrap_probe(struct boot *boot, const struct early *early)
{
	const struct platform *p = &boot->platform;
	struct region file;

	host.boot = boot;
	__real_probe(boot, early);
	file = (struct region) {vm_image(), file_size()}; /* of a bundle's own word */
	given(&file);
	given(&p->chosen.initrd);
	for (unsigned int i = 0; i < p->modules; i++)
		given(&p->module[i].region);
	probed = true;
}

/* What the user says is a payload is read where it is, in RAM that is free otherwise. */
void __wrap_find_payload(struct boot *boot)
{
	const struct options *options = &boot->options;

	if (options->payload == SOURCE_ADDRESS)
		for (unsigned int i = 0; i < boot->ram.count; i++) {
			const struct memmap_range *range = &boot->ram.range[i];
			uint64_t from = options->payload_address;

			if (from >= range->base && from < range->end)
				ram_given(from, range->end - from);
		}
	__real_find_payload(boot);
}

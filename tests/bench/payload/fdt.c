/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the payload learns from the device tree: its initrd, the memory, what of that is reserved,
 * its CPUs and how they are turned on. The tree is trusted: a wrong one only spoils a figure of the
 * bench.
 */
#include "report.h"

#define EFI_CONVENTIONAL 7

static uint32_t be32(const void *p)
{
	return __builtin_bswap32(*(const uint32_t *)p);
}

static uint64_t be64(const void *p)
{
	return (uint64_t)be32(p) << 32 | be32((const char *)p + 4);
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static bool begins(const char *a, const char *prefix)
{
	while (*prefix && *a == *prefix)
		a++, prefix++;
	return !*prefix;
}

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t overlap(struct range a, struct range b)
{
	uint64_t start = max64(a.start, b.start), end = min64(a.end, b.end);

	return end > start ? end - start : 0;
}

/* The FDT and the initrd are the guest's own, whoever reserved them. */
static void add_reserved(struct findings *f, uint64_t start, uint64_t size)
{
	struct range r = {start, start + size};

	f->reserved += size - overlap(r, f->fdt) - overlap(r, f->initrd);
}

static void take_chosen(struct findings *f, const char *name, const void *value, uint32_t size)
{
	uint64_t number = size == 8 ? be64(value) : be32(value);

	if (same(name, "linux,initrd-start"))
		f->initrd.start = number;
	else if (same(name, "linux,initrd-end"))
		f->initrd.end = number;
	else if (same(name, "linux,uefi-mmap-start"))
		f->map = number;
	else if (same(name, "linux,uefi-mmap-size"))
		f->map_size = number;
	else if (same(name, "linux,uefi-mmap-desc-size"))
		f->map_step = number;
}

static void take_psci(struct findings *f, const char *name, const char *value)
{
	if (!same(name, "method"))
		return;
	f->has_psci = true;
	f->smc = same(value, "smc");
}

/* Where no tree says it: QEMU's answers HVC from EL1 (SVC mode), else SMC. */
static bool default_smc(void)
{
	uintptr_t level;

#ifdef __aarch64__
	__asm__("mrs %0, CurrentEL" : "=r"(level));
	return level >> 2 == 2;
#else
	__asm__("mrs %0, cpsr" : "=r"(level));
	return (level & 0x1f) == 0x1a;
#endif
}

/* A guest by ACPI has its memory from EFI's map. Whatever is not free in it, the firmware keeps. */
static void take_map(struct findings *f)
{
	for (uint64_t at = f->map; at < f->map + f->map_size; at += f->map_step)
		if (*(const uint32_t *)(uintptr_t)at == EFI_CONVENTIONAL)
			f->memory += *(const uint64_t *)(uintptr_t)(at + 24) * PAGE;
}

/* QEMU's virt has two cells for addresses and two for sizes everywhere. */
static void take_reg(struct findings *f, const char *top, int depth, const char *value,
		     uint32_t size)
{
	for (; size >= 16; value += 16, size -= 16) {
		if (same(top, "memory") || begins(top, "memory@"))
			f->memory += be64(value + 8);
		else if (depth == 3 && same(top, "reserved-memory"))
			add_reserved(f, be64(value), be64(value + 8));
	}
}

static const char *past_string(const char *p)
{
	while (*p++)
		;
	return (const char *)(((uintptr_t)p + 3) & ~(uintptr_t)3);
}

/* Two walks: the first finds the initrd, which the second needs. */
static void walk(struct findings *f, const char *fdt, bool chosen)
{
	const char *p = fdt + be32(fdt + 8), *strings = fdt + be32(fdt + 12), *top = "";
	int depth = 0;

	for (uint32_t token; (token = be32(p)) != 9;) {
		p += 4;
		if (token == 1) {
			if (++depth == 2)
				top = p;
			if (chosen && depth == 3 && same(top, "cpus") && begins(p, "cpu@"))
				f->cpus++;
			p = past_string(p);
		} else if (token == 2) {
			depth--;
		} else if (token == 3) {
			uint32_t size = be32(p);
			const char *name = strings + be32(p + 4), *value = p + 8;

			if (chosen && depth == 2 && same(top, "chosen"))
				take_chosen(f, name, value, size);
			if (chosen && depth == 2 && same(top, "psci"))
				take_psci(f, name, value);
			if (!chosen && depth >= 2 && same(name, "reg"))
				take_reg(f, top, depth, value, size);
			p = value + ((size + 3) & ~3u);
		}
	}
}

static void memreserve(struct findings *f, const char *fdt)
{
	const char *p = fdt + be32(fdt + 16);

	for (; be64(p + 8) || be64(p); p += 16)
		add_reserved(f, be64(p), be64(p + 8));
}

/* Returns whether PSCI is called by SMC. */
bool report_fdt(const char *fdt, uintptr_t start)
{
	static struct findings f;

	f.smc = default_smc();
	if (!fdt || be32(fdt) != 0xd00dfeed)
		return f.smc; /* the bench takes silence for a failure */
	f.fdt.start = (uintptr_t)fdt;
	f.fdt.end = f.fdt.start + be32(fdt + 4);
	walk(&f, fdt, true);
	walk(&f, fdt, false);
	memreserve(&f, fdt);
	if (f.map_step)
		take_map(&f);
	report(&f, start);
	if (f.cpus > 1 && f.has_psci)
		round_trip(f.smc);
	return f.smc;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_H
#define FOREARM_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arch.h"
#include "region.h"

/*
 * The machine, in the terms that device tree and ACPI share. Filled from whatever describes it
 * (today: the VMM's device tree); everything later reads this and not the description.
 *
 * Lists that are too long are cut, and 'overflow' names the first one that was: a guest booted by
 * the VMM's own tree does not suffer from it, a table built from the model would.
 */

#define PLATFORM_CPUS	  512 /* QEMU's virt machine ends there too */
#define PLATFORM_BANKS	  32
#define PLATFORM_RESERVED 64
#define PLATFORM_REDISTS  16
#define PLATFORM_ITS	  8
#define PLATFORM_UARTS	  8
#define PLATFORM_PCIE	  8
#define PLATFORM_VIRTIO	  64
#define PLATFORM_MODULES  16
#define PLATFORM_FLASH	  4

/* A GIC interrupt: its number as the GIC counts (PPIs from 16, SPIs from 32), 0 for none. */
struct interrupt {
	uint32_t intid;
	bool edge, active_low;
};

struct platform_cpu {
	uint64_t mpidr; /* affinity fields */
	bool psci;	/* enable-method is "psci" */
	uint8_t node;	/* NUMA node */
};

struct platform_bank {
	struct region region;
	uint8_t node; /* NUMA node */
};

struct platform_reserved {
	struct region region;
	bool no_map; /* must not even be mapped */
};

struct platform_gic {
	unsigned int version; /* 2 or 3; 0: none found */
	struct region dist, cpu, hyp, vcpu;
	struct region redist[PLATFORM_REDISTS];
	unsigned int redists;
	struct region its[PLATFORM_ITS]; /* version 3 */
	unsigned int num_its;
	struct region v2m; /* version 2 */
	struct interrupt maintenance;
};

/* Interrupts of the generic timer, by the order of its binding. */
enum timer_interrupt { TIMER_SECURE, TIMER_NONSECURE, TIMER_VIRTUAL, TIMER_HYP, TIMER_INTERRUPTS };

struct platform_timer {
	bool present, always_on;
	struct interrupt interrupt[TIMER_INTERRUPTS];
};

/* Which register layout a UART has. */
enum uart_type { UART_NONE, UART_PL011, UART_SBSA, UART_NS16550 };

struct platform_uart {
	enum uart_type type;
	struct region region;
	struct interrupt interrupt;
	char path[64]; /* of its node, for stdout-path */
	const char *compatible;
	/* Of a 16550 (serial/8250.yaml): from one register to the next, 1 << reg_shift bytes; the
	 * first is at reg_offset; accesses have io_width bytes, 1, 2 or 4. */
	uint8_t reg_shift, io_width;
	uint32_t reg_offset;
};

/* Whether ACPI has words for it: of 16550s only for those whose registers are bytes, side by side.
 */
static inline bool platform_uart_in_acpi(const struct platform_uart *uart)
{
	return uart->type != UART_NONE &&
	       (uart->type != UART_NS16550 ||
		(uart->io_width == 1 && !uart->reg_shift && !uart->reg_offset));
}

struct platform_rtc {
	struct region region;
	struct interrupt interrupt;
};

struct platform_pcie {
	struct region config;
	bool ecam;	 /* else CAM */
	bool probe_only; /* the VMM has assigned all addresses */
	uint8_t bus_first, bus_last;
	uint32_t segment;
	struct region io, mem32, mem64; /* as the CPU sees them; size 0: none */
	uint64_t io_bus, mem32_bus, mem64_bus;
	int node; /* structure offset in the tree, for its interrupt-map */
};

struct platform_virtio {
	struct region region;
	struct interrupt interrupt;
	bool coherent;
	int node; /* structure offset, in a tree that somebody gave */
};

/* PSCI (DEN0022): how the higher exception level answers. A version of 0x0000_0000 means that it
 * does not. */
struct platform_psci {
	unsigned int version; /* the binding's: 0x00001 (v0.1), 0x00002 (v0.2), 0x10000 (v1.0 or
				 later) */
	enum conduit conduit;
	uint32_t cpu_suspend, cpu_off, cpu_on, migrate; /* function IDs; 0: not offered */
};

/* How PSCI is called where it has the specification's function IDs, which it has from 0.2 on. */
static inline enum conduit platform_psci_conduit(const struct platform_psci *psci)
{
	return psci->version > 0x00001 ? psci->conduit : CONDUIT_NONE;
}

/*
 * A file in RAM that /chosen announces (Xen's multiboot binding). The kernel and its ramdisk are
 * for whoever takes the first one to be the guest; none of them is free RAM.
 */
enum module_kind { MODULE_OTHER, MODULE_KERNEL, MODULE_RAMDISK };

struct platform_module {
	struct region region;
	enum module_kind kind;
	const char *bootargs; /* goes into the tree, or NULL */
};

/* The VMM's wishes for the guest: /chosen. Pointers go into the tree. */
struct platform_chosen {
	int node;			   /* structure offset, or negative when there is none */
	const char *bootargs;		   /* NULL: none */
	struct region initrd;		   /* size 0: none */
	const char *rng_seed, *kaslr_seed; /* NULL: none */
	uint32_t rng_seed_len, kaslr_seed_len;
	bool has_kaslr_seed, has_rng_seed;
};

struct platform {
	const void *fdt;      /* the VMM's tree, or NULL */
	const char *model;    /* of the root node, or NULL */
	const char *overflow; /* what did not fit, or NULL */

	struct platform_gic gic;
	struct platform_timer timer;
	struct platform_rtc rtc;
	struct platform_psci psci;
	struct region fw_cfg;
	struct region flash; /* the last bank of NOR flash; size 0: none */
	struct region acpi;  /* ACPI tables that the VMM has put outside of RAM; size 0: none */
	struct platform_chosen chosen;
	bool smmu;	    /* there is an SMMUv3 */
	int console;	    /* index of the UART that stdout-path names, or negative */
	int virtio_console; /* of the virtio-mmio device, if it names such a one */

	/* How many entries the lists below have; what lies behind is undefined. */
	unsigned int cpus, banks, num_reserved, uarts, num_pcie, num_virtio, modules, flashes;

	struct platform_cpu cpu[PLATFORM_CPUS];
	struct platform_bank bank[PLATFORM_BANKS];
	struct platform_reserved reserved[PLATFORM_RESERVED];
	struct platform_uart uart[PLATFORM_UARTS];
	struct platform_pcie pcie[PLATFORM_PCIE];
	struct platform_virtio virtio[PLATFORM_VIRTIO];
	struct platform_module module[PLATFORM_MODULES];
	struct region flash_bank[PLATFORM_FLASH];
};

/*
 * Fills 'platform' from the tree at 'fdt' (8-byte aligned, 'limit' bytes readable), which must stay
 * in place as long as 'platform' is used. Pure. Returns 0, ERR_FDT_* for a damaged tree, or
 * ERR_FDT_NO_MEMORY, or ERR_FULL.
 */
int platform_from_fdt(struct platform *platform, const void *fdt, size_t limit);

/*
 * Whether all of [base, base + size) is in one bank of RAM, or any of it in RAM at all; where RAM
 * begins, and how much there is. Pure.
 */
bool platform_has_ram(const struct platform *platform, uint64_t base, uint64_t size);
bool platform_overlaps_ram(const struct platform *platform, uint64_t base, uint64_t size);
uint64_t platform_ram_base(const struct platform *platform);
uint64_t platform_ram_size(const struct platform *platform);

/* A platform about which nothing is known. */
void platform_init(struct platform *platform);

#endif

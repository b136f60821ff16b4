/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_H
#define FOREARM_BOOT_H

#include "lib/formats/container.h"
#include "boot/early/ram.h"
#include "boot/file.h"
#include "tables/efi/tables.h"
#include "lib/formats/elf.h"
#include "lib/guest/entry_plan.h"
#include "tables/fdt/handoff.h"
#include "lib/guest/profiles.h"
#include "lib/formats/image.h"
#include "lib/mem/memmap.h"
#include "lib/mem/resident.h"
#include "lib/mem/wipe.h"
#include "monitor.h"
#include "lib/options.h"
#include "lib/formats/payload.h"
#include "lib/guest/place.h"
#include "platform/platform.h"
#include "platform/fdt_details.h"
#include "platform/own.h"
#include "lib/unpack/unpack.h"

/* The boot flow: its state, and its stages, which alone may stop the machine. */

#define COMMAND_LINE_MAX 4096 /* bytes, terminator included; Linux itself takes 2048 or less */

#define SOURCE_MAX 192 /* bytes of text, terminator included */

#define BOOT_OVERLAYS 10 /* files of fw_cfg: "overlay", "overlay1" to "overlay9" */

/*
 * Two each of the VMM's tree, of one by its ACPI tables, of a copy, of the container's, and of one
 * with overlays.
 */
#define BOOT_SEEDS 10

#define TEMP_MAX 14 /* pieces of memory that stage "payload" takes for a while */

/* How the machine is described to the guest: a sum of these. */
enum description { DESCRIBE_FDT = 1, DESCRIBE_ACPI = 2 };

/* The files that the VMM offers; some are the container's, once that is open. */
struct boot_files {
	struct boot_file kernel, initrd, command_line;
	struct boot_file overlay[BOOT_OVERLAYS];
	struct boot_file smbios_oem; /* texts for the guest's SMBIOS */
};

/* ACPI tables that the VMM has put into RAM. */
struct boot_acpi {
	struct region tables; /* size 0: none */
	uint64_t rsdp;	      /* of those */
	int error;	      /* why they cannot be used, or 0 */
};

/* Randomness in trees that are not the guest's. */
struct boot_seeds {
	struct region at[BOOT_SEEDS];
	unsigned int num;
};

/*
 * An EFI application on a disk, in place of a kernel; from stage "payload" on. What it is told,
 * from stage "describe" on, is at physical addresses.
 */
struct disk_source;
struct boot_application {
	struct disk_source *disk; /* NULL: there is none; else it stays open */
	unsigned int volume;	  /* of that disk */
	struct efi_runtime runtime;
	uint64_t rsdp, smbios; /* 0: none */
	uint64_t fdt_size;     /* bytes at place.fdt; 0: no device tree */
	struct region kept[RESIDENT_BLOCKS];
	unsigned int kept_blocks;
};

struct boot {
	/* The machine; from stage "probe" on. */
	struct platform platform;	/* what the guest is told of; overlays change it */
	struct platform_own own;	/* what is touched; they do not */
	const struct platform *devices; /* what drivers are given: platform as it was at first */
	/* What answers us; platform.psci is what the guest is told of. */
	struct platform_psci host_psci;
	bool probed;	      /* no tree was given: the platform is what was found */
	bool probed_acpi;     /* and what ACPI tables say */
	const void *vmm_fdt;  /* as it was given; platform.fdt is what the guest gets */
	const void *base_fdt; /* that one without overlays */
	struct boot_acpi acpi;
	struct boot_seeds seeds;
	struct memmap ram; /* free RAM */
	struct region temp[TEMP_MAX];
	unsigned int num_temp;

	/* What the user wants, and the VMM's files; from stage "options" on. */
	struct options options;
	struct boot_files files;
	char command_line[COMMAND_LINE_MAX]; /* for the guest; without our options */

	/* The kernel; from stage "payload" on. */
	struct payload payload;	  /* what was around it, in memory until stage "load" ends */
	char source[SOURCE_MAX];  /* where on a disk it is, for the line that says so; or empty */
	unsigned int texts_taken; /* of payload.text: their options count already */
	/* Of the kernel file, when that is all that is left around it. */
	enum compression compression;
	struct image image;
	struct elf elf; /* if it is one */
	const struct guest_profile *guest;
	struct boot_application application;

	/* Where everything is; from stage "load" on. */
	struct placement place;
	uint64_t initrd_size; /* wherever it came from */
	bool randomized;      /* an OpenBSD has random bytes where it wants some */

	/* How the guest is entered; from stage "entry" on. */
	struct entry_plan entry;
	struct fdt_monitor monitor; /* if the plan has one: what the guest knows of it */
	struct region monitor_at;   /* and where it is, if that is secure RAM; size 0: in RAM */

	/* What it is told; from stage "describe" on. */
	unsigned int description; /* enum description */
	uint64_t modulep;	  /* virtual address of what a FreeBSD is told; 0: nothing */
};

/* Entry from assembly, in the window, with MMU and caches on. Does not return. */
_Noreturn void boot(const struct early *early);

/* Not inlined: a backtrace has them. */
#define STAGE __attribute__((noinline))

/* -- stages, in order; each stops the machine with a message when it cannot do its work ------ */
STAGE void probe(struct boot *boot, const struct early *early);
STAGE void read_options(struct boot *boot);
STAGE void find_payload(struct boot *boot);
STAGE void apply_overlays(struct boot *boot);
STAGE void load(struct boot *boot);
STAGE void choose_entry(struct boot *boot);
STAGE void describe(struct boot *boot);
STAGE _Noreturn void hand_off(struct boot *boot);

/* What a kernel, or we ourselves, are entered with: the tree's address and who else is told. */
void entry_registers(enum execution_state state, uint64_t fdt, uint64_t reg[4]);

/*
 * Looks for the machine by itself, for a start without a tree: fills the platform, and writes a
 * tree of it into RAM, which it returns; NULL when it is no machine that we know. In arch/arm it
 * knows none.
 */
const void *probe_hardware(struct boot *boot);

/* Prints platform, memory map and options (LOG_DEBUG). */
void report(const struct boot *boot);

#endif

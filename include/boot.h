/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_H
#define FOREARM_BOOT_H

#include "lib/formats/container.h"
#include "boot/early/ram.h"
#include "tables/efi/tables.h"
#include "lib/formats/elf.h"
#include "lib/guest/entry_plan.h"
#include "tables/fdt/handoff.h"
#include "lib/guest/profiles.h"
#include "lib/formats/image.h"
#include "lib/mem/memmap.h"
#include "lib/mem/wipe.h"
#include "monitor.h"
#include "lib/options.h"
#include "lib/formats/payload.h"
#include "lib/guest/place.h"
#include "platform/platform.h"
#include "platform/fdt_details.h"
#include "platform/own.h"
#include "lib/unpack/unpack.h"

/* The boot flow's own interfaces: what boot.c's stages share. Only these may stop the machine. */

#define COMMAND_LINE_MAX 4096 /* bytes, terminator included; Linux itself takes 2048 or less */

/* A file that a source offers. */
struct disk_file;
struct boot_file {
	bool given;
	uint16_t item;	   /* of fw_cfg */
	const uint8_t *at; /* in memory; NULL: in fw_cfg */
	uint64_t size;
	bool padded;			 /* where in 'size' it ends is not known */
	const struct disk_file *on_disk; /* or NULL; boot/source/disk.h */
	uint32_t offset;		 /* in that file */
};

#define SOURCE_MAX 192 /* bytes of text, terminator included */

#define BOOT_OVERLAYS 10 /* files of fw_cfg: "overlay", "overlay1" to "overlay9" */

/* Two each of the VMM's tree, of a copy of it, of the container's, and of one with overlays. */
#define BOOT_SEEDS 8

#define TEMP_MAX 14 /* pieces of memory that stage "payload" takes for a while */

/* How the machine is described to the guest: a sum of these. */
enum description { DESCRIBE_FDT = 1, DESCRIBE_ACPI = 2 };

struct boot {
	struct platform platform;	/* what the guest is told of; overlays change it */
	struct platform_own own;	/* what is touched; they do not */
	const struct platform *devices; /* what drivers are given: platform as it was at first */
	const void *vmm_fdt;		/* as it was given; platform.fdt is what the guest gets */
	const void *base_fdt;		/* that one without overlays */
	struct options options;
	struct memmap ram; /* free RAM */

	struct boot_file kernel, initrd, command_line_file;
	struct boot_file overlay[BOOT_OVERLAYS];
	struct boot_file smbios_oem;  /* texts for the guest's SMBIOS */
	struct region acpi_in_memory; /* tables that the VMM has put into RAM; size 0: none */
	uint64_t acpi_rsdp;	      /* of those */
	int acpi_error;		      /* why they cannot be used, or 0 */
	char command_line[COMMAND_LINE_MAX]; /* for the guest; without our options */
	struct region seed[BOOT_SEEDS];	     /* randomness in trees that are not the guest's */
	unsigned int seeds;
	struct payload payload;	 /* what was around the kernel, in memory until stage "load" ends */
	char source[SOURCE_MAX]; /* where on a disk it is, for the line that says so; or empty */
	unsigned int texts_taken; /* of payload.text: their options count already */
	/* Of the kernel file, when that is all that is left around it. */
	enum compression compression;
	struct region temp[TEMP_MAX];
	unsigned int num_temp;
	struct image image;
	const struct guest_profile *guest; /* from stage "payload" on */
	struct elf elf;			   /* if it is one */
	uint64_t initrd_size;		   /* wherever it came from */
	struct placement place;
	/* What answers us; platform.psci is what the guest is told of. */
	struct platform_psci host_psci;
	struct entry_plan entry;
	struct fdt_monitor monitor; /* if the plan has one: what the guest knows of it */
	struct region monitor_at;   /* and where it is, if that is secure RAM; size 0: in RAM */
	bool randomized;	    /* an OpenBSD has random bytes where it wants some */
	uint64_t modulep;	    /* virtual address of what a FreeBSD is told; 0: nothing */
	unsigned int description;   /* enum description */
	bool probed;		    /* no tree was given: the platform is what was found */
	bool probed_acpi;	    /* and what ACPI tables say */
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
 * -- ACPI, which only 64-bit guests know: arch/arm has these names, too, and does nothing ---------
 */
/* Finds tables that the VMM has put into RAM, and takes them out of free RAM. */
void acpi_locate(struct boot *boot);
/*
 * Where the tree has no CPUs, as an EFI firmware with ACPI only leaves it, the machine is what such
 * tables say: makes the model of them, and a tree of that. Returns whether it did.
 */
bool acpi_adopt(struct boot *boot);
/* Whether the VMM has tables and they announce what a device tree cannot: hotplug by a GED. */
bool acpi_offers_hotplug(struct boot *boot);
/*
 * Everything that an ACPI guest needs: the tables, the VMM's or our own, SMBIOS, EFI's tables in
 * memory, and a tree that leads to them, with 'chosen' in it.
 */
void acpi_describe(struct boot *boot, const struct fdt_handoff *chosen);

/*
 * Puts the VMM's tree, with 'chosen' in it and room for 'extra' bytes more, where the guest gets
 * it. Returns the bytes that it may have.
 */
uint64_t fdt_describe(struct boot *boot, const struct fdt_handoff *chosen, uint64_t extra);
/* Bytes that it takes for that at most, before it is known what of all that there is. */
uint64_t fdt_most(const struct boot *boot);

/* Makes the platform's PSCI the monitor's, and says how much memory that needs. */
void monitor_announce(struct boot *boot);
/* Takes that memory. For an ACPI guest it comes from what is kept for its tables instead. */
void monitor_reserve(struct boot *boot);
/* Whether the guest is at EL1 or in SVC mode, and level 2 free to keep it out of the monitor. */
bool monitor_translates(const struct boot *boot);
/* Bytes of it for the tables of that (stage2.c). */
uint64_t monitor_tables_size(const struct boot *boot);
/* Writes those, behind what else the monitor has, and tells it of them. */
void monitor_tables(const struct boot *boot, struct monitor *m);
/* Puts the monitor there; *guest, where it is to go on, becomes where the monitor begins. */
void monitor_install(const struct boot *boot, struct guest_entry *guest);

/* -- the secure world (secure.c), after a start in it -------------------------------------------
 */
/* Fills in boot->own.secure, from the VMM's tree if there is one; platform/check.h judges it. */
void secure_probe(struct boot *boot);
/* Where in secure RAM 'size' bytes are free, and maps them; false: there is none for us. */
bool secure_place(const struct boot *boot, uint64_t size, struct region *place);
/* Where the other CPUs look, if that is the pen (layout.h), or 0. */
uint64_t secure_pen(void);

/* -- files (file.c) --------------------------------------------------------------------------- */
/* KiB, rounded up, for a message. */
static inline unsigned long long kib(uint64_t size)
{
	return align_up(size, 1024) / 1024;
}
/* Reads the first 'size' bytes; stops the machine with 'what' if the VMM's device fails. */
void file_read(const struct boot_file *file, void *to, uint64_t size, const char *what);
/* The same of a file on a disk (disk.c); and the end of all disks, which are reset. */
void disk_file_read(const struct disk_file *file, uint64_t offset, void *to, uint64_t size,
		    const char *what);
void disk_close(void);
/* Makes it a file that is in memory. */
void file_in_memory(struct boot_file *file, const struct part *part);

/* -- progress (core/progress.c) ---------------------------------------------------------------- */
/*
 * From here to progress_end() what lib/ tells by progress_add() is 'doing' ("unpacking") 'what'
 * ("kernel"), constant strings: once that takes longer than a second, lines say how many of 'total'
 * bytes are done, each after twice the time.
 */
void progress_begin(const char *doing, const char *what, uint64_t total);
void progress_end(void);

/* Such work is copying as well: the buffers must not overlap. */
void copy_file_bytes(uint8_t *to, const uint8_t *from, uint64_t size, const char *what);

/* -- free RAM (memory.c) ------------------------------------------------------------------------
 */
/* Stops the machine if the list of free RAM was full (or other errors of memmap.h). */
void check_memmap(int error);
/* Whole pages from the top of free RAM; stops the machine, with 'what', when there are none. */
uint64_t take_memory(struct boot *boot, const char *what, uint64_t size);
/* The same until temp_free_all(). */
uint8_t *temp_alloc(struct boot *boot, const char *what, uint64_t size);
/* What temp_alloc() returned needs only 'size' bytes. */
void temp_shrink(struct boot *boot, const uint8_t *at, uint64_t size);
void temp_free_all(struct boot *boot);
/* From now on nothing is taken for a while. */
void temp_init(struct boot *boot);
_Noreturn void no_room(const struct boot *boot, const char *what, uint64_t size);
/* Takes out of free RAM what the device tree reserves. Returns 0 or ERR_FULL. */
__must_check int reserve(struct boot *boot);

/* -- initrds (initrd.c) ------------------------------------------------------------------------
 */
/* Bytes that they take at most, wherever they come from. */
uint64_t initrd_most(const struct boot *boot);
/* Puts them where the guest gets them; fills in place.initrd and initrd_size. */
void load_initrd(struct boot *boot);

/* Device trees of the container that are compressed are not any more. */
void unpack_trees(struct boot *boot);
/* The packed kernel, or the first 'room' bytes of it, to 'to'. Returns what unpack_used() does. */
int unpack_file(struct boot *boot, void *to, uint64_t room, uint64_t *written, uint64_t *used);
_Noreturn void compression_corrupt(const struct boot *boot, int error);
/*
 * Where the kernel's bytes from 'offset' on go, which stage "load" has taken memory for; stops the
 * machine if they were to go anywhere else.
 */
uint8_t *kernel_memory(const struct boot *boot, uint64_t offset, uint64_t size);
/* Makes the file that forearm.payload stands for boot->kernel, or stops when there is none. */
void find_in_source(struct boot *boot);
/* Bytes of the file that forearm is in, with all that a bundle has; from vm_image() on. */
uint64_t file_size(void);
/* The pages that it lies in, all of which are mapped read-only: nobody else's until the hand-off.
 */
struct region file_pages(void);
/*
 * Takes what stands in the way of a kernel with a fixed place somewhere else; may start forearm
 * again in another place, and not return then.
 */
void clear_kernel_place(struct boot *boot);
/*
 * Takes the options that a container has, which has just been opened, as lines and in its command
 * line: later ones count more, a bundle's more than those, but the user's most.
 */
void take_options(struct boot *boot, const char *name, enum options_source source);
/* Adds the containers' part of the command line, which take_options() has seen. */
void add_command_line(struct boot *boot);

_Noreturn void command_line_too_long(uint64_t size);

/* -- the guest's conventions (guest.c) ----------------------------------------------------------
 */
/* Decides on them, once options and kernel are known, and applies them to the kernel's image. */
void settle_guest(struct boot *boot);
/* Says what of them the machine cannot do. */
struct entry_start;
void note_guest(const struct boot *boot, const struct entry_start *start);
/* Says so if the command line, which has all its words, is longer than the guest takes. */
void note_line(const struct boot *boot);

/* -- OpenBSD (openbsd.c); 32-bit CPUs have none of it -------------------------------------------
 */
/* Whether the kernel says so: it has a segment of OpenBSD's, and its virtual base. */
bool openbsd_is(const struct boot *boot);
/* Makes the image what openbsd.c says; stops the machine if it is no such kernel. */
void openbsd_place(struct boot *boot);
/* The symbols of a kernel that is in its place, and random bytes where it wants some. */
void openbsd_complete(struct boot *boot);

/* True randomness, else what follows from the VMM's seed; false: there is none. */
bool bsd_random(const struct boot *boot, const char *purpose, uint8_t *to, size_t size);

/* -- FreeBSD's ELF kernel (freebsd.c); 32-bit CPUs have none of it ------------------------------
 */
/* Whether that is what is booted: what its own loader would leave for it is left. */
bool freebsd_by_loader(const struct boot *boot);
/* Makes the image what freebsd.c says, once all that goes behind it is known. */
void freebsd_place(struct boot *boot);
/* The symbols of a kernel that is in its place. */
void freebsd_complete(const struct boot *boot);
/* Environment and records, when all else is in its place; fills in modulep. */
void freebsd_describe(struct boot *boot);

/* -- choices (boot/select.c) ------------------------------------------------------------------ */
/* What to ask the reader of a container for, by the options and the machine. */
void make_choices(const struct boot *boot, struct choices *choices);
/* Takes an Android vendor_boot, if there is one, out of the initrds. */
void take_vendor(struct boot *boot, struct choices *choices);
/* The container, which is boot->kernel, does not have it. */
_Noreturn void no_such_choice(const struct boot *boot, const struct container *container);
/* When all containers are open: was there one to choose from? */
void check_choices(const struct boot *boot);

/* -- randomness that is for the guest only (seeds.c) --------------------------------------------
 */
/* Notes where the model's tree has it. */
void seeds_note(struct boot *boot);
/* Overwrites all that was noted so far, where that is RAM; in the guest's tree are copies. */
void seeds_wipe(struct boot *boot);

/* -- what they use ---------------------------------------------------------------------------- */
/*
 * Looks for the machine by itself, for a start without a tree: fills the platform, and writes a
 * tree of it into RAM, which it returns; NULL when it is no machine that we know. In arch/arm it
 * knows none.
 */
const void *probe_hardware(struct boot *boot);

/*
 * Adds what the VMM's ACPI tables say, if fw_cfg has some, to a platform that was found so; uses
 * free RAM up. Returns whether there are any.
 */
bool acpi_probe(struct boot *boot, struct platform_details *details);

/* Marks where we are, for crash reports and the table of times. */
void stage(const char *name);
const char *stage_name(void);
/* Prints the microseconds of each stage so far (LOG_DEBUG). */
void stage_report(void);

/* Prints platform, memory map and options (LOG_DEBUG). */
void report(const struct boot *boot);

/* Prints cause and remedy, then stops as forearm.on-error says. */
_Noreturn void stop_error(const char *remedy, const char *cause, ...)
	__attribute__((format(printf, 2, 3)));
/* The end of every failure, after its message. */
_Noreturn void stop(void);
/* Before a message: a console, if none is known yet and no tree says that there is none. */
void stop_console(void);
/* What stop() has to know: 'boot' as it is before the first stage, and what becomes of it. */
void stop_init(struct boot *boot);

/* Power-off by PSCI, or in a secure state by a GPIO line; returns when there is neither. */
void power_off(const struct boot *boot);

/* Fills 'size' bytes with true randomness, from the CPU or the higher exception level; false: there
 * is none.
 */
bool entropy(const struct platform_psci *psci, void *bytes, size_t size);
/* The same for the guest: where those give none, a virtio device is looked for. */
bool guest_entropy(const struct boot *boot, void *bytes, size_t size);

/*
 * Seeds the stack protector; NULL before the platform is known. Only a function that does not
 * return may call it: callers compare with the guard that they were entered under.
 */
void stack_protector_init(const struct platform *platform);

#endif

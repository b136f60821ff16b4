/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_VMM_H
#define TESTS_VMM_H

/*
 * A virtual machine monitor on KVM that is like others: one row of machines.c says what a machine
 * of kvmtool, Firecracker and so on looks like to what it starts. A Linux program for arm64; all
 * errors end it with a message and EXIT_ERROR.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the program ends with. */
enum { EXIT_OFF = 0, EXIT_RESET = 3, EXIT_HANG = 4, EXIT_ERROR = 5 };

enum tree_place { TREE_AT_RAM, TREE_AT_END, TREE_BEHIND_FILE };
enum uart { PL011, NS16550, VIRTIO_CONSOLE };
enum pci { NO_PCI, ECAM, CAM };

struct console {
	enum uart kind;
	uint64_t base, size; /* registers, as the tree has them */
	uint32_t spi;
	bool level;	  /* the interrupt, as the tree has it */
	const char *name; /* of the node, without unit address */
	const char *compatible, *compatible2;
	uint32_t hz; /* clock-frequency; 0: a phandle of a clock */
};

/* Everything is as the named revision of the source writes it; 0 is what is not there. */
struct machine {
	const char *name;
	const char *source; /* project, revision, files */
	uint64_t ram, megabytes;
	uint64_t rom, rom_size; /* more memory that the tree does not name, for a firmware */
	uint64_t load;		/* address of the file, which is the entry point */
	uint64_t file_max;	/* it refuses larger ones; 0: it does not */
	uint64_t hidden;	/* bytes at the start of RAM that the tree keeps quiet about */
	enum tree_place tree;
	uint64_t distributor;	   /* GICv3: the redistributors end where it begins */
	const char *root, *memory; /* names of nodes */
	uint32_t cpu_cells;
	const char *cpu;	  /* compatible */
	bool always_psci;	  /* an enable-method for one CPU, too */
	const char *psci, *psci2; /* compatible */
	bool psci_functions;	  /* as PSCI 0.1 has them */
	const char *stdout_path;
	bool kaslr_seed, zero_kaslr_seed, rng_seed;
	bool probe_only;	/* linux,pci-probe-only */
	bool clock;		/* a fixed clock of 24 MHz */
	bool timer_low;		/* its interrupts are active low */
	struct console console; /* the one that may be told to be no good */
	struct console second;	/* of another kind; base 0: none */
	uint64_t rtc;		/* a PL031 */
	enum pci pci;
	uint64_t pci_config, pci_config_size;
	uint64_t pci_memory, pci_memory_size;
	uint64_t virtio, virtio_stride; /* places of virtio-mmio devices, nothing in them */
	unsigned int virtio_places;
	const char *virtio_name;
};

extern const struct machine machines[];
extern const unsigned int machines_count;

enum misbehaviour {
	GOOD,
	FAULTS,	 /* the console answers by external aborts */
	GARBAGE, /* it reads as anything, and forgets what is written */
	STUCK,	 /* it never takes a byte */
	ABSENT,	 /* nothing is where the tree says it is: reads are zeros */
	UNNAMED, /* nothing is there, and the tree does not name it */
};

/* What the machine is to be, and what is to be wrong with it. */
struct options {
	const struct machine *machine;
	const char *file, *initrd, *append;
	unsigned int cpus, boot_cpu, seconds;
	uint64_t claimed; /* bytes of RAM that the tree names; 0: as many as there are */
	enum misbehaviour console;
	bool all_cpus; /* all start with the first one */
	bool aarch32;  /* the guest's CPUs are in that state */
};

/* What is where, in guest-physical addresses. */
struct layout {
	uint64_t ram, ram_size;
	uint64_t file, file_size;
	uint64_t initrd, initrd_size;
	uint64_t tree;
};

#define TREE_ROOM   0x10000U /* bytes, at most */
#define REDIST_SIZE 0x20000U /* of one CPU */

/* Writes the tree into 'room' of TREE_ROOM bytes. */
void tree_write(void *room, const struct options *options, const struct layout *layout);

/* The console at an address, or NULL; its registers; size: bytes of the access. One at a time. */
void console_reset(const struct options *options);
const struct console *console_at(uint64_t address);
uint64_t console_read(const struct console *console, uint64_t offset, unsigned int size);
void console_write(const struct console *console, uint64_t offset, uint64_t value);

/* What a model of a device calls. */
void put(const void *text, size_t length);    /* to standard output */
void set_line(uint32_t spi, bool level);      /* an SPI, counted from 0 */
void *guest(uint64_t address, uint64_t size); /* RAM, or NULL */

void virtio_reset(uint32_t spi);
uint64_t virtio_read(uint64_t offset);
void virtio_write(uint64_t offset, uint64_t value);

_Noreturn void die(const char *what);
/* Makes the machine and runs it; returns what the program ends with. */
int run(const struct options *options);

#endif

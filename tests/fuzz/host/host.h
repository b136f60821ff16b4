/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FUZZ_HOST_H
#define FOREARM_FUZZ_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "boot.h"
#include "lib/guest/entry_plan.h"

/*
 * The machine that the whole boot flow runs on when it is linked into a program of this host. Its
 * memory is mapped where a machine has it, so physical addresses are pointers, and all of RAM is
 * poisoned (AddressSanitizer) but for what the VMM has put there and what the flow has taken out
 * of its map of free RAM. In place of boot/core/vm.c and arch/ there are window.c and arch.c; the
 * flow's accesses to device registers go to devices.c. All of it starts anew for each input.
 */

/* Where the VMM's memory can be; all below what AddressSanitizer needs for itself, or far above. */
#define HOST_ROM	  0x01000000UL /* flash that forearm is in */
#define HOST_ROM_SIZE	  0x00100000UL
#define HOST_FLASH	  0x04000000UL
#define HOST_FLASH_SIZE	  0x04000000UL
#define HOST_SECURE	  0x0e000000UL
#define HOST_SECURE_SIZE  0x01000000UL
#define HOST_SECURE_USED  0x00080000UL /* more than any monitor needs */
#define HOST_XEN	  0x20000000UL /* where Xen has ACPI tables, which no memory node names */
#define HOST_XEN_SIZE	  0x01000000UL
#define HOST_RAM	  0x40000000UL
#define HOST_RAM_SIZE	  0x20000000UL
#define HOST_RAM2	  0x200000000000UL
#define HOST_RAM2_SIZE	  0x04000000UL
#define HOST_XEN_RING	  (HOST_XEN + 0x800000)
#define HOST_WORKSPACE	  0x40000UL
#define HOST_FILES	  24
#define HOST_CLEANED	  64
#define HOST_UART	  0x09000000UL
#define HOST_FW_CFG	  0x09020000UL
#define HOST_FW_CFG_ITEMS 0x20 /* files' selectors from here on */
#define HOST_VIRTIO	  0x0a000000UL
#define HOST_VIRTIO_SLOT  0x200
#define HOST_DISKS	  3
#define HOST_DISK_PIECES  64
#define HOST_DISK_CONFIG  0xff000000U /* as a piece's place: in PCI's configuration, behind this */

/* What the flow did in the end. */
enum host_end {
	HOST_ENTERED,	/* handed off to a guest, with everything as it has to be */
	HOST_STARTED,	/* called an EFI application */
	HOST_RESTARTED, /* entered a copy of forearm, as the kernel needs its place */
	HOST_STOPPED,	/* refused, with a message, and powered off or parked */
	HOST_CRASHED,	/* touched a device that is not there: the CPU reports a crash */
	HOST_UNFIT,	/* the input is no machine */
};

/* What a machine may lack. */
enum host_quirk {
	HOST_NO_DMA = 1,     /* fw_cfg has its first registers only */
	HOST_OLD_PSCI = 2,   /* of version 0.2, and no TRNG then */
	HOST_TRNG_EMPTY = 4, /* no entropy is left */
	HOST_NO_UART = 8,    /* what answers where one is usual is none */
	HOST_NO_GIC = 16,
	HOST_NO_PMU = 32,
	/* The next byte: what is otherwise than usual. */
	HOST_SELECTOR = 1 << 8,	   /* fw_cfg as cloud-hypervisor has it */
	HOST_IS_XEN = 2 << 8,	   /* consoles by hypercalls */
	HOST_XEN_FAILS = 4 << 8,   /* and what they are asked to send they do not take */
	HOST_BUSY = 8 << 8,	   /* seconds pass while anything is done */
	HOST_MANY_FILES = 16 << 8, /* fw_cfg says that it has more of them than it has */
	HOST_DMA_HANGS = 32 << 8,  /* the transfer that would fail is never done */
	HOST_RANDOM_ENDS = 64 << 8,
};

struct host_file {
	char name[56]; /* empty: an item that has only a number */
	const uint8_t *at;
	uint32_t size;
	uint16_t item;
};

/* How a disk fails, once it does; the last ones are about its start. */
enum host_disk_failure {
	HOST_DISK_SAYS_NO,  /* by the status of a request */
	HOST_DISK_SHORT,    /* less was written than was asked for */
	HOST_DISK_LONG,	    /* and more */
	HOST_DISK_SILENT,   /* nothing ever comes */
	HOST_DISK_WRONG_ID, /* another request is done than there is */
	HOST_DISK_JUMPS,    /* more are done than there are */
	HOST_DISK_SHRINKS,  /* has another capacity each time that it is asked */
	HOST_DISK_NO_RESET,
	HOST_DISK_REFUSES, /* the features that were agreed on */
	HOST_DISK_OLD,	   /* lacks what makes it one of version 1 */
	HOST_DISK_SMALL_QUEUE,
	HOST_DISK_VERSION,    /* one that nobody knows */
	HOST_DISK_FAR_NOTIFY, /* queues are notified behind the window's end */
	HOST_DISK_FAILURES
};

#define HOST_DISK_PCI	   1 /* else it is on virtio-mmio */
#define HOST_DISK_LEGACY   2 /* on PCI: the ID is that of one that may be */
#define HOST_DISK_SIZE_MAX 4 /* there is a largest request */

/* A piece of what is on it: where, in sectors; zeros are around it. */
struct host_piece {
	uint32_t sector;
	const uint8_t *at;
	size_t size;
};

struct host_disk {
	uint8_t setup; /* HOST_DISK_... */
	enum host_disk_failure failure;
	unsigned int fails_at; /* the request, from 1 on; 0: none does */
	uint64_t sectors;      /* of 512 bytes */
	uint32_t block_size, size_max;
	struct host_piece piece[HOST_DISK_PIECES];
	unsigned int pieces;
};

struct host {
	/* The CPU, and the higher exception level. */
	struct entry_start start;
	uint64_t pa_limit;
	bool random, trng;
	uint16_t quirks; /* enum host_quirk, a sum */
	unsigned int cpus;

	struct region ram[2]; /* the second one may be absent: size 0 */
	struct region image;  /* the file that forearm is in */
	bool in_ram;
	uint64_t workspace;

	unsigned int gic;    /* version */
	unsigned int virtio; /* 0: slots without devices; else what those say, see devices.c */
	bool fw_cfg;
	unsigned int dma_failure; /* the transfer that fails, from 1 on; 0: none does */
	struct host_file file[HOST_FILES];
	unsigned int files;
	struct host_disk disk[HOST_DISKS];
	unsigned int disks;

	struct region cleaned[HOST_CLEANED]; /* the last ones */
	unsigned int cleans;

	struct boot *boot; /* from its start on */
	bool verbose;
};
extern struct host host;

/* Ends the run of the flow. */
_Noreturn void host_end(enum host_end end);

/* -- RAM (ram.c) ------------------------------------------------------------------------------ */
/* Maps everything, once. */
void ram_init(void);
/* Everything as after reset. */
void ram_reset(void);
/* Memory that the VMM, or early code, has put something into. */
void ram_given(uint64_t base, uint64_t size);
/* Whether all of it is RAM; whether any of it is what the flow may touch by a pointer. */
bool ram_contains(uint64_t base, uint64_t size);
bool ram_overlaps(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size);
/* Reads a word of RAM, whoever it belongs to. */
bool ram_peek(uint64_t at, uint32_t *value);

/* -- virtual memory (window.c) ---------------------------------------------------------------- */
/* What early_init() maps. */
void vm_start(const struct early *early, const struct region *bank);
/* Whether an address is mapped to itself. */
bool vm_maps(uint64_t address);

/* -- devices (devices.c) ---------------------------------------------------------------------- */
void devices_reset(void);
/* A register; false where nothing answers. */
bool device_read(uint64_t address, uint32_t *value);
bool device_write(uint64_t address, uint32_t value);

/* -- disks (disk.c) --------------------------------------------------------------------------- */
void disks_reset(void);
/* A register of one; false where there is none. */
bool disk_read(uint64_t address, uint32_t *value);
bool disk_write(uint64_t address, uint32_t value);
/* PCI's configuration of the first bus, by the offset in there. */
bool disk_config_read(uint64_t offset, uint32_t *value);
void disk_config_write(uint64_t offset, uint32_t value);

/* -- the end (check.c) ------------------------------------------------------------------------ */
/* A finding unless everything is where and as it has to be. */
void check_entry(const struct boot *boot, const struct guest_entry *guest);
void check_restart(const struct guest_entry *entry);

#endif

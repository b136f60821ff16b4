/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_H
#define FOREARM_BOOT_H

#include "early.h"
#include "image.h"
#include "memmap.h"
#include "options.h"
#include "place.h"
#include "platform.h"

/* The boot flow's own interfaces: what boot.c's stages share. Only these may stop the machine. */

#define COMMAND_LINE_MAX 4096 /* bytes, terminator included; Linux itself takes 2048 or less */

/* A file that a carrier offers. */
struct boot_file {
	bool given;
	uint16_t item; /* of fw_cfg */
	uint64_t size;
};

struct boot {
	struct platform platform;
	struct options options;
	struct memmap ram; /* free RAM */

	struct boot_file kernel, initrd, command_line_file;
	char command_line[COMMAND_LINE_MAX]; /* for the guest; without our options */
	struct image image;
	uint64_t initrd_size; /* wherever it came from */
	struct placement place;
};

/* Entry from assembly, in the window, with MMU and caches on. Does not return. */
_Noreturn void boot(const struct early *early);

/* -- stages, in order; each stops the machine with a message when it cannot do its work ------ */
void probe(struct boot *boot, const struct early *early);
void read_options(struct boot *boot);
void find_payload(struct boot *boot);
void load(struct boot *boot);
void describe(struct boot *boot);
_Noreturn void hand_off(struct boot *boot);

/* -- what they use ---------------------------------------------------------------------------- */
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
/* What stop() has to know; NULL until it is known. */
void stop_init(const struct platform *platform, const struct options *options);

/* Power-off by PSCI; returns when there is none. */
void psci_system_off(const struct platform_psci *psci);

/* Fills 'size' bytes with true randomness, from the CPU or the level below; false: there is none.
 */
bool entropy(const struct platform_psci *psci, void *bytes, size_t size);

/*
 * Seeds the stack protector; NULL before the platform is known. Only a function that does not
 * return may call it: callers compare with the guard that they were entered under.
 */
void stack_protector_init(const struct platform *platform);

#endif

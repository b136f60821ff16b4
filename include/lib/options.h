/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_OPTIONS_H
#define FOREARM_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include "lib/guest/profiles.h"
#include "boot/core/log.h"

/*
 * forearm's own options: words "forearm.NAME=VALUE" on the command line, and files
 * "opt/org.forearm/NAME" of fw_cfg. The man page (docs/forearm.7) documents each.
 */

#define OPTION_PREFIX "forearm."
#define OPTION_TEXT   64 /* bytes of a word that is kept for a message, terminator included */

/* What to do after an error message. */
enum on_error { ON_ERROR_POWEROFF, ON_ERROR_PARK };

/* How the machine is described to the guest: forearm's choice, by device tree, by ACPI, both. */
enum tables { TABLES_AUTO, TABLES_FDT, TABLES_ACPI, TABLES_BOTH };

/* How the guest is entered: as its file and the machine allow, or so. */
enum wanted_level { EL_AUTO, EL_1, EL_2, EL_3 };
enum wanted_state { STATE_AUTO, STATE_ONLY_AARCH64, STATE_ONLY_AARCH32 };
enum wanted_order { ENDIAN_AUTO, ENDIAN_LITTLE, ENDIAN_BIG };

/* Which of several that a container has: what fits or is first, or the one of that name. */
enum which { WHICH_AUTO, WHICH_NAMED };

/* Code without a header: none of that; at the usual place; at the address that is given. */
enum raw_load { LOAD_AUTO, LOAD_RAW, LOAD_AT };

/* How a disk is booted: as it is possible; by forearm itself; by its own boot loader, an EFI
 * application. */
enum boot_by { BOOT_AUTO, BOOT_NATIVE, BOOT_EFI };

/* The device tree that describes the machine: the VMM's, or the payload's. */
enum which_tree { DTB_VMM, DTB_PAYLOAD };

/* Where the kernel is looked for: everywhere, in one source, on the disk that is named, or in the
 * RAM that is given. */
enum payload_source {
	SOURCE_AUTO,
	SOURCE_FW_CFG,
	SOURCE_BUNDLE,
	SOURCE_INITRD,
	SOURCE_MODULES,
	SOURCE_FLASH,
	SOURCE_DISK,
	SOURCE_DISK_NAMED,
	SOURCE_ADDRESS
};

/*
 * The origin of an option: the user's, by the command line or fw_cfg; that of a bundle that forearm
 * itself is in; that of a container which was given as kernel, or of a module's command line.
 */
enum options_source { OPTIONS_OF_USER, OPTIONS_OF_BUNDLE, OPTIONS_OF_CONTAINER };

struct options {
	enum log_level log;
	enum on_error on_error;
	enum tables tables;
	enum guest guest;
	enum wanted_level el;
	enum wanted_state state;
	enum wanted_order endian;
	enum raw_load load;
	enum which_tree dtb;
	enum which config, profile;
	enum payload_source payload;
	enum which entry;
	enum boot_by boot;
	unsigned int given, locked; /* which options, as bits: were set, may not be set again */
	enum options_source source; /* of what is set next */
	uint64_t load_address;	    /* for LOAD_AT */
	uint64_t payload_address, payload_size; /* for SOURCE_ADDRESS; size 0: not told */
	char config_name[OPTION_TEXT], profile_name[OPTION_TEXT]; /* for WHICH_NAMED */
	char entry_name[OPTION_TEXT];
	char disk_name[OPTION_TEXT]; /* for SOURCE_DISK_NAMED: "disk:0", "disk:PARTUUID=ID" */
};

/* The first thing that was wrong. */
struct option_problem {
	int error;		/* 0: nothing; ERR_OPTION, ERR_OPTION_VALUE or ERR_OPTION_SOURCE */
	char name[OPTION_TEXT]; /* as given, cut to fit */
	char value[OPTION_TEXT];
	const char *help; /* the nearest known name, or the values that the option takes */
};

void options_init(struct options *options);

/*
 * Sets one option from text that need not be terminated, if options->source may. What is wrong goes
 * to 'problem' unless that holds one already. Returns 0, ERR_OPTION, ERR_OPTION_VALUE or
 * ERR_OPTION_SOURCE. Pure.
 */
int options_set(struct options *options, const char *name, size_t name_length, const char *value,
		size_t value_length, struct option_problem *problem);

/* Options that are set now keep their values, whatever follows. */
void options_lock(struct options *options);

/* Lines NAME=VALUE, each an option. Returns 0 or the first error, like options_set(). Pure. */
int options_lines(struct options *options, const char *text, size_t size,
		  struct option_problem *problem);

/*
 * The options that are set, as words: the name of option number 'i' (from 0), NULL behind the last;
 * and its value, for a number that has a name. Pure.
 */
const char *options_name(unsigned int i);
const char *options_value(const struct options *options, unsigned int i);

/*
 * The values that option number 'i' takes, by number, NULL behind the last: names of values, or a
 * word in capitals that stands for what the user writes. And the same as a sentence. Pure.
 */
const char *options_choice(unsigned int i, unsigned int number);
const char *options_help(unsigned int i);

/* How many values of option number 'i', counted from the first, that source may set. Pure. */
unsigned int options_open_to(unsigned int i, enum options_source source);

/*
 * Takes every option word out of the terminated command line 'text', in place, and sets it. Words
 * are those of words.h. What remains has the other words unchanged. Returns 0 or the first error,
 * like options_set(). Pure.
 */
int options_take(struct options *options, char *text, struct option_problem *problem);

#endif

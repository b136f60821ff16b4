/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PAYLOAD_H
#define FOREARM_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "types.h"

/*
 * Containers: files that hold a kernel and what goes with it. Each has one pure reader, over the
 * whole file in memory, at any alignment. Nothing is copied: the parts are pieces of that file, and
 * last as long as it does.
 */

#define PAYLOAD_INITRDS	    8
#define PAYLOAD_OVERLAYS    16
#define PAYLOAD_TEXTS	    4
#define PAYLOAD_BOOTCONFIGS 2

/* A piece of a file; size 0: not there. */
struct part {
	const uint8_t *at;
	uint64_t size; /* bytes */
};

/* The architecture that the container says its kernel is for. */
enum payload_arch { PAYLOAD_ANY, PAYLOAD_ARM64, PAYLOAD_ARM, PAYLOAD_OTHER };

/* The text as a part. */
struct part part_of_text(const char *text);

/*
 * Adds a piece to one of the lists below, unless it is empty. 'room' is the list's. Returns 0 or
 * ERR_FULL. Pure.
 */
__must_check int part_add(struct part *list, unsigned int *count, unsigned int room,
			  struct part part);

/*
 * Adds a name to the terminated list "a, b" in 'text', which has 'room' bytes; what is too long is
 * cut, and what is not printable becomes a question mark. Pure.
 */
void payload_list(char *text, size_t room, const char *name, size_t length);

/* What was chosen: there is something to choose from. */
enum chosen { CHOSE_CONFIGURATION = 1, CHOSE_PROFILE = 2, CHOSE_ENTRY = 4 };

struct payload {
	struct part kernel; /* as it is: perhaps compressed, perhaps another container */
	struct part initrd[PAYLOAD_INITRDS]; /* one behind the other in memory, in this order */
	unsigned int initrds;
	struct part text[PAYLOAD_TEXTS]; /* of the command line: joined by blanks, not terminated */
	unsigned int texts;
	unsigned int text_continues; /* bit N: text[N] goes on where text[N - 1] ends, no blank */
	struct part bootconfig[PAYLOAD_BOOTCONFIGS]; /* Android: lines for behind the last initrd */
	unsigned int bootconfigs;
	struct part dtb; /* the tree to use in place of the VMM's */
	struct part
		overlay[PAYLOAD_OVERLAYS]; /* device tree overlays, in the order to apply them */
	unsigned int overlays;
	struct part options;	 /* for forearm: lines NAME=VALUE */
	struct part name;	 /* of the system, for people */
	struct part detail;	 /* after an error: what it is about, for people; perhaps nothing */
	struct part compression; /* how it says that 'kernel' is compressed; size 0: it is not */
	bool code;		/* it says that 'kernel' is, when it is unpacked, code for 'arch' */
	unsigned int chosen;	/* enum chosen, a sum */
	enum payload_arch arch; /* that the kernel is for */
	bool placed;		/* 'load' and 'entry' are given: physical addresses */
	bool relocatable;	/* 'entry' counts from the start of 'kernel', which goes anywhere */
	uint64_t load, entry;
	uint64_t lead; /* relocatable: 'kernel' goes this many bytes behind an aligned address */
};

#endif

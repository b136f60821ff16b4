/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BLS_H
#define FOREARM_BLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * Boot entries: those of the Boot Loader Specification (UAPI.1), type 1 (text files) and type 2
 * (unified kernel images), and those of extlinux.conf (UAPI.1's older sibling, Syslinux) and of
 * grub.cfg (lib/disk/grub.h). In the order of systemd-boot, the last two kinds in their own. Pure;
 * entries are made of pieces of the texts that they were read from.
 */

#define BLS_LINES 8 /* of options, initrds or overlays in an entry */

enum bls_type { BLS_TEXT, BLS_UKI, BLS_EXTLINUX, BLS_GRUB };

struct bls_entry {
	enum bls_type type;
	unsigned int place; /* the caller's: which partition it is of */
	struct part id;	    /* the file's name without the counter; the label */
	struct part file;   /* the file's name as it is */
	bool counted;	    /* boots are counted in the name: */
	uint32_t tries_left, tries_done;
	struct part title, version, sort_key, machine_id, architecture;
	struct part kernel; /* its path; of a UKI its name */
	struct part initrd[BLS_LINES], options[BLS_LINES], overlay[BLS_LINES];
	unsigned int initrds, optionss, overlays;
	struct part devicetree;
	struct part obstacle; /* of grub.cfg: the word for which it cannot be started */
	unsigned int line;    /* and where that is */
};

/* What loader.conf says: patterns of entries' names; size 0: nothing. */
struct bls_loader {
	struct part preferred, fallback; /* "default" */
};

/* A text that may be quoted or not there, for people and for comparisons. */
bool bls_same(const struct part *a, const char *b);

/*
 * Sets id, file and counter by a file's name, which ends in 'suffix'. Returns false if it does not,
 * or has nothing before that.
 */
__must_check bool bls_name(struct bls_entry *entry, struct part name, const char *suffix);

/* Reads the lines of a type 1 entry. Returns 0 or ERR_FULL: too many of a kind. */
__must_check int bls_read(struct bls_entry *entry, struct part text);

/* Reads what a UKI's .osrel says of title, version and sort key. */
void bls_read_release(struct bls_entry *entry, struct part text);

void bls_read_loader(struct bls_loader *loader, struct part text);

/*
 * Reads extlinux.conf, whose first entry becomes the one that DEFAULT names, if any. Returns how
 * many entries, at most 'room', or ERR_FULL.
 */
__must_check int extlinux_read(struct bls_entry *entry, unsigned int room, struct part text);

/* Whether it is for the CPU: it says nothing of that, or names this or (for 64 bits) the other. */
bool bls_fits(const struct bls_entry *entry, bool aarch64);

/* Which version is the newer one (UAPI.10): less than, equal to, or greater than 0, as strcmp(). */
int bls_compare_versions(const struct part *a, const struct part *b);

/* Puts the numbers of 'count' entries in the order in which they are offered to 'order'. */
void bls_sort(const struct bls_entry *entry, unsigned int count, uint16_t *order);

/*
 * Whether 'text' is as the pattern says: *, ? and [...], small letters and capitals alike. What has
 * more than 255 bytes is no pattern, nor is one that takes more work than any name is worth.
 */
bool bls_matches(const struct part *pattern, const struct part *text);

/*
 * Which one, as an index into 'order', starts by itself: what loader.conf prefers, its default,
 * else the first.
 */
unsigned int bls_default(const struct bls_entry *entry, unsigned int count, const uint16_t *order,
			 const struct bls_loader *loader);

/*
 * Which one the user means, as an index into 'order': a number, the first is 0, or a pattern of the
 * name, with or without its suffix. Returns -1 if there is none.
 */
int bls_find(const struct bls_entry *entry, unsigned int count, const uint16_t *order,
	     const char *wanted);

#endif

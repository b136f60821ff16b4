/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_GRUB_H
#define FOREARM_GRUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/disk/bls.h"
#include "types.h"

/*
 * grub.cfg, as distributions' grub-mkconfig writes it: GRUB's script language (GRUB manual, chapter
 * 6) without loops, and of its commands those that say what boots. All of it is run at once, the
 * bodies of menu entries too; nothing is written anywhere. Pure: memory is the caller's, what a
 * script asks of disks is answered by his functions, and every script ends within GRUB_STEPS words
 * and GRUB_BYTES bytes.
 */

#define GRUB_VARIABLES 64
#define GRUB_FUNCTIONS 16
#define GRUB_ITEMS     96 /* entries and submenus */
#define GRUB_WORDS     64 /* of a command */
#define GRUB_DEPTH     16 /* blocks in blocks, scripts and functions among them */
#define GRUB_STEPS     0x8000
#define GRUB_BYTES     0x400000 /* of script that is read, each time that it is */
#define GRUB_TEXT      0x8000	/* bytes of text that are made */

enum grub_key { GRUB_UUID, GRUB_LABEL, GRUB_FILE };

/* What a script asks; 'context' is handed back. Texts last as long as the entries do. */
struct grub_disk {
	void *context;
	/* Which volume GRUB means by a name like "hd0,gpt2", and the name of one. -1: none. */
	int (*volume)(void *context, const struct part *name);
	struct part (*name)(void *context, unsigned int volume);
	int (*search)(void *context, enum grub_key key, const struct part *text);
	/* A file: its size, and its content. Return 0 or an error. */
	int (*size)(void *context, unsigned int volume, const struct part *path, uint64_t *size);
	int (*read)(void *context, unsigned int volume, const struct part *path, struct part *text);
	/* Something in that line that is not known here was left out. */
	void (*note)(void *context, unsigned int line, const struct part *word);
};

struct grub_variable {
	struct part name, value;
};

struct grub_function {
	struct part name, body;
	unsigned int line;
};

/* What a menu has; one that is in no other menu is in number 0. */
struct grub_item {
	struct part title, id;
	unsigned int menu; /* that it is in */
	unsigned int own;  /* a submenu's number, from 1 on; else 0 */
	unsigned int entry;
};

struct grub {
	const struct grub_disk *disk;
	struct bls_entry *entry; /* the caller's, room for 'room' */
	unsigned int room, entries;
	struct grub_variable variable[GRUB_VARIABLES];
	struct grub_variable outer[GRUB_VARIABLES]; /* outside of an entry's block */
	struct grub_function function[GRUB_FUNCTIONS];
	struct grub_item item[GRUB_ITEMS];
	unsigned int variables, functions, items, menu, menus, depth, steps, bytes;
	struct bls_entry *current; /* whose body is being run, or NULL */
	struct part word[GRUB_WORDS];
	unsigned int words, line;
	bool failed; /* the last command has */
	bool kept;   /* something that the last commands had a word for */
	bool once;   /* next_entry was there */
	bool blscfg; /* the entries are those of the Boot Loader Specification */
	int error;   /* 0: go on */
	uint32_t used, word_start;
	uint8_t text[GRUB_TEXT];
};

/*
 * Runs a script of a volume. The entries have the type BLS_GRUB; the first is the one that starts
 * by itself, with an empty kernel if that is not one that can be started: 'obstacle' and 'line'
 * then say why, as they do for it alone. Others that cannot be started are left out. Returns how
 * many, or ERR_SCRIPT: no such language; ERR_FULL, ERR_NESTED: it has too much of something;
 * ERR_NO_FILE, or what reading it ended in.
 */
__must_check int grub_read(struct grub *grub, const struct grub_disk *disk, unsigned int volume,
			   const struct part *path, struct bls_entry *entry, unsigned int room);

/* The value of a variable; size 0: it is empty or not there. */
struct part grub_value(const struct grub *grub, const char *name);

/* A text with the values of its variables in place of $name and ${name}. ERR_FULL: no room. */
__must_check int grub_expand(struct grub *grub, struct part text, struct part *to);

#endif

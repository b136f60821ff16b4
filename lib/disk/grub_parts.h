/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_GRUB_PARTS_H
#define FOREARM_GRUB_PARTS_H

#include "lib/disk/grub.h"

/* Between grub.c, which reads the language, and grub_commands.c, which does what it says. */

bool grub_is(const struct part *word, const char *text);
bool grub_same(const struct part *a, const struct part *b);

/* Adds a byte to the word that is being made; and ends it, if it has any or must be. */
void grub_put(struct grub *grub, uint8_t c);
void grub_put_text(struct grub *grub, const struct part *text);
void grub_end_word(struct grub *grub, bool must);

/* What has been made since as much of grub->text was used; it stays if grub->kept. */
struct part grub_text_from(const struct grub *grub, uint32_t start);

struct part grub_value_of(const struct grub *grub, const struct part *name);
void grub_set(struct grub *grub, struct part name, struct part value);

/* Runs a script: of a file, or of a function. */
void grub_run(struct grub *grub, struct part text, unsigned int line);

/* Runs the command in grub->word. */
void grub_command(struct grub *grub);

/* What is between quotes or blanks: a file's volume (-1: none) and its path there. */
int grub_volume(const struct grub *grub, const struct part *word, struct part *path);

#endif

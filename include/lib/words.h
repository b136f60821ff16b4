/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_WORDS_H
#define FOREARM_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The words of a command line, as Linux splits it (lib/cmdline.c, next_arg()): between white space,
 * which double quotes hold together. All texts are terminated. All pure.
 */

/* True for the same characters as Linux's isspace(); 0xA0 is Latin-1's no-break space. */
bool is_word_space(char c);

/* The start of the next word: what is behind the white space at 'text'. */
const char *word_start(const char *text);

/* The end of the word that starts at 'text': the next white space that is not quoted. */
const char *word_end(const char *text);

/* A word without the quotes around it or around its value; it lasts as long as the line does. */
struct parameter {
	const char *name;
	size_t name_length;
	const char *value; /* the end of the name if there is none */
	size_t value_length;
};

struct parameter parameter_of(const char *word, const char *end);

/* Whether Linux finds a parameter of that name and value: not behind a word "--". */
bool words_have(const char *line, const char *name, const char *value);

/* Whether each double quote has its other one. */
bool words_closed(const char *line);

/*
 * Puts the user's words behind a container's, as Linux goes by the last one, but before its word
 * "--": what follows that is for init. Writes at most 'room' bytes to 'to', which is neither of the
 * two. Returns 0, or ERR_TOO_LONG.
 */
int words_join(const char *container, const char *user, char *to, size_t room);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Words NAME=VALUE of the command line. */
#ifndef PROBE_WORDS_H
#define PROBE_WORDS_H

#include "probe.h"

#pragma GCC visibility push(hidden)

/* What follows the prefix of the first such word, or NULL. */
const char *word_value(const char *text, const char *prefix);
bool word_is(const char *value, const char *wanted); /* the whole word; false for NULL */
uint32_t word_number(const char *text, const char *prefix, uint32_t otherwise);
/* Whether the word NAME=A,B,C has the item: list_has_word(text, "psci=", "qemu") */
bool word_in_list(const char *text, const char *prefix, const char *item);

#pragma GCC visibility pop

#endif

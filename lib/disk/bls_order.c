/* SPDX-License-Identifier: BSD-2-Clause */
/* Which boot entry comes first, as systemd-boot has it, and which one is chosen. */
#include <string.h>
#include "lib/disk/ascii.h"
#include "lib/disk/bls.h"

static bool is_letter(uint8_t c)
{
	return folded(c) >= 'a' && folded(c) <= 'z';
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* -- versions (UAPI.10) --------------------------------------------------------------------------
 */

/* 0 at the end: no text that is compared has it. */
static uint8_t first(const struct part *text)
{
	return text->size ? text->at[0] : 0;
}

static void skip(struct part *text, uint64_t count)
{
	text->at += count;
	text->size -= count;
}

static bool counts(uint8_t c)
{
	return is_digit(c) || is_letter(c) || (c && strchr("~-^.", c));
}

static void skip_others(struct part *text)
{
	while (text->size && !counts(text->at[0]))
		skip(text, 1);
}

static uint64_t span(const struct part *text, bool (*is)(uint8_t c))
{
	uint64_t length = 0;

	while (length < text->size && is(text->at[length]))
		length++;
	return length;
}

/* What has the separator where the other one goes on is the older one. */
static int compare_separator(struct part *a, struct part *b, uint8_t separator)
{
	bool in_a = first(a) == separator, in_b = first(b) == separator;

	if (in_a && in_b) {
		skip(a, 1);
		skip(b, 1);
	}
	return (int)in_b - (int)in_a;
}

static int compare_bytes(const struct part *a, const struct part *b, uint64_t size)
{
	return size ? memcmp(a->at, b->at, (size_t)size) : 0;
}

/* No number at all is less than 0. */
static int compare_digits(struct part *a, struct part *b)
{
	uint64_t in_a = span(a, is_digit), in_b = span(b, is_digit);
	int result = compare_numbers(in_a != 0, in_b != 0);

	for (; in_a && first(a) == '0'; in_a--)
		skip(a, 1);
	for (; in_b && first(b) == '0'; in_b--)
		skip(b, 1);
	if (!result)
		result = compare_numbers(in_a, in_b);
	if (!result)
		result = compare_bytes(a, b, in_a);
	skip(a, in_a);
	skip(b, in_b);
	return result;
}

static int compare_letters(struct part *a, struct part *b)
{
	uint64_t in_a = span(a, is_letter), in_b = span(b, is_letter);
	int result = compare_bytes(a, b, min64(in_a, in_b));

	skip(a, in_a);
	skip(b, in_b);
	return result ? result : compare_numbers(in_a, in_b);
}

/* Up to where they differ, or one of them ends. */
static int compare_piece(struct part *a, struct part *b)
{
	static const uint8_t separators[] = {'-', '^', '.'};
	int result = 0;

	for (unsigned int i = 0; i < sizeof(separators) && !result; i++)
		result = compare_separator(a, b, separators[i]);
	if (result)
		return result;
	return is_digit(first(a)) || is_digit(first(b)) ? compare_digits(a, b)
							: compare_letters(a, b);
}

int bls_compare_versions(const struct part *a, const struct part *b)
{
	struct part x = *a, y = *b;
	int result = 0;

	while (!result) {
		skip_others(&x);
		skip_others(&y);
		result = compare_separator(&x, &y, '~');
		if (!result && (!x.size || !y.size))
			return compare_numbers(x.size != 0, y.size != 0);
		if (!result)
			result = compare_piece(&x, &y);
	}
	return result;
}

/* -- entries -------------------------------------------------------------------------------------
 */

static int compare_texts(const struct part *a, const struct part *b)
{
	int result = compare_bytes(a, b, min64(a->size, b->size));

	return result ? result : compare_numbers(a->size, b->size);
}

static bool is_bad(const struct bls_entry *entry)
{
	return entry->counted && !entry->tries_left;
}

static int compare_keys(const struct bls_entry *a, const struct bls_entry *b)
{
	int result = compare_numbers(!a->sort_key.size, !b->sort_key.size);

	if (result || !a->sort_key.size)
		return result;
	result = compare_texts(&a->sort_key, &b->sort_key);
	if (!result)
		result = compare_texts(&a->machine_id, &b->machine_id);
	return result ? result : bls_compare_versions(&b->version, &a->version);
}

/* Those of one file are in its order, behind those that have files of their own. */
static bool has_own_order(const struct bls_entry *entry)
{
	return entry->type == BLS_EXTLINUX || entry->type == BLS_GRUB;
}

/* systemd-boot(7), "Entry Ordering": newest first, what does not start last. */
static int compare(const struct bls_entry *a, const struct bls_entry *b)
{
	int result = compare_numbers(is_bad(a), is_bad(b));

	if (!result && !has_own_order(a) && !has_own_order(b)) {
		result = compare_keys(a, b);
		if (!result)
			result = bls_compare_versions(&b->id, &a->id);
		if (!result && a->counted && b->counted)
			result = compare_numbers(b->tries_left, a->tries_left);
		if (!result && a->counted && b->counted)
			result = compare_numbers(a->tries_done, b->tries_done);
	}
	if (!result && (has_own_order(a) || has_own_order(b)))
		result = compare_numbers(has_own_order(a) ? a->type : 0,
					 has_own_order(b) ? b->type : 0);
	return result;
}

void bls_sort(const struct bls_entry *entry, unsigned int count, uint16_t *order)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = i;

		for (; at && compare(&entry[i], &entry[order[at - 1]]) < 0; at--)
			order[at] = order[at - 1];
		order[at] = (uint16_t)i;
	}
}

bool bls_fits(const struct bls_entry *entry, bool aarch64)
{
	const struct part *name = &entry->architecture;

	return !name->size || bls_same(name, "arm") ||
	       (aarch64 &&
		(bls_same(name, "aa64") || bls_same(name, "arm64") || bls_same(name, "aarch64")));
}

/* -- patterns ------------------------------------------------------------------------------------
 */

#define PATTERN_MAX 255	   /* bytes */
#define MATCH_WORK  0x8000 /* bytes of it that are looked at */

/* Whether a set, behind its bracket, has the byte; *length: its bytes with the closing bracket. */
static bool in_set(const struct part *set, uint8_t c, uint64_t *length)
{
	bool found = false;
	uint64_t i = 0;

	for (; i < set->size && (set->at[i] != ']' || !i); i++) {
		uint8_t low = folded(set->at[i]), high = low;

		if (i + 2 < set->size && set->at[i + 1] == '-' && set->at[i + 2] != ']') {
			high = folded(set->at[i + 2]);
			i += 2;
		}
		found |= folded(c) >= low && folded(c) <= high;
	}
	*length = i < set->size ? i + 1 : 0; /* one that does not end is none */
	return found;
}

/* Whether one byte is as the pattern's start says, which is taken off if so. */
static bool match_one(struct part *pattern, uint8_t c)
{
	struct part rest = {pattern->at + 1, pattern->size - 1};
	uint64_t length = 0;
	bool found = pattern->at[0] == '?' || folded(pattern->at[0]) == folded(c);

	if (pattern->at[0] == '[') {
		bool in = in_set(&rest, c, &length);

		found = length ? in : c == '[';
	}
	if (found)
		skip(pattern, 1 + length);
	return found;
}

/*
 * Where it does not go on, the last star takes one byte more: the start of the pattern is looked at
 * again and again, and each of its brackets up to where its set ends. No name takes so much work.
 */
bool bls_matches(const struct part *pattern, const struct part *text)
{
	struct part left = *pattern, rest = *text, star = {NULL, 0}, behind = {NULL, 0};
	uint64_t work = 0;

	if (pattern->size > PATTERN_MAX)
		return false;
	while (rest.size) {
		work += left.size && left.at[0] == '[' ? left.size : 1;
		if (work > MATCH_WORK)
			return false;
		if (left.size && left.at[0] == '*') {
			skip(&left, 1);
			star = left;
			behind = rest;
		} else if (left.size && match_one(&left, rest.at[0])) {
			skip(&rest, 1);
		} else if (star.at) {
			skip(&behind, 1);
			rest = behind;
			left = star;
		} else {
			return false;
		}
	}
	while (left.size && left.at[0] == '*')
		skip(&left, 1);
	return !left.size;
}

/* systemd's names of entries have the suffix, but no counter. */
static bool is_named(const struct bls_entry *entry, const struct part *pattern)
{
	struct part stem = *pattern;

	if (bls_matches(pattern, &entry->id) || bls_matches(pattern, &entry->file))
		return true;
	if (entry->type == BLS_GRUB && bls_matches(pattern, &entry->title))
		return true;
	if (stem.size <= 5 || has_own_order(entry))
		return false;
	stem = (struct part) {pattern->at + (pattern->size - 5), 5};
	if (!bls_same(&stem, ".conf") && !bls_same(&(struct part) {stem.at + 1, 4}, ".efi"))
		return false;
	stem = (struct part) {pattern->at, pattern->size - (stem.at[0] == '.' ? 5 : 4)};
	return bls_matches(&stem, &entry->id);
}

unsigned int bls_default(const struct bls_entry *entry, unsigned int count, const uint16_t *order,
			 const struct bls_loader *loader)
{
	for (unsigned int i = 0; loader->preferred.size && i < count; i++)
		if (!is_bad(&entry[order[i]]) && is_named(&entry[order[i]], &loader->preferred))
			return i;
	for (unsigned int i = 0; loader->fallback.size && i < count; i++)
		if (is_named(&entry[order[i]], &loader->fallback))
			return i;
	return 0;
}

int bls_find(const struct bls_entry *entry, unsigned int count, const uint16_t *order,
	     const char *wanted)
{
	struct part pattern = part_of_text(wanted);
	uint64_t digits = 0;
	uint32_t number = take_number(&pattern, &digits);

	if (digits && digits == pattern.size && digits <= NUMBER_DIGITS)
		return number < count ? (int)number : -1;
	for (unsigned int i = 0; i < count; i++)
		if (is_named(&entry[order[i]], &pattern))
			return (int)i;
	return -1;
}

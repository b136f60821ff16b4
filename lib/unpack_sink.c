/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing within bounds, for every format. */
#include <string.h>
#include "error.h"
#include "le.h"
#include "unpack_format.h"

const uint8_t *source_take(struct source *in, uint64_t size)
{
	const uint8_t *at = in->at;

	if (size > in->left)
		return NULL;
	in->at += size;
	in->left -= size;
	return at;
}

/* Where the next bytes go, and in *size how many of them fit. */
static uint8_t *take_room(struct sink *out, uint64_t *size)
{
	uint8_t *to = out->to + out->written;
	uint64_t left = out->room - out->written;

	*size = *size < left ? *size : left;
	out->written += *size;
	return to;
}

int sink_put(struct sink *out, const uint8_t *from, uint64_t size)
{
	uint64_t fits = size;
	uint8_t *to = take_room(out, &fits);

	if (fits)
		memcpy(to, from, (size_t)fits);
	return fits == size;
}

int sink_fill(struct sink *out, uint8_t value, uint64_t size)
{
	uint64_t fits = size;
	uint8_t *to = take_room(out, &fits);

	if (fits)
		memset(to, value, (size_t)fits);
	return fits == size;
}

/* Words; the last one may reach past the end, where 'room' allows it. */
static void copy_words(uint8_t *to, const uint8_t *from, uint64_t size)
{
	for (const uint8_t *end = to + size; to < end; to += 8, from += 8)
		put_le64(to, le64(from));
}

static void copy_bytes(uint8_t *to, const uint8_t *from, uint64_t size)
{
	while (size--)
		*to++ = *from++;
}

int sink_repeat(struct sink *out, uint64_t distance, uint64_t size)
{
	uint64_t fits = size;
	uint8_t *to;

	if (!distance || distance > out->written - out->start)
		return ERR_CORRUPT;
	to = take_room(out, &fits);
	if (out->room - out->written < 8) {
		copy_bytes(to, to - distance, fits);
		return fits == size;
	}
	for (; distance < 8 && distance <= fits; distance *= 2) { /* until a word holds it */
		copy_bytes(to, to - distance, distance);
		to += distance;
		fits -= distance;
	}
	(distance < 8 ? copy_bytes : copy_words)(to, to - distance, fits);
	return 1;
}

int sink_count(struct sink *out, uint64_t size, bool exact)
{
	out->inexact |= !exact;
	out->written = add_capped(out->written, size);
	if (exact)
		out->least = add_capped(out->least, size);
	return 1;
}

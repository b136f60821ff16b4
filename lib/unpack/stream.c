/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing within bounds, for every format. */
#include <string.h>
#include "error.h"
#include "stream.h"

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

int sink_count(struct sink *out, uint64_t size, bool exact)
{
	out->inexact |= !exact;
	out->written = add_capped(out->written, size);
	if (exact)
		out->least = add_capped(out->least, size);
	return 1;
}

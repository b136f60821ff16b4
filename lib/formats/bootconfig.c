/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes Android's boot configuration behind an initrd, where Linux looks for it
 * (Documentation/admin-guide/bootconfig.rst).
 */
#include <string.h>
#include "lib/formats/bootconfig.h"
#include "error.h"
#include "le.h"

#define MAGIC	"#BOOTCONFIG\n"
#define TRAILER 20 /* size, checksum, magic */

/* Writers of the files may have padded their text. */
static uint64_t text_size(const struct part *part)
{
	uint64_t size = part->size;

	while (size && !part->at[size - 1])
		size--;
	return size;
}

/* A text may end without ending its line. */
static bool open_line(const struct part *part, uint64_t size)
{
	return part->at[size - 1] != '\n';
}

/* Bytes of all texts with complete lines, or more than Linux takes. */
static uint32_t lines_size(const struct part *parts, unsigned int count)
{
	uint64_t sum = 0, size;

	for (; count; count--, parts++)
		if ((size = text_size(parts)))
			sum += size + open_line(parts, size);
	return sum > BOOTCONFIG_TEXT ? BOOTCONFIG_TEXT + 1 : (uint32_t)sum;
}

static uint8_t *put_lines(uint8_t *to, const struct part *parts, unsigned int count)
{
	for (; count; count--, parts++) {
		size_t size = (size_t)text_size(parts);

		if (!size)
			continue;
		memcpy(to, parts->at, size);
		to += size;
		if (open_line(parts, size))
			*to++ = '\n';
	}
	return to;
}

int bootconfig_write(uint8_t *initrd, uint64_t size, uint64_t room, const struct part *parts,
		     unsigned int count)
{
	uint32_t lines = lines_size(parts, count), padding = (uint32_t) - (size + lines) & 3,
		 sum = 0;
	uint8_t *start = initrd + size, *end;

	if (!lines)
		return 0;
	if (lines + padding > BOOTCONFIG_TEXT)
		return ERR_TOO_LONG;
	if (lines + padding + TRAILER > room)
		return ERR_NO_ROOM;
	end = put_lines(start, parts, count);
	memset(end, 0, padding);
	for (const uint8_t *at = start; at < end; at++)
		sum += *at;
	end += padding;
	put_le32(end, lines + padding);
	put_le32(end + 4, sum);
	memcpy(end + 8, MAGIC, TRAILER - 8);
	return (int)(lines + padding + TRAILER);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip by zlib, which gets its memory from a fixed arena: inflate needs 10 KiB and its window. */
#include <stdlib.h>
#include <zlib.h>
#include "error.h"
#include "image.h"

#define ARENA	   0xE000
#define GZIP_WBITS (15 + 16) /* zlib's way to say: gzip wrapper */

static uint8_t arena[ARENA] __attribute__((section(".noinit"), aligned(16)));
static size_t arena_used;

/* zlib's default allocator refers to these; ours below takes its place, so they are never called.
 */
void *malloc(size_t size)
{
	(void)size;
	return NULL;
}

void free(void *memory)
{
	(void)memory;
}

static voidpf take(voidpf opaque, uInt items, uInt size)
{
	size_t bytes = ((size_t)items * size + 15) & ~(size_t)15;
	uint8_t *memory = arena + arena_used;

	(void)opaque;
	if (bytes > ARENA - arena_used)
		return Z_NULL;
	arena_used += bytes;
	return memory;
}

static void give_back(voidpf opaque, voidpf address)
{
	(void)opaque;
	(void)address; /* the next unpacking starts with an empty arena */
}

static int unpack(z_stream *stream)
{
	int result = inflate(stream, Z_FINISH);

	inflateEnd(stream);
	if (result == Z_STREAM_END)
		return 1;
	if (result == Z_BUF_ERROR || result == Z_OK)
		return stream->avail_out ? ERR_TRUNCATED : 0;
	return ERR_CORRUPT;
}

/* zlib counts in uInt; sizes here are below 4 GiB, as the fw_cfg files are. */
int gzip_unpack(const uint8_t *from, size_t size, uint8_t *to, size_t room, size_t *written)
{
	z_stream stream = {0};
	int result;

	arena_used = 0;
	*written = 0;
	stream.zalloc = take;
	stream.zfree = give_back;
	stream.next_in = (Bytef *)(uintptr_t)from;
	stream.avail_in = (uInt)size;
	stream.next_out = to;
	stream.avail_out = (uInt)room;
	if (inflateInit2(&stream, GZIP_WBITS) != Z_OK)
		return ERR_CORRUPT;
	result = unpack(&stream);
	*written = stream.total_out;
	return result;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc() for the packaged decompressors, in a few pieces of memory. All of them are free again
 * whenever nothing is in use any more, which is when a decompressor has done its work; more than
 * that nobody needs.
 */
#include "lib/mem/heap.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define HEAP_ALIGN  64
#define HEAP_PIECE  0x40000 /* bytes: what all but large dictionaries fit into */
#define HEAP_PIECES 4

struct piece {
	uint8_t *start;
	size_t size, used;
};

static struct heap_source source;
static struct piece pieces[HEAP_PIECES];
static unsigned int in_use;

void heap_init(const struct heap_source *from)
{
	source = *from;
	in_use = 0;
	memset(pieces, 0, sizeof(pieces));
}

static bool has(const struct piece *piece, size_t size)
{
	return piece->start && size <= piece->size - piece->used;
}

static bool get(struct piece *new, size_t size)
{
	new->size = size > HEAP_PIECE ? size : HEAP_PIECE;
	new->used = 0;
	new->start = source.more(source.owner, new->size);
	return new->start;
}

void *heap_take(size_t size)
{
	struct piece *piece = pieces;
	size_t rounded;

	if (__builtin_add_overflow(size, HEAP_ALIGN - 1, &rounded))
		return NULL;
	rounded &= ~(size_t)(HEAP_ALIGN - 1);
	while (piece < pieces + HEAP_PIECES && piece->start && !has(piece, rounded))
		piece++;
	if (piece == pieces + HEAP_PIECES || (!piece->start && !get(piece, rounded)))
		return NULL;
	piece->used += rounded;
	in_use++;
	return piece->start + piece->used - rounded;
}

void heap_give(const void *at)
{
	if (!at || --in_use)
		return;
	for (unsigned int i = 0; i < HEAP_PIECES; i++)
		pieces[i].used = 0;
}

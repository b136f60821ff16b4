/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc() for the packaged decompressors, in a few pieces of memory. All of them are free again
 * whenever nothing is in use any more, which is when a decompressor has done its work. Before that
 * only what was taken last is: liblzma takes and gives a little for each block.
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
	size_t size, used, last; /* 'last': where what was taken last begins */
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
	new->used = new->last = 0;
	new->start = source.more(source.owner, new->size);
	return new->start;
}

void *heap_take(size_t size)
{
	struct piece *piece = pieces;
	size_t rounded;

	if (__builtin_add_overflow(size ? size : 1, HEAP_ALIGN - 1, &rounded))
		return NULL;
	rounded &= ~(size_t)(HEAP_ALIGN - 1);
	while (piece < pieces + HEAP_PIECES && piece->start && !has(piece, rounded))
		piece++;
	if (piece == pieces + HEAP_PIECES || (!piece->start && !get(piece, rounded)))
		return NULL;
	piece->last = piece->used;
	piece->used += rounded;
	in_use++;
	return piece->start + piece->last;
}

void heap_give(const void *at)
{
	if (!at)
		return;
	in_use--;
	for (struct piece *piece = pieces; piece < pieces + HEAP_PIECES; piece++)
		if (!in_use)
			piece->used = piece->last = 0;
		else if (piece->start && at == piece->start + piece->last)
			piece->used = piece->last;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the blocks of a file on ext4 are, by extents or by the older maps of blocks; reading it. */
#include <string.h>
#include "error.h"
#include "ext4_parts.h"
#include "le.h"
#include "lib/hash/crc32c.h"
#include "region.h"

/* A node of a tree of extents: a header, then as many entries as it says. */
#define NODE_MAGIC  0xF30A
#define ENTRIES	    2
#define ENTRIES_MAX 4
#define DEPTH	    6
#define HEADER	    12
#define ENTRY	    12
#define DEPTH_MAX   5
#define LENGTH_MAX  0x8000 /* more: that less this, which nothing has been written to */

/* A map of blocks. */
#define DIRECT	     12
#define MAP_ENTRIES  15
#define INDIRECT_MAX 3

/* -- extents -------------------------------------------------------------------------------------
 */

static int check_node(const struct ext4 *fs, const struct ext4_file *file, const uint8_t *node)
{
	uint32_t end = HEADER + le16(node + ENTRIES_MAX) * (uint32_t)ENTRY;

	if (!ext4_has_sums(fs))
		return 0;
	if (end + 4 > fs->block_size)
		return ERR_EXTENT;
	return crc32c_add(file->seed, node, end) == le32(node + end) ? 0 : ERR_EXTENT;
}

static int check_header(const uint8_t *node, uint32_t room, unsigned int depth)
{
	uint32_t most = le16(node + ENTRIES_MAX);

	return le16(node) == NODE_MAGIC && le16(node + DEPTH) == depth &&
			       le16(node + ENTRIES) <= most && HEADER + most * ENTRY <= room
		       ? 0
		       : ERR_EXTENT;
}

/* The last entry of a node that begins at or before block 'n'; NULL: none. *end: the next one. */
static const uint8_t *find_entry(const uint8_t *node, uint64_t n, uint64_t *end)
{
	uint32_t low = 0, high = le16(node + ENTRIES);
	const uint8_t *entries = node + HEADER;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (le32(entries + (size_t)middle * ENTRY) <= n)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < le16(node + ENTRIES))
		*end = min64(*end, le32(entries + (size_t)low * ENTRY));
	return low ? entries + (size_t)(low - 1) * ENTRY : NULL;
}

static int take_extent(const struct ext4 *fs, const uint8_t *entry, uint64_t n, uint64_t end,
		       struct ext4_run *run)
{
	uint64_t first = le32(entry), length = le16(entry + 4);
	uint64_t block = (uint64_t)le16(entry + 6) << 32 | le32(entry + 8);
	bool written = length <= LENGTH_MAX;

	length -= written ? 0 : LENGTH_MAX;
	if (!length || !ext4_has_blocks(fs, block, length))
		return ERR_EXTENT;
	if (n - first >= length) {
		*run = (struct ext4_run) {0, end - n};
		return 0;
	}
	run->length = min64(first + length, end) - n;
	run->block = written ? block + (n - first) : 0;
	return 0;
}

static int map_extents(struct ext4 *fs, const struct ext4_file *file, uint64_t n,
		       struct ext4_run *run)
{
	const uint8_t *node = file->map, *entry;
	uint32_t room = EXT4_MAP;
	uint64_t end = 1ULL << 32, child;
	unsigned int depth = le16(node + DEPTH);
	int error = depth > DEPTH_MAX || n >= end ? ERR_EXTENT : check_header(node, room, depth);

	while (!error) {
		entry = find_entry(node, n, &end);
		*run = (struct ext4_run) {0, end - n};
		if (!entry)
			return 0;
		if (!depth)
			return take_extent(fs, entry, n, end, run);
		child = (uint64_t)le16(entry + 8) << 32 | le32(entry + 4);
		if (!ext4_has_blocks(fs, child, 1))
			return ERR_EXTENT;
		depth--;
		error = ext4_load(fs, depth ? EXT4_INNER : EXT4_LEAF, child, file, check_node);
		node = fs->slot[depth ? EXT4_INNER : EXT4_LEAF].at;
		if (!error)
			error = check_header(node, fs->block_size, depth);
	}
	return error;
}

/* -- maps of blocks ------------------------------------------------------------------------------
 */

/* As many as lie one behind the other, of the entries from 'first' to before 'end'. */
static int take_entries(const struct ext4 *fs, const uint8_t *table, uint64_t first, uint64_t end,
			struct ext4_run *run)
{
	uint32_t block = le32(table + 4 * first), step = block != 0;
	uint64_t length = 1;

	while (first + length < end &&
	       le32(table + 4 * (first + length)) == (uint64_t)block + length * step)
		length++;
	*run = (struct ext4_run) {block, length};
	return !block || ext4_has_blocks(fs, block, length) ? 0 : ERR_EXTENT;
}

/* 'n' counts from the first block behind what tables of fewer levels lead to. */
static int map_indirect(struct ext4 *fs, const struct ext4_file *file, uint64_t n, uint64_t most,
			unsigned int levels, struct ext4_run *run)
{
	uint64_t entries = fs->block_size / 4, span = 1, index;
	uint32_t block = le32(file->map + 4 * (size_t)(DIRECT + levels - 1));
	int error;

	for (unsigned int i = 1; i < levels; i++)
		span *= entries;
	for (;; span /= entries, levels--) {
		enum ext4_slots slot = levels > 1 ? EXT4_INNER : EXT4_LEAF;

		if (!block) {
			*run = (struct ext4_run) {0, span * entries - n};
			return 0;
		}
		if (!ext4_has_blocks(fs, block, 1))
			return ERR_EXTENT;
		error = ext4_load(fs, slot, block, file, NULL);
		if (error)
			return error;
		index = n / span;
		n %= span;
		if (levels == 1)
			return take_entries(fs, fs->slot[slot].at, index,
					    min64(entries, index + most), run);
		block = le32(fs->slot[slot].at + 4 * index);
	}
}

static int map_blocks(struct ext4 *fs, const struct ext4_file *file, uint64_t n, uint64_t most,
		      struct ext4_run *run)
{
	uint64_t entries = fs->block_size / 4, span = entries;

	if (n < DIRECT)
		return take_entries(fs, file->map, n, min64(DIRECT, n + most), run);
	n -= DIRECT;
	for (unsigned int levels = 1; levels <= INDIRECT_MAX; levels++) {
		if (n < span)
			return map_indirect(fs, file, n, most, levels, run);
		n -= span;
		span *= entries;
	}
	return ERR_EXTENT;
}

int ext4_map(struct ext4 *fs, const struct ext4_file *file, uint64_t n, uint64_t most,
	     struct ext4_run *run)
{
	int error = file->flags & EXT4_FLAG_EXTENTS ? map_extents(fs, file, n, run)
						    : map_blocks(fs, file, n, most, run);

	run->length = min64(run->length, most);
	return error;
}

/* -- reading -------------------------------------------------------------------------------------
 */

static int read_inline(struct ext4 *fs, const struct ext4_file *file, uint64_t offset,
		       uint64_t size, uint8_t *to)
{
	uint64_t first = min64(size, sub_capped(EXT4_MAP, offset));
	const uint8_t *rest;
	int error;

	if (first)
		memcpy(to, file->map + offset, (size_t)first);
	if (size == first)
		return 0;
	error = ext4_inline_rest(fs, file, &rest);
	if (!error)
		memcpy(to + first, rest + (offset + first - EXT4_MAP), (size_t)(size - first));
	return error;
}

/* From one run of blocks, or a hole; *done: how much. */
static int read_run(struct ext4 *fs, const struct ext4_file *file, uint64_t offset, uint64_t size,
		    uint8_t *to, uint64_t *done)
{
	uint64_t skip = offset % fs->block_size;
	struct ext4_run run = {0, 0};
	int error = ext4_map(fs, file, offset / fs->block_size,
			     (skip + size - 1) / fs->block_size + 1, &run);

	if (error)
		return error;
	*done = min64(size, run.length * fs->block_size - skip);
	if (run.block)
		return block_read(fs->disk, fs->start + run.block * fs->block_size + skip, *done,
				  to);
	memset(to, 0, (size_t)*done);
	return 0;
}

int ext4_read(struct ext4 *fs, const struct ext4_file *file, uint64_t offset, uint64_t size,
	      void *to)
{
	uint8_t *at = to;
	uint64_t done;
	int error = 0;

	if (!fits_in(offset, size, file->size))
		return ERR_TRUNCATED;
	if (file->flags & EXT4_FLAG_INLINE || (file->link && file->size < EXT4_MAP))
		return read_inline(fs, file, offset, size, to);
	for (; size && !error; size -= done, offset += done, at += done) {
		error = read_run(fs, file, offset, size, at, &done);
		if (error)
			break;
	}
	return error;
}

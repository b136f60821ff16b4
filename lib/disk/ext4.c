/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3 and ext4 volumes: the superblock, groups and inodes. */
#include <string.h>
#include "error.h"
#include "ext4_parts.h"
#include "le.h"
#include "lib/hash/crc32c.h"
#include "region.h"

/* The superblock. */
#define SUPER_AT	 1024
#define SUPER_BYTES	 1024
#define INODES		 0x0
#define BLOCKS_LOW	 0x4
#define FIRST_BLOCK	 0x14
#define BLOCK_SHIFT	 0x18
#define GROUP_BLOCKS	 0x20
#define GROUP_INODES	 0x28
#define MAGIC		 0x38
#define REVISION	 0x4C
#define INODE_SIZE	 0x58
#define COMPATIBLE	 0x5C
#define INCOMPATIBLE	 0x60
#define READ_ONLY	 0x64
#define UUID		 0x68
#define LABEL		 0x78
#define DESCRIPTOR_SIZE	 0xFE
#define FIRST_META_GROUP 0x104
#define BLOCKS_HIGH	 0x150
#define SUM_KIND	 0x175
#define BACKUPS		 0x24C
#define SUM_SEED	 0x270
#define SUPER_SUM	 0x3FC
#define SHIFT_MAX	 6
#define INODE_MIN	 128
#define DESCRIPTOR_32	 32
#define DESCRIPTOR_64	 64
#define CRC32C		 1
#define WORK_READ	 64 /* of a block */

/* Features, by the word that they are in. */
#define HAS_SUPER2     0x200 /* compatible: two groups have a copy of the superblock */
#define HAS_FEW_SUPERS 0x1   /* read-only: groups 0, 1 and powers of 3, 5 and 7 do */
#define HAS_SUMS       0x400
#define COMPRESSION    0x1 /* incompatible, as all below */
#define FILE_TYPE      0x2
#define RECOVER	       0x4
#define JOURNAL_DEVICE 0x8
#define META_GROUPS    0x10
#define EXTENTS	       0x40
#define WIDE	       0x80
#define MULTI_MOUNT    0x100
#define FLEX_GROUPS    0x200
#define ATTRIBUTES     0x400
#define SEED	       0x2000
#define LARGE_FOLDERS  0x4000
#define INLINE_DATA    0x8000
#define ENCRYPTION     0x10000 /* of some folders */
#define CASE_FOLDING   0x20000
#define KNOWN                                                                                      \
	((uint32_t)(FILE_TYPE | RECOVER | META_GROUPS | EXTENTS | WIDE | MULTI_MOUNT |             \
		    FLEX_GROUPS | ATTRIBUTES | SEED | LARGE_FOLDERS | INLINE_DATA | ENCRYPTION |   \
		    CASE_FOLDING))

/* A group's descriptor. */
#define TABLE_LOW  0x8
#define GROUP_SUM  0x1E
#define TABLE_HIGH 0x28

/* An inode. */
#define MODE	   0x0
#define SIZE_LOW   0x4
#define FLAGS	   0x20
#define MAP	   0x28
#define GENERATION 0x64
#define SIZE_HIGH  0x6C
#define SUM_LOW	   0x7C
#define EXTRA_SIZE 0x80
#define SUM_HIGH   0x82
#define KIND	   0xF000 /* of the mode */
#define IS_FOLDER  0x4000
#define IS_FILE	   0x8000
#define IS_LINK	   0xA000
#define ENCRYPTED  0x800 /* a flag */

/* Attributes in an inode, one of which is the rest of a file that is in it. */
#define ATTRIBUTE_MAGIC	 0xEA020000
#define ATTRIBUTE	 16
#define ATTRIBUTE_SYSTEM 7

static const uint8_t zeros[2];

bool ext4_has_sums(const struct ext4 *fs)
{
	return fs->read_only & HAS_SUMS;
}

bool ext4_has_blocks(const struct ext4 *fs, uint64_t block, uint64_t count)
{
	return block && fits_in(block, count, fs->blocks);
}

static uint32_t add_number(uint32_t sum, uint32_t number)
{
	uint8_t bytes[4];

	put_le32(bytes, number);
	return crc32c_add(sum, bytes, sizeof(bytes));
}

/* -- the superblock ------------------------------------------------------------------------------
 */

static int check_features(struct ext4 *fs, const uint8_t *super)
{
	if (le32(super + REVISION)) {
		fs->compatible = le32(super + COMPATIBLE);
		fs->incompatible = le32(super + INCOMPATIBLE);
		fs->read_only = le32(super + READ_ONLY);
	}
	if (fs->incompatible & JOURNAL_DEVICE)
		return ERR_JOURNAL;
	if (fs->incompatible & COMPRESSION)
		return ERR_COMPRESSED;
	if (fs->incompatible & ~KNOWN || (ext4_has_sums(fs) && super[SUM_KIND] != CRC32C))
		return ERR_UNSUPPORTED;
	if (ext4_has_sums(fs) &&
	    crc32c_add(UINT32_MAX, super, SUPER_SUM) != le32(super + SUPER_SUM))
		return ERR_SUPERBLOCK;
	return 0;
}

static void read_sizes(struct ext4 *fs, const uint8_t *super)
{
	bool wide = fs->incompatible & WIDE;

	fs->block_size = SUPER_BYTES << le32(super + BLOCK_SHIFT);
	fs->blocks = le32(super + BLOCKS_LOW);
	if (wide)
		fs->blocks |= (uint64_t)le32(super + BLOCKS_HIGH) << 32;
	fs->first_block = le32(super + FIRST_BLOCK);
	fs->group_blocks = le32(super + GROUP_BLOCKS);
	fs->group_inodes = le32(super + GROUP_INODES);
	fs->inodes = le32(super + INODES);
	fs->inode_size = le32(super + REVISION) ? le16(super + INODE_SIZE) : INODE_MIN;
	fs->descriptor_size = wide ? le16(super + DESCRIPTOR_SIZE) : DESCRIPTOR_32;
	fs->first_meta_group = le32(super + FIRST_META_GROUP);
	fs->backup[0] = le32(super + BACKUPS);
	fs->backup[1] = le32(super + BACKUPS + 4);
}

static int check_sizes(struct ext4 *fs)
{
	uint64_t groups;

	if (!fs->group_blocks || !fs->group_inodes || fs->group_inodes > 8 * fs->block_size ||
	    fs->first_block > 1 || fs->blocks <= fs->first_block)
		return ERR_SUPERBLOCK;
	if (!is_power_of_two(fs->inode_size) || fs->inode_size < INODE_MIN ||
	    fs->inode_size > fs->block_size)
		return ERR_SUPERBLOCK;
	if (fs->incompatible & WIDE &&
	    (!is_power_of_two(fs->descriptor_size) || fs->descriptor_size < DESCRIPTOR_64 ||
	     fs->descriptor_size > fs->block_size))
		return ERR_SUPERBLOCK;
	groups = (fs->blocks - fs->first_block - 1) / fs->group_blocks + 1;
	if (groups > UINT32_MAX || fs->inodes > groups * fs->group_inodes)
		return ERR_SUPERBLOCK;
	fs->groups = (uint32_t)groups;
	return 0;
}

static int read_super(struct ext4 *fs, const uint8_t *super, uint64_t size)
{
	int error = check_features(fs, super);

	if (error)
		return error;
	if (le32(super + BLOCK_SHIFT) > SHIFT_MAX)
		return ERR_SUPERBLOCK;
	read_sizes(fs, super);
	error = check_sizes(fs);
	if (error)
		return error;
	fs->dirty = fs->incompatible & RECOVER;
	memcpy(fs->uuid, super + UUID, EXT4_UUID);
	memcpy(fs->label, super + LABEL, sizeof(fs->label) - 1);
	fs->seed = fs->incompatible & SEED ? le32(super + SUM_SEED)
					   : crc32c_add(UINT32_MAX, fs->uuid, EXT4_UUID);
	return fs->blocks > size / fs->block_size ? ERR_PAST_DISK : 0;
}

int ext4_open(struct ext4 *fs, const struct block_device *disk, uint64_t start, uint64_t size,
	      uint8_t *scratch)
{
	uint8_t super[SUPER_BYTES];
	int error;

	*fs = (struct ext4) {.disk = disk, .start = start};
	for (unsigned int i = 0; i < EXT4_SLOTS; i++)
		fs->slot[i].at = scratch + (size_t)i * EXT4_BLOCK_MAX;
	fs->path = (char *)scratch + (size_t)EXT4_SLOTS * EXT4_BLOCK_MAX;
	if (!fits_in(start, size, block_bytes(disk)))
		return ERR_PAST_DISK;
	if (size < SUPER_AT + SUPER_BYTES)
		return ERR_UNKNOWN;
	error = block_read(disk, start + SUPER_AT, SUPER_BYTES, super);
	if (error)
		return error;
	return le16(super + MAGIC) == 0xEF53 ? read_super(fs, super, size) : ERR_UNKNOWN;
}

/* -- blocks --------------------------------------------------------------------------------------
 */

int ext4_work(struct ext4 *fs, uint32_t work)
{
	if (work > EXT4_WORK - fs->work)
		return ERR_TOO_LARGE;
	fs->work += work;
	return 0;
}

int ext4_load(struct ext4 *fs, enum ext4_slots which, uint64_t block, const struct ext4_file *file,
	      int (*check)(const struct ext4 *fs, const struct ext4_file *file,
			   const uint8_t *block))
{
	struct ext4_slot *slot = &fs->slot[which];
	uint32_t inode = file ? file->number : 0;
	int error;

	if (slot->block == block && slot->inode == inode)
		return 0;
	slot->block = 0;
	error = ext4_work(fs, WORK_READ);
	if (error)
		return error;
	error = block_read(fs->disk, fs->start + block * fs->block_size, fs->block_size, slot->at);
	if (!error && check)
		error = check(fs, file, slot->at);
	if (error)
		return error;
	slot->block = block;
	slot->inode = inode;
	return 0;
}

/* -- groups --------------------------------------------------------------------------------------
 */

static bool is_power_of(uint32_t base, uint32_t value)
{
	while (value % base == 0)
		value /= base;
	return value == 1;
}

static bool has_super(const struct ext4 *fs, uint32_t group)
{
	if (!group)
		return true;
	if (fs->compatible & HAS_SUPER2)
		return group == fs->backup[0] || group == fs->backup[1];
	return !(fs->read_only & HAS_FEW_SUPERS) || is_power_of(3, group) ||
	       is_power_of(5, group) || is_power_of(7, group);
}

/* Descriptors lie behind the superblock, or each block of them at the first of its groups. */
static uint64_t descriptor_block(const struct ext4 *fs, uint32_t group)
{
	uint32_t in_block = fs->block_size / fs->descriptor_size, meta = group / in_block;
	uint32_t first = meta * in_block, super = fs->block_size == SUPER_AT;

	if (!(fs->incompatible & META_GROUPS) || meta < fs->first_meta_group)
		return (uint64_t)super + 1 + meta;
	if (!first)
		return (uint64_t)super + 1;
	return fs->first_block + (uint64_t)first * fs->group_blocks + has_super(fs, first);
}

static bool is_group_right(const struct ext4 *fs, uint32_t group, const uint8_t *descriptor)
{
	uint32_t sum = add_number(fs->seed, group);

	sum = crc32c_add(sum, descriptor, GROUP_SUM);
	sum = crc32c_add(sum, zeros, 2);
	sum = crc32c_add(sum, descriptor + GROUP_SUM + 2, fs->descriptor_size - GROUP_SUM - 2);
	return !ext4_has_sums(fs) || (sum & 0xffff) == le16(descriptor + GROUP_SUM);
}

/* Finds the inodes of a group. */
static int find_table(struct ext4 *fs, uint32_t group)
{
	uint64_t block = descriptor_block(fs, group), table;
	const uint8_t *descriptor;
	int error;

	if (fs->group_table && fs->group == group)
		return 0;
	if (!ext4_has_blocks(fs, block, 1))
		return ERR_GROUP;
	error = ext4_load(fs, EXT4_INODES, block, NULL, NULL);
	if (error)
		return error;
	descriptor = fs->slot[EXT4_INODES].at +
		     (size_t)(group % (fs->block_size / fs->descriptor_size)) * fs->descriptor_size;
	table = le32(descriptor + TABLE_LOW);
	if (fs->incompatible & WIDE)
		table |= (uint64_t)le32(descriptor + TABLE_HIGH) << 32;
	if (!is_group_right(fs, group, descriptor) || !ext4_has_blocks(fs, table, 1))
		return ERR_GROUP;
	fs->group = group;
	fs->group_table = table;
	return 0;
}

/* -- inodes --------------------------------------------------------------------------------------
 */

/* Its bytes; they last as long as the slot's. */
static int load_inode(struct ext4 *fs, uint32_t number, const uint8_t **raw)
{
	uint64_t at, block;
	int error;

	if (!number || number > fs->inodes)
		return ERR_INODE;
	error = find_table(fs, (number - 1) / fs->group_inodes);
	if (error)
		return error;
	at = (uint64_t)((number - 1) % fs->group_inodes) * fs->inode_size;
	block = fs->group_table + at / fs->block_size;
	if (!ext4_has_blocks(fs, block, 1))
		return ERR_GROUP;
	error = ext4_load(fs, EXT4_INODES, block, NULL, NULL);
	*raw = fs->slot[EXT4_INODES].at + at % fs->block_size;
	return error;
}

static bool is_inode_right(const struct ext4 *fs, const uint8_t *raw, uint32_t seed)
{
	bool large = fs->inode_size > INODE_MIN, wide = large && le16(raw + EXTRA_SIZE) >= 4;
	uint32_t behind = wide ? SUM_HIGH + 2 : SUM_HIGH, sum = crc32c_add(seed, raw, SUM_LOW);

	sum = crc32c_add(sum, zeros, 2);
	sum = crc32c_add(sum, raw + SUM_LOW + 2, INODE_MIN - SUM_LOW - 2);
	if (large)
		sum = crc32c_add(sum, raw + INODE_MIN, SUM_HIGH - INODE_MIN);
	if (wide)
		sum = crc32c_add(sum, zeros, 2);
	if (large)
		sum = crc32c_add(sum, raw + behind, fs->inode_size - behind);
	return (sum & 0xffff) == le16(raw + SUM_LOW) &&
	       (!wide || sum >> 16 == le16(raw + SUM_HIGH));
}

int ext4_inode(struct ext4 *fs, uint32_t number, struct ext4_file *file)
{
	const uint8_t *raw;
	uint32_t kind;
	int error = load_inode(fs, number, &raw);

	if (error)
		return error;
	*file = (struct ext4_file) {.number = number, .flags = le32(raw + FLAGS)};
	file->seed = add_number(add_number(fs->seed, number), le32(raw + GENERATION));
	if (ext4_has_sums(fs) && !is_inode_right(fs, raw, file->seed))
		return ERR_INODE;
	kind = le16(raw + MODE) & KIND;
	file->folder = kind == IS_FOLDER;
	file->link = kind == IS_LINK;
	file->size = le32(raw + SIZE_LOW);
	if (kind == IS_FILE)
		file->size |= (uint64_t)le32(raw + SIZE_HIGH) << 32;
	memcpy(file->map, raw + MAP, EXT4_MAP);
	if (file->size > INT64_MAX)
		return ERR_INODE;
	if (file->flags & ENCRYPTED)
		return ERR_ENCRYPTED;
	return file->folder || file->link || kind == IS_FILE ? 0 : ERR_NO_FILE;
}

/* The attribute system.data in an inode. */
static const uint8_t *find_rest(const uint8_t *raw, uint32_t inode_size, uint64_t size)
{
	uint32_t at = INODE_MIN, first;

	at += inode_size > INODE_MIN ? le16(raw + EXTRA_SIZE) : 0;
	if (at + 4 > inode_size || le32(raw + at) != ATTRIBUTE_MAGIC)
		return NULL;
	first = at += 4;
	while (at + ATTRIBUTE + 4 <= inode_size && le32(raw + at)) {
		const uint8_t *name = raw + at + ATTRIBUTE;

		if (raw[at] == 4 && raw[at + 1] == ATTRIBUTE_SYSTEM && memcmp(name, "data", 4) == 0)
			return le32(raw + at + 8) >= size &&
					       fits_in(first + le16(raw + at + 2), size, inode_size)
				       ? raw + first + le16(raw + at + 2)
				       : NULL;
		at += ATTRIBUTE + (uint32_t)align_up(raw[at], 4);
	}
	return NULL;
}

int ext4_inline_rest(struct ext4 *fs, const struct ext4_file *file, const uint8_t **rest)
{
	const uint8_t *raw;
	int error = load_inode(fs, file->number, &raw);

	if (error)
		return error;
	*rest = find_rest(raw, fs->inode_size, sub_capped(file->size, EXT4_MAP));
	return *rest ? 0 : ERR_INODE;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* FAT volumes: the boot sector, chains of clusters, and what is in a file. */
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/disk/ascii.h"
#include "lib/disk/fat.h"
#include "region.h"
#include "lib/utf8.h"

/* Offsets in the boot sector. */
#define SECTOR_SIZE   11
#define CLUSTER_SIZE  13
#define RESERVED      14
#define TABLES	      16
#define ROOT_ENTRIES  17
#define SECTORS_16    19
#define TABLE_SIZE_16 22
#define SECTORS_32    32
#define TABLE_SIZE_32 36
#define FLAGS_32      40
#define ROOT_CLUSTER  44
#define SERIAL_16     39
#define SERIAL_32     67
#define SIGNATURE     510
#define BOOT_BYTES    512
#define ENTRY_BYTES   32
#define NOT_MIRRORED  0x80

#define FIRST_CLUSTER 2
#define LAST_CLUSTER  UINT32_MAX /* behind it there is none */
#define FAT12_MAX     4085	 /* clusters that are too many for it */
#define FAT16_MAX     65525

/* What the boot sector says, in sectors. */
struct layout {
	uint32_t sector_size, table_size, tables, first_table, root_sectors, sectors, data;
};

static bool is_boot_sector(const uint8_t *boot)
{
	return le16(boot + SIGNATURE) == 0xAA55 && (boot[0] == 0xEB || boot[0] == 0xE9) &&
	       boot[TABLES] && is_power_of_two(le16(boot + SECTOR_SIZE));
}

static int read_layout(const uint8_t *boot, struct layout *layout)
{
	uint32_t sector_size = le16(boot + SECTOR_SIZE), reserved = le16(boot + RESERVED);
	uint32_t root = le16(boot + ROOT_ENTRIES) * ENTRY_BYTES, table = le16(boot + TABLE_SIZE_16);
	uint32_t sectors = le16(boot + SECTORS_16), data;

	if (sector_size < BLOCK_SIZE_MIN || sector_size > BLOCK_SIZE_MAX || !reserved ||
	    boot[TABLES] > 4 || !is_power_of_two(boot[CLUSTER_SIZE]))
		return ERR_HEADER;
	table = table ? table : le32(boot + TABLE_SIZE_32);
	sectors = sectors ? sectors : le32(boot + SECTORS_32);
	*layout = (struct layout) {.sector_size = sector_size,
				   .table_size = table,
				   .tables = boot[TABLES],
				   .first_table = reserved,
				   .root_sectors = (root + sector_size - 1) / sector_size,
				   .sectors = sectors};
	if (!table || table > sectors / layout->tables)
		return ERR_HEADER;
	data = reserved + layout->root_sectors;
	if (data > sectors - table * layout->tables)
		return ERR_HEADER;
	layout->data = data + table * layout->tables;
	return 0;
}

/* No more clusters than the table has entries for. */
static int read_clusters(struct fat *fat, const uint8_t *boot, const struct layout *layout)
{
	uint64_t table_bits = (uint64_t)layout->table_size * layout->sector_size * 8;
	uint32_t clusters = (layout->sectors - layout->data) / boot[CLUSTER_SIZE];

	if (!le16(boot + TABLE_SIZE_16))
		fat->bits = 32;
	else
		fat->bits = clusters < FAT12_MAX ? 12 : 16;
	if ((fat->bits == 32) != !layout->root_sectors ||
	    (fat->bits == 16 && clusters >= FAT16_MAX))
		return ERR_HEADER;
	fat->clusters =
		(uint32_t)min64(clusters, sub_capped(table_bits / fat->bits, FIRST_CLUSTER));
	return fat->clusters && fat->clusters < 0x0FFFFFF5 ? 0 : ERR_HEADER;
}

/* FAT32 may say that one table alone is up to date. */
static uint32_t active_table(const struct fat *fat, const uint8_t *boot,
			     const struct layout *layout)
{
	uint16_t flags = le16(boot + FLAGS_32);
	uint32_t active = fat->bits == 32 && flags & NOT_MIRRORED ? flags & 0xf : 0;

	return active < layout->tables ? active : 0;
}

static int check_cluster(const struct fat *fat, uint32_t cluster)
{
	return cluster < FIRST_CLUSTER || cluster - FIRST_CLUSTER >= fat->clusters ? ERR_CHAIN : 0;
}

static int read_boot_sector(struct fat *fat, const uint8_t *boot, uint64_t start, uint64_t size)
{
	struct layout layout;
	int error = read_layout(boot, &layout);

	if (!error)
		error = read_clusters(fat, boot, &layout);
	if (error)
		return error;
	if ((uint64_t)layout.sectors * layout.sector_size > size)
		return ERR_PAST_DISK;
	fat->cluster_size = boot[CLUSTER_SIZE] * layout.sector_size;
	fat->table = start + ((uint64_t)layout.first_table +
			      (uint64_t)active_table(fat, boot, &layout) * layout.table_size) *
				     layout.sector_size;
	fat->data = start + (uint64_t)layout.data * layout.sector_size;
	fat->root_size = layout.root_sectors * layout.sector_size;
	fat->root = fat->data - fat->root_size;
	fat->serial = le32(boot + (fat->bits == 32 ? SERIAL_32 : SERIAL_16));
	fat->root_cluster = fat->bits == 32 ? le32(boot + ROOT_CLUSTER) : 0;
	fat->table_size = align_up((((uint64_t)fat->clusters + FIRST_CLUSTER) * fat->bits + 7) / 8,
				   BLOCK_SIZE_MIN);
	return fat->bits == 32 && check_cluster(fat, fat->root_cluster) ? ERR_HEADER : 0;
}

int fat_open(struct fat *fat, const struct block_device *disk, uint64_t start, uint64_t size,
	     uint8_t *scratch)
{
	uint8_t boot[BOOT_BYTES];
	int error;

	*fat = (struct fat) {.disk = disk, .window = scratch, .folder = scratch + FAT_WINDOW};
	if (!fits_in(start, size, block_bytes(disk)))
		return ERR_PAST_DISK;
	if (size < sizeof(boot))
		return ERR_UNKNOWN;
	error = block_read(disk, start, sizeof(boot), boot);
	if (error)
		return error;
	return is_boot_sector(boot) ? read_boot_sector(fat, boot, start, size) : ERR_UNKNOWN;
}

/* -- chains of clusters --------------------------------------------------------------------------
 */

/* What a volume costs: a step in a chain or an entry of a folder, and pieces that are read of it.
 */
#define WORK_MAX  0x100000
#define WORK_READ 64
#define WORK_RUN  64	  /* steps to what is right behind, as much as another one */
#define KEPT_MAX  0x10000 /* clusters behind the end of a file */

static int add_work(struct fat *fat, uint32_t work)
{
	if (work > WORK_MAX - fat->work)
		return ERR_CHAIN;
	fat->work += work;
	return 0;
}

/* The table's bytes from 'at' on, an entry's; none lies across the end of a window. */
static int table_bytes(struct fat *fat, uint64_t at, const uint8_t **bytes)
{
	int error = 0;

	if (align_down(at, FAT_WINDOW) != fat->window_at || !fat->window_size) {
		fat->window_at = align_down(at, FAT_WINDOW);
		fat->window_size = min64(FAT_WINDOW, fat->table_size - fat->window_at);
		error = add_work(fat, WORK_READ);
		if (!error)
			error = block_read(fat->disk, fat->table + fat->window_at, fat->window_size,
					   fat->window);
		if (error)
			fat->window_size = 0;
	}
	*bytes = fat->window + (at - fat->window_at);
	return error;
}

/* The cluster behind one that is known to be there; LAST_CLUSTER if it is the last of its chain. */
static int next_cluster(struct fat *fat, uint32_t cluster, uint32_t *next)
{
	const uint8_t *bytes;
	int error = add_work(fat, 1);

	if (!error)
		error = table_bytes(fat, (uint64_t)cluster * fat->bits / 8, &bytes);
	if (error)
		return error;
	if (fat->bits == 32)
		*next = le32(bytes) & 0x0FFFFFFF;
	else if (fat->bits == 16)
		*next = le16(bytes);
	else
		*next = cluster % 2 ? le16(bytes) >> 4 : le16(bytes) & 0xfff;
	if (*next >= (0x0FFFFFF8U & (uint32_t)((1ULL << fat->bits) - 1)))
		*next = LAST_CLUSTER;
	return 0;
}

/*
 * How many clusters from this one on, at most 'most', lead to the one right behind them, as far as
 * what was read of the table tells. Large files are little else, so this is what they cost.
 */
static uint32_t skip_run(const struct fat *fat, uint32_t cluster, uint64_t most)
{
	uint32_t width = fat->bits / 8, n = 0, left;
	uint64_t at = (uint64_t)cluster * width;
	const uint8_t *from;

	if (fat->bits == 12 || at < fat->window_at || at - fat->window_at >= fat->window_size)
		return 0;
	from = fat->window + (at - fat->window_at);
	left = (uint32_t)min64(most, (fat->window_size - (at - fat->window_at)) / width);
	left = (uint32_t)min64(left, fat->clusters + FIRST_CLUSTER - 1 - cluster);
	if (fat->bits == 32)
		while (n < left && (le32(from + 4ULL * n) & 0x0FFFFFFF) == cluster + n + 1)
			n++;
	else
		while (n < left && le16(from + 2ULL * n) == cluster + n + 1)
			n++;
	return n;
}

/* How many clusters, at most 'most', lie one behind the other; and what is behind the last one. */
static int find_run(struct fat *fat, uint32_t cluster, uint64_t most, uint64_t *length,
		    uint32_t *next)
{
	int error = check_cluster(fat, cluster);

	*length = 0;
	while (!error) {
		uint32_t run = skip_run(fat, cluster, most - *length);

		*length += run;
		cluster += run;
		*next = cluster;
		error = add_work(fat, run / WORK_RUN);
		if (error || *length == most)
			break;
		error = next_cluster(fat, cluster, next);
		++*length;
		if (*length == most || *next != cluster + 1)
			break;
		error = check_cluster(fat, ++cluster);
	}
	return error;
}

/* Behind what a file has there may be clusters that are kept for it. */
static int check_end(struct fat *fat, uint32_t cluster)
{
	uint32_t steps = 0;
	int error = 0;

	while (!error && cluster != LAST_CLUSTER) {
		error = steps++ == KEPT_MAX ? ERR_CHAIN : check_cluster(fat, cluster);
		if (!error)
			error = next_cluster(fat, cluster, &cluster);
	}
	return error;
}

static uint64_t place_of(const struct fat *fat, uint32_t cluster)
{
	return fat->data + (uint64_t)(cluster - FIRST_CLUSTER) * fat->cluster_size;
}

/* Where reading is: in a run of clusters, of which 'skip' bytes are not wanted. */
struct position {
	uint32_t cluster;
	uint64_t skip, left;
	uint8_t *to;
};

static int read_run(struct fat *fat, struct position *position)
{
	uint64_t most = (position->skip + position->left + fat->cluster_size - 1) /
			fat->cluster_size,
		 length, bytes, part;
	uint32_t next;
	int error = find_run(fat, position->cluster, most, &length, &next);

	if (error)
		return error;
	bytes = length * fat->cluster_size;
	part = min64(position->left, sub_capped(bytes, position->skip));
	if (part)
		error = block_read(fat->disk, place_of(fat, position->cluster) + position->skip,
				   part, position->to);
	position->skip = sub_capped(position->skip, bytes);
	position->left -= part;
	position->to += part;
	position->cluster = next;
	return error;
}

int fat_read(struct fat *fat, const struct fat_file *file, uint32_t offset, uint32_t size, void *to)
{
	struct position position = {file->cluster, offset, size, to};
	int error = 0;

	if (!fits_in(offset, size, file->size))
		return ERR_TRUNCATED;
	if (file->size / fat->cluster_size > fat->clusters)
		return ERR_CHAIN;
	while (position.left && !error)
		error = read_run(fat, &position);
	if (!error && size && (uint64_t)offset + size == file->size)
		error = check_end(fat, position.cluster);
	return error;
}

/* -- folders -------------------------------------------------------------------------------------
 */

/* Offsets in an entry. */
#define ATTRIBUTES   11
#define CASE	     12
#define CLUSTER_HIGH 20
#define CLUSTER_LOW  26
#define SIZE	     28
#define DELETED	     0xE5
#define FOLDER_FLAG  0x10
#define LABEL_FLAG   0x08
#define LONG_FLAGS   0x0F
#define LONG_SUM     13
#define LONG_FIRST   0x40 /* in the byte with the number */
#define LONG_UNITS   13	  /* of UTF-16, in each */
#define LONG_ENTRIES 20
#define LONG_MAX     255
#define ENTRIES_MAX  0x10000 /* of a folder */

struct long_name {
	uint16_t unit[LONG_ENTRIES * LONG_UNITS];
	unsigned int count, next; /* entries; the number of the one that was read last */
	uint8_t sum;		  /* of the short name */
};

struct fat_file fat_root(const struct fat *fat)
{
	return (struct fat_file) {fat->root_cluster, 0, true};
}

/* Cluster 0 is the root folder, ".." of one in it for example. */
void fat_folder_open(const struct fat *fat, const struct fat_file *folder, struct fat_folder *walk)
{
	walk->cluster = folder->cluster ? folder->cluster : fat->root_cluster;
	walk->offset = walk->entries = 0;
}

static int folder_bytes(struct fat *fat, const struct fat_folder *walk, uint32_t room,
			const uint8_t **bytes)
{
	uint64_t start = walk->cluster ? place_of(fat, walk->cluster) : fat->root;
	uint32_t first = walk->offset / FAT_FOLDER * FAT_FOLDER;
	uint64_t size = min64(FAT_FOLDER, room - first);
	int error = 0;

	if (fat->folder_at != start + first || fat->folder_size != size) {
		fat->folder_at = start + first;
		fat->folder_size = size;
		error = add_work(fat, WORK_READ);
		if (!error)
			error = block_read(fat->disk, start + first, size, fat->folder);
		if (error)
			fat->folder_size = 0;
	}
	*bytes = fat->folder + (walk->offset - first);
	return error;
}

/* The next entry of any kind: 1, 0 behind the last, or an error. */
static int next_entry(struct fat *fat, struct fat_folder *walk, const uint8_t **entry)
{
	uint32_t room = walk->cluster ? fat->cluster_size : fat->root_size, next;
	int error;

	if (walk->entries == ENTRIES_MAX || (walk->cluster && check_cluster(fat, walk->cluster)))
		return ERR_CHAIN;
	if (walk->offset == room) {
		if (!walk->cluster)
			return 0;
		error = next_cluster(fat, walk->cluster, &next);
		if (error || next == LAST_CLUSTER)
			return error;
		if (check_cluster(fat, next))
			return ERR_CHAIN;
		walk->cluster = next;
		walk->offset = 0;
	}
	walk->entries++;
	error = add_work(fat, 1);
	if (!error)
		error = folder_bytes(fat, walk, room, entry);
	walk->offset += ENTRY_BYTES;
	return error ? error : **entry != 0;
}

static uint8_t sum_of(const uint8_t *short_name)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < 11; i++)
		sum = ((sum >> 1 | sum << 7) + short_name[i]) & 0xff;
	return (uint8_t)sum;
}

/* They come last one first; whatever does not go on where the one before was begins anew. */
static void take_long(struct long_name *name, const uint8_t *entry)
{
	static const uint8_t place[LONG_UNITS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
	unsigned int number = entry[0] & (LONG_FIRST - 1);

	if (entry[0] & LONG_FIRST && number && number <= LONG_ENTRIES) {
		name->count = number;
		name->sum = entry[LONG_SUM];
	} else if (!number || number + 1 != name->next || entry[LONG_SUM] != name->sum) {
		name->next = 0;
		return;
	}
	name->next = number;
	for (unsigned int i = 0; i < LONG_UNITS; i++)
		name->unit[(number - 1) * LONG_UNITS + i] = le16(entry + place[i]);
}

static unsigned int long_length(const struct long_name *name)
{
	unsigned int length = 0;

	while (length < name->count * LONG_UNITS && name->unit[length])
		length++;
	return length;
}

/* Half a pair becomes a question mark. */
static uint32_t code_at(const uint16_t *unit, unsigned int left, unsigned int *used)
{
	*used = 1;
	if (unit[0] < 0xD800 || unit[0] > 0xDFFF)
		return unit[0];
	if (unit[0] > 0xDBFF || left < 2 || unit[1] < 0xDC00 || unit[1] > 0xDFFF)
		return '?';
	*used = 2;
	return 0x10000 + ((uint32_t)(unit[0] - 0xD800) << 10) + (unit[1] - 0xDC00U);
}

/* False: it is not this entry's. */
static bool write_long(const struct long_name *name, const uint8_t *entry, char *to)
{
	unsigned int length, used;

	if (name->next != 1 || name->sum != sum_of(entry))
		return false;
	length = long_length(name);
	if (!length || length > LONG_MAX)
		return false;
	for (unsigned int i = 0; i < length; i += used)
		to = utf8_put(to, code_at(name->unit + i, length - i, &used));
	*to = '\0';
	return true;
}

/* 'lower': whoever wrote it means small letters. */
static char *put_short(char *to, const uint8_t *from, unsigned int size, bool lower)
{
	while (size && from[size - 1] == ' ')
		size--;
	for (unsigned int i = 0; i < size; i++)
		*to++ = (char)(lower && from[i] >= 'A' && from[i] <= 'Z' ? from[i] | 0x20
									 : from[i]);
	*to = '\0';
	return to;
}

static void write_short(const uint8_t *entry, char *to)
{
	char *end = put_short(to, entry, 8, entry[CASE] & 0x08);

	if (entry[0] == 0x05) /* which stands for the byte that marks what was deleted */
		*to = (char)DELETED;
	if (entry[8] != ' ') {
		*end++ = '.';
		put_short(end, entry + 8, 3, entry[CASE] & 0x10);
	}
}

static void take_entry(const struct fat *fat, const uint8_t *entry, const struct long_name *name,
		       struct fat_folder *walk)
{
	uint32_t high = fat->bits == 32 ? le16(entry + CLUSTER_HIGH) : 0;

	write_short(entry, walk->short_name);
	if (!write_long(name, entry, walk->name))
		memcpy(walk->name, walk->short_name, sizeof(walk->short_name));
	walk->file.cluster = high << 16 | le16(entry + CLUSTER_LOW);
	walk->file.folder = entry[ATTRIBUTES] & FOLDER_FLAG;
	walk->file.size = walk->file.folder ? 0 : le32(entry + SIZE);
}

int fat_folder_next(struct fat *fat, struct fat_folder *walk)
{
	struct long_name name = {.next = 0};
	const uint8_t *entry = NULL;
	int result;

	while ((result = next_entry(fat, walk, &entry)) == 1) {
		unsigned int flags = entry[ATTRIBUTES] & 0x3f;

		if (entry[0] == DELETED) {
			name.next = 0;
		} else if (flags == LONG_FLAGS) {
			take_long(&name, entry);
		} else if (!(flags & LABEL_FLAG)) {
			take_entry(fat, entry, &name, walk);
			break;
		}
	}
	return result;
}

/* -- paths ---------------------------------------------------------------------------------------
 */

static bool same_name(const char *name, const char *wanted, size_t length)
{
	size_t i = 0;

	while (i < length && name[i] && folded((uint8_t)name[i]) == folded((uint8_t)wanted[i]))
		i++;
	return i == length && !name[i];
}

static bool is_separator(char c)
{
	return c == '/' || c == '\\';
}

/* Finds a name in *file, which becomes what it names. */
static int find_name(struct fat *fat, const char *name, size_t length, struct fat_file *file)
{
	struct fat_folder walk;
	int result;

	if (length >= FAT_NAME)
		return ERR_TOO_LONG;
	if (!file->folder)
		return ERR_NO_FILE;
	fat_folder_open(fat, file, &walk);
	while ((result = fat_folder_next(fat, &walk)) == 1)
		if (same_name(walk.name, name, length) ||
		    same_name(walk.short_name, name, length)) {
			*file = walk.file;
			return 0;
		}
	return result ? result : ERR_NO_FILE;
}

int fat_find(struct fat *fat, const char *path, size_t length, struct fat_file *file)
{
	size_t at = 0, start;
	int error = length > FAT_PATH ? ERR_TOO_LONG : 0;

	*file = fat_root(fat);
	while (at < length && !error) {
		start = at;
		while (at < length && !is_separator(path[at]))
			at++;
		if (at > start)
			error = find_name(fat, path + start, at - start, file);
		at += at < length;
	}
	return error;
}

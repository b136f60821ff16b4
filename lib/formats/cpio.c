/* SPDX-License-Identifier: BSD-2-Clause */
/* cpio archives (newc, with and without checksums) with a kernel in /boot. */
#include <string.h>
#include "lib/formats/cpio.h"
#include "error.h"
#include "region.h"

/* Fields of a header, eight hexadecimal digits each, behind the magic of six characters. */
#define MAGIC_SIZE 6
#define FIELD_SIZE 8
#define HEADER	   110
#define MODE	   1
#define FILE_SIZE  6
#define NAME_SIZE  11
#define CHECKSUM   12

#define MODE_TYPE    0170000
#define MODE_REGULAR 0100000

#define ALIGN 4

/* What is known of the files in boot/, the best first: how a name begins, or with "*" how it ends.
 */
static const char names[][10] = {"initrd", "initramfs", "vmlinuz", "Image",
				 "zImage", "linux",	"*.efi",   "*.itb"};

#define NAMES	(sizeof(names) / sizeof(names[0]))
#define INITRDS 2 /* of them; the others are kernels */

struct reader {
	const uint8_t *file;
	uint64_t size, at, end; /* 'end' of the last archive */
	unsigned int best;	/* place of the kernel's name in the list */
	struct part kernel, initrd;
};

/* One file of the archive. */
struct entry {
	const char *name; /* terminated */
	uint32_t mode, checksum;
	bool summed; /* the checksum counts */
	struct part data;
};

bool cpio_is(const uint8_t *head, size_t head_size)
{
	return head_size >= MAGIC_SIZE && memcmp(head, "07070", MAGIC_SIZE - 1) == 0 &&
	       (head[MAGIC_SIZE - 1] == '1' || head[MAGIC_SIZE - 1] == '2');
}

static int field(const uint8_t *header, unsigned int index, uint32_t *value)
{
	const uint8_t *digit = header + MAGIC_SIZE + index * FIELD_SIZE;

	*value = 0;
	for (unsigned int i = 0; i < FIELD_SIZE; i++) {
		uint32_t c = digit[i], letter = c | 0x20, number;

		if (c >= '0' && c <= '9')
			number = c - '0';
		else if (letter >= 'a' && letter <= 'f')
			number = letter - 'a' + 10;
		else
			return ERR_HEADER;
		*value = *value << 4 | number;
	}
	return 0;
}

/* Steps over 'size' bytes and what fills them up. The last file need not be filled up. */
static int step(struct reader *reader, uint64_t size)
{
	uint64_t whole = (size + ALIGN - 1) / ALIGN * ALIGN;

	if (!fits_in(reader->at, size, reader->size))
		return ERR_TRUNCATED;
	reader->at = min64(reader->at + whole, reader->size);
	return 0;
}

static int next(struct reader *reader, struct entry *entry)
{
	const uint8_t *header = reader->file + reader->at;
	uint32_t name_size, size;
	int error;

	if (!fits_in(reader->at, HEADER, reader->size))
		return ERR_TRUNCATED;
	if (!cpio_is(header, HEADER) || field(header, MODE, &entry->mode) ||
	    field(header, FILE_SIZE, &size) || field(header, NAME_SIZE, &name_size) ||
	    field(header, CHECKSUM, &entry->checksum))
		return ERR_HEADER;
	error = step(reader, HEADER + (uint64_t)name_size);
	if (error)
		return error;
	entry->name = (const char *)header + HEADER;
	if (!name_size || entry->name[name_size - 1])
		return ERR_HEADER;
	entry->summed = header[MAGIC_SIZE - 1] == '2';
	entry->data.at = reader->file + reader->at;
	entry->data.size = size;
	return step(reader, size);
}

static const char *behind(const char *name, const char *prefix)
{
	for (; *prefix; name++, prefix++)
		if (*name != *prefix)
			return NULL;
	return name;
}

/* What is behind "boot/", whichever way the archive's names begin; NULL: another place. */
static const char *in_boot(const char *name)
{
	if (name[0] == '.' && name[1] == '/')
		name++;
	while (*name == '/')
		name++;
	name = behind(name, "boot/");
	return name && !strchr(name, '/') ? name : NULL;
}

static bool matches(const char *name, const char *pattern)
{
	size_t length = strlen(name), wanted = strlen(pattern) - 1;

	if (*pattern != '*')
		return strncmp(name, pattern, wanted + 1) == 0;
	return length > wanted && memcmp(name + length - wanted, pattern + 1, wanted) == 0;
}

static int check_sum(const struct entry *entry)
{
	uint32_t sum = 0;

	for (uint64_t i = 0; entry->summed && i < entry->data.size; i++)
		sum += entry->data.at[i];
	return !entry->summed || sum == entry->checksum ? 0 : ERR_HASH;
}

static int take(struct reader *reader, const struct entry *entry)
{
	const char *name = in_boot(entry->name);
	unsigned int i;

	if (!name || !entry->data.size || (entry->mode & MODE_TYPE) != MODE_REGULAR)
		return 0;
	for (i = 0; i < reader->best && !matches(name, names[i]);)
		i++;
	if (i == reader->best || (i < INITRDS && reader->initrd.size))
		return 0;
	if (i < INITRDS) {
		reader->initrd = entry->data;
	} else {
		reader->best = i;
		reader->kernel = entry->data;
	}
	return check_sum(entry);
}

/* One archive, and the zeros behind it. Erased flash has other bytes. */
#define ERASED 0xFF

static int read_archive(struct reader *reader)
{
	struct entry entry;
	int error = 0;

	do {
		error = next(reader, &entry);
		if (!error)
			error = take(reader, &entry);
		if (error)
			return error;
	} while (strcmp(entry.name, "TRAILER!!!") != 0);
	reader->end = reader->at;
	while (reader->at < reader->size && !reader->file[reader->at])
		reader->at++;
	return 0;
}

int cpio_open(const uint8_t *file, uint64_t size, struct payload *payload)
{
	struct reader reader = {.file = file, .size = size, .best = NAMES};
	int error = 0;

	while (!error && cpio_is(file + reader.at, (size_t)min64(size - reader.at, HEADER)))
		error = read_archive(&reader);
	if (error)
		return error;
	if (!reader.kernel.size)
		return ERR_NO_KERNEL;
	payload->kernel = reader.kernel;
	if (reader.at < size && file[reader.at] != ERASED) /* another one, compressed */
		reader.end = size;
	if (!reader.initrd.size)
		reader.initrd = (struct part) {file, reader.end};
	return part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS, reader.initrd);
}

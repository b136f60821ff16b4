/* SPDX-License-Identifier: BSD-2-Clause */
/* Android boot images, versions 0 to 4, and vendor_boot images (AOSP, system/tools/mkbootimg). */
#include <string.h>
#include "lib/formats/android.h"
#include "error.h"
#include "le.h"
#include "region.h"

#define MAGIC	     "ANDROID!"
#define VENDOR_MAGIC "VNDRBOOT"
#define MAGIC_SIZE   8

/* boot.img: at the same place in every version */
#define KERNEL_SIZE 8
#define VERSION	    40
#define VERSION_MAX 4

/* Versions 0 to 2 */
#define KERNEL_ADDRESS 12
#define RAMDISK_SIZE   16
#define SECOND_SIZE    24
#define PAGE_BYTES     36
#define NAME	       48
#define CMDLINE	       64
#define CMDLINE_SIZE   512
#define EXTRA	       608 /* of the command line */
#define EXTRA_SIZE     1024
#define DTBO_SIZE      1632 /* from version 1 on */
#define DTB_SIZE       1648 /* version 2 */
#define PAGE_MIN       2048
#define NAME_SIZE      16

/* Versions 3 and 4 */
#define RAMDISK_SIZE_3 12
#define CMDLINE_3      44
#define CMDLINE_SIZE_3 1536
#define PAGE_3	       4096
#define HEADER_3       (CMDLINE_3 + CMDLINE_SIZE_3) /* 4 has but a signature's size behind it */

/* vendor_boot.img */
#define VENDOR_VERSION	       8
#define VENDOR_PAGE_SIZE       12
#define VENDOR_KERNEL_ADDRESS  16
#define VENDOR_RAMDISK_SIZE    24
#define VENDOR_CMDLINE	       28
#define VENDOR_CMDLINE_SIZE    2048
#define VENDOR_NAME	       2080
#define VENDOR_DTB_SIZE	       2100
#define VENDOR_HEADER_3	       2112
#define VENDOR_TABLE_SIZE      2112 /* version 4 */
#define VENDOR_ENTRIES	       2116
#define VENDOR_ENTRY_SIZE      2120
#define VENDOR_BOOTCONFIG_SIZE 2124
#define VENDOR_HEADER_4	       2128

/* An entry of the table of ramdisk fragments */
#define ENTRY_SIZE   0
#define ENTRY_OFFSET 4 /* in the vendor's ramdisk */
#define ENTRY_TYPE   8
#define ENTRY_BYTES  108

enum fragment { FRAGMENT_NONE, FRAGMENT_PLATFORM, FRAGMENT_RECOVERY, FRAGMENT_DLKM };

/* Parts follow each other, each from the start of a page on. */
struct reader {
	const uint8_t *file;
	uint64_t size, at;
	uint32_t page;		 /* bytes, a power of two */
	struct payload *payload; /* what is found goes there */
	int error;		 /* the first one; from then on nothing is read */
};

/* The header fills whole pages, too. */
static void start(struct reader *reader, uint32_t header, uint32_t page)
{
	if (page < PAGE_MIN || !is_power_of_two(page)) {
		reader->error = ERR_HEADER;
		return;
	}
	reader->page = page;
	reader->at = align_up(header, page);
}

/* The next part, which has 'size' bytes. */
static struct part take(struct reader *reader, uint32_t size)
{
	struct part part = {NULL, size};

	if (!size || reader->error)
		return (struct part) {0};
	if (!fits_in(reader->at, size, reader->size)) {
		reader->error = ERR_PART;
		return (struct part) {0};
	}
	part.at = reader->file + reader->at;
	reader->at = align_up(reader->at + size, reader->page);
	return part;
}

/* The first error is kept, and nothing is added after it. */
static void add(struct reader *reader, struct part *list, unsigned int *count, unsigned int room,
		struct part part)
{
	if (!reader->error)
		reader->error = part_add(list, count, room, part);
}

static void add_initrd(struct reader *reader, struct part part)
{
	struct payload *payload = reader->payload;

	add(reader, payload->initrd, &payload->initrds, PAYLOAD_INITRDS, part);
}

static void add_bootconfig(struct reader *reader, struct part part)
{
	struct payload *payload = reader->payload;

	add(reader, payload->bootconfig, &payload->bootconfigs, PAYLOAD_BOOTCONFIGS, part);
}

/* A text that fills its field has no terminator. */
static struct part text_at(const struct reader *reader, uint32_t offset, size_t room)
{
	const uint8_t *field = reader->file + offset;

	return (struct part) {field, strnlen((const char *)field, room)};
}

static void add_text(struct reader *reader, uint32_t offset, size_t room, bool continues)
{
	struct payload *payload = reader->payload;
	unsigned int number = payload->texts;

	add(reader, payload->text, &payload->texts, PAYLOAD_TEXTS, text_at(reader, offset, room));
	if (continues && payload->texts > number)
		payload->text_continues |= 1U << number;
}

/* What both kinds of headers have, at different places. */
static void set_name_and_address(struct reader *reader, uint32_t name_at, uint32_t address_at)
{
	struct payload *payload = reader->payload;
	struct part name = text_at(reader, name_at, NAME_SIZE);

	if (name.size)
		payload->name = name;
	payload->load = payload->entry = le32(reader->file + address_at);
	payload->placed = payload->load != 0;
}

static int open_old(struct reader *reader, uint32_t version)
{
	static const uint16_t headers[] = {1632, 1648, 1660};
	const uint8_t *file = reader->file;

	if (reader->size < headers[version])
		return ERR_TRUNCATED;
	start(reader, headers[version], le32(file + PAGE_BYTES));
	reader->payload->kernel = take(reader, le32(file + KERNEL_SIZE));
	add_initrd(reader, take(reader, le32(file + RAMDISK_SIZE)));
	take(reader, le32(file + SECOND_SIZE));
	if (version >= 1)
		take(reader, le32(file + DTBO_SIZE));
	if (version >= 2)
		reader->payload->dtb = take(reader, le32(file + DTB_SIZE));
	add_text(reader, CMDLINE, CMDLINE_SIZE, false);
	add_text(reader, EXTRA, EXTRA_SIZE, file[CMDLINE] != 0);
	set_name_and_address(reader, NAME, KERNEL_ADDRESS);
	return reader->error;
}

static int open_new(struct reader *reader)
{
	if (reader->size < HEADER_3)
		return ERR_TRUNCATED;
	start(reader, HEADER_3, PAGE_3);
	reader->payload->kernel = take(reader, le32(reader->file + KERNEL_SIZE));
	add_initrd(reader, take(reader, le32(reader->file + RAMDISK_SIZE_3)));
	add_text(reader, CMDLINE_3, CMDLINE_SIZE_3, false);
	return reader->error;
}

/*
 * Before there were versions Qualcomm had the size of a table of trees there, in pages, and the
 * table behind the second stage. It is of trees for boards, and nobody here is one of them.
 */
static int open_qcdt(struct reader *reader, uint32_t table_size, bool vendor)
{
	open_old(reader, 0);
	return vendor || !take(reader, table_size).size ? ERR_VERSION : 0;
}

/* A vendor's image goes with the new versions only. */
static int open_boot(const uint8_t *file, uint64_t size, bool vendor, struct payload *payload)
{
	struct reader reader = {.file = file, .size = size, .payload = payload};
	uint32_t version;

	if (size < MAGIC_SIZE || memcmp(file, MAGIC, MAGIC_SIZE) != 0)
		return ERR_UNKNOWN;
	if (size < VERSION + 4)
		return ERR_TRUNCATED;
	version = le32(file + VERSION);
	if (version > VERSION_MAX)
		return version < PAGE_MIN ? ERR_VERSION : open_qcdt(&reader, version, vendor);
	if (version >= 3)
		return open_new(&reader);
	return vendor ? ERR_VENDOR : open_old(&reader, version);
}

static bool wanted(uint32_t type)
{
	return type == FRAGMENT_NONE || type == FRAGMENT_PLATFORM || type == FRAGMENT_DLKM;
}

/* Version 4: the table says what the pieces of the vendor's ramdisk are for. */
static void add_fragments(struct reader *reader, struct part table, struct part all)
{
	uint32_t count = le32(reader->file + VENDOR_ENTRIES);
	uint32_t stride = le32(reader->file + VENDOR_ENTRY_SIZE);
	const uint8_t *entry = table.at;

	if (stride < ENTRY_BYTES || (uint64_t)count * stride > table.size)
		reader->error = ERR_HEADER;
	for (; count && !reader->error; count--, entry += stride) {
		uint32_t size = le32(entry + ENTRY_SIZE), offset = le32(entry + ENTRY_OFFSET);

		if (!fits_in(offset, size, all.size))
			reader->error = ERR_PART;
		else if (size && wanted(le32(entry + ENTRY_TYPE)))
			add_initrd(reader, (struct part) {all.at + offset, size});
	}
}

/* What only version 4 has behind the device tree; before that, the ramdisk is in one piece. */
static void take_table(struct reader *reader, uint32_t version, struct part ramdisk)
{
	const uint8_t *file = reader->file;
	struct part table = {0};

	if (version >= 4) {
		table = take(reader, le32(file + VENDOR_TABLE_SIZE));
		add_bootconfig(reader, take(reader, le32(file + VENDOR_BOOTCONFIG_SIZE)));
	}
	if (reader->error)
		return;
	if (table.size)
		add_fragments(reader, table, ramdisk);
	else
		add_initrd(reader, ramdisk);
}

static int open_vendor(const uint8_t *file, uint64_t size, struct payload *payload)
{
	struct reader reader = {.file = file, .size = size, .payload = payload};
	uint32_t version, header;
	struct part ramdisk;

	if (size < MAGIC_SIZE || memcmp(file, VENDOR_MAGIC, MAGIC_SIZE) != 0)
		return ERR_UNKNOWN;
	if (size < VENDOR_VERSION + 4)
		return ERR_TRUNCATED;
	version = le32(file + VENDOR_VERSION);
	if (version < 3 || version > VERSION_MAX)
		return ERR_VERSION;
	header = version == 3 ? VENDOR_HEADER_3 : VENDOR_HEADER_4;
	if (size < header)
		return ERR_TRUNCATED;
	start(&reader, header, le32(file + VENDOR_PAGE_SIZE));
	ramdisk = take(&reader, le32(file + VENDOR_RAMDISK_SIZE));
	payload->dtb = take(&reader, le32(file + VENDOR_DTB_SIZE));
	take_table(&reader, version, ramdisk);
	add_text(&reader, VENDOR_CMDLINE, VENDOR_CMDLINE_SIZE, false);
	set_name_and_address(&reader, VENDOR_NAME, VENDOR_KERNEL_ADDRESS);
	return reader.error;
}

int android_open(const uint8_t *boot, uint64_t size, const uint8_t *vendor, uint64_t vendor_size,
		 struct payload *payload)
{
	int error = vendor ? open_vendor(vendor, vendor_size, payload) : 0;

	if (!error)
		error = open_boot(boot, size, vendor, payload);
	return !error && !payload->kernel.size ? ERR_NO_KERNEL : error;
}

int android_ramdisk(const uint8_t *file, uint64_t size, struct part *ramdisk)
{
	struct payload payload = {0};
	int error = open_boot(file, size, false, &payload);

	*ramdisk = payload.initrd[0];
	return !error && !payload.initrds ? ERR_NO_INITRD : error;
}

bool android_is_ramdisk(const uint8_t *head, size_t head_size)
{
	return android_is(head, head_size) && head_size >= KERNEL_SIZE + 4 &&
	       !le32(head + KERNEL_SIZE);
}

bool android_is(const uint8_t *head, size_t head_size)
{
	return head_size >= MAGIC_SIZE && memcmp(head, MAGIC, MAGIC_SIZE) == 0;
}

bool android_vendor_is(const uint8_t *head, size_t head_size)
{
	return head_size >= MAGIC_SIZE && memcmp(head, VENDOR_MAGIC, MAGIC_SIZE) == 0;
}

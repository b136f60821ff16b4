/* SPDX-License-Identifier: BSD-2-Clause */
/* U-Boot's legacy images (uImage): header, checksums, and parts of the type multi. */
#include <string.h>
#include "lib/hash/crc32.h"
#include "error.h"
#include "le.h"
#include "region.h"
#include "lib/formats/uimage.h"

#define MAGIC 0x27051956

/* Offsets in the header. */
#define HEADER_CRC 0x04
#define SIZE	   0x0C
#define LOAD	   0x10
#define ENTRY	   0x14
#define DATA_CRC   0x18
#define ARCH	   0x1D
#define TYPE	   0x1E
#define COMPRESSED 0x1F
#define NAME	   0x20
#define NAME_SIZE  32

#define ARCH_ARM	2
#define ARCH_ARM64	22
#define TYPE_STANDALONE 1
#define TYPE_KERNEL	2
#define TYPE_RAMDISK	3
#define TYPE_MULTI	4
#define TYPE_NO_LOAD	14

/* The specification is U-Boot's include/lib/formats/image.h, whose numbers these are. */
static const char compressions[][8] = {"", "gzip", "bzip2", "lzma", "lzo", "lz4", "zstd"};
static const char arches[][12] = {
	"nothing",    "alpha", "arm",	   "x86",    "ia64",	"mips",	   "mips64",
	"powerpc",    "s390",  "sh",	   "sparc",  "sparc64", "m68k",	   "12",
	"microblaze", "nios2", "blackfin", "avr32",  "st200",	"sandbox", "nds32",
	"openrisc",   "arm64", "arc",	   "x86_64", "xtensa",	"riscv",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum position { KERNEL, INITRD, DTB, POSITIONS };

static uint32_t be32(const uint8_t *at)
{
	return __builtin_bswap32(le32(at));
}

/* The sum was made with zeros in its own place. */
static bool header_good(const uint8_t *header)
{
	static const uint8_t zeros[4];
	uint32_t crc = crc32_add(0, header, HEADER_CRC);

	crc = crc32_add(crc, zeros, sizeof(zeros));
	crc = crc32_add(crc, header + HEADER_CRC + 4, UIMAGE_HEADER - HEADER_CRC - 4);
	return crc == be32(header + HEADER_CRC);
}

/* Sizes, a zero, and the parts themselves, each padded to four bytes (the last perhaps not). */
static int split(const uint8_t *data, uint64_t size, struct part part[POSITIONS])
{
	uint64_t at, listed = 0, count = 0;

	do {
		if (size - 4 * listed < 4)
			return ERR_HEADER;
	} while (be32(data + 4 * listed++));
	for (at = 4 * listed; count < POSITIONS && count < listed - 1; count++) {
		uint64_t length = be32(data + 4 * count);

		if (!fits_in(at, length, size))
			return ERR_PART;
		part[count].at = data + at;
		part[count].size = length;
		at += (length + 3) & ~3ULL;
	}
	return 0;
}

static int add_parts(const struct part part[POSITIONS], struct payload *payload)
{
	if (!part[KERNEL].size)
		return ERR_NO_KERNEL;
	payload->kernel = part[KERNEL];
	if (part[DTB].size)
		payload->dtb = part[DTB];
	return part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS, part[INITRD]);
}

static void describe(const uint8_t *header, struct payload *payload)
{
	const uint8_t *end = memchr(header + NAME, 0, NAME_SIZE);
	uint8_t arch = header[ARCH];

	payload->name.at = header + NAME;
	payload->name.size = end ? (uint64_t)(end - payload->name.at) : NAME_SIZE;
	payload->arch = arch == ARCH_ARM     ? PAYLOAD_ARM
			: arch == ARCH_ARM64 ? PAYLOAD_ARM64
					     : PAYLOAD_OTHER;
	if (arch < COUNT(arches))
		payload->detail = part_of_text(arches[arch]);
	payload->compression = part_of_text(header[COMPRESSED] < COUNT(compressions)
						    ? compressions[header[COMPRESSED]]
						    : "unknown");
	payload->code = payload->arch != PAYLOAD_OTHER;
	payload->relocatable = header[TYPE] == TYPE_NO_LOAD;
	payload->placed = !payload->relocatable;
	if (payload->placed)
		payload->load = be32(header + LOAD);
	if (payload->placed || !header[COMPRESSED])
		payload->entry = be32(header + ENTRY);
	if (payload->relocatable && !header[COMPRESSED])
		payload->lead = UIMAGE_HEADER;
}

bool uimage_is(const uint8_t *head, size_t head_size)
{
	return head_size >= 4 && be32(head) == MAGIC;
}

static int find_data(const uint8_t *file, uint64_t size, struct part *data)
{
	if (!uimage_is(file, size < UIMAGE_HEADER ? (size_t)size : UIMAGE_HEADER))
		return ERR_UNKNOWN;
	if (size < UIMAGE_HEADER)
		return ERR_TRUNCATED;
	if (!header_good(file))
		return ERR_HASH;
	*data = (struct part) {file + UIMAGE_HEADER, be32(file + SIZE)};
	return data->size > size - UIMAGE_HEADER ? ERR_TRUNCATED : 0;
}

static int check_data(const uint8_t *file, const struct part *data)
{
	return crc32_of(data->at, data->size) == be32(file + DATA_CRC) ? 0 : ERR_HASH;
}

static bool is_kernel(uint8_t type)
{
	return type == TYPE_KERNEL || type == TYPE_NO_LOAD || type == TYPE_MULTI ||
	       type == TYPE_STANDALONE;
}

int uimage_open(const uint8_t *file, uint64_t size, struct payload *payload)
{
	struct part part[POSITIONS] = {0}, data;
	int error = find_data(file, size, &data);

	if (error)
		return error;
	if (!is_kernel(file[TYPE]))
		return ERR_NO_KERNEL;
	error = check_data(file, &data);
	if (!error && file[TYPE] == TYPE_MULTI)
		error = split(data.at, data.size, part);
	else
		part[KERNEL] = data;
	if (error)
		return error;
	describe(file, payload);
	return add_parts(part, payload);
}

bool uimage_is_ramdisk(const uint8_t *head, size_t head_size)
{
	return uimage_is(head, head_size) && head_size > TYPE && head[TYPE] == TYPE_RAMDISK;
}

int uimage_ramdisk(const uint8_t *file, uint64_t size, struct part *ramdisk)
{
	int error = find_data(file, size, ramdisk);

	return error ? error : check_data(file, ramdisk);
}

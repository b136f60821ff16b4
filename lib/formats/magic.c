/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file is that is no kernel for this machine: by its magic number, for the message. */
#include "lib/formats/magic.h"
#include <stdbool.h>
#include <string.h>
#include "le.h"
#include "region.h"

#define SECTOR 512

struct magic {
	uint16_t at;
	uint8_t size;
	const char *bytes, *name;
};

/* The first that fits. What Linux says of others, Documentation/<arch>/boot-image-header.rst. */
static const struct magic magics[] = {
	{0, 4, "\x88\x16\x88\x58", "an image with a MediaTek header (512 bytes, to be cut off)"},
	{0, 3, "BZh", "a bzip2 file"},
	{0, 9, "\x89LZO\0\r\n\x1a\n", "an lzop file"},
	{0, 4, "LZIP", "an lzip file"},
	{0, 4, "PK\3\4", "a zip file"},
	{0, 6, "7z\xbc\xaf\x27\x1c", "a 7z file"},
	{0, 4, "hsqs", "a SquashFS file system"},
	{0, 4, "\x3a\xff\x26\xed", "an Android sparse image"},
	{0, 4, "\xd0\x0d\xfe\xed", "a device tree, and no FIT image"},
	{0, 4, "\xcf\xfa\xed\xfe", "a Mach-O file"},
	{0, 4, "\xce\xfa\xed\xfe", "a Mach-O file"},
	{0, 4, "\xca\xfe\xba\xbe", "a Mach-O file for several architectures"},
	{0, 8, "!<arch>\n", "an archive (ar, or a Debian package)"},
	{0, 4, "\xed\xab\xee\xdb", "an RPM package"},
	{0, 8, "VNDRBOOT", "an Android vendor_boot image, which goes beside a boot image"},
	{0, 4, "AVB0", "Android's vbmeta"},
	{0, 2, "#!", "a script"},
	{0, 9, "<!DOCTYPE", "a web page"},
	{0, 5, "<html", "a web page"},
	{0x30, 5, "RISCV", "a Linux kernel for RISC-V"},
	{0x38, 4, "RSC\5", "a Linux kernel for RISC-V"},
	{0x202, 4, "HdrS", "a Linux kernel for x86 (bzImage)"},
	{257, 5, "ustar", "a tar archive"},
};

/* Of disks: nobody has these for a ramdisk. An ISO image may have a partition table as well. */
static const struct magic disks[] = {
	{32769, 5, "CD001", "an ISO image (ISO 9660)"},
	{0, 4, "QFI\xfb", "a QCOW2 disk image"},
	{SECTOR, 8, "EFI PART", "a disk image (GPT)"},
};

static bool has(const uint8_t *head, uint64_t size, const struct magic *magic)
{
	return size >= (size_t)magic->at + magic->size &&
	       memcmp(head + magic->at, magic->bytes, magic->size) == 0;
}

/* Its superblock: magic number, state, and a revision that there is. */
static bool is_ext(const uint8_t *head, size_t size)
{
	return size >= 0x450 && le16(head + 0x438) == 0xef53 && le16(head + 0x43a) < 8 &&
	       le32(head + 0x44c) < 2;
}

static bool is_pe(const uint8_t *head, size_t size)
{
	uint32_t at = size >= 64 && le16(head) == 0x5a4d ? le32(head + 0x3c) : UINT32_MAX;

	return fits_in(at, 4, size) && le32(head + at) == 0x4550;
}

/* Each of the four entries is bootable or not, and one has a type. */
static bool is_mbr(const uint8_t *head, size_t size)
{
	bool used = false;

	if (size < SECTOR || head[510] != 0x55 || head[511] != 0xaa)
		return false;
	for (const uint8_t *entry = head + 446; entry < head + 510; entry += 16) {
		if (entry[0] & 0x7f)
			return false;
		used |= entry[4] != 0;
	}
	return used;
}

const char *magic_disk(const uint8_t *file, uint64_t size)
{
	for (size_t i = 0; i < sizeof(disks) / sizeof(disks[0]); i++)
		if (has(file, size, &disks[i]))
			return disks[i].name;
	return NULL;
}

const char *magic_name(const uint8_t *head, size_t size)
{
	const char *disk = magic_disk(head, size);

	if (disk)
		return disk;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (has(head, size, &magics[i]))
			return magics[i].name;
	if (is_ext(head, size))
		return "an ext2, ext3 or ext4 file system";
	if (is_pe(head, size))
		return "a Windows or EFI program (PE), and no kernel";
	return is_mbr(head, size) ? "a disk image" : NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ERROR_H
#define FOREARM_ERROR_H

/*
 * Error codes of every pure module: functions return 0 (or a count) on success and one of these,
 * negative, on failure. Nothing below boot/boot.c prints or stops; error_string() names the cause.
 */
enum error {
	ERR_FDT_MAGIC = -1,   /* no device tree here: the magic number is missing */
	ERR_FDT_VERSION = -2, /* a device tree of a version before 17 */
	ERR_FDT_SIZE = -3,    /* totalsize is absurd: under the header's or over 4 MiB */
	ERR_FDT_LAYOUT = -4,  /* a block lies outside the tree or is misaligned */
	ERR_FDT_STRUCTURE =
		-5,	    /* a token, a name or a property runs past its block, or bad nesting */
	ERR_FDT_DEPTH = -6, /* nested deeper than any real tree */
	ERR_FDT_VALUE = -7, /* a property of a known node has an impossible value */
	ERR_FDT_NO_MEMORY = -8,	 /* the tree names no usable RAM */
	ERR_FDT_SPACE = -9,	 /* no room to add what the guest needs */
	ERR_FULL = -10,		 /* more entries than a table of ours can hold */
	ERR_NO_ROOM = -11,	 /* no free RAM of that size in the allowed range */
	ERR_EMPTY = -12,	 /* the file has no bytes */
	ERR_UNKNOWN = -13,	 /* no known format */
	ERR_TRUNCATED = -14,	 /* the file ends before its header says */
	ERR_HEADER = -15,	 /* a header field has an impossible value */
	ERR_CORRUPT = -16,	 /* compressed data or its checksum is wrong */
	ERR_NO_DMA = -17,	 /* fw_cfg is there but has no DMA interface */
	ERR_NO_DEVICE = -18,	 /* nothing answers at that address */
	ERR_DEVICE = -19,	 /* the device reported an error */
	ERR_OPTION = -20,	 /* no option of that name */
	ERR_OPTION_VALUE = -21,	 /* the option does not take that value */
	ERR_TOO_LONG = -22,	 /* text longer than its buffer */
	ERR_UNSUPPORTED = -23,	 /* it needs a feature of its format that is not known here */
	ERR_LOADER_SIZE = -24,	 /* a table-loader script is not made of whole entries */
	ERR_LOADER_NAME = -25,	 /* a file name in it is empty or has no end */
	ERR_LOADER_ORDER = -26,	 /* it uses a file before allocating it */
	ERR_LOADER_TWICE = -27,	 /* it allocates a file a second time */
	ERR_LOADER_RANGE = -28,	 /* an offset lies outside of its file */
	ERR_LOADER_VALUE = -29,	 /* a pointer size or an alignment that cannot be */
	ERR_LOADER_WIDTH = -30,	 /* an address does not fit into its pointer */
	ERR_NO_FILE = -31,	 /* the VMM offers no file of that name */
	ERR_ACPI_RSDP = -32,	 /* no RSDP of ACPI 2.0 or later */
	ERR_ACPI_TABLE = -33,	 /* an ACPI table is not in memory, or is not what it should be */
	ERR_ACPI_SUM = -34,	 /* the checksum of an ACPI table is wrong */
	ERR_ACPI_MISSING = -35,	 /* there is no ACPI table of that kind */
	ERR_ACPI_FADT = -36,	 /* the FADT is older than 5.1 or not hardware-reduced */
	ERR_SMBIOS = -37,	 /* an SMBIOS entry point or structure is damaged */
	ERR_PART = -38,		 /* a part lies outside of its file */
	ERR_HASH = -39,		 /* a hash or checksum is wrong */
	ERR_NO_KERNEL = -40,	 /* a container has no kernel in it */
	ERR_MACHINE = -41,	 /* it is for another architecture */
	ERR_OVERLAP = -42,	 /* parts of it overlap */
	ERR_NESTED = -43,	 /* containers within containers, too many of them */
	ERR_VENDOR = -44,	 /* a vendor_boot image without the boot image that it goes with */
	ERR_LABEL = -45,	 /* an overlay needs a label that the tree does not have */
	ERR_TARGET = -46,	 /* an overlay changes a node that the tree does not have */
	ERR_FIXUP = -47,	 /* an overlay refers to a place in it that is not there */
	ERR_NO_FRAGMENT = -48,	 /* a tree that is no overlay */
	ERR_TOO_LARGE = -49,	 /* more bytes than forearm takes */
	ERR_OPTION_SOURCE = -50, /* the option, or its value, is not for a container to set */
	ERR_ADDRESS = -51,	 /* an address that cannot be mapped */
	ERR_FDT_RAM = -52,	 /* the tree names RAM where there is none */
	ERR_TIMEOUT = -53,	 /* the device was given a second, and is not done */
	ERR_NO_INITRD = -60,	 /* a boot image as initrd that has none in it */
	ERR_CPU = -61,		 /* known here, but no CPU that forearm runs on can do it */
	ERR_VERSION = -62,	 /* a version of its format that is not known here */
	ERR_HASH_KIND = -63,	 /* it has hashes, and none is of a kind that is known here */
	ERR_ENCRYPTED = -64,	 /* it is encrypted */
	ERR_DICTIONARY = -65,	 /* what it was compressed with is not in it */
	ERR_NO_ACPI = -68,	 /* ACPI has no words for a machine without PSCI, GIC or timer */
	ERR_DYNAMIC = -69,	 /* a position-independent program that needs a dynamic linker */
	ERR_FDT_NAME = -70,	 /* a name in a tree is longer than any that means something */
	ERR_DICTIONARY_SIZE = -71, /* unpacking it takes more memory than forearm gives */
	ERR_PAST_DISK = -80,	   /* it lies outside of the disk, or of its partition */
	ERR_CHAIN = -81,	   /* a chain of clusters of a FAT leads nowhere or in a circle */
	ERR_SUPERBLOCK = -84,	   /* ext4: it or its checksum is wrong, as with the next four */
	ERR_GROUP = -85,	   /* ext4: a group's descriptor */
	ERR_INODE = -86,	   /* ext4: an inode */
	ERR_EXTENT = -87,	   /* ext4: what says where a file's blocks are */
	ERR_FOLDER = -88,	   /* ext4: a folder */
	ERR_LINKS = -89,	   /* symbolic links that lead to others, too many of them */
	ERR_JOURNAL = -90,	   /* ext4: it is the journal of another volume */
	ERR_SCRIPT = -92,	   /* a script that is in no language that is known here */
	ERR_COMPRESSED = -91,	   /* its files are compressed in a way that is not known here */
};

/* Returns a constant string that names the cause, for any value; never NULL. */
const char *error_string(int error);

#endif

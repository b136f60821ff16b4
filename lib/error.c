/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of each error code: what a message names as the reason. */
#include "error.h"

static const char *const text[] = {
	[-ERR_FDT_MAGIC] = "no device tree magic",
	[-ERR_FDT_VERSION] = "device tree version older than 17",
	[-ERR_FDT_SIZE] = "device tree size is impossible or over 4 MiB",
	[-ERR_FDT_LAYOUT] = "a device tree block lies outside the tree",
	[-ERR_FDT_STRUCTURE] = "the device tree structure is damaged",
	[-ERR_FDT_DEPTH] = "the device tree is nested too deeply",
	[-ERR_FDT_VALUE] = "a device tree property has an impossible value",
	[-ERR_FDT_NO_MEMORY] = "the device tree names no usable RAM",
	[-ERR_FDT_SPACE] = "no room to complete the device tree",
	[-ERR_FULL] = "more entries than forearm can hold",
	[-ERR_NO_ROOM] = "no free RAM that large where the guest could use it",
	[-ERR_EMPTY] = "the file is empty",
	[-ERR_UNKNOWN] = "unknown format",
	[-ERR_TRUNCATED] = "the file is cut short",
	[-ERR_HEADER] = "a header field is impossible",
	[-ERR_CORRUPT] = "the compressed data is corrupt",
	[-ERR_NO_DMA] = "fw_cfg has no DMA interface",
	[-ERR_NO_DEVICE] = "no device answers there",
	[-ERR_DEVICE] = "the device reported an error",
	[-ERR_OPTION] = "unknown option",
	[-ERR_OPTION_VALUE] = "unknown value for the option",
	[-ERR_TOO_LONG] = "text too long",
	[-ERR_UNSUPPORTED] = "it needs a feature that is not known here",
	[-ERR_LOADER_SIZE] = "an entry is cut short",
	[-ERR_LOADER_NAME] = "no proper file name",
	[-ERR_LOADER_ORDER] = "file not loaded yet",
	[-ERR_LOADER_TWICE] = "file loaded twice",
	[-ERR_LOADER_RANGE] = "outside of the file",
	[-ERR_LOADER_VALUE] = "bad size or alignment",
	[-ERR_LOADER_WIDTH] = "address does not fit",
	[-ERR_NO_FILE] = "no such file",
	[-ERR_ACPI_RSDP] = "no RSDP of ACPI 2",
	[-ERR_ACPI_TABLE] = "damaged table",
	[-ERR_ACPI_SUM] = "wrong checksum",
	[-ERR_ACPI_MISSING] = "table missing",
	[-ERR_ACPI_FADT] = "FADT not for Arm",
	[-ERR_SMBIOS] = "damaged SMBIOS",
	[-ERR_PART] = "a part lies outside of the file",
	[-ERR_HASH] = "a hash or checksum is wrong",
	[-ERR_NO_KERNEL] = "there is no kernel in it",
	[-ERR_MACHINE] = "it is for another architecture",
	[-ERR_OVERLAP] = "parts of it overlap",
	[-ERR_NESTED] = "containers within containers, too many of them",
	[-ERR_VENDOR] =
		"a vendor_boot image goes with an Android boot image of version 3 or 4 only",
	[-ERR_LABEL] = "the tree has no such label",
	[-ERR_TARGET] = "the tree has no such node",
	[-ERR_FIXUP] = "a reference in it is damaged",
	[-ERR_NO_FRAGMENT] = "it is no overlay",
	[-ERR_TOO_LARGE] = "it is larger than forearm takes",
	[-ERR_OPTION_SOURCE] = "only the user may set that",
	[-ERR_ADDRESS] = "an address is impossible",
	[-ERR_FDT_RAM] = "not all of the RAM that it names is there",
	[-ERR_TIMEOUT] = "the device does not get done",
	[-ERR_NO_INITRD] = "there is no initrd in it",
	[-ERR_CPU] = "not supported on this CPU",
	[-ERR_VERSION] = "it is of a version that is not known here",
	[-ERR_HASH_KIND] = "its hashes are of kinds not known here",
	[-ERR_ENCRYPTED] = "it is encrypted",
	[-ERR_DICTIONARY] = "it needs a dictionary, which is not in it",
	[-ERR_DICTIONARY_SIZE] = "its dictionary is larger than 128 MiB",
	[-ERR_NO_ACPI] = "ACPI cannot describe this machine",
	[-ERR_FDT_NAME] = "the name of a node or a property has more than 255 bytes",
	[-ERR_DYNAMIC] = "it needs a dynamic linker",
	[-ERR_PAST_DISK] = "it lies outside of the disk or of its partition",
	[-ERR_CHAIN] = "a chain of clusters is damaged",
};

#define TEXTS ((int)(sizeof(text) / sizeof(text[0])))

const char *error_string(int error)
{
	if (error >= 0 || error <= -TEXTS || !text[-error])
		return "unknown error";
	return text[-error];
}

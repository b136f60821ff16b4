/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI zboot images: the compressed kernel in them (Linux, drivers/firmware/efi/libstub). */
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/formats/pe.h"
#include "region.h"
#include "lib/formats/zboot.h"

/* Offsets in the file (Linux, drivers/firmware/efi/libstub/zboot-header.S). */
#define TYPE	     4 /* "zimg" */
#define PAYLOAD_AT   8
#define PAYLOAD_SIZE 12

bool zboot_is(const uint8_t *head, size_t head_size)
{
	return head_size >= PE_POINTER + 4 && le16(head) == PE_MAGIC &&
	       memcmp(head + TYPE, "zimg", 4) == 0;
}

int zboot_open(const uint8_t *file, uint64_t size, struct payload *payload)
{
	struct pe pe;
	uint32_t at, length;
	int error = pe_open(file, size, &pe);

	if (error)
		return error;
	if (pe.arch == PAYLOAD_OTHER)
		return ERR_MACHINE;
	at = le32(file + PAYLOAD_AT);
	length = le32(file + PAYLOAD_SIZE);
	if (!fits_in(at, length, size))
		return ERR_PART;
	if (!length)
		return ERR_NO_KERNEL;
	payload->kernel.at = file + at;
	payload->kernel.size = length;
	payload->arch = pe.arch;
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Installs EFI's runtime services: their code, their table, and what they have to know. */
#include <string.h>
#include "lib/hash/crc32.h"
#include "error.h"
#include "le.h"
#include "tables/efi/runtime.h"

/* The file starts with the place of each service in it, 16 bits for each, and then has the code. */
#define PLACES_SIZE (2 * EFI_SERVICES)

static int fill_table(struct efi_runtime_services *t, const uint8_t *blob, size_t size,
		      uint64_t address)
{
	for (unsigned int i = 0; i < EFI_SERVICES; i++) {
		uint16_t place = le16(blob + 2 * (size_t)i);

		if (place < PLACES_SIZE || place >= size || place % 4)
			return ERR_HEADER;
		t->service[i] = address + place;
	}
	t->header.signature = EFI_RUNTIME_SERVICES_SIGNATURE;
	t->header.revision = EFI_REVISION_2_70;
	t->header.size = sizeof(*t);
	t->header.crc32 = crc32_add(0, t, sizeof(*t));
	return 0;
}

int runtime_install(const struct runtime_request *request, void *to, size_t room, uint64_t address,
		    struct efi_runtime *out)
{
	uint8_t *code = to;
	struct runtime_data *data = (void *)(code + RUNTIME_CODE_SIZE);

	if (room < RUNTIME_SIZE)
		return ERR_FULL;
	if (request->blob_size < PLACES_SIZE || request->blob_size > RUNTIME_CODE_SIZE)
		return ERR_HEADER;
	memset(to, 0, RUNTIME_SIZE);
	memcpy(code, request->blob, request->blob_size);
	data->base = address;
	data->rtc = request->rtc;
	data->system_table = request->system_table;
	data->conduit = request->conduit;
	*out = (struct efi_runtime) {
		.base = address,
		.code_size = RUNTIME_CODE_SIZE,
		.data_size = RUNTIME_DATA_SIZE,
		.services = address + RUNTIME_CODE_SIZE,
		.rtc = request->rtc,
		.supported = EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS,
	};
	if (request->rtc)
		out->supported |= EFI_RT_SUPPORTED_TIME;
	if (request->conduit != CONDUIT_NONE)
		out->supported |= EFI_RT_SUPPORTED_RESET;
	return fill_table(&data->table, request->blob, request->blob_size, address);
}

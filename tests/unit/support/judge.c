/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include "judge.h"

static bool reservations_are_good(const void *fdt)
{
	uint64_t base, length;
	int count = fdt_num_mem_rsv(fdt);

	return count >= 0 && (!count || fdt_get_mem_rsv(fdt, count - 1, &base, &length) == 0);
}

/* Does the token at 'offset' make sense where 'depth' nodes are open? Keeps count of them. */
static bool token_is_good(const void *fdt, uint32_t token, int offset, int *depth)
{
	const char *name = NULL;

	if (token == FDT_PROP)
		return *depth > 0 && fdt_getprop_by_offset(fdt, offset, &name, NULL) && name;
	if (token == FDT_BEGIN_NODE)
		return ++*depth > 0 && fdt_get_name(fdt, offset, NULL);
	if (token == FDT_END_NODE)
		return --*depth >= 0;
	return token == FDT_NOP;
}

bool tree_is_good_for_libfdt(const void *fdt, size_t size)
{
	int offset = 0, next = 0, depth = 0;
	uint32_t token;

	if (fdt_check_header(fdt) || fdt_totalsize(fdt) > size || !reservations_are_good(fdt))
		return false;
	for (token = fdt_next_tag(fdt, 0, &next); token != FDT_END;
	     token = fdt_next_tag(fdt, offset, &next)) {
		if (next < 0 || !token_is_good(fdt, token, offset, &depth))
			return false;
		offset = next;
	}
	return next >= 0 && depth == 0;
}

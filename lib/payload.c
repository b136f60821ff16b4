/* SPDX-License-Identifier: BSD-2-Clause */
#include "payload.h"
#include "error.h"

int part_add(struct part *list, unsigned int *count, unsigned int room, struct part part)
{
	if (!part.size)
		return 0;
	if (*count == room)
		return ERR_FULL;
	list[(*count)++] = part;
	return 0;
}

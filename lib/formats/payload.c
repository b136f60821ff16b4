/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of a payload's parts and names, which the readers of containers fill. */
#include <stdio.h>
#include <string.h>
#include "lib/formats/payload.h"
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

struct part part_of_text(const char *text)
{
	return (struct part) {(const uint8_t *)text, strlen(text)};
}

void payload_list(char *text, size_t room, const char *name, size_t length)
{
	size_t used = strlen(text);

	snprintf(text + used, room - used, "%s%.*s", used ? ", " : "", (int)strnlen(name, length),
		 name);
	for (text += used; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

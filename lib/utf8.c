/* SPDX-License-Identifier: BSD-2-Clause */
/* Text as FAT and EFI have it, in the form that everybody else understands. */
#include "lib/utf8.h"

char *utf8_put(char *to, uint32_t code)
{
	unsigned int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};

	*to++ = (char)(lead[more] | code >> (6 * more));
	for (; more; more--)
		*to++ = (char)(0x80 | (code >> (6 * (more - 1)) & 0x3f));
	return to;
}

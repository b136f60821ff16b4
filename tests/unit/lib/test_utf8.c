/* SPDX-License-Identifier: BSD-2-Clause */
/* Characters as UTF-8: the borders between one, two, three and four bytes (RFC 3629, 3). */
#include "lib/utf8.h"
#include "test.h"

static void check(uint32_t code, const char *expected)
{
	char text[UTF8_MOST + 1];

	*utf8_put(text, code) = '\0';
	test_note("0x%x", code);
	CHECK_TEXT(text, expected);
}

TEST(utf8_has_as_many_bytes_as_a_character_needs)
{
	check('A', "A");
	check(0x7f, "\x7f");
	check(0x80, "\xc2\x80");
	check(0x7ff, "\xdf\xbf");
	check(0x800, "\xe0\xa0\x80");
	check(0xffff, "\xef\xbf\xbf");
	check(0x10000, "\xf0\x90\x80\x80");
	check(0x10ffff, "\xf4\x8f\xbf\xbf");
}

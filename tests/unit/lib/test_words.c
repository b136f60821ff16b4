/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines as Linux splits them. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "test.h"
#include "lib/words.h"

static void check_parameter(const char *word, const char *name, const char *value)
{
	struct parameter p = parameter_of(word, word + strlen(word));

	test_note("%s", word);
	CHECK_EQ(p.name_length, strlen(name));
	CHECK(memcmp(p.name, name, strlen(name)) == 0);
	CHECK_EQ(p.value_length, strlen(value));
	CHECK(memcmp(p.value, value, strlen(value)) == 0);
}

/* next_arg() takes the quotes away where they begin the word or the value. */
TEST(words_have_names_and_values)
{
	check_parameter("quiet", "quiet", "");
	check_parameter("a=b", "a", "b");
	check_parameter("a=b=c", "a", "b=c");
	check_parameter("a=", "a", "");
	check_parameter("=b", "", "b");
	check_parameter("", "", "");
	check_parameter("a=\"b c\"", "a", "b c");
	check_parameter("\"a=b c\"", "a", "b c");
	check_parameter("\"a b\"", "a b", "");
	check_parameter("\"", "", "");
	check_parameter("\"\"", "", "");
	check_parameter("a=\"", "a", "");
	check_parameter("a=b\"c\"", "a", "b\"c\"");
	check_parameter("a=\"b", "a", "b");
}

TEST(words_end_at_white_space_that_is_not_quoted)
{
	static const char spaces[] = " \t\n\v\f\r\xa0";

	for (const char *space = spaces; *space; space++) {
		char line[] = "a=\"b c\"d?e";

		*strchr(line, '?') = *space;
		test_note("0x%x", (unsigned char)*space);
		CHECK(is_word_space(*space));
		CHECK(word_end(line) == line + strlen(line) - 2);
		CHECK_TEXT(word_start(word_end(line)), "e");
	}
	CHECK(!is_word_space('\0') && !is_word_space('a') && !is_word_space('\b'));
}

TEST(words_are_found)
{
	CHECK(words_have("acpi=off", "acpi", "off"));
	CHECK(words_have("quiet\tacpi=off\tsplash", "acpi", "off"));
	CHECK(words_have("quiet\nacpi=off", "acpi", "off"));
	CHECK(words_have("quiet acpi=\"off\"", "acpi", "off"));
	CHECK(words_have("\"acpi=off\"", "acpi", "off"));
	CHECK(!words_have("", "acpi", "off"));
	CHECK(!words_have("xacpi=off acpi=offx acpi= acpi", "acpi", "off"));
	CHECK(!words_have("dyndbg=\"file acpi=off x\"", "acpi", "off"));
	CHECK(!words_have("quiet -- acpi=off", "acpi", "off"));
	CHECK(words_have("acpi=off --", "acpi", "off"));
	CHECK(words_have("x-- --x acpi=off", "acpi", "off"));
}

TEST(words_need_both_quotes)
{
	CHECK(words_closed(""));
	CHECK(words_closed("a=\"b c\" \"d\""));
	CHECK(!words_closed("a=\"b"));
	CHECK(!words_closed("\"a\" \""));
}

static void check_join(const char *container, const char *user, const char *joined)
{
	size_t room = strlen(joined) + 1;
	char *to = malloc(room);

	test_note("\"%s\" and \"%s\"", container, user);
	if (CHECK_EQ(words_join(container, user, to, room), 0))
		CHECK_TEXT(to, joined);
	CHECK_EQ(words_join(container, user, to, room - 1), ERR_TOO_LONG);
	free(to);
}

/* The user's words count more, and they reach the kernel, not init. */
TEST(words_join_with_the_users_last)
{
	check_join("", "", "");
	check_join("a", "", "a");
	check_join("", "b", "b");
	check_join("a", "b", "a b");
	check_join("a ", "b", "a b");
	check_join("a -- single", "lockdown=integrity", "a lockdown=integrity -- single");
	check_join("-- single", "b", "b -- single");
	check_join("a -- single", "", "a -- single");
	check_join("a -- single", "b -- c", "a b -- c single");
	check_join("a --", "b -- c", "a b -- c");
	check_join("a", "b -- c", "a b -- c");
	check_join("a=\" -- \"", "b", "a=\" -- \" b");
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/options.h"
#include "test.h"

static struct options options;
static struct option_problem problem;

static void start(void)
{
	memset(&options, 0xa5, sizeof(options));
	memset(&problem, 0, sizeof(problem));
	options_init(&options);
}

/* Takes the options out of 'text', in a block of exactly its size; what remains, until the next
 * call. */
static const char *take(const char *text, int *result)
{
	static char *block;
	size_t size = strlen(text) + 1;

	start();
	test_note("\"%s\"", text);
	free(block);
	block = malloc(size);
	memcpy(block, text, size);
	*result = options_take(&options, block, &problem);
	return block;
}

static void check_taken(const char *text, const char *rest)
{
	int result;

	CHECK_TEXT(take(text, &result), rest);
	CHECK_EQ(result, 0);
	CHECK_EQ(problem.error, 0);
}

static int set(const char *name, const char *value)
{
	test_note("%s=%s", name, value);
	memset(&problem, 0, sizeof(problem));
	return options_set(&options, name, strlen(name), value, strlen(value), &problem);
}

TEST(options_have_defaults)
{
	start();
	CHECK_EQ(options.log, LOG_INFO);
	CHECK_EQ(options.on_error, ON_ERROR_POWEROFF);
}

TEST(options_take_each_of_their_values)
{
	start();
	CHECK_EQ(set("log", "quiet"), 0);
	CHECK_EQ(options.log, LOG_QUIET);
	CHECK_EQ(set("log", "debug"), 0);
	CHECK_EQ(options.log, LOG_DEBUG);
	CHECK_EQ(set("log", "info"), 0);
	CHECK_EQ(options.log, LOG_INFO);
	CHECK_EQ(set("on-error", "park"), 0);
	CHECK_EQ(options.on_error, ON_ERROR_PARK);
	CHECK_EQ(set("on-error", "poweroff"), 0);
	CHECK_EQ(options.on_error, ON_ERROR_POWEROFF);
	CHECK_EQ(problem.error, 0);
}

TEST(options_set_the_description)
{
	static const char *const tables[] = {"auto", "fdt", "acpi", "both"};

	start();
	CHECK_EQ(options.tables, TABLES_AUTO);
	CHECK_EQ(options.guest, GUEST_AUTO);
	for (int i = 3; i >= 0; i--) {
		CHECK_EQ(set("tables", tables[i]), 0);
		CHECK_EQ((int)options.tables, i);
	}
}

/* Names and values need no terminator: only their lengths count. */
TEST(options_look_at_no_more_than_the_lengths)
{
	char *name = malloc(3), *value = malloc(5);

	start();
	memcpy(name, "log", 3);
	memcpy(value, "debug", 5);
	CHECK_EQ(options_set(&options, name, 3, value, 5, &problem), 0);
	CHECK_EQ(options.log, LOG_DEBUG);
	CHECK_EQ(options_set(&options, name, 2, value, 5, &problem), ERR_OPTION);
	CHECK_EQ(options_set(&options, name, 3, value, 4, &problem), ERR_OPTION_VALUE);
	free(name);
	free(value);
}

/* -- what is wrong ------------------------------------------------------------------------------
 */

static void check_unknown(const char *name, const char *nearest)
{
	CHECK_EQ(set(name, "debug"), ERR_OPTION);
	CHECK_EQ(problem.error, ERR_OPTION);
	CHECK_TEXT(problem.name, name);
	CHECK_TEXT(problem.value, "debug");
	CHECK_TEXT(problem.help, nearest);
}

TEST(options_name_the_nearest_known_one)
{
	start();
	check_unknown("lgo", "log");
	check_unknown("logs", "log");
	check_unknown("Log", "log");
	check_unknown("lo", "log");
	check_unknown("", "el");
	check_unknown("onerror", "on-error");
	check_unknown("on_error", "on-error");
	check_unknown("on-eror", "on-error");
	check_unknown("error", "on-error");
	CHECK_EQ(options.log, LOG_INFO);
}

static void check_bad_value(const char *name, const char *value, const char *help)
{
	CHECK_EQ(set(name, value), ERR_OPTION_VALUE);
	CHECK_EQ(problem.error, ERR_OPTION_VALUE);
	CHECK_TEXT(problem.name, name);
	CHECK_TEXT(problem.value, value);
	CHECK_TEXT(problem.help, help);
}

TEST(options_name_the_possible_values)
{
	static const char log[] = "quiet, info or debug", on_error[] = "poweroff or park";

	start();
	check_bad_value("log", "", log);
	check_bad_value("log", "verbose", log);
	check_bad_value("log", "DEBUG", log);
	check_bad_value("log", "debugg", log);
	check_bad_value("log", "debu", log);
	check_bad_value("log", "park", log);
	check_bad_value("on-error", "reboot", on_error);
	check_bad_value("tables", "none", "auto, fdt, acpi or both");
	check_bad_value("guest", "minix", guest_names);
	CHECK_EQ(options.log, LOG_INFO);
	CHECK_EQ(options.on_error, ON_ERROR_POWEROFF);
}

TEST(options_cut_long_names_and_values_for_the_message)
{
	char text[1000];

	memset(text, 'x', sizeof(text));
	for (size_t length = OPTION_TEXT - 3; length < sizeof(text);
	     length += length < 80 ? 1 : 97) {
		start();
		test_note("%zu bytes", length);
		CHECK_EQ(options_set(&options, text, length, text, length, &problem), ERR_OPTION);
		CHECK_EQ(strlen(problem.name), length < OPTION_TEXT ? length : OPTION_TEXT - 1);
		CHECK_EQ(strlen(problem.value), length < OPTION_TEXT ? length : OPTION_TEXT - 1);
		CHECK(problem.help != NULL);
	}
}

TEST(options_keep_the_first_problem)
{
	start();
	CHECK_EQ(options_set(&options, "one", 3, "1", 1, &problem), ERR_OPTION);
	CHECK_EQ(options_set(&options, "log", 3, "2", 1, &problem), ERR_OPTION_VALUE);
	CHECK_EQ(options_set(&options, "log", 3, "debug", 5, &problem), 0);
	CHECK_EQ(problem.error, ERR_OPTION);
	CHECK_TEXT(problem.name, "one");
	CHECK_TEXT(problem.value, "1");
	CHECK_EQ(options.log, LOG_DEBUG);
}

/* -- the command line ---------------------------------------------------------------------------
 */

TEST(options_take_leaves_other_words_alone)
{
	static const char *const lines[] = {
		"",
		"quiet",
		"console=ttyAMA0 root=/dev/vda1 quiet",
		" leading",
		"trailing ",
		"two  spaces   three",
		"forearm",
		"forearm=1 xforearm.log=debug forearmlog=debug FOREARM.log=debug",
		"dyndbg=\"file drivers/* forearm.log=debug\" x",
		"a=\"unbalanced forearm.log=debug",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		check_taken(lines[i], lines[i]);
		CHECK_EQ(options.log, LOG_INFO);
	}
}

/* With a word goes one separator next to it. */
TEST(options_take_removes_a_word_and_one_separator)
{
	check_taken("forearm.log=debug", "");
	CHECK_EQ(options.log, LOG_DEBUG);
	check_taken("forearm.log=debug quiet", "quiet");
	check_taken("quiet forearm.log=debug", "quiet");
	check_taken("a forearm.log=debug b", "a b");
	check_taken("a forearm.log=debug forearm.on-error=park b", "a b");
	CHECK_EQ(options.on_error, ON_ERROR_PARK);
	check_taken("forearm.log=debug a forearm.on-error=park", "a");
	check_taken("forearm.log=debug forearm.on-error=park", "");
	check_taken("a b forearm.log=debug forearm.on-error=park", "a b");
}

TEST(options_take_copes_with_spaces_around)
{
	int result;

	check_taken("   forearm.log=debug   ", "");
	CHECK_TEXT(take("forearm.log=debug  a", &result) + 0, "a");
	/* between words of others there stay only spaces, and at least one */
	CHECK(strspn(take("a  forearm.log=debug  b", &result) + 1, " ") >= 1);
	CHECK_EQ(options.log, LOG_DEBUG);
}

TEST(options_take_lets_the_last_one_win)
{
	check_taken("forearm.log=debug forearm.log=quiet", "");
	CHECK_EQ(options.log, LOG_QUIET);
}

TEST(options_take_holds_quoted_words_together)
{
	check_taken("a=\"b c\" forearm.log=debug d=\"e  f\"", "a=\"b c\" d=\"e  f\"");
	CHECK_EQ(options.log, LOG_DEBUG);
	check_taken("a=\"b\"c\" d\" forearm.log=debug", "a=\"b\"c\" d\"");
}

/* As in Linux (lib/cmdline.c, next_arg()), quotes around a value are not part of it. */
TEST(options_take_drops_the_quotes_of_a_value)
{
	check_taken("a forearm.log=\"debug\" b", "a b");
	CHECK_EQ(options.log, LOG_DEBUG);
}

static void check_refused(const char *text, const char *rest, int error, const char *name,
			  const char *value)
{
	int result;

	CHECK_TEXT(take(text, &result), rest);
	CHECK_EQ(result, error);
	CHECK_EQ(problem.error, error);
	CHECK_TEXT(problem.name, name);
	CHECK_TEXT(problem.value, value);
}

TEST(options_take_removes_wrong_ones_too)
{
	int result;

	check_refused("a forearm.lgo=debug b", "a b", ERR_OPTION, "lgo", "debug");
	check_refused("a forearm.log=loud b", "a b", ERR_OPTION_VALUE, "log", "loud");
	check_refused("a forearm.log b", "a b", ERR_OPTION_VALUE, "log", "");
	check_refused("a forearm.log= b", "a b", ERR_OPTION_VALUE, "log", "");
	check_refused("forearm.", "", ERR_OPTION, "", "");
	check_refused("forearm.=", "", ERR_OPTION, "", "");
	check_refused("forearm.log=a=b", "", ERR_OPTION_VALUE, "log", "a=b");
	CHECK_TEXT(take("forearm.x=\"y z\" a", &result), "a");
	CHECK_EQ(result, ERR_OPTION);
	CHECK_TEXT(problem.name, "x");
}

TEST(options_take_goes_on_behind_a_wrong_one)
{
	check_refused("forearm.x=1 a forearm.log=2 forearm.on-error=park", "a", ERR_OPTION, "x",
		      "1");
	CHECK_EQ(options.on_error, ON_ERROR_PARK);
	check_refused("forearm.log=2 a forearm.x=1", "a", ERR_OPTION_VALUE, "log", "2");
}

/* A file that an editor wrote ends in a newline; Linux takes tabs and newlines for spaces. */
TEST(options_take_separates_words_at_any_white_space)
{
	int result;

	take("quiet forearm.log=debug\n", &result);
	CHECK_EQ(result, 0);
	CHECK_EQ(options.log, LOG_DEBUG);
	take("quiet\tforearm.log=debug\tsplash", &result);
	CHECK_EQ(result, 0);
	CHECK_EQ(options.log, LOG_DEBUG);
}

/* The rules are those of words.h: a whole word may be quoted, too. */
TEST(options_take_quoted_words)
{
	check_taken("a \"forearm.config=my choice\" b", "a b");
	CHECK_TEXT(options.config_name, "my choice");
	check_taken("forearm.config=\"my choice\"", "");
	CHECK_TEXT(options.config_name, "my choice");
}

/* -- who may set them ---------------------------------------------------------------------------
 */

static int set_from(enum options_source source, const char *name, const char *value)
{
	start();
	options.source = source;
	return set(name, value);
}

static void check_may(const char *name, const char *value, bool bundle, bool container)
{
	CHECK_EQ(set_from(OPTIONS_OF_USER, name, value), 0);
	CHECK_EQ(set_from(OPTIONS_OF_BUNDLE, name, value), bundle ? 0 : ERR_OPTION_SOURCE);
	CHECK_EQ(set_from(OPTIONS_OF_CONTAINER, name, value), container ? 0 : ERR_OPTION_SOURCE);
	CHECK_EQ(problem.error, container ? 0 : ERR_OPTION_SOURCE);
	if (!container) {
		CHECK_TEXT(problem.name, name);
		CHECK_TEXT(problem.value, value);
		CHECK_EQ(options.given, 0);
	}
}

TEST(options_are_not_a_containers_to_widen)
{
	check_may("dtb", "payload", true, false);
	check_may("dtb", "vmm", true, false);
	check_may("on-error", "park", true, false);
	check_may("config", "x", true, false);
	check_may("profile", "1", true, false);
	check_may("payload", "flash", false, false);
	check_may("payload", "0x40000000", false, false);
	check_may("log", "debug", true, true);
	check_may("tables", "acpi", true, true);
	check_may("guest", "qnx", true, true);
	check_may("el", "2", true, true);
	check_may("el", "3", true, false);
	check_may("state", "aarch64", true, true);
	check_may("endian", "big", true, true);
	check_may("load", "0x48000000", true, true);
}

TEST(options_that_the_user_has_set_are_no_containers_problem)
{
	start();
	CHECK_EQ(set("dtb", "payload"), 0);
	options_lock(&options);
	options.source = OPTIONS_OF_CONTAINER;
	CHECK_EQ(set("dtb", "vmm"), 0);
	CHECK_EQ(options.dtb, DTB_PAYLOAD);
	CHECK_EQ(set("dtb", "none"), ERR_OPTION_VALUE);
}

/* A container's mistakes are called mistakes, whether it may set the option or not. */
TEST(options_of_a_container_can_be_wrong)
{
	CHECK_EQ(set_from(OPTIONS_OF_CONTAINER, "dtb", "none"), ERR_OPTION_VALUE);
	CHECK_EQ(set_from(OPTIONS_OF_CONTAINER, "dbt", "vmm"), ERR_OPTION);
}

/* -- at random, against words kept apart
 * ----------------------------------------------------------- */

static const char *const pool[] = {
	"a",
	"b=c",
	"quiet",
	"console=ttyAMA0,115200",
	"x=\"y z\"",
	"forearm",
	"root=/dev/vda1",
	"forearm.log=debug",
	"forearm.log=info",
	"forearm.log=quiet",
	"forearm.on-error=park",
	"forearm.bad=1",
	"forearm.log=loud",
};

TEST(options_take_at_random_keeps_words_in_order)
{
	for (int round = 0; round < 5000; round++) {
		char line[1000] = "", expected[1000] = "";
		int result;

		for (uint64_t n = test_between(0, 10); n; n--) {
			const char *word =
				pool[test_between(0, sizeof(pool) / sizeof(pool[0]) - 1)];

			strcat(strcat(line, *line ? " " : ""), word);
			if (strncmp(word, OPTION_PREFIX, strlen(OPTION_PREFIX)) != 0)
				strcat(strcat(expected, *expected ? " " : ""), word);
		}
		CHECK_TEXT(take(line, &result), expected);
		CHECK_EQ(result, problem.error);
	}
}

TEST(every_option_can_be_listed)
{
	unsigned int i;

	start();
	CHECK_EQ(set("endian", "big"), 0);
	for (i = 0; options_name(i); i++)
		CHECK(options_value(&options, i) != NULL);
	CHECK_EQ(i, offsetof(struct options, given) / sizeof(unsigned int));
	CHECK_TEXT(options_name(0), "log");
	CHECK_TEXT(options_value(&options, 0), "info");
	CHECK_TEXT(options_name(i - 7), "endian");
	CHECK_TEXT(options_value(&options, i - 7), "big");
	CHECK_TEXT(options_name(i - 6), "load");
	CHECK_TEXT(options_value(&options, i - 2), "auto");
	CHECK_TEXT(options_name(i - 2), "entry");
	CHECK_TEXT(options_name(i - 1), "boot");
	CHECK_EQ(set("profile", "debug"), 0);
	CHECK_TEXT(options_value(&options, i - 4), "debug");
}

TEST(options_take_names)
{
	char name[OPTION_TEXT + 1];

	start();
	memset(name, 'n', OPTION_TEXT);
	name[OPTION_TEXT] = '\0';
	CHECK_EQ(options.config, WHICH_AUTO);
	CHECK_EQ(set("config", name), ERR_OPTION_VALUE);
	CHECK_EQ(set("config", name + 1), 0);
	CHECK_EQ(options.config, WHICH_NAMED);
	CHECK_TEXT(options.config_name, name + 1);
	CHECK_EQ(set("config", ""), ERR_OPTION_VALUE);
	CHECK_EQ(set("profile", "2"), 0);
	CHECK_TEXT(options.profile_name, "2");
	CHECK_EQ(set("config", "auto"), 0);
	CHECK_EQ(options.config, WHICH_AUTO);
	CHECK_EQ(options.profile, WHICH_NAMED);
}

TEST(options_take_addresses)
{
	static const char *const bad[] = {"ADDRESS", "0x",   "0X1",  "40000000",
					  "0x4000g", "0x4 ", "-0x1", "0x12345678123456789"};

	start();
	CHECK_EQ(set("load", "raw"), 0);
	CHECK_EQ(options.load, LOAD_RAW);
	CHECK_EQ(set("load", "0x40a0B000"), 0);
	CHECK_EQ(options.load, LOAD_AT);
	CHECK_EQ(options.load_address, 0x40a0b000);
	CHECK_EQ(set("load", "0xfedcba9876543210"), 0);
	CHECK_EQ(options.load_address, 0xfedcba9876543210);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQ(set("load", bad[i]), ERR_OPTION_VALUE);
		CHECK_EQ(options.load_address, 0xfedcba9876543210);
	}
}

TEST(options_name_the_payload)
{
	static const char *const names[] = {"auto",   "fw_cfg",	 "bundle",
					    "initrd", "modules", "flash"};
	static const char *const bad[] = {"fwcfg",	 "0x",	    "0x1,",	",0x1",
					  "0x1,1",	 "0x1,0x0", "0x1,0x1,", "0x1, 0x1",
					  "0x1,0x1,0x1", "",	    "0x1;0x1",	"ADDRESS[,SIZE]"};

	start();
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CHECK_EQ(set("payload", names[i]), 0);
		CHECK_EQ(options.payload, i);
	}
	CHECK_EQ(set("payload", "0x48000000"), 0);
	CHECK_EQ(options.payload, SOURCE_ADDRESS);
	CHECK_EQ(options.payload_address, 0x48000000);
	CHECK_EQ(options.payload_size, 0);
	CHECK_EQ(set("payload", "0xfedcba9876543210,0xF00dfeed12345678"), 0);
	CHECK_EQ(options.payload_address, 0xfedcba9876543210);
	CHECK_EQ(options.payload_size, 0xf00dfeed12345678);
	CHECK_EQ(options.load_address, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(set("payload", bad[i]), ERR_OPTION_VALUE);
	CHECK_EQ(options.payload_address, 0xfedcba9876543210);
}

TEST(options_that_are_locked_stay)
{
	start();
	CHECK_EQ(set("log", "debug"), 0);
	options_lock(&options);
	CHECK_EQ(set("log", "quiet"), 0);
	CHECK_EQ(options.log, LOG_DEBUG);
	CHECK_EQ(set("on-error", "park"), 0);
	CHECK_EQ(options.on_error, ON_ERROR_PARK);
	CHECK_EQ(set("log", "loud"), ERR_OPTION_VALUE);
}

static int lines(const char *text)
{
	memset(&problem, 0, sizeof(problem));
	return options_lines(&options, text, strlen(text), &problem);
}

TEST(options_come_as_lines)
{
	start();
	CHECK_EQ(lines("log=quiet\n\non-error=park"), 0);
	CHECK_EQ(options.log, LOG_QUIET);
	CHECK_EQ(options.on_error, ON_ERROR_PARK);
	CHECK_EQ(lines(""), 0);
	CHECK_EQ(lines("\n"), 0);
	CHECK_EQ(lines("log\n"), ERR_OPTION_VALUE);
	CHECK_EQ(lines("=quiet\n"), ERR_OPTION);
	CHECK_EQ(lines("nonsense=1\nlog=info\n"), ERR_OPTION);
	CHECK_EQ(options.log, LOG_INFO);
}

/* -- disks --------------------------------------------------------------------------------------
 */

TEST(options_disks)
{
	static const struct {
		const char *value;
		enum payload_source payload;
	} good[] = {{"disk", SOURCE_DISK},
		    {"disk:0", SOURCE_DISK_NAMED},
		    {"disk:999", SOURCE_DISK_NAMED},
		    {"disk:PARTUUID=6f1b4c3a-0102-0304-0506-0708090a0b0c", SOURCE_DISK_NAMED}};
	static const char *const bad[] = {
		"disk:",
		"disk:1000",
		"disk:x",
		"disk:0x",
		"disk:PARTUUID=",
		"disks",
		"disk0",
		"disk:PARTUUID=012345678901234567890123456789012345678901234567890"};
	const struct option_problem none = {0, "", "", NULL};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		options_init(&options);
		problem = none;
		CHECK_EQ(options_set(&options, "payload", 7, good[i].value, strlen(good[i].value),
				     &problem),
			 0);
		CHECK_EQ(options.payload, good[i].payload);
		if (good[i].payload == SOURCE_DISK_NAMED)
			CHECK_TEXT(options.disk_name, good[i].value);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		options_init(&options);
		problem = none;
		test_note("%s", bad[i]);
		CHECK_EQ(options_set(&options, "payload", 7, bad[i], strlen(bad[i]), &problem),
			 ERR_OPTION_VALUE);
	}
}

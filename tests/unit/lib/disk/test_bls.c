/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot entries: texts, the order of versions and of entries, and which one is chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/disk/bls.h"
#include "parts.h"
#include "test.h"

static struct bls_entry entry;

static int read_entry(const char *text)
{
	entry = (struct bls_entry) {.type = BLS_TEXT};
	return bls_read(&entry, part_of_text(text));
}

TEST(bls_text)
{
	REQUIRE(CHECK_EQ(read_entry("# a comment\n"
				    "title   Debian GNU/Linux 12\n"
				    "version\t6.1.0-50\r\n"
				    "sort-key \"debian\"\n"
				    "machine-id 0123\n"
				    "  options root=LABEL=x ro  \n"
				    "options quiet\n"
				    "initrd /a/one\n"
				    "initrd /a/two\n"
				    "linux /a/linux\n"
				    "devicetree /a/dtb\n"
				    "devicetree-overlay /a/1.dtbo /a/2.dtbo\n"
				    "architecture aa64\n"
				    "unknown key\n"
				    "title"),
			 0));
	CHECK_EQ(entry.title.size, 0); /* the last one counts */
	CHECK(part_is_text(&entry.version, "6.1.0-50"));
	CHECK(part_is_text(&entry.sort_key, "debian"));
	CHECK(part_is_text(&entry.machine_id, "0123"));
	CHECK(part_is_text(&entry.kernel, "/a/linux"));
	CHECK(part_is_text(&entry.devicetree, "/a/dtb"));
	CHECK_EQ(entry.optionss, 2);
	CHECK(part_is_text(&entry.options[0], "root=LABEL=x ro"));
	CHECK(part_is_text(&entry.options[1], "quiet"));
	CHECK_EQ(entry.initrds, 2);
	CHECK(part_is_text(&entry.initrd[1], "/a/two"));
	CHECK_EQ(entry.overlays, 2);
	CHECK(part_is_text(&entry.overlay[0], "/a/1.dtbo"));
	CHECK(part_is_text(&entry.overlay[1], "/a/2.dtbo"));
	CHECK(bls_fits(&entry, true) && !bls_fits(&entry, false));
}

/* As tuned leaves them on Fedora; without GRUB nobody knows what is in the variable. */
TEST(bls_variables_behind_a_path)
{
	REQUIRE(CHECK_EQ(read_entry("linux /a\ninitrd /b $tuned_initrd\ninitrd /c\ninitrd /d$e f"),
			 0));
	CHECK_EQ(entry.initrds, 3);
	CHECK(part_is_text(&entry.initrd[0], "/b"));
	CHECK(part_is_text(&entry.initrd[1], "/c"));
	CHECK(part_is_text(&entry.initrd[2], "/d$e f"));
}

TEST(bls_too_many_lines)
{
	CHECK_EQ(read_entry("initrd 1\ninitrd 2\ninitrd 3\ninitrd 4\ninitrd 5\ninitrd 6\ninitrd 7\n"
			    "initrd 8\n"),
		 0);
	CHECK_EQ(entry.initrds, 8);
	CHECK_EQ(read_entry("initrd 1\ninitrd 2\ninitrd 3\ninitrd 4\ninitrd 5\ninitrd 6\ninitrd 7\n"
			    "initrd 8\ninitrd 9"),
		 ERR_FULL);
	CHECK_EQ(read_entry("devicetree-overlay 1 2 3 4 5 6 7 8 9"), ERR_FULL);
	CHECK_EQ(read_entry(""), 0);
	CHECK_EQ(read_entry("\n\n  \n#\n"), 0);
}

TEST(bls_architectures)
{
	static const struct {
		const char *name;
		bool on64, on32;
	} names[] = {{"arm", true, true},
		     {"AA64", true, false},
		     {"x64", false, false},
		     {"arm64", true, false},
		     {"riscv64", false, false}};

	entry = (struct bls_entry) {.type = BLS_TEXT};
	CHECK(bls_fits(&entry, true) && bls_fits(&entry, false));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		entry.architecture = part_of_text(names[i].name);
		CHECK(bls_fits(&entry, true) == names[i].on64);
		CHECK(bls_fits(&entry, false) == names[i].on32);
	}
}

TEST(bls_names)
{
	static const struct {
		const char *name, *id;
		bool counted;
		uint32_t left, done;
	} names[] = {
		{"a.conf", "a", false, 0, 0},
		{"a+3.conf", "a", true, 3, 0},
		{"a+3-1.conf", "a", true, 3, 1},
		{"a+0-4.CONF", "a", true, 0, 4},
		{"a-3.conf", "a-3", false, 0, 0},
		{"a+.conf", "a+", false, 0, 0},
		{"a+3-.conf", "a+3-", false, 0, 0},
		{"a+-3.conf", "a+-3", false, 0, 0},
		{"+3.conf", "+3", false, 0, 0},
		{"3.conf", "3", false, 0, 0},
		{"6.1.0-50.conf", "6.1.0-50", false, 0, 0},
		{"a+99999999999999999999-1.conf", "a", true, UINT32_MAX, 1},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		entry = (struct bls_entry) {.type = BLS_TEXT};
		test_note("%s", names[i].name);
		REQUIRE(CHECK(bls_name(&entry, part_of_text(names[i].name), ".conf")));
		CHECK(part_is_text(&entry.id, names[i].id));
		CHECK(part_is_text(&entry.file, names[i].name));
		CHECK_EQ(entry.counted, names[i].counted);
		if (entry.counted)
			CHECK(entry.tries_left == names[i].left &&
			      entry.tries_done == names[i].done);
	}
	CHECK(!bls_name(&entry, part_of_text("a.efi"), ".conf"));
	CHECK(!bls_name(&entry, part_of_text(".conf"), ".conf"));
	CHECK(!bls_name(&entry, part_of_text(""), ".conf"));
}

TEST(bls_release)
{
	entry = (struct bls_entry) {.type = BLS_UKI};
	bls_read_release(&entry, part_of_text("NAME=Debian\nID=debian\nVERSION_ID=\"12\"\n"
					      "PRETTY_NAME=\"Debian GNU/Linux 12\"\n"));
	CHECK(part_is_text(&entry.title, "Debian GNU/Linux 12"));
	CHECK(part_is_text(&entry.version, "12"));
	CHECK(part_is_text(&entry.sort_key, "debian"));
	entry = (struct bls_entry) {.type = BLS_UKI};
	bls_read_release(&entry, part_of_text("IMAGE_ID=x\nIMAGE_VERSION='3'\nID=y\nVERSION=4"));
	CHECK(part_is_text(&entry.title, "x") && part_is_text(&entry.version, "3"));
	CHECK(part_is_text(&entry.sort_key, "x"));
}

/* -- versions -----------------------------------------------------------------------------------
 */

/* The specification's own order, oldest first; and pairs that are equal. */
TEST(bls_versions)
{
	static const char *const rising[] = {"~",	"",	     "122.1",	"123~rc1-1",
					     "123",	"123-a",     "123-a.1", "123-1",
					     "123-1.1", "123^post1", "123.a-1", "123.1-1",
					     "123a-1",	"124-1",     NULL};
	static const char *const pairs[][2] = {
		{"abc", "xyz"},
		{"5.2.0", "5.10.0"},
		{"6.1.0-9", "6.1.0-10"},
		{"6.1.0-rc1", "6.1.0-1"},
		{"1.2.3~rc1", "1.2.3"},
		{"1.2.3", "1.2.3.4"},
		{"99999999999999999998", "99999999999999999999"},
		{"a", "1"},
		{"Abc", "abc"},
		{"1.0~1", "1.0"},
	};
	static const char *const equal[][2] = {
		{"00123", "123"}, {"1.0+", "1.0"}, {"", ""}, {"12_3", "12 3"}};

	for (size_t i = 0; rising[i]; i++)
		for (size_t j = 0; rising[j]; j++) {
			struct part a = part_of_text(rising[i]), b = part_of_text(rising[j]);
			int result = bls_compare_versions(&a, &b);

			test_note("%s, %s", rising[i], rising[j]);
			CHECK_EQ((result > 0) - (result < 0), (i > j) - (i < j));
		}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct part a = part_of_text(pairs[i][0]), b = part_of_text(pairs[i][1]);

		test_note("%s, %s", pairs[i][0], pairs[i][1]);
		CHECK(bls_compare_versions(&a, &b) < 0);
		CHECK(bls_compare_versions(&b, &a) > 0);
	}
	for (size_t i = 0; i < sizeof(equal) / sizeof(equal[0]); i++) {
		struct part a = part_of_text(equal[i][0]), b = part_of_text(equal[i][1]);

		test_note("%s, %s", equal[i][0], equal[i][1]);
		CHECK_EQ(bls_compare_versions(&a, &b), 0);
	}
}

/* -- order --------------------------------------------------------------------------------------
 */

#define MANY 8
static struct bls_entry list[MANY];
static uint16_t order[MANY];
static unsigned int count;

static void add(const char *file, const char *text)
{
	struct bls_entry *e = &list[count++];

	*e = (struct bls_entry) {.type = strstr(file, ".efi") ? BLS_UKI : BLS_TEXT};
	CHECK(bls_name(e, part_of_text(file), strstr(file, ".efi") ? ".efi" : ".conf"));
	CHECK_EQ(bls_read(e, part_of_text(text)), 0);
}

static void check_order(const char *expected)
{
	char text[128] = "";

	bls_sort(list, count, order);
	for (unsigned int i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.*s", i ? " " : "",
			 (int)list[order[i]].file.size, (const char *)list[order[i]].file.at);
	CHECK_TEXT(text, expected);
}

TEST(bls_order)
{
	add("old-9.conf", "");
	add("old-10.conf", "");
	add("b1.conf", "sort-key b\nversion 1");
	add("b2.efi", "sort-key b\nversion 2");
	add("a.conf", "sort-key a\nversion 0");
	add("z+0-3.conf", "sort-key 0\nversion 9");
	add("b3.conf", "sort-key b\nversion 9\nmachine-id 1");
	check_order("a.conf b2.efi b1.conf b3.conf old-10.conf old-9.conf z+0-3.conf");
}

TEST(bls_order_by_counter)
{
	add("a+1-2.conf", "");
	add("a+3.conf", "");
	add("a+3-1.conf", "");
	add("a.conf", "version 1");
	check_order("a+3.conf a+3-1.conf a+1-2.conf a.conf");
}

TEST(bls_order_of_extlinux)
{
	static const char text[] = "default two\nlabel one\n kernel /1\nlabel two\n kernel /2\n";

	add("zz.conf", "");
	count += (unsigned int)extlinux_read(list + count, MANY - count, part_of_text(text));
	check_order("zz.conf two one");
}

static unsigned int choose(const char *text)
{
	struct bls_loader loader;

	bls_read_loader(&loader, part_of_text(text));
	return bls_default(list, count, order, &loader);
}

TEST(bls_choice)
{
	add("debian-1+0.conf", "");
	add("debian-2.conf", "");
	add("Fedora.conf", "");
	check_order("debian-2.conf Fedora.conf debian-1+0.conf");
	CHECK_EQ(choose(""), 0);
	CHECK_EQ(choose("default debian-*"), 0);
	CHECK_EQ(choose("timeout 3\ndefault debian-1.conf\n"), 2);
	CHECK_EQ(choose("default debian-1"), 2);
	CHECK_EQ(choose("default nothing*"), 0);
	CHECK_EQ(choose("preferred debian-1*\ndefault debian-1*"), 2); /* that one is bad */
	CHECK_EQ(choose("preferred debian-2*\ndefault debian-1*"), 0);
	CHECK_EQ(choose("default fedora.CONF"), 1);
	CHECK_EQ(bls_find(list, count, order, "1"), 1);
	CHECK_EQ(bls_find(list, count, order, "3"), -1);
	CHECK_EQ(bls_find(list, count, order, "99999999999999999999"), -1);
	CHECK_EQ(bls_find(list, count, order, "debian-1"), 2);
	CHECK_EQ(bls_find(list, count, order, "debian-1+0.conf"), 2);
	CHECK_EQ(bls_find(list, count, order, "DEBIAN-2.conf"), 0);
	CHECK_EQ(bls_find(list, count, order, "debian"), -1);
	CHECK_EQ(bls_find(list, count, order, ""), -1);
}

TEST(bls_patterns)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} cases[] = {
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"a*", "Abc", true},
		{"*c", "abc", true},
		{"a*b*c", "aXbXbXc", true},
		{"a*b*d", "aXbXbXc", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"[abc]x", "bx", true},
		{"[a-c]x", "dx", false},
		{"[a-c]x", "Cx", true},
		{"[]]", "]", true},
		{"[a", "[a", true},
		{"[a", "a", false},
		{"**a**", "bab", true},
		{"a*", "b", false},
		{"[a-]", "-", true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct part pattern = part_of_text(cases[i].pattern),
			    text = part_of_text(cases[i].text);

		test_note("%s, %s", cases[i].pattern, cases[i].text);
		CHECK(bls_matches(&pattern, &text) == cases[i].match);
	}
}

/* Brackets that nobody closes, or closes at the very end, behind a star: more than a name is worth.
 */
TEST(bls_patterns_are_bounded)
{
	static uint8_t brackets[255], letters[768];
	struct part pattern = {brackets, 0}, text = {letters, sizeof(letters)};
	struct part set = {(const uint8_t *)"*[a-f]*[g-z]*.conf", 18};
	struct part name = {(const uint8_t *)"abcdefabcdefabcdefxyz.conf", 26};

	memset(letters, '[', sizeof(letters));
	memset(brackets, '[', sizeof(brackets));
	brackets[0] = '*';
	text.size = 40;
	for (pattern.size = 2; pattern.size < 20; pattern.size++)
		CHECK(bls_matches(&pattern, &text));
	text.size = sizeof(letters);
	pattern.size = sizeof(brackets);
	for (unsigned int i = 0; i < 20000; i++) /* for ever, by the square of its size */
		CHECK(!bls_matches(&pattern, &text));
	CHECK(bls_matches(&set, &name));
	memset(brackets, 'a', sizeof(brackets));
	memset(letters, 'a', sizeof(letters));
	text.size = 255;
	CHECK(bls_matches(&pattern, &text));
	pattern = text = (struct part) {letters, 256};
	CHECK(!bls_matches(&pattern, &text));
}

TEST(bls_extlinux)
{
	static const char text[] = "# u-boot\nDEFAULT l1\nMENU TITLE x\nTIMEOUT 50\nLABEL l0\n"
				   "\tLINUX /vmlinuz\n\tINITRD /one,/two\n\tFDT /a.dtb\n"
				   "\tAPPEND root=/dev/vda2 ro\n\tMENU LABEL Debian 12\n"
				   "label l1\n\tkernel /other\n\tfdtoverlays /x /y\n";

	REQUIRE(CHECK_EQ(extlinux_read(list, MANY, part_of_text(text)), 2));
	CHECK(part_is_text(&list[0].id, "l1") && part_is_text(&list[0].kernel, "/other"));
	CHECK(part_is_text(&list[0].title, "l1"));
	CHECK_EQ(list[0].overlays, 2);
	CHECK(part_is_text(&list[1].kernel, "/vmlinuz"));
	CHECK(part_is_text(&list[1].devicetree, "/a.dtb"));
	CHECK(part_is_text(&list[1].title, "Debian 12"));
	CHECK_EQ(list[1].initrds, 2);
	CHECK(part_is_text(&list[1].initrd[1], "/two"));
	CHECK(part_is_text(&list[1].options[0], "root=/dev/vda2 ro"));
	CHECK_EQ(extlinux_read(list, 1, part_of_text(text)), ERR_FULL);
	CHECK_EQ(extlinux_read(list, MANY, part_of_text("kernel /x\n")), 0);
}

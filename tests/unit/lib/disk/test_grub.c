/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts as grub-mkconfig writes them, on a disk of two volumes that are a list of files. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/disk/grub.h"
#include "test.h"

#define ROOM 12

static const struct file {
	unsigned int volume;
	const char *path, *text;
} * files;

static struct grub grub;
static struct bls_entry entry[ROOM];
static char noted[200];

static struct part of(const char *text)
{
	return part_of_text(text);
}

static bool is(struct part part, const char *text)
{
	return part.size == strlen(text) && (!part.size || memcmp(part.at, text, part.size) == 0);
}

static int volume_named(void *context, const struct part *name)
{
	CHECK(context == &files);
	return is(*name, "hd0,gpt1") ? 0 : is(*name, "hd0,gpt2") ? 1 : -1;
}

static struct part name_of(void *context, unsigned int volume)
{
	CHECK(context == &files && volume < 2);
	return of(volume ? "hd0,gpt2" : "hd0,gpt1");
}

static const struct file *find(unsigned int volume, const struct part *path)
{
	for (const struct file *file = files; file->path; file++)
		if (file->volume == volume && is(*path, file->path))
			return file;
	return NULL;
}

static int search(void *context, enum grub_key key, const struct part *text)
{
	CHECK(context == &files);
	if (key == GRUB_FILE)
		return find(0, text) ? 0 : find(1, text) ? 1 : -1;
	if (key == GRUB_LABEL)
		return is(*text, "boot") ? 0 : -1;
	return is(*text, "1234-ABCD") ? 0 : is(*text, "0123-root") ? 1 : -1;
}

static int size_of(void *context, unsigned int volume, const struct part *path, uint64_t *size)
{
	const struct file *file = find(volume, path);

	CHECK(context == &files);
	*size = file ? strlen(file->text) : 0;
	return file ? 0 : ERR_NO_FILE;
}

static int read_file(void *context, unsigned int volume, const struct part *path, struct part *text)
{
	const struct file *file = find(volume, path);

	CHECK(context == &files);
	if (file)
		*text = of(file->text);
	return file ? 0 : ERR_NO_FILE;
}

static void note(void *context, unsigned int line, const struct part *word)
{
	size_t length = strlen(noted);

	CHECK(context == &files);
	snprintf(noted + length, sizeof(noted) - length, "%u %.*s,", line, (int)word->size,
		 (const char *)word->at);
}

static const struct grub_disk disk = {&files,  volume_named, name_of, search,
				      size_of, read_file,    note};

static int run_files(const struct file *list, const char *path)
{
	struct part part = of(path);

	files = list;
	noted[0] = '\0';
	memset(entry, 0xa5, sizeof(entry));
	memset(&grub, 0xa5, sizeof(grub));
	return grub_read(&grub, &disk, 1, &part, entry, ROOM);
}

/* One script, on the second volume. */
static int run(const char *text)
{
	static struct file list[4];

	list[0] = (struct file) {1, "/boot/grub/grub.cfg", text};
	list[1] = (struct file) {1, "/full", "x"};
	list[2] = (struct file) {1, "/empty", ""};
	list[3] = (struct file) {0, NULL, NULL};
	return run_files(list, "/boot/grub/grub.cfg");
}

static void check_value(const char *name, const char *value)
{
	struct part part = grub_value(&grub, name);

	if (!CHECK(is(part, value)))
		printf("\t%s is '%.*s'\n", name, (int)part.size, (const char *)part.at);
}

/* -- the language --------------------------------------------------------------------------------
 */

TEST(grub_words)
{
	CHECK_EQ(run("a=1\nset b='x $a \"'; set c=\"$a${a}x \\\"\\$\\\\ \\n\"\n"
		     "  set d=a\\ b\\'c # comment\nset e=a#b\nset f=x\\\ny\n#set g=1\n"
		     "set h=$nothing\nset i=${a}'b'\"c\"d\nset j=$root\nset k=$prefix\n"),
		 0);
	check_value("a", "1");
	check_value("b", "x $a \"");
	check_value("c", "11x \"$\\ \\n");
	check_value("d", "a b'c");
	check_value("e", "a#b");
	check_value("f", "xy");
	check_value("g", "");
	check_value("h", "");
	check_value("i", "1bcd");
	check_value("j", "hd0,gpt2");
	check_value("k", "(hd0,gpt2)/boot/grub");
	CHECK_TEXT(noted, "");
}

TEST(grub_conditions)
{
	static const struct {
		const char *condition;
		bool holds;
	} conditions[] = {
		{"[ x = x ]", true},
		{"[ x = y ]", false},
		{"[ x != y ]", true},
		{"[ x == x ]", true},
		{"[ \"\" ]", false},
		{"[ \"$nothing\" ]", false},
		{"[ $nothing ]", false},
		{"[ ]", false},
		{"[ text ]", true},
		{"[ ! text ]", false},
		{"[ ! x = y ]", true},
		{"[ -n x ]", true},
		{"[ -z x ]", false},
		{"[ -z \"\" ]", true},
		{"[ x$feature_menuentry_id = xy ]", true},
		{"[ \"${grub_platform}\" = \"efi\" ]", true},
		{"[ 10 -gt 9 ]", true},
		{"[ 9 -ge 10 ]", false},
		{"[ 1 -eq 1 -a 1 -ne 2 -a 1 -lt 2 -a 1 -le 1 ]", true},
		{"[ x = y -o x = x ]", true},
		{"[ x = x -a x = y -o x = x ]", true},
		{"[ x = x -o x = x -a x = y ]", true},
		{"[ x = y -a x = x -o x = y ]", false},
		{"[ -f /full ]", true},
		{"[ -f /none ]", false},
		{"[ -s /full ]", true},
		{"[ -s /empty ]", false},
		{"[ -e /empty -a ! -s /empty ]", true},
		{"[ -f (hd0,gpt2)/full ]", true},
		{"[ -f (hd0,gpt1)/full ]", false},
		{"[ -f (hd9,gpt9)/full ]", false},
		{"[ -f (hd0 ]", false},
		{"[ -d /full ]", false}, /* not known here */
		{"[ a -nt b -a x = x ]", false},
		{"[ a b -o x ]", true},
		{"[ ! a -a x ]", false},
		{"test x = x", true},
		{"true", true},
		{"false", false},
		{"loadfont x", false},
		{"set x=y", true},
		{"nonsense", false},
	};

	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		char text[400];

		snprintf(text, sizeof(text),
			 "if %s; then\nset r=yes\nelse\nset r=no\nfi\n"
			 "if false; then set s=a; elif %s ; then set s=b; elif true; then "
			 "set s=c; else set s=d; fi",
			 conditions[i].condition, conditions[i].condition);
		test_note("%s", conditions[i].condition);
		CHECK_EQ(run(text), 0);
		check_value("r", conditions[i].holds ? "yes" : "no");
		check_value("s", conditions[i].holds ? "b" : "c");
	}
}

TEST(grub_functions)
{
	CHECK_EQ(run("function f {\n if [ a = a ]; then set x=\"${x}1\"; fi\n}\nf\nf; f\n"
		     "function g { f; }\ng\nset y=$?\nfalse\nset z=$?\n"),
		 0);
	check_value("x", "1111");
	check_value("y", "0");
	check_value("z", "1");
	CHECK_EQ(run("function f { f; }\nf"), ERR_NESTED);
}

TEST(grub_that_is_none)
{
	static const struct {
		const char *text;
		int error;
	} texts[] = {
		{"if true; then", ERR_SCRIPT},
		{"if true; fi", ERR_SCRIPT},
		{"fi", ERR_SCRIPT},
		{"}", ERR_SCRIPT},
		{"menuentry x {", ERR_SCRIPT},
		{"submenu x { menuentry y { }", ERR_SCRIPT},
		{"set x='", ERR_SCRIPT},
		{"set x=\"$", ERR_SCRIPT},
		{"function {}", ERR_SCRIPT},
		{"function x y", ERR_SCRIPT},
		{"a | b", ERR_SCRIPT},
		{"while true; do", ERR_SCRIPT},
		{"{{{{{{{{{{{{{{{{{{{{{{", ERR_NESTED},
		{"", 0},
		{"\n;;\n", 0},
		{"a $", 0},
		{"a ${", 0},
		{"a \\", 0},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		test_note("%s", texts[i].text);
		CHECK_EQ(run(texts[i].text), texts[i].error);
	}
}

TEST(grub_too_much)
{
	static char text[80000];
	size_t length = 0;

	for (unsigned int i = 0; i < 70; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "set v%u=%u\n", i,
					   i);
	CHECK_EQ(run(text), ERR_FULL);
	memset(text, 'x', sizeof(text) - 1);
	CHECK_EQ(run(text), ERR_FULL);
	for (length = 0; length < sizeof(text) - 3; length += 2)
		memcpy(text + length, "a ", 3);
	CHECK_EQ(run(text), ERR_FULL);
	for (length = 0; length < sizeof(text) - 3; length += 2)
		memcpy(text + length, "a\n", 3);
	CHECK_EQ(run(text), ERR_FULL);
	for (length = 0; length < 800; length += 13)
		memcpy(text + length, "menuentry x{}", 14);
	CHECK_EQ(run(text), ERR_FULL);
	memset(text, '#', 60000);
	memcpy(text, "function f {\n", 13);
	for (length = 60000; length < 60600; length += 2)
		memcpy(text + length, "\n}", 3);
	for (length = 60002; length < 60600; length += 2)
		memcpy(text + length, "\nf", 3);
	CHECK_EQ(run(text), ERR_FULL);
	text[60050] = '\0';
	CHECK_EQ(run(text), 0);
	CHECK_EQ(run_files(files, "/none"), ERR_NO_FILE);
	CHECK_EQ(grub.line, 0);
}

/* -- what boots ----------------------------------------------------------------------------------
 */

#define BODY(number)                                                                               \
	"{\n\tload_video\n\tinsmod ext2\n\tset root='hd0,gpt9'\n"                                  \
	"\tif [ x$feature_platform_search_hint = xy ]; then\n"                                     \
	"\t  search --no-floppy --fs-uuid --set=root --hint-efi=hd0,gpt2  0123-root\n"             \
	"\telse\n\t  search --no-floppy --fs-uuid --set=root nobody\n\tfi\n"                       \
	"\techo\t'Loading ...'\n"                                                                  \
	"\tlinux\t/boot/vmlinuz-" number " root=UUID=0123-root ro  \"a b\"\n"                      \
	"\tinitrd\t/boot/early /boot/initrd.img-" number "\n}\n"

#define MENU                                                                                       \
	"if [ -s $prefix/grubenv ]; then\n  load_env\nfi\n"                                        \
	"if [ \"${next_entry}\" ] ; then\n   set default=\"${next_entry}\"\n   set next_entry=\n"  \
	"   save_env next_entry\n   set boot_once=true\nelse\n   set default=\"${saved_entry}\"\n" \
	"fi\nif [ x\"${feature_menuentry_id}\" = xy ]; then\n  menuentry_id_option=\"--id\"\n"     \
	"fi\nexport menuentry_id_option\nfunction load_video {\n  insmod all_video\n}\n"           \
	"menuentry 'Debian' --class gnu $menuentry_id_option 'simple' " BODY(                      \
		"2") "submenu 'Advanced' $menuentry_id_option 'advanced' {\n"                      \
		     "menuentry 'Debian 2' --class gnu $menuentry_id_option 'two' " BODY(          \
			     "2") "menuentry 'Debian 1' --class gnu $menuentry_id_option "         \
				  "'one' " BODY("1") "}\nmenuentry 'Firmware' "                    \
						     "$menuentry_id_option 'firmware' "            \
						     "{\n\tfwsetup\n}\n"                           \
						     "menuentry 'Other' {\n\tchainloader "         \
						     "/EFI/other.efi\n}\n"

static int run_menu(const char *environment)
{
	static struct file list[4];

	list[0] = (struct file) {1, "/boot/grub/grub.cfg", MENU};
	list[1] = (struct file) {1, "/boot/grub/grubenv", environment};
	list[2] = (struct file) {0, "/EFI/debian/grub.cfg", NULL};
	list[2].path = NULL;
	return run_files(list, "/boot/grub/grub.cfg");
}

TEST(grub_menu)
{
	CHECK_EQ(run_menu(""), 3);
	CHECK(is(entry[0].title, "Debian") && is(entry[0].id, "simple"));
	CHECK(entry[0].type == BLS_GRUB && is(entry[0].file, "grub.cfg"));
	CHECK_EQ(entry[0].place, 1);
	CHECK(is(entry[0].kernel, "/boot/vmlinuz-2"));
	CHECK_EQ(entry[0].optionss, 1);
	CHECK(is(entry[0].options[0], "root=UUID=0123-root ro \"a b\""));
	CHECK_EQ(entry[0].initrds, 2);
	CHECK(is(entry[0].initrd[0], "/boot/early") &&
	      is(entry[0].initrd[1], "/boot/initrd.img-2"));
	CHECK(is(entry[1].title, "Debian 2") && is(entry[2].title, "Debian 1"));
	CHECK(!grub.once);
	CHECK(strstr(noted, " chainloader,") && !strchr(strchr(noted, ',') + 1, ','));
}

static unsigned int line_of(const char *text, const char *word)
{
	unsigned int line = 1;

	for (const char *end = strstr(text, word); text < end; text++)
		line += *text == '\n';
	return line;
}

/* What an entry's block sets is its own. */
TEST(grub_variables_of_an_entry)
{
	CHECK_EQ(run("set all=1\nmenuentry a {\nset extra=x\nset all=2\nlinux /a $extra $all\n}\n"
		     "menuentry b {\nlinux /b ro $extra $all\n}\n"),
		 2);
	REQUIRE(CHECK_EQ(entry[0].optionss + entry[1].optionss, 2));
	CHECK(is(entry[0].options[0], "x 2"));
	CHECK(is(entry[1].options[0], "ro 1"));
	check_value("extra", "");
	check_value("all", "1");
}

TEST(grub_search)
{
	run("search --label --set found boot");
	check_value("found", "hd0,gpt1");
	check_value("root", "hd0,gpt2");
	run("search --label boot --set boot");
	check_value("boot", "hd0,gpt1");
	run("search --set=here -l boot");
	check_value("here", "hd0,gpt1");
	run("search --label --set boot");
	check_value("root", "hd0,gpt1");
	run("search --set --label boot");
	check_value("root", "hd0,gpt1");
}

TEST(grub_default)
{
	static const struct {
		const char *environment, *title;
	} defaults[] = {
		{"# GRUB Environment Block\nsaved_entry=0\n####", "Debian"},
		{"saved_entry=simple\n", "Debian"},
		{"saved_entry=Debian\n", "Debian"},
		{"saved_entry=1\n", "Debian 2"}, /* the first of a submenu */
		{"saved_entry=1>0\n", "Debian 2"},
		{"saved_entry=1>1\n", "Debian 1"},
		{"saved_entry=advanced>one\n", "Debian 1"},
		{"saved_entry=Advanced>Debian 1\n", "Debian 1"},
		{"saved_entry=advanced>nothing\n", "Debian 2"},
		{"saved_entry=nothing\n", "Debian"},
		{"saved_entry=one\n", "Debian"}, /* not in this menu */
		{"saved_entry=77\n", "Debian"},
		{"saved_entry=>\n", "Debian"},
		{"saved_entry=simple\nnext_entry=advanced>one\n", "Debian 1"},
		{"saved_entry=firmware\n", "Firmware"},
		{"saved_entry=Other\n", "Other"},
	};

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		test_note("%s", defaults[i].environment);
		CHECK_EQ(run_menu(defaults[i].environment), i < 14 ? 3 : 4);
		CHECK(is(entry[0].title, defaults[i].title));
		CHECK_EQ(grub.once, i == 13);
	}
	CHECK(!entry[0].kernel.size && is(entry[0].obstacle, "chainloader"));
	CHECK_EQ(entry[0].line, line_of(MENU, "chainloader"));
}

/* From the EFI system partition to the script, and what that reads. */
TEST(grub_chain)
{
	static const struct file list[] = {
		{1, "/grub.cfg",
		 "search.fs_uuid 1234-ABCD root hd0,gpt1 \nset prefix=($root)'/grub'\n"
		 "configfile $prefix/grub.cfg\n"},
		{0, "/grub/grub.cfg",
		 "set default=\"b\"\nif [ -f ${prefix}/custom.cfg ]; then\n"
		 "  source ${prefix}/custom.cfg\nfi\nload_env --file $prefix/env kernelopts\n"
		 "menuentry a {\nlinux /a\n}\nmenuentry b --id b {\n"
		 "search --label --set boot\nlinux /b $kernelopts z=${other}\ndevicetree /d\n}\n"},
		{0, "/grub/custom.cfg", "set custom=1\nblscfg\n"},
		{0, "/grub/env", "kernelopts=root=x ro\nother=1\n#\n"},
		{0, NULL, NULL},
	};
	struct part text;

	CHECK_EQ(run_files(list, "/grub.cfg"), 2);
	CHECK(is(entry[0].kernel, "/b") && is(entry[0].options[0], "root=x ro z="));
	CHECK(is(entry[0].devicetree, "/d") && entry[0].place == 0);
	CHECK(grub.blscfg);
	check_value("custom", "1");
	CHECK_EQ(grub_expand(&grub, of("a $kernelopts ${none}$"), &text), 0);
	CHECK(is(text, "a root=x ro $"));
	CHECK_EQ(run_files(list, "/none"), ERR_NO_FILE);
}

TEST(grub_scripts_in_a_circle)
{
	CHECK_EQ(run("source /boot/grub/grub.cfg"), ERR_NESTED);
}

/* An entry that is of two volumes, or of none, is one that cannot be started. */
TEST(grub_volumes)
{
	CHECK_EQ(run("menuentry a {\nlinux /a\ninitrd (hd0,gpt1)/b\n}\nmenuentry b {\nlinux /b\n}\n"
		     "menuentry c {\nlinux (hd9,gpt9)/c\n}\nmenuentry d {\nset root=hd9\nlinux "
		     "/d\n}\n"
		     "menuentry e {\nlinux (hd0,gpt1)/e\ninitrd (hd0,gpt1)/f\n}\n"),
		 3);
	CHECK(is(entry[0].obstacle, "(hd0,gpt1)/b") && entry[0].line == 3);
	CHECK(is(entry[1].kernel, "/b") && entry[1].place == 1);
	CHECK(is(entry[2].kernel, "/e") && entry[2].place == 0);
}

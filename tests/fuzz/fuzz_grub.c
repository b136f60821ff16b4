/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grub.cfg: the input is what is in every file that there is, which a byte of it parts into two: a
 * script, and what it reads. What comes of it is made of pieces of the input and of texts made of
 * it.
 */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/disk/grub.h"

#define ENTRIES 12

static struct part script, other;
static unsigned int reads;
static struct grub grub;

static int volume_named(void *context, const struct part *name)
{
	REQUIRE(context == &grub);
	return name->size ? name->at[name->size - 1] % 3 - 1 : 0;
}

static struct part name_of(void *context, unsigned int volume)
{
	REQUIRE(context == &grub && volume < 2);
	return part_of_text(volume ? "hd0,gpt2" : "hd0,gpt1");
}

static int search(void *context, enum grub_key key, const struct part *text)
{
	REQUIRE(context == &grub);
	return text->size > (uint64_t)key ? text->at[0] % 3 - 1 : -1;
}

static int size_of(void *context, unsigned int volume, const struct part *path, uint64_t *size)
{
	REQUIRE(context == &grub && volume < 2 && path->size);
	*size = path->size % 3;
	return path->at[0] == '/' ? 0 : ERR_NO_FILE;
}

static int read_file(void *context, unsigned int volume, const struct part *path, struct part *text)
{
	REQUIRE(context == &grub && volume < 2 && path->size);
	*text = reads++ ? other : script;
	return path->at[0] == '/' ? 0 : ERR_NO_FILE;
}

static void note(void *context, unsigned int line, const struct part *word)
{
	REQUIRE(context == &grub && line && word->size <= GRUB_TEXT);
}

static const struct grub_disk disk = {&grub,   volume_named, name_of, search,
				      size_of, read_file,    note};

/* Every byte of it is there. */
static void check(const struct part *part)
{
	static volatile uint8_t byte;

	for (uint64_t i = 0; i < part->size; i++)
		byte = part->at[i];
	(void)byte;
}

static void check_entry(const struct bls_entry *entry, bool first)
{
	REQUIRE(entry->type == BLS_GRUB && entry->place < 2);
	REQUIRE(first || entry->kernel.size);
	check(&entry->title);
	check(&entry->id);
	check(&entry->kernel);
	check(&entry->devicetree);
	check(&entry->obstacle);
	REQUIRE(entry->optionss <= 1 && entry->initrds <= BLS_LINES);
	for (unsigned int i = 0; i < entry->optionss; i++)
		check(&entry->options[i]);
	for (unsigned int i = 0; i < entry->initrds; i++)
		check(&entry->initrd[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bls_entry entry[ENTRIES];
	uint8_t *text = malloc(size ? size : 1);
	const struct part path = {(const uint8_t *)"/grub/grub.cfg", 14};
	const uint8_t *end;
	struct part expanded;
	int result;

	memcpy(text, data, size);
	end = size ? memchr(text, 0, size) : NULL;
	script = (struct part) {text, end ? (uint64_t)(end - text) : size};
	other = end ? (struct part) {end + 1, size - script.size - 1} : script;
	reads = 0;
	memset(&grub, 0xa5, sizeof(grub));
	result = grub_read(&grub, &disk, 1, &path, entry, ENTRIES);
	REQUIRE(result >= 0 ? result <= ENTRIES
			    : result == ERR_SCRIPT || result == ERR_FULL || result == ERR_NESTED);
	for (int i = 0; i < result; i++)
		check_entry(&entry[i], i == 0);
	if (result >= 0 && !grub_expand(&grub, script, &expanded))
		check(&expanded);
	free(text);
	return 0;
}

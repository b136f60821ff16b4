/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot entries: texts between NULs, each of which is read as every kind of text; then they are put
 * in order, and one is chosen. Order is one: what comes before stays before.
 */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/disk/bls.h"

#define ENTRIES 24

static const uint8_t *start;
static size_t all;

static void check(const struct part *part)
{
	if (!part->size)
		return;
	REQUIRE(part->at >= start && (size_t)(part->at - start) <= all &&
		part->size <= all - (size_t)(part->at - start));
}

static void check_list(const struct part *part, unsigned int count)
{
	REQUIRE(count <= BLS_LINES);
	for (unsigned int i = 0; i < count; i++) {
		REQUIRE(part[i].size);
		check(&part[i]);
	}
}

static void check_entry(const struct bls_entry *entry)
{
	check(&entry->id);
	check(&entry->file);
	check(&entry->title);
	check(&entry->version);
	check(&entry->sort_key);
	check(&entry->machine_id);
	check(&entry->architecture);
	check(&entry->kernel);
	check(&entry->devicetree);
	check_list(entry->initrd, entry->initrds);
	check_list(entry->options, entry->optionss);
	check_list(entry->overlay, entry->overlays);
	(void)bls_fits(entry, true);
}

static unsigned int read_text(struct bls_entry *entry, unsigned int room, struct part text)
{
	struct part name = {text.at, text.size < 24 ? text.size : 24};
	int count;

	*entry = (struct bls_entry) {.type = text.size % 2 ? BLS_TEXT : BLS_UKI};
	if (!bls_name(entry, name, ".conf"))
		entry->id = entry->file = name;
	if (text.size % 3 == 0)
		bls_read_release(entry, text);
	else if (bls_read(entry, text))
		return 0;
	if (text.size % 5)
		return 1;
	count = extlinux_read(entry, room, text);
	REQUIRE(count >= 0 ? (unsigned int)count <= room : count == ERR_FULL);
	return count < 0 ? 0 : (unsigned int)count;
}

static void check_order(const struct bls_entry *entry, unsigned int count, const uint16_t *order)
{
	uint32_t seen = 0;

	for (unsigned int i = 0; i < count; i++) {
		REQUIRE(order[i] < count && !(seen & 1U << order[i]));
		seen |= 1U << order[i];
		for (unsigned int j = 0; j < count; j++) {
			int there = bls_compare_versions(&entry[i].id, &entry[j].id);
			int back = bls_compare_versions(&entry[j].id, &entry[i].id);

			REQUIRE((there > 0) == (back < 0) && (there < 0) == (back > 0));
			(void)bls_matches(&entry[i].id, &entry[j].title);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bls_entry entry[ENTRIES];
	uint8_t *text = malloc(size ? size : 1);
	struct bls_loader loader;
	uint16_t order[ENTRIES];
	unsigned int count = 0;
	char wanted[16];
	size_t at, end;

	memcpy(text, data, size);
	start = text;
	all = size;
	for (at = 0; at < size && count < ENTRIES; at = end + 1) {
		for (end = at; end < size && text[end]; end++)
			;
		count += read_text(&entry[count], ENTRIES - count,
				   (struct part) {text + at, end - at});
	}
	for (unsigned int i = 0; i < count; i++)
		check_entry(&entry[i]);
	bls_sort(entry, count, order);
	check_order(entry, count, order);
	bls_read_loader(&loader, (struct part) {text, size});
	if (count)
		REQUIRE(bls_default(entry, count, order, &loader) < count);
	at = size < sizeof(wanted) - 1 ? size : sizeof(wanted) - 1;
	memcpy(wanted, text, at);
	wanted[at] = 0;
	REQUIRE(bls_find(entry, count, order, wanted) < (int)count || !count);
	free(text);
	return 0;
}

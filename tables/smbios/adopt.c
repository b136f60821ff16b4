/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes SMBIOS structures, and takes over the VMM's: checked, and with OEM strings added. */
#include <stdbool.h>
#include <string.h>
#include "tables/acpi/acpi.h"
#include "error.h"
#include "le.h"
#include "writer.h"

/* 64-bit entry point (5.2.2) */
#define ANCHOR_SUM	5
#define ANCHOR_LENGTH	6
#define ANCHOR_VERSION	7 /* major, minor, revision of the document */
#define ANCHOR_REVISION 10
#define ANCHOR_MAX_SIZE 12
#define ANCHOR_ADDRESS	16

#define HANDLE 0x0b00 /* where the search for one of our own begins; most VMMs start at 0 */

/* -- writing ------------------------------------------------------------------------------------
 */

void smbios_start(struct smbios_writer *w, void *to, size_t room)
{
	*w = (struct smbios_writer) {.to = to, .room = room, .used = SMBIOS_ANCHOR_SIZE};
	if (room < SMBIOS_ANCHOR_SIZE)
		w->error = ERR_FULL;
}

void smbios_put(struct smbios_writer *w, const void *data, size_t size)
{
	if (w->error)
		return;
	if (size > w->room - w->used) {
		w->error = ERR_FULL;
		return;
	}
	memcpy(w->to + w->used, data, size);
	w->used += size;
}

void smbios_append(struct smbios_writer *w, const void *formatted, const void *strings, size_t size)
{
	size_t at = w->used;

	smbios_put(w, formatted, ((const uint8_t *)formatted)[1]);
	smbios_put(w, strings, size);
	if (!w->error)
		put_le16(w->to + at + 2, w->handle++);
}

void smbios_append_end(struct smbios_writer *w)
{
	static const uint8_t formatted[] = {SMBIOS_END, SMBIOS_HEADER_SIZE, 0, 0};

	smbios_append(w, formatted, "\0", 2);
}

/* The length of the string at the start of the text; an error if it has a byte that may not be. */
static int measure(const char *text, size_t size, size_t *length)
{
	for (*length = 0; *length < size; ++*length) {
		uint8_t c = (uint8_t)text[*length];

		if (!c || c == '\n')
			break;
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return ERR_OPTION_VALUE;
	}
	return 0;
}

/* Appends the strings; their number goes into the byte at 'count'. */
static void append_lines(struct smbios_writer *w, const struct smbios_oem *oem, size_t count)
{
	size_t length;

	for (size_t at = 0; at < oem->size && !w->error; at += length + 1) {
		w->error = measure(oem->text + at, oem->size - at, &length);
		if (w->error || !length)
			continue;
		if (w->to[count] == SMBIOS_STRINGS_LIMIT) {
			w->error = ERR_TOO_LONG;
			break;
		}
		smbios_put(w, oem->text + at, length);
		smbios_put(w, "", 1);
		w->to[count]++;
	}
}

void smbios_append_oem(struct smbios_writer *w, const struct smbios_oem *oem)
{
	static const uint8_t formatted[] = {SMBIOS_OEM_STRINGS, 5, 0, 0, 0};
	size_t start = w->used, count = start + 4;

	if (!oem->size)
		return;
	smbios_append(w, formatted, "", 0);
	if (w->error)
		return;
	append_lines(w, oem, count);
	smbios_put(w, "", 1);
	if (!w->error && !w->to[count]) {
		w->used = start; /* empty lines only */
		w->handle--;
	}
}

int smbios_finish(struct smbios_writer *w, const uint8_t version[3], uint64_t address, size_t *used)
{
	uint8_t *anchor = w->to;

	if (!w->error && w->used - SMBIOS_ANCHOR_SIZE > UINT32_MAX)
		w->error = ERR_FULL;
	if (w->error)
		return w->error;
	memset(anchor, 0, SMBIOS_ANCHOR_SIZE);
	memcpy(anchor, "_SM3_", 5);
	anchor[ANCHOR_LENGTH] = SMBIOS_ANCHOR_SIZE;
	memcpy(anchor + ANCHOR_VERSION, version, 3);
	anchor[ANCHOR_REVISION] = 1;
	put_le32(anchor + ANCHOR_MAX_SIZE, (uint32_t)(w->used - SMBIOS_ANCHOR_SIZE));
	put_le64(anchor + ANCHOR_ADDRESS, address + SMBIOS_ANCHOR_SIZE);
	anchor[ANCHOR_SUM] = (uint8_t)-acpi_sum(anchor, SMBIOS_ANCHOR_SIZE);
	*used = w->used;
	return 0;
}

/* -- taking over --------------------------------------------------------------------------------
 */

struct tables {
	const uint8_t *data;
	size_t size; /* of all structures before the end */
	size_t end;  /* bytes of type 127 behind them, or 0 */
};

static int check_anchor(const uint8_t *anchor, size_t size)
{
	if (size < SMBIOS_ANCHOR_SIZE)
		return ERR_SMBIOS;
	if (memcmp(anchor, "_SM_", 4) == 0)
		return ERR_VERSION;
	if (memcmp(anchor, "_SM3_", 5) != 0 || anchor[ANCHOR_LENGTH] < SMBIOS_ANCHOR_SIZE ||
	    anchor[ANCHOR_LENGTH] > size)
		return ERR_SMBIOS;
	if (anchor[ANCHOR_SUM] && acpi_sum(anchor, anchor[ANCHOR_LENGTH]))
		return ERR_SMBIOS;
	return anchor[ANCHOR_VERSION] < 3 ? ERR_VERSION : 0;
}

/*
 * The bytes of the structure at 'at': formatted part and strings, which end where two NULs follow
 * each other (6.1.3). 0 if it is not whole.
 */
static size_t structure_size(const uint8_t *at, size_t left)
{
	size_t size;

	if (left < SMBIOS_HEADER_SIZE || at[1] < SMBIOS_HEADER_SIZE)
		return 0;
	for (size = at[1]; size + 2 <= left; size++)
		if (!at[size] && !at[size + 1])
			return size + 2;
	return 0;
}

/* Finds the end. */
static int walk(struct tables *t, size_t limit)
{
	size_t size;

	t->end = 0;
	for (t->size = 0; t->size < limit; t->size += size) {
		const uint8_t *at = t->data + t->size;

		size = structure_size(at, limit - t->size);
		if (!size)
			return ERR_SMBIOS;
		if (*at == SMBIOS_END) {
			t->end = size;
			break;
		}
	}
	return 0;
}

/* How many structures have a handle from 'low' to 'high'. */
static uint32_t count(const struct tables *t, uint32_t low, uint32_t high)
{
	uint32_t found = 0;
	size_t size;

	for (size_t at = 0; at < t->size + t->end; at += size) {
		uint32_t handle = le16(t->data + at + 2);

		size = structure_size(t->data + at, t->size + t->end - at);
		found += handle >= low && handle <= high;
	}
	return found;
}

/*
 * A free handle for the writer, from 'low' on. Of the ranges tried, each has fewer structures than
 * numbers, until it is one number; a search number by number would take long in large tables.
 */
static void choose_handle(struct smbios_writer *w, const struct tables *t, uint32_t low)
{
	uint32_t high = SMBIOS_HANDLES - 1;

	if (low > high || count(t, low, high) > high - low) {
		w->error = w->error ? w->error : ERR_FULL;
		return;
	}
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (count(t, low, middle) <= middle - low)
			high = middle;
		else
			low = middle + 1;
	}
	w->handle = (uint16_t)low;
}

int smbios_adopt(const void *anchor, size_t anchor_size, const void *tables, size_t tables_size,
		 const struct smbios_oem *oem, void *to, size_t room, uint64_t address,
		 size_t *used)
{
	const uint8_t *old = anchor;
	struct tables t = {.data = tables};
	struct smbios_writer w;
	int error = check_anchor(old, anchor_size);

	if (error)
		return error;
	if (tables_size > le32(old + ANCHOR_MAX_SIZE))
		tables_size = le32(old + ANCHOR_MAX_SIZE);
	error = walk(&t, tables_size);
	if (error)
		return error;
	smbios_start(&w, to, room);
	smbios_put(&w, t.data, t.size);
	w.handle = HANDLE;
	if (oem->size) {
		choose_handle(&w, &t, w.handle);
		smbios_append_oem(&w, oem);
	}
	if (t.end) {
		smbios_put(&w, t.data + t.size, t.end);
	} else {
		choose_handle(&w, &t, w.handle);
		smbios_append_end(&w);
	}
	return smbios_finish(&w, old + ANCHOR_VERSION, address, used);
}

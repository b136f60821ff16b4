/* SPDX-License-Identifier: BSD-2-Clause */
/* Device paths: their sizes, comparisons, and their texts. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/efi/path.h"

#define NODE_TEXT 96 /* characters of a node that is no file */

size_t efi_path_size(const uint8_t *path)
{
	size_t size = 0;

	while (size <= EFI_PATH_MAX - EFI_PATH_NODE) {
		const uint8_t *node = path + size;
		uint32_t length = efi_path_length(node);

		if (!length || length > EFI_PATH_MAX - size ||
		    (efi_path_ends(node) && length != EFI_PATH_NODE))
			return 0;
		size += length;
		if (efi_path_ends(node))
			return size;
	}
	return 0;
}

const uint8_t *efi_path_behind(const uint8_t *path, const uint8_t *of)
{
	size_t size = efi_path_size(path) - EFI_PATH_NODE;

	if (size > efi_path_size(of) - EFI_PATH_NODE || memcmp(path, of, size) != 0)
		return NULL;
	return of + size;
}

int efi_path_join(const uint8_t *first, const uint8_t *second, uint8_t *to, size_t room)
{
	size_t head = first ? efi_path_size(first) - EFI_PATH_NODE : 0,
	       tail = efi_path_size(second);

	if (head + tail > room || head + tail > EFI_PATH_MAX)
		return ERR_TOO_LONG;
	if (head)
		memmove(to, first, head);
	memcpy(to + head, second, tail);
	return (int)(head + tail);
}

static void put_node(uint8_t *to, uint8_t type, uint8_t subtype, size_t length)
{
	to[0] = type;
	to[1] = subtype;
	to[2] = (uint8_t)(length & 0xff);
	to[3] = (uint8_t)(length >> 8);
}

int efi_path_file(const uint16_t *name, uint8_t *to, size_t room)
{
	size_t length = 0, bytes;

	while (length < EFI_PATH_MAX && name[length])
		length++;
	bytes = EFI_PATH_NODE + 2 * (length + 1);
	if (bytes + EFI_PATH_NODE > room || bytes + EFI_PATH_NODE > EFI_PATH_MAX)
		return ERR_TOO_LONG;
	put_node(to, EFI_PATH_MEDIA, EFI_PATH_FILE, bytes);
	memcpy(to + EFI_PATH_NODE, name, 2 * (length + 1));
	put_node(to + bytes, EFI_PATH_END, EFI_PATH_WHOLE, EFI_PATH_NODE);
	return (int)(bytes + EFI_PATH_NODE);
}

static bool is_file(const uint8_t *node)
{
	return node[0] == EFI_PATH_MEDIA && node[1] == EFI_PATH_FILE;
}

/* Text that is built: characters behind 'room' are counted, not written. */
struct text {
	uint16_t *to;
	size_t length, room;
};

static void put(struct text *text, uint16_t c)
{
	if (text->length < text->room)
		text->to[text->length] = c;
	text->length++;
}

/* Up to a terminator in it. */
static void put_name(struct text *text, const uint8_t *node, uint32_t length)
{
	for (uint32_t at = EFI_PATH_NODE; at + 2 <= length && le16(node + at); at += 2)
		put(text, le16(node + at));
}

/* The terminator; what is too long has none. */
static int finish(struct text *text)
{
	size_t length = text->length;

	put(text, 0);
	return text->length > text->room ? ERR_TOO_LONG : (int)length;
}

/* Some boot loaders make several nodes of a path, with or without separators at their ends. */
int efi_path_name(const uint8_t *path, uint16_t *to, size_t room)
{
	struct text text = {to, 0, room};
	int length;

	if (!efi_path_size(path) || efi_path_ends(path))
		return ERR_UNKNOWN;
	for (; !efi_path_ends(path); path += efi_path_length(path)) {
		if (!is_file(path))
			return ERR_UNKNOWN;
		if (text.length && text.length <= room && to[text.length - 1] != '\\')
			put(&text, '\\');
		put_name(&text, path, efi_path_length(path));
	}
	length = finish(&text);
	return length < 0 ? length : 0;
}

/* In the form of registries, with the braces left out. */
static void guid_text(const uint8_t *at, char *to, size_t room)
{
	snprintf(to, room, "%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 (unsigned long)le32(at), le16(at + 4), le16(at + 6), at[8], at[9], at[10], at[11],
		 at[12], at[13], at[14], at[15]);
}

/* A hard drive's partition: its number, GUID or signature, where it begins and how long it is. */
static void drive_text(const uint8_t *node, char *to, size_t room)
{
	char id[40];

	if (node[41] == 2)
		guid_text(node + 24, id, sizeof(id));
	else
		snprintf(id, sizeof(id), "0x%08lx", (unsigned long)le32(node + 24));
	snprintf(to, room, "HD(%lu,%s,%s,0x%llx,0x%llx)", (unsigned long)le32(node + 4),
		 node[41] == 2 ? "GPT" : "MBR", id, (unsigned long long)le64(node + 8),
		 (unsigned long long)le64(node + 16));
}

/* What is not known is told by its numbers, as 10.6.1.4 has it, without its data. */
static void node_text(const uint8_t *node, uint32_t length, char *to, size_t room)
{
	char id[40];
	bool media = node[0] == EFI_PATH_MEDIA;

	if (media && node[1] == EFI_PATH_DRIVE && length == 42) {
		drive_text(node, to, room);
	} else if (length >= 20 && ((media && node[1] == 3) ||
				    (node[0] == EFI_PATH_HARDWARE && node[1] == EFI_PATH_VENDOR))) {
		guid_text(node + 4, id, sizeof(id));
		snprintf(to, room, "%s(%s)", media ? "VenMedia" : "VenHw", id);
	} else {
		snprintf(to, room, "Path(%u,%u)", node[0], node[1]);
	}
}

int efi_path_text(const uint8_t *path, bool one, uint16_t *to, size_t room)
{
	struct text text = {to, 0, room};
	char node[NODE_TEXT];

	if (!efi_path_size(path))
		return ERR_TOO_LONG;
	for (; !efi_path_ends(path); path += efi_path_length(path)) {
		if (text.length)
			put(&text, '/');
		if (is_file(path)) {
			put_name(&text, path, efi_path_length(path));
		} else {
			node_text(path, efi_path_length(path), node, sizeof(node));
			for (const char *c = node; *c; c++)
				put(&text, (uint8_t)*c);
		}
		if (one)
			break;
	}
	return finish(&text);
}

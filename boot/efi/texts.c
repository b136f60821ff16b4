/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small protocols for EFI applications: device paths as texts (UEFI 2.10, 10.6), comparisons of
 * texts (21.1) and random numbers (37.5).
 */
#include <string.h>
#include "boot/core/entropy.h"
#include "environment.h"
#include "lib/mem/wipe.h"

#define TEXT_ROOM   0x1000 /* bytes of a device path's text */
#define MATCH_STEPS 4096

static const struct efi_guid to_text_guid = {
	0x8b843e20, 0x8132, 0x4852, {0x90, 0xcc, 0x55, 0x1a, 0x4e, 0x4a, 0x7f, 0x1c}};
static const struct efi_guid collation_guid = {
	0xa4c751fc, 0x23ae, 0x4c3e, {0x92, 0xe9, 0x49, 0x64, 0xcf, 0x63, 0xf3, 0x49}};
static const struct efi_guid rng_guid = {
	0x3152bca5, 0xeade, 0x433d, {0x86, 0x2e, 0xc0, 0x1c, 0xdc, 0x29, 0x1f, 0x44}};
static const struct efi_guid rng_raw = {
	0xe43176d7, 0xb6e8, 0x4827, {0xb7, 0x84, 0x7f, 0xfd, 0xc4, 0xb6, 0x85, 0x61}};

/* -- device paths --------------------------------------------------------------------------------
 */

static uint16_t *path_to_text(const uint8_t *path, bool one)
{
	void *text;

	if (!path || efi_allocate_pool(EFI_BOOT_DATA, TEXT_ROOM, &text))
		return NULL;
	if (efi_path_text(path, one, text, TEXT_ROOM / 2) >= 0)
		return text;
	efi_free_pool(text);
	return NULL;
}

/* A node alone has no end behind it. */
static uint16_t *node_to_text(const uint8_t *node, bool display, bool shortcuts)
{
	uint8_t path[EFI_PATH_MAX / 4];
	uint32_t length = node ? efi_path_length(node) : 0;

	(void)display;
	(void)shortcuts;
	if (!length || length > sizeof(path) - EFI_PATH_NODE)
		return NULL;
	memcpy(path, node, length);
	memcpy(path + length, (const uint8_t[]) {EFI_PATH_END, EFI_PATH_WHOLE, EFI_PATH_NODE, 0},
	       EFI_PATH_NODE);
	return path_to_text(path, true);
}

static uint16_t *whole_to_text(const uint8_t *path, bool display, bool shortcuts)
{
	(void)display;
	(void)shortcuts;
	return path_to_text(path, false);
}

/* -- comparisons ---------------------------------------------------------------------------------
 */

static uint16_t small(uint16_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static int64_t compare_texts(void *self, const uint16_t *a, const uint16_t *b)
{
	(void)self;
	while (*a && small(*a) == small(*b)) {
		a++;
		b++;
	}
	return (int64_t)small(*a) - small(*b);
}

static bool match_set(uint16_t c, const uint16_t **pattern)
{
	const uint16_t *at = *pattern + 1;
	bool found = false;

	for (; *at && *at != ']'; at++) {
		if (at[1] == '-' && at[2] && at[2] != ']') {
			found |= small(c) >= small(at[0]) && small(c) <= small(at[2]);
			at += 2;
		} else {
			found |= small(c) == small(*at);
		}
	}
	*pattern = at;
	return found;
}

/* *, ? and [...], from the last * on anew where it goes no further. */
static bool match_texts(void *self, const uint16_t *text, const uint16_t *pattern)
{
	const uint16_t *star = NULL, *from = NULL;

	(void)self;
	for (unsigned int steps = 0; steps < MATCH_STEPS; steps++) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
			continue;
		}
		if (!*text && !*pattern)
			return true;
		if (*text &&
		    (*pattern == '?' || (*pattern == '[' ? match_set(*text, &pattern)
							 : small(*text) == small(*pattern)))) {
			text++;
			pattern += *pattern != 0;
			continue;
		}
		if (!star || !*from)
			return false;
		text = ++from;
		pattern = star;
	}
	return false;
}

static void to_small(void *self, uint16_t *text)
{
	(void)self;
	for (; *text; text++)
		*text = small(*text);
}

static void to_capitals(void *self, uint16_t *text)
{
	(void)self;
	for (; *text; text++)
		if (*text >= 'a' && *text <= 'z')
			*text &= (uint16_t)~0x20;
}

static void from_fat(void *self, uint64_t size, const char *fat, uint16_t *to)
{
	(void)self;
	for (; size > 0 && *fat; size--)
		*to++ = (uint8_t)*fat++;
	*to = 0;
}

/* Whether something could not be told there. */
static bool to_fat(void *self, const uint16_t *text, uint64_t size, char *fat)
{
	bool lost = false;

	(void)self;
	for (; *text && size > 0; text++) {
		if (*text == '.' || *text == ' ')
			continue;
		lost |= *text > 0x7e;
		*fat++ = (char)(*text > 0x7e ? '_' : *text);
		size--;
	}
	if (size)
		*fat = '\0';
	return lost;
}

/* -- random numbers ------------------------------------------------------------------------------
 */

static efi_status random_info(void *self, uint64_t *size, struct efi_guid *list)
{
	uint64_t room = *size;

	(void)self;
	*size = sizeof(*list);
	if (room < sizeof(*list))
		return EFI_BUFFER_TOO_SMALL;
	*list = rng_raw;
	return EFI_SUCCESS;
}

static efi_status random_bytes(void *self, const struct efi_guid *kind, uint64_t size, void *to)
{
	(void)self;
	if (!size || !to)
		return EFI_INVALID_PARAMETER;
	if (kind && !efi_same_guid(kind, &rng_raw))
		return EFI_UNSUPPORTED;
	return entropy(&efi_environment->boot->host_psci, to, (size_t)size) ? EFI_SUCCESS
									    : EFI_NOT_READY;
}

static bool has_entropy(void)
{
	uint8_t byte[8];
	bool has = entropy(&efi_environment->boot->host_psci, byte, sizeof(byte));

	wipe(byte, sizeof(byte));
	return has;
}

void efi_texts_init(void)
{
	static void *to_text[] = {node_to_text, whole_to_text};
	static void *collation[] = {compare_texts, match_texts, to_small, to_capitals,
				    from_fat,	   to_fat,	"en"};
	static void *rng[] = {random_info, random_bytes};
	void *handle = NULL;

	efi_provide_protocol(&handle, &to_text_guid, to_text);
	efi_provide_protocol(&handle, &collation_guid, collation);
	if (has_entropy())
		efi_provide_protocol(&handle, &rng_guid, rng);
}

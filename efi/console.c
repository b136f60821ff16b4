/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from and to the firmware, which has it in 16-bit characters. */
#include <string.h>
#include "application.h"
#include "le.h"

#define CHUNK 32 /* characters at a time */

/* Ours are all ASCII. */
static void print(SIMPLE_TEXT_OUTPUT_INTERFACE *out, const char *text)
{
	CHAR16 wide[CHUNK + 1];
	unsigned int count;

	while (*text) {
		for (count = 0; *text && count < CHUNK; count++)
			wide[count] = (CHAR16)*text++;
		wide[count] = 0;
		if (out->OutputString(out, wide))
			return;
	}
}

EFI_STATUS efi_complain(const struct application *app, EFI_STATUS status, const char *cause,
			const char *remedy)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = app->system->ConOut;

	if (!out)
		return status;
	print(out, "forearm: error: ");
	print(out, cause);
	print(out, "\r\nforearm: remedy: ");
	print(out, remedy);
	print(out, "\r\n");
	return status;
}

static bool is_text(uint16_t c)
{
	return (c >= ' ' && c <= '~') || c == '\t';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A shell has the program's name in front; a boot manager has nothing there. */
static void skip_name(char *line)
{
	static const char suffix[4] = ".efi";
	size_t end = 0, i;

	while (line[end] && !is_blank(line[end]))
		end++;
	if (end < sizeof(suffix))
		return;
	for (i = 0; i < sizeof(suffix); i++)
		if ((line[end - sizeof(suffix) + i] | 0x20) != (suffix[i] | 0x20))
			return;
	while (is_blank(line[end]))
		end++;
	memmove(line, line + end, strlen(line + end) + 1);
}

EFI_STATUS efi_load_options(struct application *app)
{
	const uint8_t *at = app->loaded->LoadOptions;
	size_t count = at ? app->loaded->LoadOptionsSize / sizeof(CHAR16) : 0, length = 0;
	uint16_t c;

	app->command_line[0] = '\0';
	for (; length < count && (c = le16(at + 2 * length)) != 0; length++) {
		if (length == EFI_COMMAND_LINE - 1)
			return EFI_BAD_BUFFER_SIZE;
		if (!is_text(c)) {
			app->command_line[0] = '\0';
			return EFI_SUCCESS;
		}
		app->command_line[length] = (char)c;
	}
	app->command_line[length] = '\0';
	skip_name(app->command_line);
	return EFI_SUCCESS;
}

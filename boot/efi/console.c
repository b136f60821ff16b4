/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text for EFI applications (UEFI 2.10, chapter 12): what they write goes to forearm's console, as
 * a terminal of 80 columns understands it; keys come from there, where it can be read.
 */
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "boot/core/console.h"
#include "environment.h"
#include "lib/utf8.h"

#define COLUMNS	     80
#define ROWS	     25
#define ATTRIBUTE    7 /* light grey on black */
#define OUT_SERVICES 9
#define SCAN_ESC     0x17
#define ESC	     0x1b
#define ESC_WAIT     50 /* a part of a second that the rest of a sequence may take */
#define KEY_STATE    0x80000000U

static const struct efi_guid out_guid = {
	0x387477c2, 0x69c7, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid in_guid = {
	0x387477c1, 0x69c7, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid in_ex_guid = {
	0xdd9e7534, 0x7762, 0x4698, {0x8c, 0x14, 0xf5, 0x85, 0x17, 0xa6, 0x25, 0xaa}};

static struct {
	int32_t max, mode, attribute, column, row;
	bool cursor;
} out_mode;

static struct {
	void *service[OUT_SERVICES];
	void *mode;
} text_out;

static struct {
	void *service[2];
	void *wait;
} text_in;

static struct {
	void *service[2];
	void *wait;
	void *more[3];
} text_in_ex;

static void send_character(uint16_t c)
{
	char text[UTF8_MOST];

	console_send(text, (size_t)(utf8_put(text, c) - text));
}

static void send_text(const char *text)
{
	console_send(text, strlen(text));
}

/* Where a terminal's cursor goes. */
static void follow_cursor(uint16_t c)
{
	if (c == '\r')
		out_mode.column = 0;
	else if (c == '\b')
		out_mode.column -= out_mode.column > 0;
	else if (c != '\n')
		out_mode.column++;
	if (c == '\n' || out_mode.column >= COLUMNS) {
		out_mode.row += out_mode.row < ROWS - 1;
		out_mode.column = c == '\n' ? out_mode.column : 0;
	}
}

static efi_status output_string(void *self, const uint16_t *text)
{
	(void)self;
	if (!text)
		return EFI_INVALID_PARAMETER;
	for (; *text; text++) {
		send_character(*text);
		follow_cursor(*text);
	}
	efi_poll();
	return EFI_SUCCESS;
}

static efi_status test_string(void *self, const uint16_t *text)
{
	(void)self;
	(void)text;
	return EFI_SUCCESS;
}

static efi_status query_mode(void *self, uint64_t mode, uint64_t *columns, uint64_t *rows)
{
	(void)self;
	if (mode)
		return EFI_UNSUPPORTED;
	*columns = COLUMNS;
	*rows = ROWS;
	return EFI_SUCCESS;
}

static efi_status clear_screen(void *self)
{
	(void)self;
	out_mode.column = out_mode.row = 0;
	send_text("\033[2J\033[H");
	return EFI_SUCCESS;
}

static efi_status set_mode(void *self, uint64_t mode)
{
	return mode ? EFI_UNSUPPORTED : clear_screen(self);
}

/* EFI counts colours as PCs did, terminals the other way round. */
static efi_status set_attribute(void *self, uint64_t attribute)
{
	static const char color[8] = {'0', '4', '2', '6', '1', '5', '3', '7'};
	char text[20];

	(void)self;
	if (attribute > 0x7f)
		return EFI_UNSUPPORTED;
	if (out_mode.attribute == (int32_t)attribute)
		return EFI_SUCCESS;
	out_mode.attribute = (int32_t)attribute;
	snprintf(text, sizeof(text), "\033[0;%s3%c;4%cm", attribute & 8 ? "1;" : "",
		 color[attribute & 7], color[attribute >> 4 & 7]);
	send_text(attribute == ATTRIBUTE ? "\033[0m" : text);
	return EFI_SUCCESS;
}

static efi_status set_cursor(void *self, uint64_t column, uint64_t row)
{
	char text[16];

	(void)self;
	if (column >= COLUMNS || row >= ROWS)
		return EFI_UNSUPPORTED;
	out_mode.column = (int32_t)column;
	out_mode.row = (int32_t)row;
	snprintf(text, sizeof(text), "\033[%u;%uH", (unsigned int)row + 1,
		 (unsigned int)column + 1);
	send_text(text);
	return EFI_SUCCESS;
}

static efi_status enable_cursor(void *self, bool visible)
{
	(void)self;
	out_mode.cursor = visible;
	return EFI_SUCCESS;
}

static efi_status reset_output(void *self, bool verify)
{
	(void)verify;
	return set_attribute(self, ATTRIBUTE);
}

/* -- keys ----------------------------------------------------------------------------------------
 */

/* The next byte of a sequence, if it comes at once, as it does from a terminal. */
static int next_byte(void)
{
	uint64_t since = arch_counter(), wait = arch_counter_frequency() / ESC_WAIT;
	int byte;

	do
		byte = console_receive();
	while (byte < 0 && arch_counter() - since < wait);
	return byte;
}

/* What a terminal sends for keys: ESC [ LETTER, or ESC [ DIGIT ~. */
static uint16_t read_sequence(void)
{
	static const char letter[] = "ABCDHF", digit[] = "1423568";
	static const uint8_t scan_of_digit[] = {5, 6, 7, 8, 9, 10, 6};
	int first = next_byte(), byte = first < 0 ? first : next_byte();
	const char *at;

	if (byte < 0 || (first != '[' && first != 'O'))
		return SCAN_ESC;
	at = memchr(letter, byte, sizeof(letter) - 1);
	if (at)
		return (uint16_t)(at - letter + 1);
	at = memchr(digit, byte, sizeof(digit) - 1);
	if (at)
		(void)next_byte(); /* ~ */
	return at ? scan_of_digit[at - digit] : SCAN_ESC;
}

bool efi_key_waits(void)
{
	struct efi_environment *env = efi_environment;
	int byte = env->has_key ? -1 : console_receive();

	if (byte < 0)
		return env->has_key;
	env->has_key = true;
	env->keys = byte == ESC	   ? read_sequence()
		    : byte == 0x7f ? (uint64_t)'\b' << 16
				   : (uint64_t)(byte == '\n' ? '\r' : byte) << 16;
	return true;
}

bool efi_keys_possible(void)
{
	return console_receives();
}

static efi_status read_key(void *self, uint16_t key[2])
{
	struct efi_environment *env = efi_environment;

	(void)self;
	if (!key)
		return EFI_INVALID_PARAMETER;
	efi_poll();
	if (!efi_key_waits())
		return EFI_NOT_READY;
	env->has_key = false;
	key[0] = (uint16_t)(env->keys & 0xffff);
	key[1] = (uint16_t)(env->keys >> 16 & 0xffff);
	return EFI_SUCCESS;
}

struct key_data {
	uint16_t key[2];
	uint32_t shift;
	uint8_t toggle;
};

static efi_status read_key_ex(void *self, struct key_data *data)
{
	if (!data)
		return EFI_INVALID_PARAMETER;
	*data = (struct key_data) {{0, 0}, KEY_STATE, 0x80};
	return read_key(self, data->key);
}

static efi_status reset_input(void *self, bool verify)
{
	(void)self;
	(void)verify;
	efi_environment->has_key = false;
	return EFI_SUCCESS;
}

static efi_status not_supported(void)
{
	return EFI_UNSUPPORTED;
}

static void *key_event(void)
{
	const struct efi_event new = {.type = 0};
	struct efi_event *event = efi_event_add(&efi_environment->events, &new);

	event->key = true;
	return event;
}

void efi_console_init(void)
{
	static void *const out[OUT_SERVICES] = {reset_output, output_string, test_string,
						query_mode,   set_mode,	     set_attribute,
						clear_screen, set_cursor,    enable_cursor};
	struct efi_system_table *system = &efi_environment->tables->system;
	void *handle = NULL;

	out_mode.max = 1;
	out_mode.mode = out_mode.column = out_mode.row = 0;
	out_mode.attribute = ATTRIBUTE;
	out_mode.cursor = true;
	memcpy(text_out.service, out, sizeof(out));
	text_out.mode = &out_mode;
	text_in.service[0] = reset_input;
	text_in.service[1] = read_key;
	text_in_ex.service[0] = reset_input;
	text_in_ex.service[1] = read_key_ex;
	text_in.wait = text_in_ex.wait = key_event();
	text_in_ex.more[0] = text_in_ex.more[1] = text_in_ex.more[2] = not_supported;
	efi_provide_protocol(&handle, &out_guid, &text_out);
	efi_provide_protocol(&handle, &in_guid, &text_in);
	efi_provide_protocol(&handle, &in_ex_guid, &text_in_ex);
	system->console_in_handle = system->console_out_handle = system->error_handle =
		(uintptr_t)handle;
	system->console_in = (uintptr_t)&text_in;
	system->console_out = system->error = (uintptr_t)&text_out;
}

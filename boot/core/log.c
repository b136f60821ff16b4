/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages on the console, by forearm.log: errors, the banner, notes, and what debug adds. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "boot/core/console.h"
#include "boot/core/log.h"

#define PREFIX	 "forearm: "
#define BANNER	 "forearm "
#define LINE_MAX 256

static enum log_level level = LOG_INFO;

void log_set_level(enum log_level new_level)
{
	level = new_level;
}

enum log_level log_level(void)
{
	return level;
}

/* What a file or a tree says may be in it, and is not to move the cursor of who reads it. */
static void clean(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
}

/* One buffer, one call to the console: a line costs as few device accesses as it has bytes. */
static void log_line(const char *prefix, const char *format, va_list arguments)
{
	char line[LINE_MAX];
	size_t start = strlen(prefix), room = LINE_MAX - start - 2, length;
	int printed;

	if (!console_ready())
		return;
	memcpy(line, prefix, start);
	printed = vsnprintf(line + start, room, format, arguments);
	length = printed < 0 ? 0 : (size_t)printed < room ? (size_t)printed : room - 1;
	length += start;
	clean(line + start, length - start);
	memcpy(line + length, "\r\n", 2);
	console_send(line, length + 2);
}

#define LOG(least, prefix)                                                                         \
	do {                                                                                       \
		va_list arguments;                                                                 \
		va_start(arguments, format);                                                       \
		if (level >= (least))                                                              \
			log_line(prefix, format, arguments);                                       \
		va_end(arguments);                                                                 \
	} while (0)

void log_error(const char *format, ...)
{
	LOG(LOG_QUIET, PREFIX);
}

void log_banner(const char *format, ...)
{
	LOG(LOG_INFO, BANNER);
}

void log_note(const char *format, ...)
{
	LOG(LOG_INFO, PREFIX "note: ");
}

/* Like a note, but no reason to look into anything. */
void log_progress(const char *format, ...)
{
	LOG(LOG_INFO, PREFIX);
}

void log_debug(const char *format, ...)
{
	LOG(LOG_DEBUG, PREFIX);
}

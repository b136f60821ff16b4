/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_LOG_H
#define FOREARM_LOG_H

/*
 * What forearm says, line by line, on the console that the platform names. Before there is one,
 * and without one, lines are dropped (errors then look for a console on their own, see fatal.c).
 */
enum log_level { LOG_QUIET, LOG_INFO, LOG_DEBUG };

/* Errors are printed at every level, the summary line from LOG_INFO on, the rest at LOG_DEBUG. */
void log_set_level(enum log_level level);
enum log_level log_level(void);

/*
 * printf-style, integers and strings only; each call is one line, prefixed with "forearm: ", and
 * the banner, which begins with our version, with "forearm ". A note, which is LOG_INFO's, too,
 * tells what a user would not expect. Progress of long work is LOG_INFO's as well.
 */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_banner(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read before each file of the flow: leaves every call's remedy and cause in the section
 * ".messages", each behind a control character that says which it is. A call whose first two
 * arguments are no literals does not compile.
 */
#ifndef FOREARM_MESSAGES_H
#define FOREARM_MESSAGES_H

#include "boot.h"
#include "boot/core/fatal.h"

#define stop_error(remedy, cause, ...)                                                             \
	do {                                                                                       \
		static const char both[] __attribute__((section(".messages"), used)) =             \
			"\1" remedy "\2" cause;                                                    \
		(void)both;                                                                        \
		(stop_error)(remedy, cause, ##__VA_ARGS__);                                        \
	} while (0)

#endif

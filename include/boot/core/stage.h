/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_STAGE_H
#define FOREARM_BOOT_STAGE_H

/* Marks where we are, for crash reports and the table of times. */
void stage(const char *name);
const char *stage_name(void);
/* Prints the microseconds of each stage so far (LOG_DEBUG). */
void stage_report(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 4096u

struct range {
	uint64_t start, end;
};

struct findings {
	struct range fdt, initrd;
	uint64_t memory, reserved;
	unsigned int cpus;
	bool has_psci, smc;		  /* which way PSCI is called */
	uint64_t map, map_size, map_step; /* EFI's, from /chosen */
};

/* Print the findings about the payload that runs at start. */
void report(const struct findings *f, uintptr_t start);

/* Turn the second CPU on and wait until it has turned itself off. */
void round_trip(bool smc);

#endif

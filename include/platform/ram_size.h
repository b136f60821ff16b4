/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_RAM_SIZE_H
#define FOREARM_RAM_SIZE_H

#include <stdbool.h>
#include <stdint.h>

/* How to try a word of what may be RAM. Both leave it as it was. */
struct ram_probe {
	bool (*is_ram)(uint64_t pa);
	/* Whether two words of RAM are one, because some bits of the address are not looked at. */
	bool (*is_same)(uint64_t a, uint64_t b);
};

/*
 * How many bytes of RAM begin at 'base', in whole MiB, at most up to 'limit'. Tries a few dozen
 * words, each of them the last one of a MiB, and none far behind the end of RAM: not beyond twice
 * its size. Pure, but for what the probe does.
 */
uint64_t ram_size(const struct ram_probe *probe, uint64_t base, uint64_t limit);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FUZZ_H
#define FOREARM_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A finding, for libFuzzer to record, when 'condition' does not hold. */
#define REQUIRE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__,           \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the input makes up: bytes from its end on, so that headers stay where they are. */
struct fuzz_numbers {
	const uint8_t *data;
	size_t size;
};

/* The next number of 'bytes' bytes (1 to 8), 0 when the input is used up. */
static inline uint64_t fuzz_number(struct fuzz_numbers *numbers, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes-- && numbers->size)
		value = value << 8 | numbers->data[--numbers->size];
	return value;
}

#endif

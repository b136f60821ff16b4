/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A driver that proves nothing, because it ends before what it is about.
 *
 * prove: by eva
 * prove: refused unreached in never_called
 */
#include "prove.h"

static uint64_t never_called(uint64_t value)
{
	return value + 1;
}

int main(void)
{
	uint64_t value = any_in(0, 10);

	if (value > 10)
		return never_called(value) != 0;
	return 0;
}

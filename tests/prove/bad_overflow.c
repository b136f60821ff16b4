/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mistake that was there: a size that wraps to 0, so that nothing is allocated for much.
 *
 * prove: by eva
 * prove: refused unsigned_overflow in old_size
 */
#include "prove.h"

static uint64_t old_size(uint64_t address, uint64_t memory_size)
{
	return (address + memory_size + 4095) & ~4095ULL;
}

int main(void)
{
	return old_size(any64(), any64()) != 0;
}

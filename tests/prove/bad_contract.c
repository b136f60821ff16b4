/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A function that breaks its contract: rounding up is not "at or behind" when it wraps around.
 *
 * prove: by wp
 * prove: refused postcondition in round_up
 */
#include <stdint.h>

/*@ assigns \nothing;
    ensures value <= \result; */
static uint64_t round_up(uint64_t value)
{
	return value % 8 ? value - value % 8 + 8 : value;
}

int main(void)
{
	return round_up(5) != 8;
}

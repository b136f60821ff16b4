/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A header that is read though the file is one byte too short for it.
 *
 * prove: by eva
 * prove: refused mem_access in last_byte
 */
#include "prove.h"

static uint8_t file[16];

static uint8_t last_byte(const uint8_t *at, size_t size)
{
	return at[size];
}

int main(void)
{
	any_bytes(file, sizeof(file));
	return last_byte(file + 8, any_in(1, 8));
}

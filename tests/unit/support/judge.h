/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_JUDGE_H
#define FOREARM_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether libfdt can go through all of it: header, reservations, nodes, properties and names. Less
 * strict than fdt_check_full() in one point: the root may have a name, which does no harm.
 */
bool tree_is_good_for_libfdt(const void *fdt, size_t size);

#endif

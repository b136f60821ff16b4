/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_DETAILS_H
#define FOREARM_DETAILS_H

#include "built.h"
#include "trees.h"

/* The model and its details (p and d of built.h), of fixtures and of trees that tests make. */

extern struct maker m;

void take_details(const void *fdt, size_t size);
void load_details(const char *name);
void check_place(unsigned int cpu, int socket, int cluster, int core, int thread);

/*
 * A root with RAM and a GIC (phandle 1) with so many address cells (negative: not said), and two
 * ITS (phandles 2 and 3).
 */
void start_tree(int gic_address_cells, uint32_t gic_interrupt_cells);
/* Ends the root, and takes the details. */
void finish_tree(void);

#endif

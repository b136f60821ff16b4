/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BUILT_H
#define FOREARM_BUILT_H

#include <stddef.h>
#include <stdint.h>
#include "platform/fdt_details.h"

/* ACPI tables built from a fixture's tree, for the tests of each of them. */

#define ADDRESS 0x17f000000 /* of the buffer, for the guest */
#define HEADER	36

extern struct platform p;
extern struct platform_details d;
extern uint8_t *buffer;
extern size_t room, used;
extern uint64_t rsdp;

/* The model of a fixture. */
void model(const char *name);
/* Tables of the model, as it is now, in a buffer of that size, or of the usual one. */
int build_in(size_t size);
int build(void);
/* Both, with success. */
void load(const char *name);

/* A little-endian number of that many bytes. */
uint64_t get(const uint8_t *from, int size);
uint8_t sum(const uint8_t *data, size_t size);

/* What the guest sees at an address; the test ends if that is not in the part that is used. */
const uint8_t *at(uint64_t address, size_t size);
/* The table there. */
const uint8_t *whole(uint64_t address);
uint32_t length(const uint8_t *table);
const uint8_t *xsdt(void);
/* A table of the XSDT, by its signature; NULL: it is not there. */
const uint8_t *find(const char *signature);
/* The same, but the test ends when it is not there. */
const uint8_t *need(const char *signature);
/* Entry 'index' of that type in a table whose entries start at 'first'; NULL: no such entry. */
const uint8_t *entry(const char *signature, uint32_t first, int type, unsigned int index);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMMUs and what each PCIe host's DMA and MSIs pass through, from IORT (DEN0049E). A reference is
 * believed only if a node begins there.
 */
#include "error.h"
#include "le.h"
#include "acpi_parts.h"

#define IORT_COUNT 36
#define IORT_NODES 40
#define IORT_SIZE  48

/* Fields of every node (3.1) */
#define NODE_LENGTH   1
#define NODE_MAPPINGS 8
#define NODE_ARRAY    12
#define NODE_SIZE     16

enum node_type { ITS_GROUP = 0, ROOT_COMPLEX = 2, SMMU_V3 = 4 };

/* ITS group (3.1.1.1) */
#define GROUP_COUNT 16
#define GROUP_IDS   20

/* Root complex (3.1.1.3) */
#define ROOT_COHERENT 16
#define ROOT_SEGMENT  28
#define ROOT_SIZE     32

/* SMMUv3 (3.1.1.2) */
#define SMMU_BASE     16
#define SMMU_FLAGS    24
#define SMMU_EVENT    44
#define SMMU_PRI      48
#define SMMU_ERROR    52
#define SMMU_SYNC     56
#define SMMU_NODE     60
#define SMMU_COHERENT 1U
#define SMMU_REGION   0x20000 /* two pages of 64 KiB */

/* ID mapping (table 4) */
#define MAPPING_INPUT	  0
#define MAPPING_COUNT	  4 /* less one */
#define MAPPING_OUTPUT	  8
#define MAPPING_REFERENCE 12
#define MAPPING_FLAGS	  16
#define MAPPING_SIZE	  20
#define MAPPING_SINGLE	  1U /* of the device itself, not of what is behind it */

struct iort {
	struct acpi_intake *in;
	const struct acpi_table *table;
	const uint8_t *smmu[PLATFORM_SMMUS]; /* nodes, as details.smmu */
};

/* -- nodes --------------------------------------------------------------------------------------
 */

static const uint8_t *first_node(const struct acpi_table *t)
{
	return t->data + le32(t->data + IORT_NODES);
}

static const uint8_t *next_node(const uint8_t *node)
{
	return node + le16(node + NODE_LENGTH);
}

static uint32_t nodes(const struct acpi_table *t)
{
	return le32(t->data + IORT_COUNT);
}

static uint32_t least_size(const uint8_t *node)
{
	switch (*node) {
	case ITS_GROUP:
		return GROUP_IDS;
	case ROOT_COMPLEX:
		return ROOT_SIZE;
	case SMMU_V3:
		return SMMU_NODE;
	default:
		return NODE_SIZE;
	}
}

static bool has_room(uint32_t size, uint32_t at, uint32_t count, uint32_t each)
{
	return !count || at + (uint64_t)count * each <= size;
}

/* Whether all of a node is within its 'length' bytes. */
static bool whole(const uint8_t *node, uint32_t length)
{
	if (length < least_size(node) ||
	    !has_room(length, le32(node + NODE_ARRAY), le32(node + NODE_MAPPINGS), MAPPING_SIZE))
		return false;
	return *node != ITS_GROUP || has_room(length, GROUP_IDS, le32(node + GROUP_COUNT), 4);
}

/* After this, all nodes can be read without looking. */
static int check_nodes(const struct acpi_table *t)
{
	uint32_t at, length;

	if (t->size < IORT_SIZE)
		return ERR_ACPI_TABLE;
	at = le32(t->data + IORT_NODES);
	if (at < IORT_SIZE || at > t->size)
		return ERR_ACPI_TABLE;
	for (uint32_t n = nodes(t); n; n--, at += length) {
		if (t->size - at < NODE_SIZE)
			return ERR_ACPI_TABLE;
		length = le16(t->data + at + NODE_LENGTH);
		if (length > t->size - at || !whole(t->data + at, length))
			return ERR_ACPI_TABLE;
	}
	return 0;
}

/* The node that a reference means, or NULL. */
static const uint8_t *find_node(const struct acpi_table *t, uint32_t reference)
{
	const uint8_t *node = first_node(t);

	for (uint32_t n = nodes(t); n; n--, node = next_node(node))
		if (node == t->data + reference)
			return node;
	return NULL;
}

/* The node that takes the ID from this one, or NULL; *id is what it takes it for. */
static const uint8_t *output(const struct iort *iort, const uint8_t *node, uint32_t *id)
{
	const uint8_t *m = node + le32(node + NODE_ARRAY);

	for (uint32_t n = le32(node + NODE_MAPPINGS); n; n--, m += MAPPING_SIZE) {
		uint32_t offset = *id - le32(m + MAPPING_INPUT); /* large for lower IDs */

		if ((le32(m + MAPPING_FLAGS) & MAPPING_SINGLE) || offset > le32(m + MAPPING_COUNT))
			continue;
		*id = le32(m + MAPPING_OUTPUT) + offset;
		return find_node(iort->table, le32(m + MAPPING_REFERENCE));
	}
	return NULL;
}

/* -- SMMUs --------------------------------------------------------------------------------------
 */

/* All of them are edges (3.1.1.2). */
static struct interrupt edge(const uint8_t *at)
{
	return (struct interrupt) {le32(at), true, false};
}

static void take_smmu(struct iort *iort, const uint8_t *node)
{
	struct platform_details *d = iort->in->details;

	if (d->smmus == PLATFORM_SMMUS) {
		acpi_overflow(iort->in->platform, "SMMUs");
		return;
	}
	iort->smmu[d->smmus] = node;
	d->smmu[d->smmus++] = (struct platform_smmu) {
		.region = {le64(node + SMMU_BASE), SMMU_REGION},
		.event = edge(node + SMMU_EVENT),
		.pri = edge(node + SMMU_PRI),
		.sync = edge(node + SMMU_SYNC),
		.error = edge(node + SMMU_ERROR),
		.coherent = le32(node + SMMU_FLAGS) & SMMU_COHERENT,
	};
}

/* -- PCIe hosts ---------------------------------------------------------------------------------
 */

static int smmu_index(const struct iort *iort, const uint8_t *node)
{
	for (unsigned int i = 0; i < iort->in->details->smmus; i++)
		if (iort->smmu[i] == node)
			return (int)i;
	return PLATFORM_NO_UNIT;
}

/* The first ITS of a group; MADT tells which one has that identifier. */
static int its_index(const struct acpi_intake *in, const uint8_t *group)
{
	if (!le32(group + GROUP_COUNT))
		return PLATFORM_NO_UNIT;
	for (unsigned int i = 0; i < in->platform->gic.num_its; i++)
		if (in->its[i] == le32(group + GROUP_IDS))
			return (int)i;
	return PLATFORM_NO_UNIT;
}

/* Requester IDs that are mapped apart from the first one are not followed. */
static void take_host(const struct iort *iort, const uint8_t *root, unsigned int index)
{
	struct platform_pcie_details *host = &iort->in->details->pcie[index];
	uint32_t first = (uint32_t)iort->in->platform->pcie[index].bus_first << 8, id = first;
	const uint8_t *node = output(iort, root, &id);

	host->coherent = le32(root + ROOT_COHERENT) & 1;
	host->smmu = host->its = PLATFORM_NO_UNIT;
	host->smmu_base = host->its_base = 0;
	if (node && *node == SMMU_V3) {
		host->smmu = smmu_index(iort, node);
		host->smmu_base = platform_first_id(id, first);
		node = output(iort, node, &id);
	}
	if (node && *node == ITS_GROUP) {
		host->its = its_index(iort->in, node);
		host->its_base = platform_first_id(id, first);
	}
}

static void take_root(const struct iort *iort, const uint8_t *root)
{
	const struct platform *p = iort->in->platform;

	for (unsigned int i = 0; i < p->num_pcie; i++)
		if (p->pcie[i].segment == le32(root + ROOT_SEGMENT))
			take_host(iort, root, i);
}

int acpi_take_iort(struct acpi_intake *in, const struct acpi_table *table)
{
	struct iort iort = {.in = in, .table = table};
	const uint8_t *node;
	int error = check_nodes(table);

	if (error)
		return error;
	in->details->smmus = 0;
	node = first_node(table);
	for (uint32_t n = nodes(table); n; n--, node = next_node(node))
		if (*node == SMMU_V3)
			take_smmu(&iort, node);
	node = first_node(table);
	for (uint32_t n = nodes(table); n; n--, node = next_node(node))
		if (*node == ROOT_COMPLEX)
			take_root(&iort, node);
	return 0;
}

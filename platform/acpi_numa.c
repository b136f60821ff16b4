/* SPDX-License-Identifier: BSD-2-Clause */
/* NUMA nodes from ACPI tables (ACPI 6.5): SRAT (5.2.16) and SLIT (5.2.17). */
#include "error.h"
#include "le.h"
#include "acpi_parts.h"

#define SRAT_STRUCTURES 48

#define MEMORY 1
#define CPU    3

#define ENABLED	     1U
#define HOTPLUGGABLE 2U /* a place for RAM, which may be empty */
#define NON_VOLATILE 4U

#define SLIT_COUNT  36
#define SLIT_MATRIX 44

#define NODE_MAX UINT8_MAX

static bool node_fits(struct platform *p, uint32_t node)
{
	if (node <= NODE_MAX)
		return true;
	acpi_overflow(p, "NUMA nodes");
	return false;
}

static int take_bank(struct acpi_intake *in, const uint8_t *s)
{
	struct platform *p = in->platform;
	struct region region = {le64(s + 8), le64(s + 16)};

	if ((le32(s + 28) & (ENABLED | HOTPLUGGABLE | NON_VOLATILE)) != ENABLED || !region.size ||
	    !node_fits(p, le32(s + 2)))
		return 0;
	if (region_wraps(&region))
		return ERR_ACPI_TABLE;
	region = region_whole_pages(&region); /* what can be mapped */
	if (!region.size)
		return 0;
	if (p->banks == PLATFORM_BANKS)
		acpi_overflow(p, "memory banks");
	else
		p->bank[p->banks++] = (struct platform_bank) {region, s[2]};
	return 0;
}

/* For a platform whose RAM is known: the node of each bank that begins there */
static int take_node(struct acpi_intake *in, const uint8_t *s)
{
	struct platform *p = in->platform;
	struct region part = {le64(s + 8), le64(s + 16)};

	if (!(le32(s + 28) & ENABLED) || !node_fits(p, le32(s + 2)))
		return 0;
	for (struct platform_bank *b = p->bank; b < p->bank + p->banks; b++)
		if (in_range(b->region.base, 1, &part))
			b->node = s[2];
	return 0;
}

static int take_cpu(struct acpi_intake *in, const uint8_t *s)
{
	struct platform *p = in->platform;

	if (!(le32(s + 10) & ENABLED) || !node_fits(p, le32(s + 2)))
		return 0;
	for (unsigned int i = 0; i < p->cpus; i++)
		if (in->uid[i] == le32(s + 6))
			p->cpu[i].node = s[2];
	in->details->numa = true;
	return 0;
}

int acpi_take_srat(struct acpi_intake *in, const struct acpi_table *srat)
{
	const struct acpi_kind kinds[] = {
		{MEMORY, 40, in->platform->banks ? take_node : take_bank},
		{CPU, 18, take_cpu},
		{0, 0, NULL},
	};

	return acpi_walk(srat, SRAT_STRUCTURES, kinds, in);
}

int acpi_take_slit(struct acpi_intake *in, const struct acpi_table *slit)
{
	const uint8_t *at = slit->data + SLIT_MATRIX;
	uint64_t count;

	if (slit->size < SLIT_MATRIX)
		return ERR_ACPI_TABLE;
	count = le64(slit->data + SLIT_COUNT);
	if (count > UINT16_MAX || count * count > slit->size - SLIT_MATRIX)
		return ERR_ACPI_TABLE;
	if (count > PLATFORM_NODES) {
		acpi_overflow(in->platform, "NUMA nodes");
		return 0;
	}
	for (uint64_t i = 0; i < count; i++)
		for (uint64_t j = 0; j < count; j++)
			in->details->distance[i][j] = *at++;
	return 0;
}

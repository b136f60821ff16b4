/* SPDX-License-Identifier: BSD-2-Clause */
/* Where CPUs and RAM are: PPTT (ACPI 6.5, 5.2.30), SRAT (5.2.16), SLIT (5.2.17). */
#include "write.h"
#include "le.h"

#define PPTT_NODE 20 /* bytes of a node without private resources */

#define PPTT_PACKAGE 1U
#define PPTT_UID     2U /* the number is a CPU's UID */
#define PPTT_THREAD  4U
#define PPTT_LEAF    8U

#define SRAT_MEMORY 1
#define SRAT_GICC   3

#define LOCAL_DISTANCE	10
#define REMOTE_DISTANCE 20

static uint32_t pptt_node(struct acpi_write *w, uint32_t flags, uint32_t parent, uint32_t number)
{
	uint32_t offset = acpi_so_far(w);
	uint8_t *node = acpi_entry(w, 0, PPTT_NODE);

	put_le32(node + 4, flags);
	put_le32(node + 8, parent);
	put_le32(node + 12, number);
	return offset;
}

/*
 * The node of that number in 'parent', written if it is not there yet. The number stays in it,
 * which is how it is found again; the search goes backwards as CPUs are mostly in order.
 */
static uint32_t pptt_inner(struct acpi_write *w, uint32_t flags, uint32_t parent, uint32_t number)
{
	for (uint32_t at = acpi_so_far(w); at >= ACPI_HEADER + PPTT_NODE && at > parent;) {
		const uint8_t *node = w->start + w->table + (at -= PPTT_NODE);

		if (le32(node + 4) == flags && le32(node + 8) == parent &&
		    le32(node + 12) == number)
			return at;
	}
	return pptt_node(w, flags, parent, number);
}

/* Clusters and threads are only told of where there is more than one in something. */
void acpi_pptt(struct acpi_write *w)
{
	const struct platform_place *place = w->details->place;
	bool known = w->details->topology, clusters = false, threads = false;

	for (unsigned int i = 0; known && i < w->platform->cpus; i++) {
		clusters |= place[i].cluster;
		threads |= place[i].thread;
	}
	acpi_begin(w, "PPTT", 2, ACPI_HEADER);
	for (unsigned int i = 0; i < w->platform->cpus; i++) {
		uint32_t parent = pptt_inner(w, PPTT_PACKAGE, 0, known ? place[i].socket : 0);

		if (clusters)
			parent = pptt_inner(w, 0, parent, place[i].cluster);
		if (threads)
			parent = pptt_inner(w, 0, parent, place[i].core);
		pptt_node(w, PPTT_UID | PPTT_LEAF | (threads ? PPTT_THREAD : 0), parent, i);
	}
	acpi_end(w);
}

static void srat(struct acpi_write *w)
{
	const struct platform *p = w->platform;
	uint8_t *entry = acpi_begin(w, "SRAT", 3, 48);

	put_le32(entry + 36, 1);
	for (unsigned int i = 0; i < p->cpus; i++) {
		entry = acpi_entry(w, SRAT_GICC, 18);
		put_le32(entry + 2, p->cpu[i].node);
		put_le32(entry + 6, i);
		put_le32(entry + 10, acpi_cpu_usable(p, i));
	}
	for (unsigned int i = 0; i < p->banks; i++) {
		entry = acpi_entry(w, SRAT_MEMORY, 40);
		put_le32(entry + 2, p->bank[i].node);
		put_le64(entry + 8, p->bank[i].region.base);
		put_le64(entry + 16, p->bank[i].region.size);
		put_le32(entry + 28, 1);
	}
	acpi_end(w);
}

/* How many numbers of nodes there are. */
static unsigned int nodes(const struct platform *p)
{
	unsigned int last = 0;

	for (unsigned int i = 0; i < p->cpus; i++)
		if (p->cpu[i].node > last)
			last = p->cpu[i].node;
	for (unsigned int i = 0; i < p->banks; i++)
		if (p->bank[i].node > last)
			last = p->bank[i].node;
	return last + 1;
}

/* Kernels refuse a table where a node is as near to another one as to itself. */
static uint8_t distance(const struct platform_details *details, unsigned int from, unsigned int to)
{
	uint8_t known = details->distance[from][to];

	if (from == to)
		return LOCAL_DISTANCE;
	return known > LOCAL_DISTANCE ? known : REMOTE_DISTANCE;
}

static void slit(struct acpi_write *w)
{
	unsigned int count = nodes(w->platform);
	uint8_t *table;

	if (count > PLATFORM_NODES)
		return;
	table = acpi_begin(w, "SLIT", 1, 44);
	put_le32(table + 36, count);
	for (unsigned int from = 0; from < count; from++) {
		uint8_t *line = acpi_take(w, count);

		for (unsigned int to = 0; to < count; to++)
			line[to] = distance(w->details, from, to);
	}
	acpi_end(w);
}

void acpi_numa(struct acpi_write *w)
{
	if (!w->details->numa)
		return;
	srat(w);
	slit(w);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IORT: which ITS and which SMMU the DMA of a PCI host goes through (Arm DEN0049). Formats are
 * those of issue D (revision 0), which every kernel knows.
 */
#include "tables/acpi/build.h"
#include "write.h"
#include "le.h"

#define NODE_ITS_GROUP	  0
#define NODE_ROOT_COMPLEX 2
#define NODE_SMMU_V3	  4

#define IORT_SIZE      48
#define NODE_SIZE      16 /* the part that all have */
#define ITS_GROUP_SIZE 24
#define SMMU_SIZE      68
#define RC_SIZE	       36
#define MAPPING_SIZE   20

#define RC_COHERENT 3U /* memory access flags: CPM and DACS */
#define SMMU_COHACC 1U
#define ID_LAST	    0xffff /* requester IDs are 16 bits: the count, less one */

/* Starts a node; its mappings come behind it. */
static uint8_t *node(struct acpi_write *w, uint8_t type, uint8_t revision, uint8_t size,
		     unsigned int mappings)
{
	uint8_t *at = acpi_take(w, size);

	at[0] = type;
	put_le16(at + 1, (uint16_t)(size + mappings * MAPPING_SIZE));
	at[3] = revision;
	put_le32(at + 8, mappings);
	put_le32(at + 12, mappings ? size : 0);
	return at;
}

static void mapping(struct acpi_write *w, uint32_t from, uint32_t to, uint32_t offset)
{
	uint8_t *at = acpi_take(w, MAPPING_SIZE);

	put_le32(at, from);
	put_le32(at + 4, ID_LAST);
	put_le32(at + 8, to);
	put_le32(at + 12, offset);
}

/* Groups have one ITS each and come first: this is where they are. */
static uint32_t its_offset(int its)
{
	return IORT_SIZE + ITS_GROUP_SIZE * (uint32_t)its;
}

static bool through(const struct acpi_write *w, unsigned int host, unsigned int smmu)
{
	const struct platform_pcie_details *d = &w->details->pcie[host];

	return acpi_pcie_buses(&w->platform->pcie[host]) && d->smmu == (int)smmu &&
	       d->its != PLATFORM_NO_UNIT;
}

/*
 * Uses revision 0, so that no interrupt is taken for a message (the field for that came with
 * revision 1), yet of the length of later ones.
 */
static void smmu(struct acpi_write *w, unsigned int index)
{
	const struct platform_smmu *s = &w->details->smmu[index];
	unsigned int mappings = 0;
	uint8_t *at;

	for (unsigned int i = 0; i < w->platform->num_pcie; i++)
		mappings += through(w, i, index);
	at = node(w, NODE_SMMU_V3, 0, SMMU_SIZE, mappings);
	put_le64(at + 16, s->region.base);
	put_le32(at + 24, s->coherent ? SMMU_COHACC : 0);
	put_le32(at + 44, s->event.intid);
	put_le32(at + 48, s->pri.intid);
	put_le32(at + 52, s->error.intid);
	put_le32(at + 56, s->sync.intid);
	for (unsigned int i = 0; i < w->platform->num_pcie; i++) {
		const struct platform_pcie_details *d = &w->details->pcie[i];

		if (through(w, i, index))
			mapping(w, d->smmu_base, d->its_base, its_offset(d->its));
	}
}

static void root_complex(struct acpi_write *w, unsigned int index, const uint32_t *smmus)
{
	const struct platform_pcie_details *d = &w->details->pcie[index];
	bool by_smmu = d->smmu != PLATFORM_NO_UNIT, by_its = d->its != PLATFORM_NO_UNIT;
	uint8_t *at = node(w, NODE_ROOT_COMPLEX, 1, RC_SIZE, by_smmu || by_its);

	if (d->coherent) {
		put_le32(at + 16, 1);
		at[23] = RC_COHERENT;
	}
	put_le32(at + 28, w->platform->pcie[index].segment);
	at[32] = 64; /* address bits */
	if (by_smmu)
		mapping(w, 0, d->smmu_base, smmus[d->smmu]);
	else if (by_its)
		mapping(w, 0, d->its_base, its_offset(d->its));
}

void acpi_iort(struct acpi_write *w)
{
	unsigned int num_its = w->platform->gic.num_its, nodes = num_its + w->details->smmus;
	uint32_t smmus[PLATFORM_SMMUS];
	uint8_t *table, *at;

	if (!nodes)
		return;
	table = acpi_begin(w, "IORT", 0, IORT_SIZE);
	put_le32(table + 40, IORT_SIZE);
	for (unsigned int i = 0; i < num_its; i++) {
		at = node(w, NODE_ITS_GROUP, 0, ITS_GROUP_SIZE, 0);
		put_le32(at + NODE_SIZE, 1);
		put_le32(at + NODE_SIZE + 4, i);
	}
	for (unsigned int i = 0; i < w->details->smmus; i++) {
		smmus[i] = acpi_so_far(w);
		smmu(w, i);
	}
	for (unsigned int i = 0; i < w->platform->num_pcie; i++)
		if (acpi_pcie_buses(&w->platform->pcie[i])) {
			root_complex(w, i, smmus);
			nodes++;
		}
	put_le32(table + 36, nodes);
	acpi_end(w);
}

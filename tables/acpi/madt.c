/* SPDX-License-Identifier: BSD-2-Clause */
/* MADT: the interrupt controllers and the CPUs (ACPI 6.5, 5.2.12; formats of ACPI 6.3). */
#include "write.h"
#include "le.h"

#define MADT_GICC      11
#define MADT_GICD      12
#define MADT_MSI_FRAME 13
#define MADT_GICR      14
#define MADT_ITS       15

#define GICC_ENABLED	      1U
#define GICC_PMU_EDGE	      2U
#define GICC_MAINTENANCE_EDGE 4U

/* The UID is the index in the model, as in PPTT, SRAT and DSDT. */
static void gicc(struct acpi_write *w, unsigned int cpu)
{
	const struct platform_gic *gic = &w->platform->gic;
	const struct interrupt *pmu = &w->details->pmu;
	uint8_t *entry = acpi_entry(w, MADT_GICC, 80);

	put_le32(entry + 4, cpu);
	put_le32(entry + 8, cpu);
	put_le32(entry + 12,
		 (acpi_cpu_usable(w->platform, cpu) ? GICC_ENABLED : 0) |
			 (pmu->intid && pmu->edge ? GICC_PMU_EDGE : 0) |
			 (gic->maintenance.intid && gic->maintenance.edge ? GICC_MAINTENANCE_EDGE
									  : 0));
	put_le32(entry + 20, pmu->intid);
	if (gic->version == 2) {
		put_le64(entry + 32, gic->cpu.base);
		put_le64(entry + 40, gic->vcpu.base);
		put_le64(entry + 48, gic->hyp.base);
	}
	put_le32(entry + 56, gic->maintenance.intid);
	put_le64(entry + 68, w->platform->cpu[cpu].mpidr);
}

static void gic_v3(struct acpi_write *w, const struct platform_gic *gic)
{
	uint8_t *entry;

	for (unsigned int i = 0; i < gic->redists; i++) {
		entry = acpi_entry(w, MADT_GICR, 16);
		put_le64(entry + 4, gic->redist[i].base);
		put_le32(entry + 12, (uint32_t)gic->redist[i].size);
	}
	for (unsigned int i = 0; i < gic->num_its; i++) {
		entry = acpi_entry(w, MADT_ITS, 20);
		put_le32(entry + 4, i);
		put_le64(entry + 8, gic->its[i].base);
	}
}

void acpi_madt(struct acpi_write *w)
{
	const struct platform_gic *gic = &w->platform->gic;
	uint8_t *entry;

	acpi_begin(w, "APIC", 5, 44);
	for (unsigned int i = 0; i < w->platform->cpus; i++)
		gicc(w, i);
	entry = acpi_entry(w, MADT_GICD, 24);
	put_le64(entry + 8, gic->dist.base);
	entry[20] = (uint8_t)gic->version;
	if (gic->version == 3)
		gic_v3(w, gic);
	if (gic->v2m.size) {
		entry = acpi_entry(w, MADT_MSI_FRAME, 24);
		put_le64(entry + 8, gic->v2m.base);
	}
	acpi_end(w);
}

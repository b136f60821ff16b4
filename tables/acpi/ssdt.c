/* SPDX-License-Identifier: BSD-2-Clause */
/* An SSDT of the devices that device tree overlays have added. */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/build.h"
#include "device.h"
#include "error.h"
#include "lib/fdt/visit.h"
#include "platform/fdt_details.h"

#define SSDT_REVISION 2 /* integers have 64 bits */
#define DEVICES	      256
#define LIST_MAX      255 /* of a package's elements */

struct scan {
	const struct acpi_added *added;
	const void *fdt;
	struct aml aml;
	unsigned int devices;
	uint32_t gic;		       /* phandle, 0: none */
	int before[FDT_MAX_DEPTH + 1]; /* nodes of the path in the other tree, negative: none */
};

/* -- properties ---------------------------------------------------------------------------------
 */

/* What is said in another way, or says how to read the others. */
static const char no_property[] = "reg\0interrupts\0interrupt-parent\0status\0phandle\0"
				  "linux,phandle\0dma-coherent\0#address-cells\0#size-cells\0";

/* How names of properties end that refer to other nodes. */
static const char reference[] =
	"clocks\0clock-parents\0resets\0gpios\0gpio\0-supply\0power-domains\0dmas\0iommus\0phys\0"
	"-handle\0memory-region\0mboxes\0-extended\0nvmem-cells\0-map\0-parent\0"
	"pinctrl-0\0pinctrl-1\0syscon\0remote-endpoint\0";

/* Whether one of the words of a list is the name, or ends it. */
static bool listed(const char *list, const char *name, bool ends)
{
	size_t length = strlen(name), word;

	for (; *list; list += word + 1) {
		word = strlen(list);
		if (word <= length && (ends || word == length) &&
		    strcmp(list, name + length - word) == 0)
			return true;
	}
	return false;
}

/* Printable strings, none of them empty: the tree does not say what a value is. */
static bool is_text(const char *value, int len)
{
	for (int i = 0; i < len; i++)
		if (value[i] ? value[i] < ' ' || value[i] > '~' : !i || !value[i - 1])
			return false;
	return len && !value[len - 1];
}

/* True, or strings, or numbers of 32 bits: one as it is, several as a package. */
static const char *put_value(struct aml *aml, const char *value, int len)
{
	bool text = is_text(value, len);
	int one = text ? (int)strlen(value) + 1 : 4;
	uint8_t *open = len > one ? aml_open_package(aml) : NULL;
	unsigned int count = 0;

	if (!len)
		aml_integer(aml, 1);
	else if (!text && len % 4)
		return "a property is neither text nor numbers";
	for (const char *end = value + len; value < end; value += one, count++) {
		if (text)
			aml_string(aml, value);
		else
			aml_integer(aml, fdt_cell(value));
		one = text ? (int)strlen(value) + 1 : 4;
	}
	if (count > LIST_MAX)
		return "a property is too long";
	if (open)
		aml_close_package(aml, open, count);
	return NULL;
}

static const char *put_property(struct aml *aml, const char *name, const char *value, int len)
{
	uint8_t *open;
	const char *why;

	if (listed(reference, name, true))
		return "it refers to other nodes";
	open = aml_open_package(aml);
	aml_string(aml, name);
	why = put_value(aml, value, len);
	if (!why)
		aml_close_package(aml, open, 2);
	return why;
}

static const char *put_properties(struct scan *s, int node)
{
	/* _DSD's UUID for device properties: daffd814-6eba-4d8c-8a91-bc9bbf4aa301 */
	static const uint8_t uuid[] = {AML_BUFFER, 0x13, 0x0a, 16,   0x14, 0xd8, 0xff,
				       0xda,	   0xba, 0x6e, 0x8c, 0x4d, 0x8a, 0x91,
				       0xbc,	   0x9b, 0xbf, 0x4a, 0xa3, 0x01};
	uint8_t *all, *list;
	unsigned int count = 0;
	const char *why = NULL;
	int at, len;

	aml_name(&s->aml, "_DSD");
	all = aml_open_package(&s->aml);
	aml_bytes(&s->aml, uuid, sizeof(uuid));
	list = aml_open_package(&s->aml);
	fdt_for_each_property_offset(at, s->fdt, node)
	{
		const char *name, *value = fdt_getprop_by_offset(s->fdt, at, &name, &len);

		if (why || listed(no_property, name, false))
			continue;
		why = ++count > LIST_MAX ? "it has too many properties"
					 : put_property(&s->aml, name, value, len);
	}
	if (why)
		return why;
	aml_close_package(&s->aml, list, count);
	aml_close_package(&s->aml, all, 2);
	return NULL;
}

/* -- registers and interrupts --------------------------------------------------------------------
 */

static const char *put_registers(struct scan *s, const struct fdt_node *node)
{
	const struct fdt_level *bus = &node->level[node->depth - 1];
	uint32_t entry = fdt_entry_size(bus->address_cells, bus->size_cells);
	uint32_t i;
	struct region r;

	if (!fdt_has(node, P_REG))
		return "it has no registers";
	for (i = 0; fdt_reg(node, i, &r.base, &r.size); i++) {
		if (!acpi_usable(&r))
			break;
		aml_memory(&s->aml, r.base, r.size);
	}
	return i && i == node->value[P_REG].len / entry ? NULL : "its registers are not the CPU's";
}

/* Devicetree Specification 2.4: the nearest interrupt-parent counts. */
static uint32_t interrupt_parent(const struct scan *s, const struct fdt_node *node)
{
	const void *parent = NULL;
	int len = 0;

	for (int depth = node->depth; depth && !parent; depth--)
		parent = fdt_getprop(s->fdt, node->level[depth].offset, "interrupt-parent", &len);
	return parent && len == 4 ? fdt_cell(parent) : 0;
}

static const char *put_interrupts(struct scan *s, const struct fdt_node *node)
{
	const struct fdt_value *list = &node->value[P_INTERRUPTS];
	struct interrupt one;

	if (!fdt_has(node, P_INTERRUPTS))
		return NULL;
	if (!s->gic || interrupt_parent(s, node) != s->gic || list->len % 12)
		return "its interrupts are not the GIC's";
	for (uint32_t at = 0; at < list->len; at += 12) {
		if (fdt_cell(list->data + at) > 1) /* neither SPI nor PPI */
			return "its interrupts are not the GIC's";
		platform_interrupt(&one, list->data + at);
		aml_interrupt(&s->aml, one.intid, one.edge, one.active_low);
	}
	return NULL;
}

static bool coherent(const struct scan *s, const struct fdt_node *node)
{
	for (int depth = node->depth; depth; depth--)
		if (fdt_getprop(s->fdt, node->level[depth].offset, "dma-coherent", NULL))
			return true;
	return false;
}

static const char *put_device(struct scan *s, const struct fdt_node *node)
{
	char name[] = "FA00";
	uint8_t *open, *crs;
	const char *why;

	if (s->devices == DEVICES)
		return "there are too many";
	acpi_digits(name + 2, 2, s->devices);
	open = acpi_open_device(&s->aml, name, "PRP0001", s->devices);
	crs = acpi_open_crs(&s->aml);
	why = put_registers(s, node);
	if (!why)
		why = put_interrupts(s, node);
	aml_close_resources(&s->aml, crs);
	acpi_integer(&s->aml, "_CCA", coherent(s, node));
	if (!why)
		why = put_properties(s, node->level[node->depth].offset);
	aml_close(&s->aml, open);
	return why;
}

/* -- which nodes ---------------------------------------------------------------------------------
 */

static bool same(const struct region *a, const struct region *b)
{
	return a->size && a->base == b->base;
}

/* Whether the DSDT or another table has the device, as far as those are made from the model. */
static bool in_model(const struct platform *p, const struct fdt_node *node)
{
	struct region r = {0, 0};
	bool there;

	fdt_reg(node, 0, &r.base, &r.size);
	there = same(&p->rtc.region, &r) || same(&p->fw_cfg, &r) || same(&p->gic.dist, &r) ||
		same(&p->gic.v2m, &r);
	for (unsigned int i = 0; i < p->uarts; i++)
		there |= same(&p->uart[i].region, &r);
	for (unsigned int i = 0; i < p->num_virtio; i++)
		there |= same(&p->virtio[i].region, &r);
	for (unsigned int i = 0; i < p->num_pcie; i++)
		there |= same(&p->pcie[i].config, &r);
	for (unsigned int i = 0; i < p->gic.num_its; i++)
		there |= same(&p->gic.its[i], &r);
	return there;
}

/* A bus has nothing itself; CPUs, memory and /chosen have other tables. */
static bool is_device(const struct scan *s, const struct fdt_node *node)
{
	const char *top = fdt_name(node, node->depth - 2);

	if (!fdt_has(node, P_COMPATIBLE) || !fdt_enabled(node) || s->before[node->depth] >= 0 ||
	    listed("cpus\0reserved-memory\0chosen\0", top, false))
		return false;
	if (fdt_has(node, P_RANGES) && !fdt_has(node, P_REG))
		return false;
	return !s->added->built || !in_model(s->added->platform, node);
}

static int find_gic(void *context, const struct fdt_node *node)
{
	struct scan *s = context;
	struct region r;

	if (fdt_has(node, P_PHANDLE) && fdt_reg(node, 0, &r.base, &r.size) &&
	    r.base == s->added->platform->gic.dist.base)
		s->gic = (uint32_t)fdt_number(node, P_PHANDLE, 0);
	return 0;
}

static int visit(void *context, const struct fdt_node *node)
{
	struct scan *s = context;
	int depth = node->depth, parent = s->before[depth - 1];
	uint8_t *start = s->aml.at;
	const char *why;

	s->before[depth] =
		depth == 1   ? 0
		: parent < 0 ? parent
			     : fdt_subnode_offset(s->added->before, parent, fdt_name(node, 0));
	if (depth < 2 || !is_device(s, node))
		return 0;
	why = put_device(s, node);
	if (!why) {
		s->devices++;
		return 0;
	}
	if (!s->aml.full)
		s->aml.at = start;
	s->added->left_out(fdt_name(node, 0), why);
	return 0;
}

int ssdt_build(const struct acpi_added *added, void *to, size_t room, size_t *used)
{
	const void *fdt = added->platform->fdt;
	struct scan s = {.added = added, .fdt = fdt, .aml = {to, (uint8_t *)to + room, false}};
	uint8_t *header = aml_reserve(&s.aml, ACPI_HEADER), *scope = aml_open(&s.aml, AML_SCOPE);
	size_t size = fdt_totalsize(fdt);
	int error = fdt_visit(fdt, size, find_gic, &s);

	aml_bytes(&s.aml, "\\_SB_", 5);
	if (!error)
		error = fdt_visit(fdt, size, visit, &s);
	aml_close(&s.aml, scope);
	if (!error && s.aml.full)
		error = ERR_FULL;
	*used = 0;
	if (error || !s.devices)
		return error;
	*used = (size_t)(s.aml.at - header);
	acpi_header(header, "SSDT", SSDT_REVISION);
	acpi_finish(header, (uint32_t)*used);
	return 0;
}

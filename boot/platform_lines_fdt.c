/* SPDX-License-Identifier: BSD-2-Clause */
#include "platform_lines.h"
#include <libfdt.h>
#include <string.h>
#include "fdt_visit.h"

#define GPIO_ACTIVE_LOW 1 /* include/dt-bindings/gpio/gpio.h */
#define PL061_LINES	8

#define FOUND (-1000) /* ends a visit */

/* secure-status, where it is missing, is what status is; and that is "okay" where it is missing. */
static bool usable(const void *fdt, int node)
{
	const char *status = fdt_getprop(fdt, node, "secure-status", NULL);

	if (!status)
		status = fdt_getprop(fdt, node, "status", NULL);
	return !status || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

struct search {
	const void *fdt;
	const char *compatible;
	uint32_t phandle; /* of the line's controller */
	struct monitor_line *line;
};

static int offset(const struct fdt_node *node)
{
	return node->level[node->depth].offset;
}

static int find_controller(void *context, const struct fdt_node *node)
{
	struct search *s = context;
	uint64_t size;

	if (fdt_number(node, P_PHANDLE, 0) != s->phandle)
		return 0;
	if (usable(s->fdt, offset(node)) && fdt_lists(node, P_COMPATIBLE, "arm,pl061") &&
	    !fdt_reg(node, 0, &s->line->base, &size))
		s->line->base = 0;
	return FOUND;
}

static int find_line(void *context, const struct fdt_node *node)
{
	struct search *s = context;
	const fdt32_t *gpios;
	int size;

	if (!fdt_lists(node, P_COMPATIBLE, s->compatible) || !usable(s->fdt, offset(node)))
		return 0;
	gpios = fdt_getprop(s->fdt, offset(node), "gpios", &size);
	if (!gpios || size != 12 || fdt32_ld(gpios + 1) >= PL061_LINES)
		return 0;
	s->phandle = fdt32_ld(gpios);
	s->line->pin = fdt32_ld(gpios + 1);
	s->line->active_low = fdt32_ld(gpios + 2) & GPIO_ACTIVE_LOW;
	fdt_visit(s->fdt, fdt_totalsize(s->fdt), find_controller, s);
	return s->line->base ? FOUND : 0;
}

void platform_line(const void *fdt, const char *compatible, struct monitor_line *line)
{
	struct search search = {.fdt = fdt, .compatible = compatible, .line = line};

	memset(line, 0, sizeof(*line));
	if (fdt_visit(fdt, fdt_totalsize(fdt), find_line, &search) != FOUND)
		memset(line, 0, sizeof(*line));
}

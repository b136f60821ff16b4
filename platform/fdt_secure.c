/* SPDX-License-Identifier: BSD-2-Clause */
/* The secure world's RAM and GPIO lines from a device tree. */
#include "platform/fdt_secure.h"
#include <libfdt.h>
#include <string.h>
#include "lib/fdt/visit.h"

#define GPIO_ACTIVE_LOW 1 /* include/dt-bindings/gpio/gpio.h */
#define PL061_LINES	8

#define NODES 4	      /* of lines, and of controllers, that are looked at */
#define FOUND (-1000) /* ends a visit */

/* secure-status, where it is missing, is what status is; and that is "okay" where it is missing. */
static bool usable(const void *fdt, int node)
{
	const char *status = fdt_getprop(fdt, node, "secure-status", NULL);

	if (!status)
		status = fdt_getprop(fdt, node, "status", NULL);
	return !status || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

/* A node that names a line. */
struct user {
	struct monitor_gpio *line;
	uint32_t phandle; /* of the line's controller */
	uint8_t pin;
	bool active_low;
};

struct search {
	const void *fdt;
	struct platform_secure *secure;
	struct user user[NODES];
	struct {
		uint32_t phandle;
		uint64_t base;
	} controller[NODES];
	unsigned int users, controllers;
};

static int offset(const struct fdt_node *node)
{
	return node->level[node->depth].offset;
}

static void add_controller(struct search *s, const struct fdt_node *node)
{
	uint64_t base, size;

	if (s->controllers == NODES || !usable(s->fdt, offset(node)) ||
	    !fdt_reg(node, 0, &base, &size))
		return;
	s->controller[s->controllers].phandle = (uint32_t)fdt_number(node, P_PHANDLE, 0);
	s->controller[s->controllers++].base = base;
}

static void add_user(struct search *s, const struct fdt_node *node, struct monitor_gpio *line)
{
	struct user *user = &s->user[s->users];
	const fdt32_t *gpios;
	int size;

	if (s->users == NODES || !usable(s->fdt, offset(node)))
		return;
	gpios = fdt_getprop(s->fdt, offset(node), "gpios", &size);
	if (!gpios || size != 12 || fdt32_ld(gpios + 1) >= PL061_LINES)
		return;
	user->line = line;
	user->phandle = fdt32_ld(gpios);
	user->pin = (uint8_t)fdt32_ld(gpios + 1);
	user->active_low = fdt32_ld(gpios + 2) & GPIO_ACTIVE_LOW;
	s->users++;
}

/* Disabled, and "okay" for the secure world. Below the root, as all memory is. */
static void add_ram(struct search *s, const struct fdt_node *node)
{
	struct region *ram = &s->secure->ram;
	const char *type = fdt_text(node, P_DEVICE_TYPE);

	if (ram->size || !type || strcmp(type, "memory") != 0 || fdt_enabled(node) ||
	    !usable(s->fdt, offset(node)))
		return;
	if (!fdt_reg(node, 0, &ram->base, &ram->size) || region_wraps(ram))
		ram->size = 0;
}

/* The first node that names a line of a controller is the one. */
static void resolve(const struct search *s, const struct user *user)
{
	struct monitor_gpio *line = user->line;

	for (unsigned int i = 0; i < s->controllers && !line->base; i++)
		if (s->controller[i].phandle == user->phandle)
			*line = (struct monitor_gpio) {.base = s->controller[i].base,
						       .pin = user->pin,
						       .active_low = user->active_low};
}

static int visit(void *context, const struct fdt_node *node)
{
	struct search *s = context;

	if (fdt_lists(node, P_COMPATIBLE, "arm,pl061"))
		add_controller(s, node);
	else if (fdt_lists(node, P_COMPATIBLE, "gpio-poweroff"))
		add_user(s, node, &s->secure->off);
	else if (fdt_lists(node, P_COMPATIBLE, "gpio-restart"))
		add_user(s, node, &s->secure->reset);
	else if (node->depth == 2)
		add_ram(s, node);
	for (unsigned int i = 0; i < s->users; i++)
		resolve(s, &s->user[i]);
	return s->secure->off.base && s->secure->reset.base && s->secure->ram.size ? FOUND : 0;
}

void platform_secure(const void *fdt, struct platform_secure *secure)
{
	struct search search = {.fdt = fdt, .secure = secure};

	memset(&secure->ram, 0, sizeof(secure->ram));
	memset(&secure->off, 0, sizeof(secure->off));
	memset(&secure->reset, 0, sizeof(secure->reset));
	fdt_visit(fdt, fdt_totalsize(fdt), visit, &search);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Applies device tree overlays as dtc -@ makes them: fixups, then fragments. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "error.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"

#define PATH_ROOM 256 /* bytes of a path that a label stands for */

struct merge {
	void *fdt, *overlay;
	uint32_t phandles; /* what is added to the overlay's, so that they are not the tree's */
	const char **what;
};

/* libfdt's errors, over trees that are good. */
static int result(int error)
{
	return error >= 0 ? 0 : error == -FDT_ERR_NOSPACE ? ERR_FDT_SPACE : ERR_FDT_STRUCTURE;
}

static int fail(const struct merge *m, int error, const char *what)
{
	*m->what = what;
	return error;
}

/* -- the overlay by itself: its phandles become other ones, in place ------------------------------
 */

static int add_phandles(const struct merge *m, char *cell)
{
	uint32_t number = fdt32_ld((const fdt32_t *)(const void *)cell);

	if (number >= UINT32_MAX - m->phandles)
		return ERR_FULL;
	fdt32_st(cell, number + m->phandles);
	return 0;
}

static bool is_phandle(const struct fdt_walk *walk)
{
	return strcmp(walk->name, "phandle") == 0 || strcmp(walk->name, "linux,phandle") == 0;
}

/* This pass checks the structure, too: libfdt may have the overlay behind it. */
static int renumber(const struct merge *m, size_t size)
{
	struct fdt_walk walk;
	int token = 0, error = fdt_walk_start(&walk, m->overlay, size);

	while (!error && token != FDT_END) {
		token = fdt_walk_next(&walk);
		if (token < 0)
			return token;
		if (token == FDT_PROP && is_phandle(&walk))
			error = walk.len == 4 ? add_phandles(m, (char *)(uintptr_t)walk.data)
					      : ERR_FDT_VALUE;
	}
	return error;
}

/* Where in a property of the overlay a phandle goes; NULL: nowhere. */
static char *place_of(const struct merge *m, int node, const char *name, size_t length, uint32_t at)
{
	int len;
	char *value = fdt_getprop_namelen_w(m->overlay, node, name, (int)length, &len);

	return value && len >= 4 && at <= (uint32_t)len - 4 ? value + at : NULL;
}

/* What is done for each property or subnode of a node of the overlay. */
typedef int each(const struct merge *m, int at, int argument);

static int each_property(const struct merge *m, int node, each *call, int argument)
{
	int at = fdt_first_property_offset(m->overlay, node), error = 0;

	for (; at >= 0 && !error; at = fdt_next_property_offset(m->overlay, at))
		error = call(m, at, argument);
	return error;
}

static int each_subnode(const struct merge *m, int node, each *call, int argument)
{
	int at = node < 0 ? node : fdt_first_subnode(m->overlay, node), error = 0;

	for (; at >= 0 && !error; at = fdt_next_subnode(m->overlay, at))
		error = call(m, at, argument);
	return error;
}

/* The property has the places of phandles in that of the same name of 'node'. */
static int fix_property(const struct merge *m, int property, int node)
{
	int len, error = 0;
	const char *name, *at = fdt_getprop_by_offset(m->overlay, property, &name, &len);

	for (; len >= 4 && !error; len -= 4, at += 4) {
		char *cell = place_of(m, node, name, strlen(name), fdt_cell(at));

		error = cell ? add_phandles(m, cell) : fail(m, ERR_FIXUP, name);
	}
	return error;
}

/* The nodes below /__local_fixups__ mirror those below the root. */
static int fix_local(const struct merge *m, int fixups, int parent)
{
	const char *name = fdt_get_name(m->overlay, fixups, NULL);
	int node = fdt_subnode_offset(m->overlay, parent, name), error;

	if (node < 0)
		return fail(m, ERR_FIXUP, name);
	error = each_property(m, fixups, fix_property, node);
	return error ? error : each_subnode(m, fixups, fix_local, node);
}

/* -- what it refers to in the tree ---------------------------------------------------------------
 */

/* The phandle of what the tree has a label for; 0: nothing. */
static uint32_t labelled(const struct merge *m, const char *label)
{
	int symbols = fdt_subnode_offset(m->fdt, 0, "__symbols__"), node;
	const char *path = fdt_stringlist_get(m->fdt, symbols, label, 0, NULL);

	node = path ? fdt_path_offset(m->fdt, path) : -1;
	return node < 0 ? 0 : fdt_get_phandle(m->fdt, node);
}

/* PATH:PROPERTY:PLACE */
static char *fixup_place(const struct merge *m, const char *text)
{
	const char *name = strchr(text, ':'), *end = name ? strchr(name + 1, ':') : NULL;
	uint32_t at = 0;

	if (!end || !end[1])
		return NULL;
	for (const char *digit = end + 1; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || at > FDT_OVERLAY_MAX)
			return NULL;
		at = at * 10 + (uint32_t)(*digit - '0');
	}
	return place_of(m, fdt_path_offset_namelen(m->overlay, text, (int)(name - text)), name + 1,
			(size_t)(end - name - 1), at);
}

/* A property of /__fixups__ is a label, and lists where its phandle goes. */
static int fix_label(const struct merge *m, int property, int unused)
{
	int len;
	const char *label, *at = fdt_getprop_by_offset(m->overlay, property, &label, &len);
	const char *end = at + len;
	uint32_t phandle = labelled(m, label);

	(void)unused;
	if (!phandle)
		return fail(m, ERR_LABEL, label);
	if (!len || end[-1])
		return fail(m, ERR_FIXUP, label);
	for (; at < end; at += strlen(at) + 1) {
		char *cell = fixup_place(m, at);

		if (!cell)
			return fail(m, ERR_FIXUP, at);
		fdt32_st(cell, phandle);
	}
	return 0;
}

/* -- merging -------------------------------------------------------------------------------------
 */

/* The node of the tree that a fragment changes. */
static int target_of(const struct merge *m, int fragment)
{
	const char *path = fdt_stringlist_get(m->overlay, fragment, "target-path", 0, NULL);
	char *phandle = place_of(m, fragment, "target", 6, 0);
	int node = -1;

	if (phandle)
		node = fdt_node_offset_by_phandle(m->fdt,
						  fdt32_ld((const fdt32_t *)(const void *)phandle));
	else if (path)
		node = fdt_path_offset(m->fdt, path);
	if (node >= 0)
		return node;
	return fail(m, ERR_TARGET,
		    path && !phandle ? path : fdt_get_name(m->overlay, fragment, NULL));
}

static int subnode(void *fdt, int parent, const char *name)
{
	int node = fdt_add_subnode(fdt, parent, name);

	return node == -FDT_ERR_EXISTS ? fdt_subnode_offset(fdt, parent, name) : node;
}

static int merge_property(const struct merge *m, int property, int to)
{
	const char *name;
	int len;
	const void *value = fdt_getprop_by_offset(m->overlay, property, &name, &len);

	return result(fdt_setprop(m->fdt, to, name, value, len));
}

static int merge_subnode(const struct merge *m, int node, int parent);

/* As deep as the overlay is, which the walker limits. What is added comes behind 'to'. */
static int merge(const struct merge *m, int node, int to)
{
	int error = each_property(m, node, merge_property, to);

	return error ? error : each_subnode(m, node, merge_subnode, to);
}

static int merge_subnode(const struct merge *m, int node, int parent)
{
	int to = subnode(m->fdt, parent, fdt_get_name(m->overlay, node, NULL));

	return to < 0 ? result(to) : merge(m, node, to);
}

/* A node without content is something else: fixups, labels. */
static int merge_fragment(const struct merge *m, int fragment, int unused)
{
	int content = fdt_subnode_offset(m->overlay, fragment, "__overlay__"), target;

	(void)unused;
	if (content < 0)
		return 0;
	target = target_of(m, fragment);
	return target < 0 ? target : merge(m, content, target);
}

/* -- its labels become the tree's, for the overlays that come next -------------------------------
 */

#define CONTENT "/__overlay__"

/* The path in the tree of what is at /FRAGMENT/__overlay__/... Returns 1 if it is there, else 0. */
static int path_of(const struct merge *m, const char *path, char text[PATH_ROOM])
{
	const char *rest = *path == '/' ? strchr(path + 1, '/') : NULL, *at;
	int fragment, target;
	size_t length;

	if (!rest || strncmp(rest, CONTENT, sizeof(CONTENT) - 1) != 0)
		return 0;
	at = rest + sizeof(CONTENT) - 1;
	if (*at && *at != '/')
		return 0;
	fragment = fdt_subnode_offset_namelen(m->overlay, 0, path + 1, (int)(rest - path) - 1);
	if (fragment < 0)
		return 0;
	target = target_of(m, fragment);
	if (target < 0)
		return target;
	if (fdt_get_path(m->fdt, target, text, PATH_ROOM))
		return ERR_FDT_SPACE;
	length = target ? strlen(text) : !*at; /* the root's path alone ends in a slash */
	if (length + strlen(at) >= PATH_ROOM)
		return ERR_FDT_SPACE;
	memcpy(text + length, at, strlen(at) + 1);
	return 1;
}

static int add_label(const struct merge *m, int property, int unused)
{
	char text[PATH_ROOM];
	int len, symbols, there;
	const char *label, *path = fdt_getprop_by_offset(m->overlay, property, &label, &len);

	(void)unused;
	if (!len || path[len - 1])
		return fail(m, ERR_FIXUP, label);
	there = path_of(m, path, text);
	if (there <= 0)
		return there;
	symbols = subnode(m->fdt, 0, "__symbols__");
	if (symbols < 0)
		return result(symbols);
	return result(fdt_setprop_string(m->fdt, symbols, label, text));
}

static int count(const struct merge *m, int fragment, int unused)
{
	(void)unused;
	return fdt_subnode_offset(m->overlay, fragment, "__overlay__") >= 0;
}

static int special(const struct merge *m, const char *name)
{
	return fdt_subnode_offset(m->overlay, 0, name);
}

int fdt_overlay(void *fdt, void *overlay, size_t size, const char **what)
{
	struct merge m = {fdt, overlay, 0, what};
	int error;

	*what = NULL;
	error = fdt_find_max_phandle(fdt, &m.phandles) ? ERR_FDT_STRUCTURE : renumber(&m, size);
	if (!error && !each_subnode(&m, 0, count, 0))
		error = ERR_NO_FRAGMENT;
	if (!error)
		error = each_subnode(&m, special(&m, "__local_fixups__"), fix_local, 0);
	if (!error)
		error = each_property(&m, special(&m, "__fixups__"), fix_label, 0);
	if (!error)
		error = each_subnode(&m, 0, merge_fragment, 0);
	if (!error)
		error = each_property(&m, special(&m, "__symbols__"), add_label, 0);
	return error;
}

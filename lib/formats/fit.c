/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIT images (U-Boot, doc/uImage.FIT): configurations, images, hashes, and which configuration
 * fits.
 */
#include <string.h>
#include <libfdt.h>
#include "lib/hash/crc32.h"
#include "error.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"
#include "lib/formats/fit.h"
#include "region.h"
#include "lib/hash/sha.h"

#define TREE_MAX 0x7fffffff /* libfdt counts in int */

struct fit {
	const uint8_t *file;
	uint64_t size;
	const void *tree; /* 'file' again, for libfdt */
	int images;	  /* the nodes; images are there, configurations perhaps not (negative) */
	int configurations;
};

static const char *text(const struct fit *fit, int node, const char *name)
{
	return fdt_stringlist_get(fit->tree, node, name, 0, NULL);
}

static bool is_text(const struct fit *fit, int node, const char *name, const char *value)
{
	const char *found = text(fit, node, name);

	return found && strcmp(found, value) == 0;
}

static bool number(const struct fit *fit, int node, const char *name, uint64_t *value)
{
	int len;
	const char *cells = fdt_getprop(fit->tree, node, name, &len);

	if (!cells || (len != 4 && len != 8))
		return false;
	*value = fdt_cells(cells, (unsigned int)len / 4);
	return true;
}

/* Image data is outside of the tree at a place in the file, or behind the tree, or else in it. */
static int find_data(const struct fit *fit, int image, struct part *part)
{
	uint64_t base = 0, at, size;
	const uint8_t *inside;
	int len;

	if (!number(fit, image, "data-position", &at)) {
		base = ((uint64_t)fdt_totalsize(fit->tree) + 3) & ~3ULL;
		if (!number(fit, image, "data-offset", &at)) {
			inside = fdt_getprop(fit->tree, image, "data", &len);
			*part = (struct part) {inside, inside ? (uint64_t)len : 0};
			return inside ? 0 : ERR_PART;
		}
	}
	if (!number(fit, image, "data-size", &size) ||
	    !fits_in(add_capped(base, at), size, fit->size))
		return ERR_PART;
	*part = (struct part) {fit->file + base + at, size};
	return 0;
}

static void crc32_digest(const uint8_t *data, uint64_t size, uint8_t *digest)
{
	uint32_t crc = crc32_of(data, size);

	for (int i = 0; i < 4; i++)
		digest[i] = (uint8_t)(crc >> (24 - 8 * i));
}

static const struct {
	const char *name;
	int size;
	void (*digest)(const uint8_t *data, uint64_t size, uint8_t *digest);
} hashes[] = {
	{"crc32", 4, crc32_digest},
	{"sha1", SHA1_SIZE, sha1},
	{"sha256", SHA256_SIZE, sha256},
};

#define HASHES (sizeof(hashes) / sizeof(hashes[0]))

/* One of the kinds above. */
static int check_hash(const struct fit *fit, int node, unsigned int kind, const struct part *part)
{
	uint8_t digest[SHA256_SIZE];
	const void *value;
	int len;

	value = fdt_getprop(fit->tree, node, "value", &len);
	if (!value || len != hashes[kind].size)
		return ERR_HASH;
	hashes[kind].digest(part->at, part->size, digest);
	return memcmp(digest, value, (size_t)len) == 0 ? 0 : ERR_HASH;
}

/* HASHES: another kind. */
static unsigned int hash_kind(const struct fit *fit, int node)
{
	unsigned int kind = 0;

	while (kind < HASHES && !is_text(fit, node, "algo", hashes[kind].name))
		kind++;
	return kind;
}

static bool is_hash(const struct fit *fit, int node)
{
	return strncmp(fdt_get_name(fit->tree, node, NULL), "hash", 4) == 0;
}

/*
 * The first of each kind, so that the work does not grow with their number; no hash at all is fine,
 * too. One of a kind that is not known here does no harm beside one that is.
 */
static int check_hashes(const struct fit *fit, int image, const struct part *part,
			struct part *unknown)
{
	bool seen[HASHES + 1] = {false};
	struct part other = {0};
	int node, error;

	fdt_for_each_subnode(node, fit->tree, image)
	{
		unsigned int kind = is_hash(fit, node) ? hash_kind(fit, node) : HASHES;

		if (kind == HASHES && is_hash(fit, node)) {
			const char *name = text(fit, node, "algo");

			other = part_of_text(name ? name : "none");
		}
		seen[HASHES] |= is_hash(fit, node);
		if (seen[kind] || kind == HASHES)
			continue;
		seen[kind] = true;
		error = check_hash(fit, node, kind, part);
		if (error)
			return error;
	}
	for (unsigned int kind = 0; kind < HASHES; kind++)
		if (seen[kind])
			return 0;
	if (!seen[HASHES])
		return 0;
	*unknown = other;
	return ERR_HASH_KIND;
}

/* 'most': no more than that many bytes. */
static int take(const struct fit *fit, int image, uint64_t most, struct payload *payload,
		struct part *part)
{
	int error = find_data(fit, image, part);

	if (!error && fdt_subnode_offset(fit->tree, image, "cipher") >= 0)
		return ERR_ENCRYPTED;
	if (!error && part->size > most)
		return ERR_TOO_LARGE;
	return error ? error : check_hashes(fit, image, part, &payload->detail);
}

static enum payload_arch arch_of(const struct fit *fit, int image)
{
	if (!text(fit, image, "arch"))
		return PAYLOAD_ANY;
	if (is_text(fit, image, "arch", "arm64"))
		return PAYLOAD_ARM64;
	return is_text(fit, image, "arch", "arm") ? PAYLOAD_ARM : PAYLOAD_OTHER;
}

/* For people. */
static void set_name(const struct fit *fit, int node, struct payload *payload)
{
	const char *name = text(fit, node, "description");

	if (name && *name)
		payload->name = (struct part) {(const uint8_t *)name, strlen(name)};
}

static int take_kernel(const struct fit *fit, int image, struct payload *payload)
{
	int error = take(fit, image, UINT64_MAX, payload, &payload->kernel);
	const char *compression = text(fit, image, "compression"), *arch = text(fit, image, "arch");

	if (error)
		return error;
	set_name(fit, image, payload);
	payload->arch = arch_of(fit, image);
	payload->code = payload->arch == PAYLOAD_ARM64 || payload->arch == PAYLOAD_ARM;
	payload->compression =
		part_of_text(compression && strcmp(compression, "none") != 0 ? compression : "");
	payload->detail = part_of_text(arch ? arch : "");
	payload->relocatable = is_text(fit, image, "type", "kernel_noload");
	if (!payload->relocatable)
		payload->placed = number(fit, image, "load", &payload->load);
	payload->entry = payload->load;
	if (payload->relocatable || payload->placed)
		number(fit, image, "entry", &payload->entry);
	return payload->kernel.size ? 0 : ERR_NO_KERNEL;
}

static int take_initrd(const struct fit *fit, int image, struct payload *payload)
{
	struct part part;
	int error = take(fit, image, UINT64_MAX, payload, &part);

	return error ? error : part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS, part);
}

/* The first is the tree, the others change it. */
static int take_tree(const struct fit *fit, int image, bool first, struct payload *payload)
{
	struct part part;
	int error = take(fit, image, first ? FDT_MAX_SIZE : FDT_OVERLAY_MAX, payload, &part);

	if (error || !first)
		return error ? error
			     : part_add(payload->overlay, &payload->overlays, PAYLOAD_OVERLAYS,
					part);
	payload->dtb = part;
	return 0;
}

/* The image that an entry of a configuration's list names; 0: the list has no such entry. */
static int named(const struct fit *fit, int configuration, const char *list, int index)
{
	const char *name = fdt_stringlist_get(fit->tree, configuration, list, index, NULL);
	int image = name ? fdt_subnode_offset(fit->tree, fit->images, name) : 0;

	return image < 0 ? ERR_NO_FILE : image;
}

static int open_configuration(const struct fit *fit, int configuration, struct payload *payload)
{
	int image = named(fit, configuration, "kernel", 0), error;

	error = image > 0 ? take_kernel(fit, image, payload) : ERR_NO_KERNEL;
	if (error)
		return error;
	image = named(fit, configuration, "ramdisk", 0);
	error = image > 0 ? take_initrd(fit, image, payload) : image;
	/* Bounded, as finding the next name begins at the first. */
	for (int i = 0; !error && (image = named(fit, configuration, "fdt", i)); i++)
		error = i > PAYLOAD_OVERLAYS ? ERR_FULL
			: image > 0	     ? take_tree(fit, image, i == 0, payload)
					     : image;
	return error;
}

/* The first image of a type; 0: none. */
static int typed(const struct fit *fit, const char *type)
{
	int node;

	fdt_for_each_subnode(node, fit->tree,
			     fit->images) if (is_text(fit, node, "type", type)) return node;
	return 0;
}

static int open_types(const struct fit *fit, struct payload *payload)
{
	int kernel = typed(fit, "kernel"), relocatable = typed(fit, "kernel_noload"), image, error;

	if (!kernel || (relocatable && relocatable < kernel))
		kernel = relocatable;
	error = kernel ? take_kernel(fit, kernel, payload) : ERR_NO_KERNEL;
	if (!error && (image = typed(fit, "ramdisk")))
		error = take_initrd(fit, image, payload);
	if (!error && (image = typed(fit, "flat_dt")))
		error = take_tree(fit, image, true, payload);
	return error;
}

/* The property of the root of a tree within the file; NULL: there is none, or it is compressed. */
static const char *root_compatible(const struct part *tree, int *len)
{
	struct fdt_walk walk;
	int token;

	if (tree->size > TREE_MAX || fdt_walk_part(&walk, tree->at, (size_t)tree->size) ||
	    fdt_walk_next(&walk) != FDT_BEGIN_NODE)
		return NULL;
	while ((token = fdt_walk_next(&walk)) == FDT_PROP)
		if (strcmp(walk.name, "compatible") == 0) {
			*len = (int)walk.len;
			return walk.data;
		}
	return NULL;
}

/* What a configuration says that it is for, in its own words or by the root of its tree. */
static const char *list_of(const struct fit *fit, int configuration, unsigned int *roots, int *len)
{
	const char *list = fdt_getprop(fit->tree, configuration, "compatible", len);
	struct part tree;
	int image;

	if (list || !*roots)
		return list;
	--*roots;
	image = named(fit, configuration, "fdt", 0);
	return image > 0 && find_data(fit, image, &tree) == 0 ? root_compatible(&tree, len) : NULL;
}

/* Where in the machine's list, from the particular to the general, one of these names is. */
static unsigned int rank(const char *list, int len, const char *machine, size_t size)
{
	unsigned int place = 0;
	size_t length;

	for (; size && place < FIT_MACHINES; place++, machine += length, size -= length) {
		length = strnlen(machine, size) + 1;
		if (length > size)
			break;
		if (fdt_stringlist_contains(list, len, machine))
			return place;
	}
	return FIT_MACHINES;
}

/* The first of those that are nearest; 0: nothing fits. Each configuration is looked at once. */
static int matching(const struct fit *fit, const char *machine, size_t size)
{
	unsigned int best = FIT_MACHINES, roots = FIT_ROOTS, place;
	int node, len, found = 0;
	const char *list;

	if (!machine)
		return 0;
	fdt_for_each_subnode(node, fit->tree, fit->configurations)
	{
		list = list_of(fit, node, &roots, &len);
		place = list ? rank(list, len, machine, size) : FIT_MACHINES;
		if (place < best)
			found = node;
		best = place < best ? place : best;
	}
	return found;
}

/* The node of the configuration, negative if there is none. */
static int choose(const struct fit *fit, const struct fit_choice *choice)
{
	const char *name = choice->configuration;
	int node = name ? 0 : matching(fit, choice->compatible, choice->compatible_size);

	if (node)
		return node;
	if (!name)
		name = text(fit, fit->configurations, "default");
	return name ? fdt_subnode_offset(fit->tree, fit->configurations, name)
		    : fdt_first_subnode(fit->tree, fit->configurations);
}

/*
 * libfdt measures a property's name whenever it passes by, and any number of properties may share
 * one: its work is bounded by their length.
 */
static int check_names(struct fdt_walk *walk)
{
	int token;

	while ((token = fdt_walk_next(walk)) >= 0 && token != FDT_END)
		if (token != FDT_END_NODE && strnlen(walk->name, FIT_NAME_MAX + 1) > FIT_NAME_MAX)
			return ERR_FDT_NAME;
	return token == FDT_END ? 0 : token;
}

/* Once all of the tree has been walked, libfdt may be let loose on it. */
static int check_tree(const struct fit *fit)
{
	uint64_t limit = fit->size < TREE_MAX ? fit->size : TREE_MAX;
	struct fdt_walk walk;
	int error;

	if ((uintptr_t)fit->file % 8)
		return ERR_FDT_LAYOUT;
	if (limit < FDT_V17_SIZE || fdt_totalsize(fit->tree) > fit->size)
		return ERR_TRUNCATED;
	if (fdt_totalsize(fit->tree) > limit)
		return ERR_TOO_LARGE;
	error = fdt_walk_part(&walk, fit->tree, (size_t)limit);
	return error ? error : check_names(&walk);
}

int fit_open(const uint8_t *file, uint64_t size, const struct fit_choice *choice,
	     struct payload *payload)
{
	struct fit fit = {.file = file, .size = size, .tree = file};
	int node, error = check_tree(&fit);

	if (error)
		return error;
	fit.images = fdt_subnode_offset(fit.tree, 0, "images");
	fit.configurations = fdt_subnode_offset(fit.tree, 0, "configurations");
	if (fit.images < 0)
		return ERR_NO_KERNEL;
	set_name(&fit, 0, payload);
	if (fit.configurations < 0 && !choice->configuration)
		return open_types(&fit, payload);
	node = choose(&fit, choice);
	if (node < 0)
		return choice->configuration ? ERR_OPTION_VALUE : ERR_NO_FILE;
	payload->chosen |= CHOSE_CONFIGURATION;
	return open_configuration(&fit, node, payload);
}

void fit_list(const uint8_t *file, uint64_t size, char *text, size_t room)
{
	int parent = fdt_subnode_offset(file, 0, "configurations"), node;
	const char *name;

	(void)size;
	if (parent < 0)
		return;
	fdt_for_each_subnode(node, file, parent)
	{
		name = fdt_get_name(file, node, NULL);
		payload_list(text, room, name, room);
	}
}

/* The names of these nodes are in the first page of the file: mkimage puts nothing long before. */
bool fit_is(const uint8_t *head, size_t head_size)
{
	static const char images[] = "\0\0\0\1images\0",
			  configurations[] = "\0\0\0\1configurations";

	if (head_size < FDT_V17_SIZE || !fdt_has_magic(head))
		return false;
	for (size_t at = FDT_V17_SIZE; at + sizeof(configurations) <= head_size; at += 4)
		if (memcmp(head + at, images, sizeof(images)) == 0 ||
		    memcmp(head + at, configurations, sizeof(configurations)) == 0)
			return true;
	return false;
}

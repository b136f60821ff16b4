/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/fdt/visit.c, for any node that a tree can have: values of all kinds of sizes and whatever is
 * in them, numbers of cells from 0 up, at any depth. Nothing outside of a value is read, and no sum
 * of their numbers overflows. What lib/fdt/walk.c gives is proven by fdt_walk.c; here it gives all
 * of that.
 *
 * prove: by eva
 * prove: inside lib/fdt/visit.c
 * prove: option -eva-no-builtins-auto -eva-slevel 300
 * prove: option -eva-split-return-function text_length:full,fdt_walk_properties:full
 * prove: option -eva-slevel-function fdt_visit:20,take_property:0
 */
#include "lib/fdt/visit.h"
#include <string.h>
#include "prove.h"

/* By hand: Frama-C's own forget how long the text was that they have counted. */
static size_t text_length(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

static int text_compare(const char *a, const char *b)
{
	for (; *b && *a == *b; a++)
		b++;
	return *a - *b;
}

static int bytes_compare(const char *a, const char *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (a[i] != b[i])
			return 1;
	return 0;
}

#define strlen text_length
#define memcmp bytes_compare
#define strcmp text_compare
#include "lib/fdt/visit.c"

#define NAME  24
#define VALUE 28

static char name[NAME], value[VALUE];
static struct fdt_node node;

static const char *any_name(unsigned int length)
{
	any_bytes(name, sizeof(name));
	name[NAME - 1] = '\0';
	return name + NAME - length;
}

/* The last so many bytes: what is behind is outside. */
static struct fdt_value any_value(uint32_t length)
{
	any_bytes(value, sizeof(value));
	return (struct fdt_value) {value + VALUE - (length + 3) / 4 * 4, length};
}

static void any_node(int depth, enum fdt_known property, struct fdt_value own)
{
	static const struct fdt_node none;

	node = none;
	node.depth = depth;
	node.present = any_bool() ? 1ULL << property : 0;
	node.value[property] = own;
	for (int i = 1; i <= depth; i++)
		node.level[i].name = name;
}

int fdt_walk_start(struct fdt_walk *walk, const void *fdt, size_t limit)
{
	(void)fdt;
	(void)limit;
	walk->strings = name;
	walk->depth = 0;
	return any_bool() ? ERR_FDT_LAYOUT : 0;
}

int fdt_walk_next(struct fdt_walk *walk)
{
	const int tokens[] = {FDT_BEGIN_NODE, FDT_END_NODE, FDT_END};

	walk->name = any_name(2);
	walk->depth = Frama_C_interval(1, FDT_MAX_DEPTH);
	walk->offset = Frama_C_interval(0, FDT_MAX_SIZE);
	return any_bool() ? ERR_FDT_STRUCTURE : tokens[Frama_C_interval(0, 2)];
}

static unsigned int with_properties; /* so many nodes have some: take() has them all */
static unsigned int name_length;     /* of these */

/* One of any value is enough. */
int fdt_walk_properties(struct fdt_walk *walk, struct fdt_property_at *property, int max)
{
	/*@ check max > 1; */
	(void)max;
	if (!with_properties)
		return any_bool() ? ERR_FDT_STRUCTURE : 0;
	with_properties--;
	walk->strings = any_name(name_length);
	property[0] = (struct fdt_property_at) {value, (uint32_t)Frama_C_interval(0, VALUE), 0};
	return 1;
}

static int visitor(void *context, const struct fdt_node *seen)
{
	(void)context;
	/*@ check 1 <= seen->depth <= FDT_MAX_DEPTH; */
	(void)seen;
	return Frama_C_interval(-1, 1);
}

/* A translation by 'ranges' of such a length, of one that has these cells. */
static void translate_one(uint32_t child, uint32_t size, uint32_t parent, uint32_t length)
{
	struct fdt_level bus, above;
	uint64_t base = any64();

	bus.address_cells = child;
	bus.size_cells = size;
	bus.translates = each_in(0, 1);
	bus.ranges = any_value(length);
	above.address_cells = parent;
	translate(&bus, &above, &base);
}

static void reg(uint32_t address, uint32_t size, uint32_t length)
{
	uint64_t at, bytes;

	for (int depth = 1; depth <= 3; depth++) {
		any_node(depth, P_REG, any_value(length));
		for (int i = 1; i <= depth; i++) {
			node.level[i].address_cells = address;
			node.level[i].size_cells = size;
			node.level[i].translates = each_in(0, 1);
		}
		if (fdt_reg(&node, any32(), &at, &bytes)) {
			/*@ check \initialized(&at) && \initialized(&bytes); */
		}
	}
}

/* Properties of a name of such a length, looked up for the first time and again. */
static void take(unsigned int length)
{
	struct known_name names[NAMES] = {0};
	struct fdt_walk walk;

	any_node(1, P_REG, any_value(0));
	name_length = length;
	with_properties = 2;
	take_properties(&node, names, &walk);
	/*@ check node.present < 1ULL << P_COUNT; */
	take_properties(&node, names, &walk);
}

/* What children count by is any number, of which few will do. */
static void count_cells(enum fdt_known property, uint32_t length)
{
	any_node(1, property, any_value(length));
	complete(&node, visitor, NULL);
}

static const struct fdt_device table[] = {FDT_DEVICE("a"), FDT_DEVICE("bc")};

static void texts(uint32_t length)
{
	any_node(2, P_COMPATIBLE, any_value(length));
	fdt_lists(&node, P_COMPATIBLE, "a");
	any_node(2, P_COMPATIBLE, any_value(length));
	fdt_find_device(&node, table, sizeof(table[0]), 2);
	any_node(2, P_STATUS, any_value(length));
	fdt_enabled(&node);
	any_node(2, P_KASLR_SEED, any_value(length));
	fdt_number(&node, P_KASLR_SEED, any64());
}

int main(void)
{
	const uint32_t lengths[] = {0, 7, 20, 28};

	fdt_visit(&node, any64(), visitor, NULL);
	for (unsigned int i = 1; i <= NAME; i++)
		take(i);
	for (uint32_t i = 0; i <= 5; i++)
		texts(i);
	for (uint32_t i = 0; i <= 12; i += 4) {
		count_cells(P_ADDRESS_CELLS, i);
		count_cells(P_SIZE_CELLS, i);
		count_cells(P_RANGES, i);
	}
	for (unsigned int i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (uint32_t cells = 0; cells < 16; cells++) {
			reg(cells / 4, cells % 4, lengths[i]);
			for (uint32_t parent = 0; parent <= 3; parent++)
				translate_one(cells / 4, cells % 4, parent, lengths[i]);
		}
	any_name(NAME);
	for (int depth = 1; depth <= FDT_MAX_DEPTH; depth += 5) {
		any_node(depth, P_REG, any_value(0));
		for (int up = 0; up < FDT_MAX_DEPTH; up++)
			fdt_name(&node, up);
	}
	return 0;
}

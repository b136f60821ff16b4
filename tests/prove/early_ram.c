/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/early/ram.c, for any tree: each step of its survey for any names, values and numbers of
 * cells, at any stage of filling up, so that a survey of any number of steps is proven, and the
 * choice among any banks and busy ranges. No sum of the tree's numbers overflows, and nothing
 * outside of a value or of the lists is touched. What fdt_walk_next() gives is proven by
 * fdt_walk.c; here it gives all of that.
 *
 * prove: by eva
 * prove: inside boot/early/ram.c
 * prove: option -absolute-valid-range 0x1000-0x1fff -eva-slevel 100
 * prove: option -eva-slevel-function step:0,survey_nodes:0,highest_in:0,is_busy:0,find_hole:0
 * prove: option -eva-slevel-function equal:5000,take_reg:1000
 */
#include "boot/early/ram.c"
#include "prove.h"

#define NAME  20 /* the longest name that is compared, and more */
#define VALUE 32

static char name[NAME], value[VALUE];

/* At an address that is a number: it is counted on. */
#define TREE	  ((char *)0x1000)
#define TREE_SIZE (FDT_V17_SIZE + 4 * 16)

static void put(unsigned int offset, uint32_t number)
{
	for (unsigned int i = 0; i < 4; i++)
		TREE[offset + i] = (char)(number >> (24 - 8 * i));
}

/* The last 'length' bytes of each: what is behind is outside. */
static const char *any_name(unsigned int length)
{
	any_bytes(name, sizeof(name));
	name[NAME - 1] = '\0';
	return name + NAME - length;
}

static const char *any_value(uint32_t length)
{
	any_bytes(value, sizeof(value));
	return value + VALUE - (length + 3) / 4 * 4;
}

static bool empty_tree; /* its next token is the last one, or damaged */

int fdt_walk_start(struct fdt_walk *walk, const void *fdt, size_t limit)
{
	(void)walk;
	(void)fdt;
	(void)limit;
	return any_bool() ? ERR_FDT_LAYOUT : 0;
}

int fdt_walk_skip_node(struct fdt_walk *walk)
{
	(void)walk;
	return any_bool() ? ERR_FDT_STRUCTURE : 0;
}

int fdt_walk_next(struct fdt_walk *walk)
{
	int token = Frama_C_interval(FDT_BEGIN_NODE, FDT_END);

	walk->name = any_name(2); /* what is known has longer names: step() has these */
	walk->len = 4;
	walk->data = any_value(4);
	walk->depth = Frama_C_interval(0, FDT_MAX_DEPTH);
	if (any_bool())
		return ERR_FDT_STRUCTURE;
	return empty_tree ? FDT_END : token;
}

static void any_survey(struct survey *s, unsigned int banks)
{
	for (unsigned int i = 0; i < BANKS_MAX; i++)
		s->bank[i] = (struct span) {any64(), any64()};
	any_bytes(s->busy, sizeof(s->busy));
	s->initrd = (struct span) {any64(), any64()};
	for (unsigned int i = 0; i < 2; i++) {
		s->root_cells[i] = any32();
		s->reserved_cells[i] = any32();
	}
	s->banks = banks;
	s->num_busy = (unsigned int)Frama_C_interval(0, BUSY_MAX);
	s->kind = (enum node_kind)Frama_C_interval(NODE_OTHER, NODE_CHOSEN);
	s->is_memory = any_bool();
	s->disabled = any_bool();
	s->reg = NULL;
	s->reg_len = 0;
}

static void check_survey(const struct survey *s)
{
	/*@ check s->banks <= BANKS_MAX && s->num_busy <= BUSY_MAX; */
}

static void step(unsigned int banks, unsigned int name_length, uint32_t length)
{
	struct fdt_walk walk = {
		.depth = Frama_C_interval(0, FDT_MAX_DEPTH),
		.name = any_name(name_length),
		.data = any_value(length),
		.len = length,
	};
	struct survey s;

	any_survey(&s, banks);
	if (begin_node(&s, &walk) == 0)
		check_survey(&s);
	any_survey(&s, banks);
	if (property(&s, &walk) == 0)
		check_survey(&s);
	any_survey(&s, banks);
	s.root_cells[0] = s.reserved_cells[0] = 1; /* take() has others */
	s.root_cells[1] = s.reserved_cells[1] = 2;
	s.reg = walk.data;
	s.reg_len = length;
	if (end_node(&s, &walk) == 0)
		check_survey(&s);
}

/* Entries of 'address' and 'size' cells each. */
static void take(unsigned int banks, uint32_t address, uint32_t size, uint32_t length)
{
	const uint32_t cells[2] = {address, size};
	struct survey s;

	any_survey(&s, banks);
	s.reg = any_value(length);
	s.reg_len = length;
	if (take_reg(&s, cells, true) == 0)
		check_survey(&s);
	if (take_reg(&s, cells, false) == 0)
		check_survey(&s);
}

static void any_tree(unsigned int reservations)
{
	any_bytes(TREE, TREE_SIZE);
	put(16, FDT_V17_SIZE);
	for (unsigned int i = 0; i < 4; i++)
		put(FDT_V17_SIZE + 16 * reservations + 4 * i, 0);
}

static void choose(unsigned int banks, uint64_t size)
{
	struct early_plan plan;
	struct survey s;
	int error;

	any_survey(&s, banks);
	error = choose_bank(&s, size, any64(), &plan);
	if (error)
		return;
	/*@ check \initialized(&plan) && plan.workspace != 0; */
	/*@ check plan.workspace <= UINT64_MAX - size; */
}

static void find(unsigned int reservations, uint64_t size)
{
	struct early_plan plan;
	struct survey s;
	struct fdt_walk walk;
	int error;

	empty_tree = false;
	any_survey(&s, 1);
	if (survey_nodes(&s, &walk) == 0)
		check_survey(&s);
	empty_tree = true;
	any_tree(reservations);
	if (survey_reservations(&s, TREE) == 0)
		check_survey(&s);
	error = early_find_ram(TREE, any64(), any64(), size, any64(), &plan);
	/*@ check error != 0; */
}

int main(void)
{
	const uint64_t sizes[] = {PAGE_SIZE, 0x250000, 1ULL << 40, UINT64_MAX - (PAGE_SIZE - 1)};
	const uint32_t lengths[] = {0, 1, 3, 4, 7, 8, 11, 12, 15, 16, VALUE};

	for (unsigned int i = 4; i <= NAME; i += 4)
		step(BANKS_MAX, i, VALUE);
	for (unsigned int i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		step(BANKS_MAX, NAME, lengths[i]);
		for (uint32_t cells = 0; cells < 16; cells++)
			take(BANKS_MAX - 1, cells / 4, cells % 4, lengths[i]);
	}
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		choose(i % 3, sizes[i]);
		find(i, sizes[i]);
	}
	early_tree_walked(Frama_C_interval(-1000, 0));
	return 0;
}

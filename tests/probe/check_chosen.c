/* SPDX-License-Identifier: BSD-2-Clause */
/* /chosen without the initrd: the command line, the console, the seeds. */
#include "probe.h"

#define KASLR_SEED_SIZE 8
#define RNG_SEED_LEAST	32

static void check_bootargs(const struct tree *t)
{
	item_is("bootargs", t->bootargs != NULL, true);
	if (!t->bootargs)
		return;
	put_str("probe: bootargs=[");
	put_str(t->bootargs);
	put_str("]\n");
	item_is("bootargs-no-forearm", text_word(t->bootargs, "forearm.") != NULL, false);
}

/* How many different neighbours the bytes have: 0 for a seed of zeros. */
static uint32_t changes(const uint8_t *p, uint32_t len)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < len; i++)
		n += p[i] != p[i - 1];
	return n;
}

static void check_seeds(const struct tree *t)
{
	uint32_t kaslr = t->kaslr_len == KASLR_SEED_SIZE ? changes(t->kaslr_seed, t->kaslr_len) : 0;
	uint32_t rng = t->rng_len >= RNG_SEED_LEAST ? changes(t->rng_seed, t->rng_len) : 0;

	item_from("kaslr-seed", kaslr, KASLR_SEED_SIZE / 4);
	item_from("rng-seed", rng, RNG_SEED_LEAST / 2);
}

void check_chosen(const struct tree *t)
{
	check_bootargs(t);
	item_is("stdout-path", t->stdout_path && *t->stdout_path, true);
	check_seeds(t);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Address ranges. */
#include "probe.h"

bool range_overlaps(struct range a, struct range b)
{
	return a.size && b.size && a.start < b.start + b.size && b.start < a.start + a.size;
}

bool range_in(struct range inner, struct range outer)
{
	return inner.start >= outer.start && inner.size <= outer.size &&
	       inner.start - outer.start <= outer.size - inner.size;
}

bool range_in_ram(const struct tree *t, struct range r)
{
	for (unsigned int i = 0; i < t->nram; i++)
		if (range_in(r, t->ram[i]))
			return true;
	return false;
}

struct range image_range(void)
{
	return (struct range) {entry.base, image_span()};
}

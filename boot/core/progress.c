/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines on the console while unpacking, checking or copying takes longer than a second. */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/progress.h"
#include "boot/memory.h"
#include "lib/progress.h"

#define SECONDS_MAX 0x10000 /* from one line to the next, at most */
#define COPY_PIECE  (16 * PROGRESS_PIECE)

static struct {
	const char *doing, *what;
	uint64_t total, done; /* bytes */
	uint64_t start;	      /* by arch_counter() */
	unsigned int seconds; /* after which the next line comes: 1, 2, 4 and so on */
} step;

/* The counter is asked for each piece, of which there are some dozens in a kernel. */
static void hear(uint64_t bytes)
{
	step.done = min64(add_capped(step.done, bytes), step.total);
	if (!arch_seconds_since(step.start, step.seconds))
		return;
	log_progress("%s the %s: %llu of %llu KiB", step.doing, step.what, kib(step.done),
		     kib(step.total));
	while (step.seconds < SECONDS_MAX && arch_seconds_since(step.start, step.seconds))
		step.seconds *= 2;
}

void progress_begin(const char *doing, const char *what, uint64_t total)
{
	step.doing = doing;
	step.what = what;
	step.total = total;
	step.done = 0;
	step.start = arch_counter();
	step.seconds = 1;
	progress_listen(hear);
}

void progress_end(void)
{
	progress_listen(NULL);
}

void copy_file_bytes(uint8_t *to, const uint8_t *from, uint64_t size, const char *what)
{
	uint64_t piece;

	progress_begin("copying", what, size);
	for (; size; size -= piece, to += piece, from += piece) {
		piece = min64(size, COPY_PIECE);
		memcpy(to, from, (size_t)piece);
		progress_add(piece);
	}
	progress_end();
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Crash reports: what happened, where, and how we came there. */
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/stage.h"
#include "linker.h"

#define BACKTRACE_MAX 16

/* As trap.S lays it out. */
struct trap_frame {
	uint64_t x[31], sp, elr, spsr, esr, far, slot;
};

_Noreturn void trap(const struct trap_frame *frame);

static const char *exception_class(uint64_t esr)
{
	switch (esr >> 26 & 0x3f) { /* Arm ARM, ESR_ELx.EC */
	case 0x00:
		return "unknown instruction";
	case 0x20:
	case 0x21:
		return "instruction abort";
	case 0x22:
		return "misaligned PC";
	case 0x24:
	case 0x25:
		return "data abort";
	case 0x26:
		return "misaligned SP";
	case 0x3c:
		return "BRK";
	default:
		return "exception";
	}
}

static const char *name_of(const struct trap_frame *frame)
{
	static const char *const slot[] = {NULL, "IRQ", "FIQ", "SError"};

	return frame->slot & 3 ? slot[frame->slot & 3] : exception_class(frame->esr);
}

/* Frame records: the caller's record, then the return address. */
static void backtrace(const struct trap_frame *frame)
{
	uint64_t fp = frame->x[29];

	log_error("  called from 0x%llx", (unsigned long long)frame->x[30]);
	for (int i = 0; i < BACKTRACE_MAX; i++) {
		const uint64_t *record = (const uint64_t *)(uintptr_t)fp;

		if (fp % 16 || fp < (uintptr_t)__stack_bottom || fp + 16 > (uintptr_t)__stack_top ||
		    !record[1])
			return;
		log_error("  called from 0x%llx", (unsigned long long)record[1]);
		fp = record[0];
	}
}

_Noreturn void trap(const struct trap_frame *frame)
{
	stop_console();
	log_error("crash in stage %s: %s", stage_name(), name_of(frame));
	log_error("  pc 0x%llx  esr 0x%llx  far 0x%llx  spsr 0x%llx  sp 0x%llx",
		  (unsigned long long)frame->elr, (unsigned long long)frame->esr,
		  (unsigned long long)frame->far, (unsigned long long)frame->spsr,
		  (unsigned long long)frame->sp);
	for (int i = 0; i < 30; i += 2)
		log_error("  x%-2d %016llx  x%-2d %016llx", i, (unsigned long long)frame->x[i],
			  i + 1, (unsigned long long)frame->x[i + 1]);
	backtrace(frame);
	stop();
}

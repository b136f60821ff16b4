/* SPDX-License-Identifier: BSD-2-Clause */
/* Crash reports: what happened, where, and how we came there. */
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/stage.h"
#include "cpu.h"
#include "linker.h"

#define BACKTRACE_MAX 16

/* As trap.S lays it out. */
struct trap_frame {
	uint32_t r[13], sp, lr, pc, psr, number;
};

_Noreturn void trap(const struct trap_frame *frame);
extern uint32_t crashing;

uint32_t crashing; /* set by trap.S while a crash is being reported */
int raise(int signal);

/* The syndrome: HSR and HDFAR or HIFAR in HYP mode, else DFSR and DFAR or IFSR and IFAR. */
static void syndrome(const struct trap_frame *frame, uint32_t *status, uint32_t *address)
{
	if (in_hyp()) {
		__asm__("mrc p15, 4, %0, c5, c2, 0" : "=r"(*status));
		if (frame->number == 3)
			__asm__("mrc p15, 4, %0, c6, c0, 2" : "=r"(*address));
		else
			__asm__("mrc p15, 4, %0, c6, c0, 0" : "=r"(*address));
	} else if (frame->number == 3) {
		__asm__("mrc p15, 0, %0, c5, c0, 1" : "=r"(*status));
		__asm__("mrc p15, 0, %0, c6, c0, 2" : "=r"(*address));
	} else {
		__asm__("mrc p15, 0, %0, c5, c0, 0" : "=r"(*status));
		__asm__("mrc p15, 0, %0, c6, c0, 0" : "=r"(*address));
	}
}

/* Is this word of the stack an address behind a Thumb BL or BLX? */
static bool is_return_address(uint32_t word)
{
	const uint16_t *behind = (const uint16_t *)(word & ~1U);

	if (!(word & 1) || word < (uintptr_t)__text_start + 8 || word >= (uintptr_t)__text_end)
		return false;
	return ((behind[-2] & 0xF800) == 0xF000 && (behind[-1] & 0xC000) == 0xC000) ||
	       (behind[-1] & 0xFF87) == 0x4780;
}

/* Thumb code keeps no chain of frames: what looks like a return address is listed. */
static void backtrace(const struct trap_frame *frame)
{
	const uint32_t *at = (const uint32_t *)(frame->sp & ~3U);
	int found = 0;

	log_error("  called from 0x%x", (unsigned int)frame->lr);
	if ((const char *)at < __stack_bottom)
		return;
	for (; (const char *)at < __stack_top && found < BACKTRACE_MAX; at++)
		if (is_return_address(*at)) {
			log_error("  called from 0x%x", (unsigned int)*at);
			found++;
		}
}

_Noreturn void trap(const struct trap_frame *frame)
{
	static const char *const name[] = {"reset", "undefined instruction", "supervisor call",
					   "prefetch abort", "data abort"};
	uint32_t status, address;

	syndrome(frame, &status, &address);
	stop_console();
	log_error("crash in stage %s: %s", stage_name(), name[frame->number]);
	log_error("  pc 0x%x  %s 0x%x  %s 0x%x  psr 0x%x  sp 0x%x", (unsigned int)frame->pc,
		  in_hyp() ? "hsr" : "fsr", (unsigned int)status, in_hyp() ? "hdfar" : "far",
		  (unsigned int)address, (unsigned int)frame->psr, (unsigned int)frame->sp);
	for (int i = 0; i < 12; i += 4)
		log_error("  r%-2d %08x  r%-2d %08x  r%-2d %08x  r%-2d %08x", i,
			  (unsigned int)frame->r[i], i + 1, (unsigned int)frame->r[i + 1], i + 2,
			  (unsigned int)frame->r[i + 2], i + 3, (unsigned int)frame->r[i + 3]);
	log_error("  r12 %08x", (unsigned int)frame->r[12]);
	backtrace(frame);
	stop();
}

/* The compiler's run-time library calls this when it divides by zero. */
int raise(int signal)
{
	(void)signal;
	log_error("crash in stage %s: division by zero", stage_name());
	stop();
}

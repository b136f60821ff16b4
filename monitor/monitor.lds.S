/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor, in either architecture: code and constants, and behind them what is made at run time. */
#include "monitor.h"
SECTIONS
{
	.text 0 : {
		KEEP(*(.head))
		*entry.S.o(.text*)	/* what fits before the vectors, which AArch64 wants at 2 KiB */
		*(.text.gic_*)
		*(.vectors)
		*(.text .text.*)
		*(.rodata .rodata.*)
		. = ALIGN(8);
	}
	ASSERT(. <= MONITOR_CODE_SIZE, "the monitor's code must fit MONITOR_CODE_SIZE")
	monitor = MONITOR_CODE_SIZE;
	monitor_cpu = MONITOR_CODE_SIZE + MONITOR_SIZE;
	.data : { *(.data .data.* .bss .bss.* COMMON) }
	ASSERT(SIZEOF(.data) == 0, "variables of the monitor belong to struct monitor")
	.rela : { *(.rela.*) *(.rel.*) }
	.got : { *(.got .got.* .igot .igot.*) }
	ASSERT(SIZEOF(.rela) == 0, "the monitor holds no addresses, which would have to be relocated")
	/DISCARD/ : { *(.comment .note* .eh_frame* .ARM.attributes .ARM.exidx* .ARM.extab* .dyn* .gnu.hash .hash .interp) }
}

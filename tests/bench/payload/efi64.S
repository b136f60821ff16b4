/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload as an EFI application, with a PE header by hand: leave boot services (efi.c), marker,
 * report, power-off. One section, read-write-execute, loaded where the firmware likes.
 */
#include "marker.h"

#define HEADER_BYTES	0x200

	.section .head, "ax"
	.globl	_start
_start:
	.ascii	"MZ"
	.org	0x3c
	.long	pe - _start
	.balign	8
pe:	.ascii	"PE\0\0"
	.short	0xaa64			// machine: arm64
	.short	1			// sections
	.long	0, 0, 0
	.short	section_table - optional
	.short	0x206			// executable, no line numbers, no debug data
optional:
	.short	0x20b			// PE32+
	.byte	0, 0
	.long	PAYLOAD_BYTES - HEADER_BYTES, 0, 0
	.long	entry - _start
	.long	HEADER_BYTES		// base of code
	.quad	0			// image base
	.long	HEADER_BYTES, HEADER_BYTES
	.short	0, 0, 0, 0, 0, 0
	.long	0
	.long	PAYLOAD_BYTES		// size of image
	.long	HEADER_BYTES
	.long	0
	.short	10			// subsystem: EFI application
	.short	0
	.quad	0, 0, 0, 0
	.long	0
	.long	0			// no data directories
section_table:
	.ascii	".text\0\0\0"
	.long	PAYLOAD_BYTES - HEADER_BYTES, HEADER_BYTES
	.long	PAYLOAD_BYTES - HEADER_BYTES, HEADER_BYTES
	.long	0, 0
	.short	0, 0
	.long	0xe0000020

	.org	HEADER_BYTES
entry:
	stp	x29, x30, [sp, #-16]!
	bl	efi_main		// initrd, memory map, ExitBootServices
	cbnz	x0, failed
	.inst	MARKER_A64
	adr	x0, _start
	bl	report_efi
	ldr	w0, =0x84000008		// PSCI SYSTEM_OFF
	hvc	#0
	b	.
failed:	ldp	x29, x30, [sp], #16	// back to the firmware with the status
	ret

/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI application, where the PE header says that the file is entered. */
	.section .efi, "ax"
	.balign	16
	.globl	efi_entry
efi_entry:
	.incbin	EFI_BIN
	.balign	16

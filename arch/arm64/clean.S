/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance by address, to the point of coherency. A 32 MiB kernel has half a million
 * lines, so a round takes 32 of them: two instructions a line, the least that there can be.
 * Position-independent and without stack: used with the MMU off, too.
 */
	.macro	maintain operation
	mrs	x3, ctr_el0
	ubfx	x3, x3, #16, #4		/* DminLine: log2 of the words in a line */
	mov	x2, #4
	lsl	x2, x2, x3
	add	x1, x0, x1		/* end */
	sub	x3, x2, #1
	bic	x0, x0, x3
	sub	x3, x1, x0
	add	x3, x3, x2
	sub	x3, x3, #1
	udiv	x3, x3, x2		/* lines */
	lsr	x4, x3, #5		/* whole rounds */
	and	x3, x3, #31
	cbz	x4, 2f
1:	.rept	32
	dc	\operation, x0
	add	x0, x0, x2
	.endr
	subs	x4, x4, #1
	b.ne	1b
2:	cbz	x3, 4f
3:	dc	\operation, x0
	add	x0, x0, x2
	subs	x3, x3, #1
	b.ne	3b
4:	dsb	sy
	ret
	.endm

/* void arch_clean(uint64_t pa, uint64_t size) */
	.section .text.arch_clean, "ax"
	.globl	arch_clean
arch_clean:
	maintain cvac

/* void arch_clean_invalidate(uint64_t pa, uint64_t size) */
	.section .text.arch_clean_invalidate, "ax"
	.globl	arch_clean_invalidate
arch_clean_invalidate:
	maintain civac

/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums by the CPU's own instructions, where it has them: digest.h. */
#include "macros.inc"

	.arch_extension crc
	.arch_extension crypto

/* size_t arch_crc32(uint32_t *value, const uint8_t *data, size_t size) */
	.section .text.arch_crc32, "ax"
	.globl arch_crc32
arch_crc32:
	mrs	x4, id_aa64isar0_el1
	ubfx	x4, x4, #16, #4		/* CRC32 */
	cbz	x4, none
	ldr	w5, [x0]
	and	x2, x2, #~7
	mov	x3, x2
1:	cbz	x3, 2f
	ldr	x4, [x1], #8
	crc32x	w5, w5, x4
	sub	x3, x3, #8
	b	1b
2:	str	w5, [x0]
	mov	x0, x2
	ret
none:	mov	x0, #0
	ret

/* Four rounds with the words in v\a, which become those of sixteen rounds later. */
	.macro rounds a, b, c, d, last=0
	ld1	{v20.4s}, [x5], #16	/* K */
	add	v20.4s, v20.4s, v\a\().4s
	.if \last == 0
	sha256su0 v\a\().4s, v\b\().4s
	.endif
	mov	v21.16b, v0.16b
	sha256h	q0, q1, v20.4s
	sha256h2 q1, q21, v20.4s
	.if \last == 0
	sha256su1 v\a\().4s, v\c\().4s, v\d\().4s
	.endif
	.endm

	.macro sixteen_rounds last=0
	rounds	16, 17, 18, 19, \last
	rounds	17, 18, 19, 16, \last
	rounds	18, 19, 16, 17, \last
	rounds	19, 16, 17, 18, \last
	.endm

/* uint64_t arch_sha256(uint32_t *h, const uint8_t *data, uint64_t blocks, const uint32_t *k) */
	.section .text.arch_sha256, "ax"
	.globl arch_sha256
arch_sha256:
	mrs	x4, id_aa64isar0_el1
	ubfx	x4, x4, #12, #4		/* SHA2 */
	cbz	x4, 3f
	mov	x4, x2
	ld1	{v0.4s, v1.4s}, [x0]	/* a to d, e to h */
1:	cbz	x4, 2f
	ld1	{v16.16b, v17.16b, v18.16b, v19.16b}, [x1], #64
	rev32	v16.16b, v16.16b
	rev32	v17.16b, v17.16b
	rev32	v18.16b, v18.16b
	rev32	v19.16b, v19.16b
	mov	v2.16b, v0.16b
	mov	v3.16b, v1.16b
	mov	x5, x3
	mov	x6, #3
4:	sixteen_rounds
	subs	x6, x6, #1
	b.ne	4b
	sixteen_rounds last=1
	add	v0.4s, v0.4s, v2.4s
	add	v1.4s, v1.4s, v3.4s
	sub	x4, x4, #1
	b	1b
2:	st1	{v0.4s, v1.4s}, [x0]
	mov	x0, x2
	ret
3:	mov	x0, #0
	ret

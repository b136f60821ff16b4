/* SPDX-License-Identifier: BSD-2-Clause */
/* The start of the file, and the one thing that C cannot say. */

	/* Where each service is, in the order of EFI's table: offsets into the file. */
	.section .head, "a"
places:
	.hword	runtime_get_time - places
	.hword	runtime_set_time - places
	.hword	runtime_unsupported - places	/* GetWakeupTime */
	.hword	runtime_unsupported - places	/* SetWakeupTime */
	.hword	runtime_set_virtual_address_map - places
	.hword	runtime_unsupported - places	/* ConvertPointer */
	.hword	runtime_unsupported - places	/* GetVariable */
	.hword	runtime_unsupported - places	/* GetNextVariableName */
	.hword	runtime_unsupported - places	/* SetVariable */
	.hword	runtime_unsupported - places	/* GetNextHighMonotonicCount */
	.hword	runtime_reset_system - places
	.hword	runtime_unsupported - places	/* UpdateCapsule */
	.hword	runtime_unsupported - places	/* QueryCapsuleCapabilities */
	.hword	runtime_unsupported - places	/* QueryVariableInfo */

	.text
/* void runtime_psci(uint32_t conduit, uint32_t function) */
	.globl	runtime_psci
runtime_psci:
	cmp	w0, #2			/* CONDUIT_SMC */
	mov	w0, w1
	b.eq	1f
	hvc	#0
	b	2f
1:	smc	#0
2:	wfe				/* it takes a moment, or there is no such function */
	b	2b

/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions at which counting ends: without effect at any privilege, used by nobody. */
#define MARKER_A64 0xcadef7bf /* eor xzr, x29, x30, ror #61 */
#define MARKER_A32 0xe320f0a1 /* hint #0xa1, which is a NOP */

/* Others of their kind, at which the counts so far are noted; machine.py knows them, too. */
#define NOTE_A64(n) (0xcadec3bf + ((n) << 10)) /* eor xzr, x29, x30, ror #(48 + n) */
#define NOTE_A32(n) (0xe320f0b0 + (n))	       /* hint #(0xb0 + n) */

#define NOTE_ON	     0 /* the first CPU is about to call CPU_ON */
#define NOTE_ON_DONE 1 /* and has the answer */
#define NOTE_ENTERED 2 /* the second CPU's first instruction */
#define NOTE_OFF     3 /* it is about to call CPU_OFF */
#define NOTE_ASK                                                                                   \
	4 /* the first CPU is about to call AFFINITY_INFO; there may be several of these           \
	   */
#define NOTE_ASKED 5 /* and has the answer */

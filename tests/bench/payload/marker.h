/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions at which counting ends: without effect at any privilege, used by nobody. */
#define MARKER_A64 0xcadef7bf /* eor xzr, x29, x30, ror #61 */
#define MARKER_A32 0xe320f0a1 /* hint #0xa1, which is a NOP */

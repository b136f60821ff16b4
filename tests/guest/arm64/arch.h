/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls of 64-bit Linux: their numbers, and how one is made. */
#pragma once

#define SYS_MOUNT	    40
#define SYS_OPENAT	    56
#define SYS_CLOSE	    57
#define SYS_READ	    63
#define SYS_WRITE	    64
#define SYS_CLOCK_GETTIME   113
#define SYS_CLOCK_NANOSLEEP 115
#define SYS_REBOOT	    142
#define SYS_UNAME	    160

static inline long syscall5(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls of 32-bit Linux; time is in 64 bits, which is all that our kernels have. */
#pragma once

#define SYS_READ	    3
#define SYS_WRITE	    4
#define SYS_CLOSE	    6
#define SYS_MOUNT	    21
#define SYS_REBOOT	    88
#define SYS_UNAME	    122
#define SYS_OPENAT	    322
#define SYS_CLOCK_GETTIME   403
#define SYS_CLOCK_NANOSLEEP 407

static inline long syscall5(long number, long a, long b, long c, long d, long e)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;

	__asm__ volatile("svc #0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4)
			 : "memory");
	return r0;
}

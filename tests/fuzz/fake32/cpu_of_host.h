/* SPDX-License-Identifier: BSD-2-Clause */
/* The same for arch/arm/monitor: see fake64/cpu_of_host.h. */
#ifndef FOREARM_FUZZ_CPU_OF_HOST_H
#define FOREARM_FUZZ_CPU_OF_HOST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "registers.h"

#define __asm__ (void)0
#define volatile(...)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "../../../arch/arm/monitor/guest.h"
#include "../../../arch/arm/monitor/sysreg.h"
#pragma GCC diagnostic pop
#undef SYS_READ
#undef SYS_READ64
#undef SYS_WRITE
#undef SYS_WRITE64
#undef BANKED_READ
#undef BANKED_WRITE
#define SYS_READ(reg)		  ((uint32_t)register_read(reg))
#define SYS_READ64(reg)		  register_read(reg)
#define SYS_WRITE(reg, value)	  register_write(reg, (uint32_t)(uintptr_t)(value))
#define SYS_WRITE64(reg, value)	  register_write(reg, (uint64_t)(value))
#define BANKED_READ(name)	  ((uint32_t)register_read(name))
#define BANKED_WRITE(name, value) register_write(name, (uint32_t)(value))

#endif

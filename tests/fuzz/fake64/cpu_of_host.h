/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before each file of arch/arm64/monitor when that is compiled for this host: its
 * registers are those of registers.h, and instructions that only it has do nothing.
 */
#ifndef FOREARM_FUZZ_CPU_OF_HOST_H
#define FOREARM_FUZZ_CPU_OF_HOST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "registers.h"

/* What reads "__asm__ volatile(...)" is then a statement that does nothing. */
#define __asm__ (void)0
#define volatile(...)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"

#include "../../../arch/arm64/sysreg.h"
#pragma GCC diagnostic pop
#undef sysreg
#define sysreg(name) register_read(#name)
#include "../../../arch/arm64/monitor/cpu.h"
#undef write_register
#undef read_el1
#undef write_el1
#undef isb
#define write_register(name, value) register_write(#name, (uint64_t)(value))
#define read_el1(name)		    register_read(is_e2h() ? ALIAS_##name : #name)
#define write_el1(name, value)	    register_write(is_e2h() ? ALIAS_##name : #name, (uint64_t)(value))
#define isb()			    (void)0

#endif

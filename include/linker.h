/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_LINKER_H
#define FOREARM_LINKER_H

/* Symbols of the linker scripts (linker/). Hidden: reached without a table of addresses. */
#pragma GCC visibility push(hidden)
extern char __image_start[], __text_start[], __text_end[], __idmap_start[];
extern char __rodata_start[], __rodata_end[];
extern char __data_start[], __data_end[], __bss_start[], __bss_end[], __writable_end[];
extern char __stack_bottom[], __stack_top[], __trap_stack_bottom[], __trap_stack_top[];
#pragma GCC visibility pop

#endif

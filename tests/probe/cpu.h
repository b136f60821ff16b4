/* SPDX-License-Identifier: BSD-2-Clause */
/* What a CPU does by instructions that both architectures have under other names. */
#ifndef PROBE_CPU_H
#define PROBE_CPU_H

#include "probe.h"

#pragma GCC visibility push(hidden)

enum timer { TIMER_PHYSICAL = 1, TIMER_VIRTUAL, TIMER_HYP }; /* as in the timer node's interrupts */

void wait_for_interrupt(void);
void irq_allow(void);
void irq_forbid(void);
void irq_to_us(void); /* at EL2 or in HYP: physical interrupts are for this level */
bool is_hyp(void);

/* GICv3's CPU interface */
void icc_start(void);
void icc_stop(void);
uint32_t icc_ack(void);
void icc_eoi(uint32_t id);
void icc_sgi(uint64_t value);
void icc_set_mask(uint32_t priority);
uint32_t icc_mask(void);
uint32_t icc_running(void);
uint64_t affinity_of(unsigned long mpidr); /* as GICR_TYPER has it */

void timer_start(enum timer t, uint64_t ticks);
void timer_stop(enum timer t);
unsigned long timer_control(enum timer t);

#pragma GCC visibility pop

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* A GIC of version 2 or 3 as a non-secure operating system uses it, at the device tree's addresses.
 */
#ifndef PROBE_GIC_H
#define PROBE_GIC_H

#include "cpu.h"
#include "smp.h"

#pragma GCC visibility push(hidden)

#define GIC_NONE 1020 /* this and above: no interrupt */

#define GICD_CTLR	0x000
#define GICD_TYPER	0x004
#define GICD_ISENABLER	0x100
#define GICD_ICENABLER	0x180
#define GICD_ISPENDR	0x200
#define GICD_ICPENDR	0x280
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR	0x800
#define GICD_IROUTER	0x6000
#define GICR_WAKER	0x014

bool gic_init(const struct tree *t); /* the distributor; false when there is none we know */
void gic_cpu_init(struct smp_cpu *me);
void gic_cpu_start(struct smp_cpu *me); /* as after a power-down: keeps what is pending */
void gic_cpu_off(void);
void gic_wake(struct smp_cpu *c); /* by SGI 0 */
void gic_send(const struct smp_cpu *c, uint32_t sgi);
uint32_t gic_ack(void); /* as read: with the sender of an SGI; use gic_id() */
uint32_t gic_id(uint32_t ack);
void gic_eoi(uint32_t ack);
void gic_drain(void);
void gic_enable(struct smp_cpu *me, uint32_t id, bool on); /* own SGI or PPI, or any SPI */
void gic_priority(struct smp_cpu *me, uint32_t id, uint8_t priority);
void gic_pend(uint32_t spi);
void gic_route(uint32_t spi, const struct smp_cpu *c);
void gic_set_mask(uint32_t priority);
uint32_t gic_mask(void);
uint32_t gic_control(void); /* GICD_CTLR */
void gic_set_control(uint32_t value);
#define GIC_GROUP_BITS 3
uint32_t gic_group_bit(void); /* what is set of them when interrupts are on */
uint32_t gic_last(void);
uint32_t gic_waker(const struct smp_cpu *c);
bool gic_is_v3(void);
uint32_t gic_timer(enum timer t); /* INTID, 0 when the tree has none */

void interrupt_taken(void);

#pragma GCC visibility pop

#endif

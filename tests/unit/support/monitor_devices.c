/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secure world's view of a GICv2 (IHI 0048) or GICv3 (IHI 0069), and PL061s (DDI 0190): the
 * registers that the monitor has reason to touch. Touching another one is a fault.
 */
#include <pthread.h>
#include <string.h>
#include "monitor_machine.h"

#define SPURIOUS 1023
#define RWP	 (1U << 31)

struct devices_gic devices_gic;
struct devices_gic_cpu devices_gic_cpu[MACHINE_CPUS];
static unsigned int version, busy;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct {
	uint8_t direction, data;
	struct devices_line line[8];
} gpio[2];

/* Arm leaves most of this unknown at reset; nothing of it is friendly here. */
void devices_reset(unsigned int gic)
{
	version = gic;
	busy = 0;
	memset(gpio, 0, sizeof(gpio));
	memset(&devices_gic, 0, sizeof(devices_gic));
	memset(devices_gic.modifier, 0xFF, sizeof(devices_gic.modifier));
	memset(devices_gic_cpu, 0, sizeof(devices_gic_cpu));
	for (unsigned int i = 0; i < MACHINE_CPUS; i++) {
		devices_gic_cpu[i].modifier = devices_gic_cpu[i].more_modifier = UINT32_MAX;
		devices_gic_cpu[i].waker = gic == 3 ? 6 : 0;
		devices_gic_cpu[i].active = UINT32_MAX;
		memset(devices_gic_cpu[i].priority, 0xA5, 32);
	}
}

/* -- GIC: state ------------------------------------------------------------------------------- */

/* The priority of the SGI of group 0 that is pending, enabled and let through; or 256. */
static unsigned int wake_priority(const struct devices_gic_cpu *cpu, unsigned int *intid)
{
	unsigned int best = 256;

	for (unsigned int i = 0; i < 16; i++)
		if (cpu->pending[i] && !(cpu->group >> i & 1) && cpu->enable >> i & 1 &&
		    !(cpu->handled >> i & 1) && devices_gic.control & 1 && cpu->control & 1 &&
		    !(cpu->waker & 2) && cpu->priority[i] < cpu->mask && cpu->priority[i] < best) {
			best = cpu->priority[i];
			*intid = i;
		}
	return best;
}

static bool other_is_first(const struct devices_gic_cpu *cpu, unsigned int priority)
{
	return cpu->other && cpu->other_priority <= priority;
}

bool devices_signal(unsigned int cpu)
{
	struct devices_gic_cpu *c = &devices_gic_cpu[cpu];
	unsigned int intid, priority = wake_priority(c, &intid);

	return !other_is_first(c, priority) && priority < 256 && c->active == UINT32_MAX;
}

bool devices_left_over(unsigned int cpu)
{
	const struct devices_gic_cpu *c = &devices_gic_cpu[cpu];
	bool left = c->active != UINT32_MAX;

	pthread_mutex_lock(&mutex);
	for (unsigned int i = 0; i < 16; i++)
		left |= c->pending[i] && !(c->group >> i & 1);
	pthread_mutex_unlock(&mutex);
	return left;
}

void devices_raise(unsigned int cpu, unsigned int intid, uint8_t priority)
{
	devices_gic_cpu[cpu].other = intid;
	devices_gic_cpu[cpu].other_priority = priority;
}

static uint32_t acknowledge(struct devices_gic_cpu *cpu)
{
	unsigned int intid = 0, source = 0, priority = wake_priority(cpu, &intid);

	if (other_is_first(cpu, priority))
		return version == 2 ? 1022 : 1021;
	if (priority == 256)
		return SPURIOUS;
	if (cpu->active != UINT32_MAX)
		machine_fault("acknowledges an interrupt during another");
	while (!(cpu->pending[intid] >> source & 1))
		source++;
	cpu->pending[intid] &= (uint8_t) ~(1U << source);
	cpu->active = intid | (version == 2 ? source << 10 : 0);
	return cpu->active;
}

static void end(struct devices_gic_cpu *cpu, uint32_t value)
{
	if (value != cpu->active)
		machine_fault("ends an interrupt that is not active");
	cpu->active = UINT32_MAX;
}

static void send(unsigned int target, unsigned int intid)
{
	struct devices_gic_cpu *cpu = &devices_gic_cpu[target];

	if (cpu->group >> intid & 1)
		return; /* it is the guest's by now: the GIC drops what comes from us */
	if (cpu->pending[intid])
		machine_fault("sends an interrupt that is pending");
	cpu->pending[intid] |= (uint8_t)(1U << (version == 2 ? machine_self : 0));
}

/* -- GIC: registers --------------------------------------------------------------------------- */

/* SGIs that are not pending any more: version 3 has a bit for each, version 2 a byte of four. */
static void forget(struct devices_gic_cpu *cpu, uint32_t value)
{
	for (unsigned int i = 0; i < 16; i++)
		if (version == 3 && value >> i & 1)
			cpu->pending[i] = 0;
	for (unsigned int i = 12; i < 16 && version == 2; i++)
		cpu->pending[i] &= (uint8_t) ~(value >> 8 * (i - 12));
}

/* Group, modifier, priority, enable of 32 interrupts; false: not one of them. */
static bool write_own(struct devices_gic_cpu *cpu, uint32_t offset, uint32_t value)
{
	if (offset == 0x80) {
		if (cpu->late && value >> 15 & 1) /* the last moment for a wake-up to arrive */
			cpu->pending[15] |= 1;
		cpu->group = value;
	} else if (offset == 0x380)
		cpu->handled &= ~value;
	else if (offset == 0xD00 && version == 3)
		cpu->modifier = value;
	else if (offset == 0x100)
		cpu->enable |= value;
	else if (offset == 0x180)
		cpu->enable &= ~value;
	else if (version == 3 ? offset == 0x280 : offset == 0xF1C)
		forget(cpu, value);
	else if (offset >= 0x400 && offset < 0x420)
		memcpy(&cpu->priority[offset - 0x400], &value, 4);
	else if (offset == 0x84 && version == 3)
		cpu->more_group = value;
	else if (offset == 0xD04 && version == 3)
		cpu->more_modifier = value;
	else if (offset < 0x420 || offset >= 0x440 || version != 3)
		return false;
	return true;
}

static void send_v2(uint32_t value)
{
	if (value & ~0x00FF000FU)
		machine_fault("GICD_SGIR: not a list of targets, or not of group 0");
	for (unsigned int i = 0; i < 8; i++)
		if (value >> (16 + i) & 1)
			send(i, value & 0xF);
}

static void write_control(uint32_t value)
{
	if ((value ^ devices_gic.control) & 0x30 && devices_gic.control & 7)
		machine_fault("GICD_CTLR: ARE changes while groups are enabled");
	if (devices_gic.control & ~value & 0x30)
		machine_fault("GICD_CTLR: ARE is cleared");
	if (busy)
		machine_fault("GICD_CTLR: does not wait for the write before");
	devices_gic.control = value;
	busy = version == 3 ? 3 : 0;
}

static void write_dist(uint32_t offset, uint32_t value)
{
	if (offset == 0)
		write_control(value);
	else if (version == 2 && write_own(&devices_gic_cpu[machine_self], offset, value))
		return;
	else if (offset == 0xF00 && version == 2)
		send_v2(value);
	else if (offset > 0x80 && offset < 0x100)
		devices_gic.group[(offset - 0x80) / 4] = value;
	else if (offset > 0xD00 && offset < 0xD80 && version == 3)
		devices_gic.modifier[(offset - 0xD00) / 4] = value;
	else if (offset >= 0x420 && offset < 0x7FC)
		memcpy(&devices_gic.priority[offset - 0x400], &value, 4);
	else if (offset >= 0x1000 && offset < 0x1080 && version == 3)
		devices_gic.group[32 + (offset - 0x1000) / 4] = value;
	else if (offset >= 0x2000 && offset < 0x2400 && version == 3)
		memcpy(&devices_gic.priority[1024 + offset - 0x2000], &value, 4);
	else if (offset >= 0x3400 && offset < 0x3480 && version == 3)
		devices_gic.modifier[32 + (offset - 0x3400) / 4] = value;
	else
		machine_fault("writes to an unknown register of the distributor");
}

/* 256 SPIs; in version 3 also 64 extended ones (and bits that are something else in version 2). */
static uint32_t read_dist(uint32_t offset)
{
	if (offset == 0) {
		busy -= busy != 0;
		return devices_gic.control | (busy ? RWP : 0);
	}
	if (offset == 4)
		return version == 3 ? 8 | 1U << 8 | 1U << 27 : 8 | 1U << 8 | 1U << 10 | 3U << 27;
	if (offset == 0x800 && version == 2)
		return 0x01010101U << machine_self;
	machine_fault("reads an unknown register of the distributor");
	return 0;
}

/* A bit for each register that is not 0. The architecture lets only 0 be written. */
static void set_taken(struct devices_gic_cpu *cpu, uint32_t bit, uint32_t value)
{
	if (value)
		machine_fault("makes a priority active that is not");
	cpu->taken &= ~bit;
}

static void write_interface(struct devices_gic_cpu *cpu, uint32_t offset, uint32_t value)
{
	if (offset == 0x00)
		cpu->control = value;
	else if (offset == 0x04)
		cpu->mask = value;
	else if (offset == 0x10)
		end(cpu, value);
	else if (offset >= 0xD0 && offset < 0xF0)
		set_taken(cpu, 1U << (offset - 0xD0) / 4, value);
	else
		machine_fault("writes to an unknown register of the CPU interface");
}

static uint32_t read_interface(struct devices_gic_cpu *cpu, uint32_t offset)
{
	if (offset == 0x0C)
		return acknowledge(cpu);
	machine_fault("reads an unknown register of the CPU interface");
	return 0;
}

static void write_redist(struct devices_gic_cpu *cpu, uint32_t offset, uint32_t value)
{
	if (offset == 0x14) {
		cpu->waker = (value & ~4U) | (cpu->waker & 4);
		cpu->busy = value & 2 ? 0 : 3;
	} else if (cpu->waker & 4 || !write_own(cpu, offset - 0x10000, value)) {
		machine_fault("writes to an unknown register of a redistributor, or it sleeps");
	}
}

static uint32_t read_redist(struct devices_gic_cpu *cpu, uint32_t offset)
{
	if (offset == 0x14) {
		if (cpu->busy && !--cpu->busy)
			cpu->waker &= ~4U;
		return cpu->waker;
	}
	if (offset == 0x08)
		return 1U << 27; /* one register of extended PPIs */
	machine_fault("reads an unknown register of a redistributor");
	return 0;
}

/* The system registers. */
void arch_gic_enable(void)
{
	devices_gic_cpu[machine_self].taken = 0;
	devices_gic_cpu[machine_self].mask = 0xFF;
	devices_gic_cpu[machine_self].control = 1;
}

void arch_gic_send(uint64_t mpidr, uint32_t intid)
{
	pthread_mutex_lock(&mutex);
	for (unsigned int i = 0; i < monitor.cpus; i++)
		if (machine_mpidr(i) == mpidr)
			send(i, intid);
	pthread_mutex_unlock(&mutex);
}

uint32_t arch_gic_take(void)
{
	uint32_t intid;

	pthread_mutex_lock(&mutex);
	intid = acknowledge(&devices_gic_cpu[machine_self]);
	if (intid < 1020)
		end(&devices_gic_cpu[machine_self], intid);
	pthread_mutex_unlock(&mutex);
	return intid;
}

/* -- GPIO ------------------------------------------------------------------------------------- */

struct devices_line devices_line(unsigned int controller, unsigned int pin)
{
	return gpio[controller].line[pin];
}

static void write_gpio(unsigned int controller, uint32_t offset, uint32_t value)
{
	uint8_t direction = gpio[controller].direction, data = gpio[controller].data;

	if (offset == 0x400)
		gpio[controller].direction = (uint8_t)value;
	else if (offset < 0x400) /* data of inputs is dropped */
		gpio[controller].data = (uint8_t)((data & ~(offset / 4 & direction)) |
						  (value & offset / 4 & direction));
	else
		machine_fault("writes to an unknown register of the GPIO");
	for (unsigned int i = 0; i < 8; i++) {
		struct devices_line *line = &gpio[controller].line[i];
		bool level = gpio[controller].data >> i & 1;

		line->edges += line->output && line->level != level;
		line->output = gpio[controller].direction >> i & 1;
		line->level = level;
	}
}

static uint32_t read_gpio(unsigned int controller, uint32_t offset)
{
	if (offset != 0x400)
		machine_fault("reads an unknown register of the GPIO");
	return gpio[controller].direction;
}

/* -- the bus ---------------------------------------------------------------------------------- */

static uint32_t read_at(uintptr_t address)
{
	if (address - MACHINE_DIST < 0x10000 && version)
		return read_dist((uint32_t)(address - MACHINE_DIST));
	if (address - MACHINE_GICC < 0x1000 && version == 2)
		return read_interface(&devices_gic_cpu[machine_self],
				      (uint32_t)(address - MACHINE_GICC));
	if (address - MACHINE_REDIST < 0x20000UL * MACHINE_CPUS && version == 3)
		return read_redist(&devices_gic_cpu[(address - MACHINE_REDIST) / 0x20000],
				   (address - MACHINE_REDIST) % 0x20000);
	if (address - MACHINE_OFF < 0x1000)
		return read_gpio(0, (uint32_t)(address - MACHINE_OFF));
	if (address - MACHINE_RESET < 0x1000)
		return read_gpio(1, (uint32_t)(address - MACHINE_RESET));
	machine_fault("reads where there is no device");
	return 0;
}

static void write_at(uintptr_t address, uint32_t value)
{
	if (address - MACHINE_DIST < 0x10000 && version)
		write_dist((uint32_t)(address - MACHINE_DIST), value);
	else if (address - MACHINE_GICC < 0x1000 && version == 2)
		write_interface(&devices_gic_cpu[machine_self], (uint32_t)(address - MACHINE_GICC),
				value);
	else if (address - MACHINE_REDIST < 0x20000UL * MACHINE_CPUS && version == 3)
		write_redist(&devices_gic_cpu[(address - MACHINE_REDIST) / 0x20000],
			     (address - MACHINE_REDIST) % 0x20000, value);
	else if (address - MACHINE_OFF < 0x1000)
		write_gpio(0, (uint32_t)(address - MACHINE_OFF), value);
	else if (address - MACHINE_RESET < 0x1000)
		write_gpio(1, (uint32_t)(address - MACHINE_RESET), value);
	else
		machine_fault("writes where there is no device");
}

uint32_t devices_read32(uintptr_t address)
{
	uint32_t value;

	pthread_mutex_lock(&mutex);
	value = read_at(address);
	pthread_mutex_unlock(&mutex);
	return value;
}

void devices_write32(uintptr_t address, uint32_t value)
{
	pthread_mutex_lock(&mutex);
	write_at(address, value);
	pthread_mutex_unlock(&mutex);
}

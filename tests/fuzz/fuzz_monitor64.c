/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The AArch64 monitor's exceptions: whatever a guest does to get there, it goes on at its own
 * level, where the architecture says, and nothing but its own registers has changed. And the
 * registers that it is entered with, for CPUs of all kinds.
 */
#include "guest_calls.h"
#include "fake64/cpu_of_host.h"

#define STEPS 16

#define OWN_REGISTERS                                                                              \
	"esr_el1 elr_el1 spsr_el1 far_el1 spsr_und spsr_abt ifsr32_el2 "                           \
	"s3_5_c4_c0_0 s3_5_c4_c0_1 s3_5_c5_c2_0 s3_5_c6_c0_0 "
#define EL2_REGISTERS "esr_el2 elr_el2 spsr_el2"

enum class {
	CLASS_CP15 = 0x03,
	CLASS_VMRS = 0x08,
	CLASS_HVC32 = 0x12,
	CLASS_SMC32 = 0x13,
	CLASS_HVC64 = 0x16,
	CLASS_SMC64 = 0x17,
};

char monitor_vectors[0x800], monitor_arrive[4], monitor_warm[4];

/* -- entry.S */

void monitor_forward(struct frame *frame, bool wide)
{
	for (unsigned int i = 0; i < (wide ? 18 : 8); i++)
		frame->x[i] = some_value();
}

uint64_t id_register(unsigned int index)
{
	REQUIRE(index < 24 && (index < 22 || index == 22 || index == 23));
	return fuzz_number(&numbers, 4);
}

_Noreturn void monitor_park(void)
{
	machine_leave(END_WAITS);
}

/* -- the guest -------------------------------------------------------------------------------- */

static bool is_mode(uint64_t spsr)
{
	static const uint8_t modes32[] = {0x10, 0x11, 0x12, 0x13, 0x17, 0x1b, 0x1f};
	unsigned int mode = spsr & SPSR_MODE;

	if (!(spsr & SPSR_AARCH32))
		return mode == 0 || mode == 4 || mode == 5 ||
		       (monitor.guest_level == 2 && (mode == 8 || mode == 9));
	if (monitor.guest_state == STATE_AARCH64)
		return mode == 0x10; /* its userland */
	if (mode == MODE_HYP)
		return monitor.guest_level == 2;
	return memchr(modes32, (int)mode, sizeof(modes32));
}

static uint64_t some_spsr(void)
{
	uint64_t spsr = fuzz_number(&numbers, 4);

	spsr &= ~0x10ULL;
	spsr |= monitor.guest_state == STATE_AARCH32 || number(4) == 0 ? SPSR_AARCH32 : 0;
	if (!is_mode(spsr))
		spsr = (spsr & ~(uint64_t)SPSR_MODE) |
		       (spsr & SPSR_AARCH32 ? (monitor.guest_state == STATE_AARCH32 ? 0x13 : 0x10)
					    : 5);
	return spsr;
}

static void some_frame(struct frame *frame)
{
	static const uint8_t classes[] = {CLASS_CP15,  CLASS_VMRS,  CLASS_HVC32, CLASS_SMC32,
					  CLASS_HVC64, CLASS_SMC64, 0x20,	 0x24};
	uint64_t class = number(4) ? classes[number(8)] : number(64);

	for (unsigned int i = 0; i < 31; i++)
		frame->x[i] = i < 8 ? some_value() : 0x0101010101010101 * i;
	frame->x[0] = some_call();
	frame->elr = some_value();
	frame->spsr = some_spsr();
	frame->esr = class << 26 | (fuzz_number(&numbers, 4) & 0x3ffffff);
	if (number(2))
		frame->esr &= ~0xffffULL; /* a call */
}

static void do_trap(struct monitor_cpu *self, void *context)
{
	monitor_trap(context, self);
}

static bool is_vector(uint64_t elr)
{
	uint64_t el1 = register_read("vbar_el1"), host = register_read("s3_5_c12_c0_0"),
		 el2 = register_read("vbar_el2");

	return elr - el1 < 0x800 || elr - host < 0x800 || elr - 0xffff0000 < 0x20 ||
	       (monitor.guest_level == 2 && elr - el2 < 0x800);
}

/* HVC, and SMC at EL3, point behind themselves; what was trapped, at itself. */
static void require_place(const struct frame *was, const struct frame *is)
{
	unsigned int class = was->esr >> 26 & 0x3f;
	uint64_t length = was->esr & ESR_LONG ? 4 : 2;
	bool smc = class == CLASS_SMC32 || class == CLASS_SMC64;

	if (class == CLASS_HVC32 || class == CLASS_HVC64 || (smc && monitor.level == 3))
		REQUIRE(is->elr == was->elr);
	else if (smc)
		REQUIRE(is->elr == was->elr + length);
	else
		REQUIRE(is->elr == was->elr + length || is_vector(is->elr));
}

static void trap(void)
{
	struct frame was, is;
	enum machine_end end;

	some_frame(&was);
	is = was;
	registers_watch();
	end = machine_run(0, do_trap, &is);
	REQUIRE(!memcmp(&before, &monitor, sizeof(before)));
	require_written(monitor.guest_level == 2 ? OWN_REGISTERS EL2_REGISTERS : OWN_REGISTERS);
	if (end != END_RETURNED)
		return;
	REQUIRE(!machine_locked());
	REQUIRE(is_mode(is.spsr));
	REQUIRE((is.spsr & SPSR_AARCH32) == (was.spsr & SPSR_AARCH32) || is_vector(is.elr));
	require_place(&was, &is);
	REQUIRE(!memcmp(is.x + 23, was.x + 23, 8 * sizeof(was.x[0])) || was.spsr & SPSR_AARCH32 ||
		is.x[was.esr >> 5 & 0x1f] != was.x[was.esr >> 5 & 0x1f]);
}

/* -- registers -------------------------------------------------------------------------------- */

_Noreturn void monitor_enter(uint64_t pc, uint64_t pstate, const uint64_t reg[4],
			     struct monitor_cpu *self)
{
	(void)pc;
	(void)reg;
	REQUIRE(self == &monitor_cpu[0] && self->power == MONITOR_CPU_ON);
	REQUIRE(is_mode(pstate));
	machine_leave(END_STARTED);
}

static void do_start(struct monitor_cpu *self, void *context)
{
	unsigned int which = *(unsigned int *)context;

	if (which == 0)
		boot_start(self);
	if (which == 1 && monitor.level == 3)
		arrive_start(self);
	guest_start(self);
}

static void enter(void)
{
	unsigned int which = number(3);
	enum machine_end end;

	monitor_cpu[0].entry = some_value();
	monitor_cpu[0].big_endian = number(2);
	if (monitor.level == 2) /* there is an EL2 */
		register_write("id_aa64pfr0_el1", register_read("id_aa64pfr0_el1") | 1 << 8);
	end = machine_run(0, do_start, &which);
	REQUIRE(end != END_RETURNED);
	if (end != END_STARTED)
		return;
	if (monitor.level == 3) {
		uint64_t scr = register_read("scr_el3");

		REQUIRE(scr & 1 && !(scr & 0xe)); /* NS; no interrupt and no abort comes here */
		REQUIRE(register_read("vbar_el3") == (uintptr_t)monitor_vectors);
		return;
	}
	REQUIRE(register_read("hcr_el2") & 1 << 19); /* TSC */
	REQUIRE(!(register_read("hcr_el2") & HCR_TGE));
	REQUIRE(register_read("vbar_el2") == (uintptr_t)monitor_vectors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	numbers = (struct fuzz_numbers) {data, size};
	start_machine(number(2) ? STATE_AARCH32 : STATE_AARCH64);
	for (unsigned int i = 0; i < STEPS && numbers.size; i++) {
		monitor_cpu[0].power = MONITOR_CPU_ON;
		if (number(4))
			trap();
		else
			enter();
	}
	REQUIRE(!machine.fault);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The AArch32 monitor's exceptions, in HYP mode and in Monitor mode: as fuzz_monitor64.c. */
#include "guest_calls.h"
#include "fake32/cpu_of_host.h"

#define STEPS 16

#define CLASS_HVC 0x12
#define CLASS_SMC 0x13

/* Banked ones, and of the others the fault registers. */
#define OWN_REGISTERS                                                                              \
	"elr_hyp spsr_hyp spsr_cxsf spsr_und spsr_abt lr_fiq lr_irq lr_svc lr_abt lr_und "         \
	"p15, 0, %0, c5, c0, 0 p15, 0, %0, c5, c0, 1 p15, 0, %0, c6, c0, 0 p15, 0, %0, c6, c0, 2"

const char monitor_vectors[32], hyp_vectors[32], arrive[4], warm[4];

/* -- entry.S */

void forward(uint32_t reg[8])
{
	for (unsigned int i = 0; i < 8; i++)
		reg[i] = (uint32_t)some_value();
}

uint32_t read_id(uint32_t index)
{
	REQUIRE(index < ID_INDEX_MVFR2 + 3);
	return (uint32_t)fuzz_number(&numbers, 4);
}

/* -- the guest -------------------------------------------------------------------------------- */

static bool is_mode(uint32_t psr)
{
	static const uint8_t modes[] = {0x10, 0x11, 0x12, 0x13, 0x17, 0x1b, 0x1f};

	return memchr(modes, psr & PSR_MODE, sizeof(modes)) ||
	       (monitor.guest_level == 2 && (psr & PSR_MODE) == PSR_HYP);
}

static void some_frame(struct guest_frame *frame)
{
	for (unsigned int i = 0; i < 13; i++)
		frame->r[i] = (uint32_t)some_value();
	frame->r[0] = some_call();
	frame->lr = (uint32_t)some_value();
}

static void some_syndrome(void)
{
	static const uint8_t classes[] = {0x03, 0x08, CLASS_HVC, CLASS_SMC, 0x20, 0x24, 0x07, 0x00};
	uint32_t class = number(4) ? classes[number(8)] : number(64);
	uint32_t psr = (uint32_t)fuzz_number(&numbers, 4);
	uint32_t iss = (uint32_t)fuzz_number(&numbers, 4) & 0x3ffffff;

	if (!is_mode(psr))
		psr = (psr & ~PSR_MODE) | PSR_SVC;
	register_write(SYS_HSR, class << 26 | (number(2) ? iss & ~0xffffU : iss));
	register_write("spsr", psr);
	register_write("spsr_cxsf", psr);
	register_write("spsr_hyp", psr);
	if (monitor.level == 3 && monitor.guest_level == 1 && number(2)) /* by EL2's vectors */
		register_write("spsr", PSR_HYP);
	register_write("elr_hyp", (uint32_t)some_value());
}

static void do_trap(struct monitor_cpu *self, void *context)
{
	hyp_trap(context, self);
}

static void do_call(struct monitor_cpu *self, void *context)
{
	monitor_trap(context, self);
}

static void require_place(uint32_t hsr, uint32_t elr)
{
	uint32_t is = (uint32_t)register_read("elr_hyp"), vbar = (uint32_t)register_read(SYS_VBAR);

	if (hsr >> 26 == CLASS_HVC)
		REQUIRE(is == elr);
	else
		REQUIRE(is == elr + (hsr >> 25 & 1 ? 4 : 2) || is - vbar < 0x20 ||
			is - 0xffff0000 < 0x20);
}

static void trap(void)
{
	struct guest_frame frame;
	uint32_t hsr, elr;
	enum machine_end end;

	some_frame(&frame);
	some_syndrome();
	hsr = (uint32_t)register_read(SYS_HSR);
	elr = (uint32_t)register_read("elr_hyp");
	registers_watch();
	end = machine_run(0, monitor.level == 2 ? do_trap : do_call, &frame);
	REQUIRE(!memcmp(&before, &monitor, sizeof(before)));
	require_written(OWN_REGISTERS);
	if (end != END_RETURNED)
		return;
	REQUIRE(!machine_locked());
	REQUIRE(is_mode((uint32_t)register_read("spsr_cxsf")));
	REQUIRE(is_mode((uint32_t)register_read("spsr_hyp")));
	if (monitor.level == 2 || register_read("spsr") == PSR_HYP)
		require_place(hsr, elr);
}

/* -- registers -------------------------------------------------------------------------------- */

#define SYS_HCR_TSC (1U << 19)

static void set_up(void)
{
	init_cpu();
	init_timers();
	init_guest(number(2));
	if (monitor.level == 3)
		REQUIRE((register_read(SYS_SCR) & 0xf) ==
			1); /* NS; nothing comes to Monitor mode */
	else if (has_hyp())
		REQUIRE(register_read(SYS_HCR) & SYS_HCR_TSC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	numbers = (struct fuzz_numbers) {data, size};
	start_machine(STATE_AARCH32);
	for (unsigned int i = 0; i < STEPS && numbers.size; i++) {
		monitor_cpu[0].power = MONITOR_CPU_ON;
		if (number(4))
			trap();
		else
			set_up();
	}
	REQUIRE(!machine.fault);
	return 0;
}

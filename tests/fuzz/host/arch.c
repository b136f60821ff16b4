/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU of the host port: arch.h as struct host says, and the firmware below it. */
#include "boot/core/stage.h"
#include "arch.h"
#include <string.h>
#include "fuzz.h"
#include "host.h"
#include "monitor.h"
#include "mmio.h"
#include "monitor.h"
#include "psci.h"

#define CALL_UID   0x8500ff01U /* SMCCC: whose hypervisor this is */
#define XEN_HVM_OP 34

static uint64_t ticks;
static unsigned int randoms;

/* In place of arch/arm64/hvc.S: nobody runs them here. */
const uint8_t hvc_vectors[0x800] = {0};
const uint64_t hvc_vectors_size = sizeof(hvc_vectors);

void arch_regime(struct arch_regime *regime)
{
	bool aarch32 = host.start.state == STATE_AARCH32;

	memset(regime, 0, sizeof(*regime));
	regime->tables.level = aarch32;
	regime->tables.data = PT_XN;
	regime->pa_limit = aarch32 ? 1ULL << 32 : host.pa_limit;
}

/* What is written back has to be memory. */
void arch_clean(uint64_t pa, uint64_t size)
{
	uint32_t value;

	if (size)
		REQUIRE((ram_contains(pa, size) || ram_peek(pa & ~3ULL, &value)) && vm_maps(pa) &&
			vm_maps(pa + size - 1));
	host.cleaned[host.cleans++ % HOST_CLEANED] = (struct region) {pa, size};
}

void arch_clean_invalidate(uint64_t pa, uint64_t size)
{
	arch_clean(pa, size);
}

bool arch_is_ram(uint64_t pa)
{
	uint32_t value;

	return ram_peek(pa & ~3ULL, &value);
}

enum execution_state arch_state(void)
{
	return host.start.state;
}

const char *arch_level_name(void)
{
	static const char *const name[2][4] = {{"EL0", "EL1", "EL2", "EL3"},
					       {"USR", "SVC", "HYP", "secure SVC"}};

	return name[host.start.state == STATE_AARCH32][host.start.level];
}

unsigned int arch_level(void)
{
	return host.start.level;
}

void arch_entry_start(struct entry_start *start)
{
	*start = host.start;
}

enum conduit arch_default_conduit(void)
{
	static const enum conduit conduit[] = {CONDUIT_NONE, CONDUIT_HVC, CONDUIT_SMC,
					       CONDUIT_NONE};

	return conduit[host.start.level];
}

uint64_t arch_counter(void)
{
	return ticks += host.quirks & HOST_BUSY ? 700000 : 1000;
}

void arch_yield(void)
{
}

uint64_t arch_counter_frequency(void)
{
	return 1000000;
}

bool arch_random(uint64_t *value)
{
	*value = 0x0123456789abcdef;
	return host.random && !(host.quirks & HOST_RANDOM_ENDS && ++randoms > 2);
}

unsigned int arch_stage2_bits(void)
{
	return host.start.state == STATE_AARCH32 ? 40
						 : (unsigned int)__builtin_ctzll(host.pa_limit);
}

bool arch_has_pmu(void)
{
	return !(host.quirks & HOST_NO_PMU);
}

uint64_t arch_cpu_id(void)
{
	return 0;
}

uint32_t arch_cpu_model(void)
{
	return 0x411fd070;
}

void arch_map_sync(void)
{
}

bool arch_probe_read(uintptr_t address, uint32_t *value)
{
	if (!vm_maps(address))
		return false;
	if (address >= HOST_XEN && address - HOST_XEN < HOST_XEN_SIZE) {
		*value = *(const volatile uint32_t *)address;
		return true;
	}
	if (address < HOST_FLASH || address - HOST_FLASH >= HOST_FLASH_SIZE)
		return device_read(address, value) || ram_peek(address, value);
	memcpy(value, (const void *)address, sizeof(*value));
	return true;
}

int64_t arch_smccc(enum conduit conduit, uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
	(void)b;
	(void)c;
	if (conduit == CONDUIT_NONE)
		return -1;
	switch (function & ~SMCCC_64BIT) {
	case PSCI_SYSTEM_OFF:
		host_end(HOST_STOPPED);
	case PSCI_VERSION:
		return host.quirks & HOST_OLD_PSCI ? PSCI_0_2 : PSCI_1_1;
	case PSCI_FEATURES:
		return host.trng ? 0 : PSCI_NOT_SUPPORTED;
	case PSCI_AFFINITY_INFO:
		return a < host.cpus ? 0 : PSCI_INVALID_PARAMETERS;
	case SMCCC_VERSION:
		return SMCCC_1_1;
	case TRNG_VERSION:
		return TRNG_1_0;
	default:
		return PSCI_NOT_SUPPORTED;
	}
}

int64_t arch_smccc4(enum conduit conduit, uint32_t function, uint64_t a, uint64_t result[3])
{
	static const uint32_t xen[] = {0x694398c6, 0xd179cf9a, 0x67e6de8d};

	if (conduit == CONDUIT_HVC && function == CALL_UID && host.quirks & HOST_IS_XEN) {
		for (unsigned int i = 0; i < 3; i++)
			result[i] = xen[i];
		return 0xdc1218a7;
	}
	if (conduit == CONDUIT_NONE || function != TRNG_RND || a != 64 || !host.trng ||
	    host.quirks & HOST_TRNG_EMPTY)
		return -1;
	result[0] = 0;
	result[1] = 0x01234567;
	result[2] = 0x89abcdef;
	return 0;
}

/*
 * Xen's parameters 17 and 18 are the console's page and its event channel; the page is one that
 * nobody has to be able to use. Where "fails" is said, nothing can be sent.
 */
int64_t arch_xen(uint32_t number, uint64_t a, uint64_t b, uint64_t c)
{
	struct {
		uint16_t domain;
		uint32_t index;
		uint64_t value;
	} *parameter = (void *)(uintptr_t)b;

	(void)c;
	if (!(host.quirks & HOST_IS_XEN))
		return -(int64_t)number;
	if (number == XEN_HVM_OP && a == 1) {
		if (parameter->index == 17)
			parameter->value = HOST_XEN_RING / PAGE_SIZE;
		else if (parameter->index == 18)
			parameter->value = 2;
		return host.quirks & HOST_TRNG_EMPTY ? -1 : 0;
	}
	return host.quirks & HOST_XEN_FAILS ? -1 : 0;
}

_Noreturn void arch_enter(const struct guest_entry *guest)
{
	bool restart = strcmp(stage_name(), "hand-off") != 0;

	if (restart)
		check_restart(guest);
	else
		check_entry(host.boot, guest);
	host_end(restart ? HOST_RESTARTED : HOST_ENTERED);
}

/* No application runs here: that it would, is an end. */
uint64_t arch_application_start(uint64_t entry, void *handle, void *system, uint64_t stack,
				uint64_t context[21])
{
	REQUIRE(vm_maps(entry) && handle && system && vm_maps(stack - 8));
	memset(context, 0, 13 * sizeof(*context));
	host_end(HOST_STARTED);
}

_Noreturn void arch_application_leave(const uint64_t context[21], uint64_t status)
{
	(void)context;
	(void)status;
	host_end(HOST_STOPPED);
}

void arch_allow_writable_code(void)
{
}

void arch_flush_tables(void)
{
}

void arch_replace_entry(uint64_t *entry, uint64_t value)
{
	*entry = value;
}

void arch_sync_code(uint64_t pa, uint64_t size)
{
	REQUIRE(size && vm_maps(pa) && vm_maps(pa + size - 1));
}

_Noreturn void arch_park(void)
{
	host_end(HOST_STOPPED);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What PSCI says it has, and whether it does. */
#include "torture.h"

#define PSCI_1_0	   0x10000
#define NO_TRUSTED_OS	   2
#define RESET_TYPE_UNKNOWN 0x7fffffff
#define SUSPEND_FLAGS	   3 /* OS-initiated mode, extended format */

/* An address that no CPU can start at. */
#define BAD_ADDRESS 2

static long features(uint32_t fn)
{
	return psci(PSCI_FEATURES, fn, 0, 0);
}

static void check_mandatory(void)
{
	static const uint32_t mandatory[] = {
		PSCI_VERSION,	    PSCI_CPU_SUSPEND, PSCI_CPU_OFF,	 PSCI_CPU_ON,
		PSCI_AFFINITY_INFO, PSCI_SYSTEM_OFF,  PSCI_SYSTEM_RESET, PSCI_FEATURES,
	};
	unsigned long missing = 0;

	for (unsigned int i = 0; i < sizeof(mandatory) / sizeof(*mandatory); i++)
		missing += features(mandatory[i]) < 0;
	missing += features(psci_function(PSCI_CPU_SUSPEND)) < 0;
	missing += features(psci_function(PSCI_CPU_ON)) < 0;
	missing += features(psci_function(PSCI_AFFINITY_INFO)) < 0;
	item_is("features-mandatory", missing, 0);
}

/* Functions that may be there, called in a way that does nothing. */
static void check_optional(void)
{
	static const struct {
		uint32_t fn, argument;
	} optional[] = {
		{PSCI_MIGRATE, NO_CPU},
		{PSCI_MIGRATE_INFO_TYPE, 0},
		{PSCI_CPU_DEFAULT_SUSPEND, BAD_ADDRESS},
		{PSCI_NODE_HW_STATE, NO_CPU},
		{PSCI_SYSTEM_SUSPEND, BAD_ADDRESS},
		{PSCI_SET_SUSPEND_MODE, 7},
		{PSCI_STAT_RESIDENCY, NO_CPU},
		{PSCI_STAT_COUNT, NO_CPU},
		{PSCI_SYSTEM_RESET2, RESET_TYPE_UNKNOWN},
		{PSCI_MEM_PROTECT_CHECK_RANGE, 0},
	};
	unsigned long wrong = 0;

	for (unsigned int i = 0; i < sizeof(optional) / sizeof(*optional); i++) {
		bool told = features(optional[i].fn) >= 0;
		long result = psci(optional[i].fn, optional[i].argument, 0, 0);

		if (told == (result != NOT_SUPPORTED))
			continue;
		wrong++;
		info("features-wrong", optional[i].fn);
	}
	item_is("features-optional", wrong, 0);
}

static void check_unknown(void)
{
	static const uint32_t unknown[] = {0x84000016 + 8, 0x8400ffff, 0xc4000000, 0xc400000a,
					   0x12345678};
	unsigned long wrong = 0;

	for (unsigned int i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		wrong += features(unknown[i]) != NOT_SUPPORTED;
	item_is("features-unknown", wrong, 0);
}

/* Only CPU_SUSPEND and SYSTEM_OFF2 have flags; and none that is reserved. */
static void check_flags(void)
{
	unsigned long flags = 0;

	flags |= (unsigned long)features(PSCI_VERSION) | (unsigned long)features(PSCI_CPU_ON);
	flags |= (unsigned long)features(PSCI_CPU_OFF);
	flags |= (unsigned long)features(PSCI_AFFINITY_INFO);
	flags |= (unsigned long)features(PSCI_CPU_SUSPEND) & ~(unsigned long)SUSPEND_FLAGS;
	item_is("features-flags", flags, 0);
}

static void check_migrate(void)
{
	long type = psci(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0);

	item_is("migrate-info-type", type == NO_TRUSTED_OS || type == NOT_SUPPORTED, true);
	item_is("migrate", result_bits(psci_native(PSCI_MIGRATE, NO_CPU, 0, 0)),
		result_bits(NOT_SUPPORTED));
	item_is("migrate-info-up-cpu", result_bits(psci_native(PSCI_MIGRATE_INFO_UP_CPU, 0, 0, 0)),
		result_bits(NOT_SUPPORTED));
}

static void check_reset2(void)
{
	bool told = features(PSCI_SYSTEM_RESET2) >= 0;
	long wanted = told ? INVALID_PARAMETERS : NOT_SUPPORTED;

	item_is("reset2-type",
		result_bits(psci_native(PSCI_SYSTEM_RESET2, RESET_TYPE_UNKNOWN, 0, 0)),
		result_bits(wanted));
}

void torture_features(void)
{
	long version = psci(PSCI_VERSION, 0, 0, 0);

	info("psci", (uint64_t)version);
	item_is("psci-version", version >= PSCI_1_0 && version < 0x7fffffff, true);
	check_mandatory();
	check_optional();
	check_unknown();
	check_flags();
	check_migrate();
	check_reset2();
}

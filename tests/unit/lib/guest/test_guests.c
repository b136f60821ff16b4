/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of guests' conventions: complete, and as the guests' own sources have it. */
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "lib/guest/profiles.h"
#include "lib/options.h"
#include "test.h"

static const struct guest_profile *named(const char *name)
{
	for (unsigned int i = 0; i < GUESTS; i++)
		if (strcmp(guest_profiles[i].name, name) == 0)
			return &guest_profiles[i];
	return &guest_profiles[GUEST_AUTO];
}

TEST(guests_are_complete)
{
	char names[256] = "";

	for (unsigned int i = 0; i < GUESTS; i++) {
		const struct guest_profile *p = &guest_profiles[i];

		CHECK(strlen(p->name) > 1 && named(p->name) == p);
		CHECK(p->level <= 2 && p->level32 <= 2);
		CHECK(p->acpi <= GUEST_ACPI_OPENBSD && p->tree <= TREE_ABOVE);
		CHECK(p->conduit <= CONDUIT_SMC);
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 !i		  ? ""
			 : i + 1 < GUESTS ? ", "
					  : " or ",
			 p->name);
	}
	CHECK_TEXT(guest_names, names);
}

TEST(guests_are_options)
{
	struct option_problem problem = {0};
	struct options options;

	options_init(&options);
	CHECK_EQ(options.guest, GUEST_AUTO);
	for (unsigned int i = GUESTS; i--;) {
		const char *name = guest_profiles[i].name;

		CHECK_EQ(options_set(&options, "guest", 5, name, strlen(name), &problem), 0);
		CHECK_EQ((unsigned int)options.guest, i);
	}
	CHECK_EQ(options_set(&options, "guest", 5, "GUEST", 5, &problem), problem.error);
	CHECK(problem.error && problem.help == guest_names);
}

/* What is not Linux's way is said for each, and nothing is where nobody said it. */
TEST(guests_differ_as_they_should)
{
	static const struct guest_profile other[] = {
		{.name = "nommu", .level32 = 1, .flags = GUEST_NO_MMU, .line32 = 1024},
		{.name = "openbsd",
		 .words = WORDS_OPENBSD,
		 .acpi = GUEST_ACPI_OPENBSD,
		 .flags = GUEST_END | GUEST_NO_INITRD},
		{.name = "osv", .level = 1, .flags = GUEST_AT_BASE | GUEST_NO_INITRD},
		{.name = "zephyr",
		 .level = 1,
		 .conduit = CONDUIT_HVC,
		 .flags = GUEST_AT_BASE | GUEST_NO_INITRD},
		{.name = "nuttx",
		 .level32 = 1,
		 .tree = TREE_START,
		 .conduit = CONDUIT_SMC,
		 .flags = GUEST_AT_BASE | GUEST_NO_INITRD,
		 .offset = 0x280000},
		{.name = "lk",
		 .level32 = 1,
		 .tree = TREE_START,
		 .conduit = CONDUIT_HVC,
		 .flags = GUEST_NO_INITRD},
		{.name = "freertos", .level = 1, .flags = GUEST_GICV2 | GUEST_NO_INITRD},
		{.name = "kut", .level32 = 1, .tree = TREE_ABOVE, .flags = GUEST_RAW},
		{.name = "xvisor", .level = 2, .level32 = 2, .flags = GUEST_RAW},
	};

	for (unsigned int i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		CHECK(memcmp(named(other[i].name), &other[i], sizeof(other[i])) == 0);
	CHECK_EQ(named("linux")->acpi, GUEST_ACPI_EFI);
	CHECK(memcmp(&named("auto")->words, &named("linux")->words,
		     sizeof(other[0]) - offsetof(struct guest_profile, words)) == 0);
}

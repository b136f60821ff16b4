/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints what the manual has to say, from the product's own tables: "option NAME DEFAULT BUNDLE
 * CONTAINER HELP" and a line "value OPTION VALUE" for each of its values, "guest NAME", "error
 * NUMBER TEXT", with tabs between. BUNDLE and CONTAINER are yes or no: whether they may set the
 * option.
 */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/options.h"

#define ERRORS 256 /* far more than there are */

static const char *yes_or_no(unsigned int values)
{
	return values ? "yes" : "no";
}

static void print_option(const struct options *options, unsigned int i)
{
	const char *value;

	printf("option\t%s\t%s\t%s\t%s\t%s\n", options_name(i), options_value(options, i),
	       yes_or_no(options_open_to(i, OPTIONS_OF_BUNDLE)),
	       yes_or_no(options_open_to(i, OPTIONS_OF_CONTAINER)), options_help(i));
	for (unsigned int v = 0; (value = options_choice(i, v)); v++)
		printf("value\t%s\t%s\n", options_name(i), value);
}

int main(void)
{
	struct options options;

	options_init(&options);
	for (unsigned int i = 0; options_name(i); i++)
		print_option(&options, i);
	for (unsigned int i = 0; i < GUESTS; i++)
		printf("guest\t%s\n", guest_profiles[i].name);
	for (int i = 1; i < ERRORS; i++)
		if (strcmp(error_string(-i), error_string(-ERRORS)) != 0)
			printf("error\t%d\t%s\n", i, error_string(-i));
	return 0;
}

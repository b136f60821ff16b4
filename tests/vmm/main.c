/* SPDX-License-Identifier: BSD-2-Clause */
/* The test VMM's command line; see vmm.h. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vmm.h"

#define CPUS_MAX 8

static const char usage[] =
	"usage: vmm --machine NAME --file FILE [--initrd FILE] [--append TEXT] [--cpus N]\n"
	"           [--seconds N] [--boot-cpu N] [--all-cpus] [--claim MIB]\n"
	"            [--aarch32] [--console faults|garbage|stuck|absent|unnamed]\n"
	"       vmm --list\n";

static _Noreturn void refuse(const char *what)
{
	fprintf(stderr, "vmm: error: %s\n%s", what, usage);
	exit(EXIT_ERROR);
}

static const struct machine *machine_named(const char *name)
{
	for (unsigned int i = 0; i < machines_count; i++)
		if (strcmp(machines[i].name, name) == 0)
			return &machines[i];
	refuse("no such machine");
}

static enum misbehaviour misbehaviour_named(const char *name)
{
	static const char *const names[] = {[FAULTS] = "faults",
					    [GARBAGE] = "garbage",
					    [STUCK] = "stuck",
					    [ABSENT] = "absent",
					    [UNNAMED] = "unnamed"};

	for (unsigned int i = FAULTS; i <= UNNAMED; i++)
		if (strcmp(names[i], name) == 0)
			return (enum misbehaviour)i;
	refuse("no such console");
}

static uint64_t number(const char *text, uint64_t most)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 0);

	if (!*text || *end || value > most)
		refuse(text);
	return value;
}

static void list_machines(void)
{
	for (unsigned int i = 0; i < machines_count; i++)
		printf("%s: %s\n", machines[i].name, machines[i].source);
}

static const struct option words[] = {{"machine", required_argument, NULL, 'm'},
				      {"file", required_argument, NULL, 'f'},
				      {"initrd", required_argument, NULL, 'i'},
				      {"append", required_argument, NULL, 'a'},
				      {"cpus", required_argument, NULL, 'c'},
				      {"seconds", required_argument, NULL, 's'},
				      {"boot-cpu", required_argument, NULL, 'b'},
				      {"all-cpus", no_argument, NULL, 'A'},
				      {"claim", required_argument, NULL, 'l'},
				      {"console", required_argument, NULL, 'o'},
				      {"aarch32", no_argument, NULL, '3'},
				      {"list", no_argument, NULL, 'L'},
				      {NULL, 0, NULL, 0}};

static void take(struct options *options, int word)
{
	switch (word) {
	case 'm':
		options->machine = machine_named(optarg);
		break;
	case 'f':
		options->file = optarg;
		break;
	case 'i':
		options->initrd = optarg;
		break;
	case 'a':
		options->append = optarg;
		break;
	case 'c':
		options->cpus = (unsigned int)number(optarg, CPUS_MAX);
		break;
	case 's':
		options->seconds = (unsigned int)number(optarg, 3600);
		break;
	case 'b':
		options->boot_cpu = (unsigned int)number(optarg, CPUS_MAX);
		break;
	case 'A':
		options->all_cpus = true;
		break;
	case '3':
		options->aarch32 = true;
		break;
	case 'l':
		options->claimed = number(optarg, 1ULL << 20) << 20;
		break;
	case 'o':
		options->console = misbehaviour_named(optarg);
		break;
	case 'L':
		list_machines();
		exit(EXIT_OFF);
	default:
		refuse("see above");
	}
}

int main(int argc, char **argv)
{
	struct options options = {.append = "", .cpus = 1, .seconds = 60};
	int word;

	while ((word = getopt_long(argc, argv, "", words, NULL)) != -1)
		take(&options, word);
	if (!options.machine || !options.file || optind != argc)
		refuse("a machine and a file are needed");
	if (!options.cpus || options.boot_cpu >= options.cpus)
		refuse("no such CPU");
	return run(&options);
}

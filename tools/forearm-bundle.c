/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes one file of forearm and what it is to boot: a PE file with the parts as sections, as a
 * unified kernel image has them (UAPI.5). The same input always makes the same file.
 */
#include <getopt.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bundle.h"
#include "error.h"
#include "le.h"
#include "lib/options.h"
#include "lib/formats/payload.h"
#include "version.h"

#define MIB (1024 * 1024)
/* What VMMs take as firmware, at most. */
#define CLOUD_HYPERVISOR_MAX (3 * MIB)
#define QEMU_MAX	     (64 * MIB)

static const char usage[] =
	"usage: forearm-bundle --kernel FILE [--initrd FILE]... [--cmdline TEXT] [--dtb FILE]\n"
	"                      [--overlay FILE]... [--option NAME=VALUE]... [--osrel FILE]\n"
	"                      [--limit BYTES[K|M]] [--stub forearm.bin] --output FILE\n"
	"       forearm-bundle --payload UKI|FIT|BOOTIMG ... --output FILE\n"
	"       forearm-bundle --list FILE\n"
	"       forearm-bundle --extract DIRECTORY|SECTION FILE\n"
	"       forearm-bundle --help | --version\n";

static const char usage_remedy[] = "forearm-bundle --help shows the options";
static const char option_remedy[] = "forearm(7) describes forearm's options";

/* os-release(5) says that a system without one is this. */
static const char default_osrel[] = "ID=linux\nNAME=Linux\nPRETTY_NAME=Linux\n";

/* Options by number, above those of characters. */
enum {
	KERNEL = 256,
	PAYLOAD,
	INITRD,
	CMDLINE,
	DTB,
	OVERLAY,
	OPTION,
	OSREL,
	LIMIT,
	STUB,
	OUTPUT,
	LIST,
	EXTRACT,
	HELP,
	VERSION,
};

static const struct option known[] = {
	{"kernel", 1, NULL, KERNEL},   {"payload", 1, NULL, PAYLOAD},
	{"initrd", 1, NULL, INITRD},   {"cmdline", 1, NULL, CMDLINE},
	{"dtb", 1, NULL, DTB},	       {"overlay", 1, NULL, OVERLAY},
	{"option", 1, NULL, OPTION},   {"osrel", 1, NULL, OSREL},
	{"limit", 1, NULL, LIMIT},     {"stub", 1, NULL, STUB},
	{"output", 1, NULL, OUTPUT},   {"list", 1, NULL, LIST},
	{"extract", 1, NULL, EXTRACT}, {"help", 0, NULL, HELP},
	{"version", 0, NULL, VERSION}, {NULL, 0, NULL, 0},
};

/* What is asked for. Texts and files that are not, have a NULL pointer. */
struct request {
	const char *stub, *output;
	struct bytes kernel, payload, initrd, cmdline, dtb, options, osrel;
	struct bytes overlay[PAYLOAD_OVERLAYS];
	unsigned int overlays;
	uint64_t limit; /* bytes; 0: none */
};

static struct bytes text_bytes(const char *text)
{
	struct bytes bytes = {NULL, 0};

	append(&bytes, text, strlen(text), 1);
	return bytes;
}

/* Whether an option that can be given once was. */
static void once(const struct bytes *bytes, const char *name)
{
	if (bytes->data)
		fail(usage_remedy, "--%s is given twice", name);
}

static struct bytes read_tree(const char *path, const char *what)
{
	struct bytes tree = read_file(path, what);

	/* Its header is big-endian: magic, and size. */
	if (tree.size < 40 || __builtin_bswap32(le32(tree.data)) != 0xD00DFEED)
		fail("make one of a source: dtc -I dts -O dtb -@", "%s, %s, is no device tree",
		     what, path);
	if (__builtin_bswap32(le32(tree.data + 4)) > tree.size)
		fail("make or fetch it again", "%s, %s, is cut short", what, path);
	return tree;
}

/* Options are checked by the code that will read them. */
static void check_option(const char *text, const char *value)
{
	struct option_problem problem = {0};
	struct options options;

	options_init(&options);
	if (!options_set(&options, text, (size_t)(value - text), value + 1, strlen(value + 1),
			 &problem))
		return;
	if (problem.error == ERR_OPTION)
		fail(option_remedy, "there is no option '%s'; the nearest is '%s'", problem.name,
		     problem.help);
	fail(option_remedy, "option '%s' takes %s, not '%s'", problem.name, problem.help,
	     problem.value);
}

static void add_option(struct request *request, const char *text)
{
	const char *value = strchr(text, '=');

	if (strncmp(text, OPTION_PREFIX, strlen(OPTION_PREFIX)) == 0)
		text += strlen(OPTION_PREFIX);
	if (!value || value <= text)
		fail("write --option NAME=VALUE", "'%s' is no option with a value", text);
	check_option(text, value);
	append(&request->options, text, strlen(text), 1);
	append(&request->options, "\n", 1, 1);
}

static void add_overlay(struct request *request, const char *path)
{
	if (request->overlays == PAYLOAD_OVERLAYS)
		fail("join some with dtc's fdtoverlay", "more than %d overlays", PAYLOAD_OVERLAYS);
	request->overlay[request->overlays++] = read_tree(path, "the overlay");
}

static void add_initrd(struct request *request, const char *path)
{
	struct bytes initrd = read_file(path, "the initrd");

	/* Linux looks for the next archive at a multiple of 4. */
	append(&request->initrd, initrd.data, initrd.size, 4);
	free(initrd.data);
}

static uint64_t read_limit(const char *text)
{
	char *end;
	uint64_t limit = text[0] >= '1' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
	uint64_t unit = 1;

	if (limit && (*end == 'K' || *end == 'M'))
		unit = *end++ == 'K' ? 1024 : MIB;
	if (!limit || *end || limit > UINT32_MAX)
		fail("write --limit 3M", "'%s' is no size", text);
	return limit * unit;
}

static void take_file(struct bytes *bytes, const char *name, const char *path, const char *what)
{
	once(bytes, name);
	*bytes = read_file(path, what);
}

static void take(struct request *request, int option, const char *value)
{
	switch (option) {
	case KERNEL:
		take_file(&request->kernel, "kernel", value, "the kernel");
		break;
	case PAYLOAD:
		take_file(&request->payload, "payload", value, "the payload");
		break;
	case OSREL:
		take_file(&request->osrel, "osrel", value, "the os-release file");
		break;
	case INITRD:
		add_initrd(request, value);
		break;
	case CMDLINE:
		once(&request->cmdline, "cmdline");
		request->cmdline = text_bytes(value);
		break;
	case DTB:
		once(&request->dtb, "dtb");
		request->dtb = read_tree(value, "the device tree");
		break;
	case OVERLAY:
		add_overlay(request, value);
		break;
	case OPTION:
		add_option(request, value);
		break;
	case LIMIT:
		request->limit = read_limit(value);
		break;
	case STUB:
		request->stub = value;
		break;
	case OUTPUT:
		request->output = value;
		break;
	default:
		fail(usage_remedy, "the options do not go together");
	}
}

static void check_request(struct request *request)
{
	if (!request->kernel.data && !request->payload.data)
		fail("name one by --kernel, or a file that has one in it by --payload",
		     "there is no kernel");
	if (request->kernel.data && request->payload.data)
		fail("give one of them", "--kernel and --payload exclude each other");
	if (!request->output)
		fail("name it by --output", "there is no file to write to");
	if (request->kernel.data && !request->osrel.data)
		request->osrel = text_bytes(default_osrel);
}

/* Where forearm.bin is: beside this program, as built, or where it is installed to. */
static const char *find_stub(void)
{
	static const char *const places[] = {"", "/../share/forearm"};
	static char path[4096 + 64];
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *directory;

	if (length > 0) {
		self[length] = '\0';
		directory = dirname(self);
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			snprintf(path, sizeof(path), "%s%s/forearm.bin", directory, places[i]);
			if (access(path, R_OK) == 0)
				return path;
		}
	}
	fail("name it by --stub", "forearm.bin is not beside this program");
}

static void add_if(struct bundle *bundle, const char *name, const struct bytes *content)
{
	if (content->size)
		bundle_add(bundle, name, content);
}

static void make(const struct request *request, struct bundle *bundle)
{
	bundle_start(bundle, request->stub ? request->stub : find_stub());
	add_if(bundle, ".osrel", &request->osrel);
	add_if(bundle, ".cmdline", &request->cmdline);
	add_if(bundle, ".faopts", &request->options);
	add_if(bundle, ".dtb", &request->dtb);
	for (unsigned int i = 0; i < request->overlays; i++)
		add_if(bundle, ".dtbo", &request->overlay[i]);
	add_if(bundle, ".initrd", &request->initrd);
	add_if(bundle, ".linux", &request->kernel);
	add_if(bundle, ".payload", &request->payload);
	bundle_finish(bundle);
}

static void check_size(const struct request *request, uint64_t size)
{
	if (request->limit && size > request->limit)
		fail("use smaller files, or give it to the VMM as kernel, which has no such limit",
		     "the bundle has %llu bytes, over the limit of %llu", (unsigned long long)size,
		     (unsigned long long)request->limit);
	if (size > QEMU_MAX)
		fprintf(stderr, PROGRAM ": note: over 64 MiB: for QEMU's -kernel, not its -bios\n");
	if (size > CLOUD_HYPERVISOR_MAX)
		fprintf(stderr,
			PROGRAM ": note: over 3 MiB: for cloud-hypervisor's --kernel, not its "
				"--firmware\n");
}

static int build(int option, int count, char **words)
{
	struct request request = {0};
	struct bundle bundle;

	for (; option != -1; option = getopt_long(count, words, "", known, NULL)) {
		if (option == '?')
			fail(usage_remedy, "'%s' is no option, or lacks its value",
			     words[optind - 1]);
		take(&request, option, optarg);
	}
	if (optind < count)
		fail(usage_remedy, "'%s' belongs to no option", words[optind]);
	check_request(&request);
	make(&request, &bundle);
	check_size(&request, bundle.file.size);
	write_file(request.output, bundle.file.data, bundle.file.size);
	return 0;
}

int main(int count, char **words)
{
	const char *value;
	int option;

	opterr = 0; /* the messages are ours */
	option = getopt_long(count, words, "", known, NULL);
	value = optarg;

	switch (option) {
	case HELP:
		fputs(usage, stdout);
		return 0;
	case VERSION:
		puts(PROGRAM " " FOREARM_DESCRIBED);
		return 0;
	case LIST:
		if (optind != count)
			fail(usage_remedy, "--list takes one file and nothing else");
		bundle_list(value);
		return 0;
	case EXTRACT:
		if (optind + 1 != count)
			fail(usage_remedy,
			     "--extract takes what to extract, one file, and nothing else");
		bundle_extract(words[optind], value);
		return 0;
	default:
		return build(option, count, words);
	}
}

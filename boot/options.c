/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "options": what does the user want? Also notes the files that carry the payload. */
#include <string.h>
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/payload.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "boot/core/vm.h"
#include "lib/words.h"

#define FILE_PREFIX "opt/org.forearm/"
#define OVERLAY	    "overlay"
#define VALUE_MAX   64

struct collect {
	struct boot *boot;
	struct option_problem problem;
};

/* "overlay", and with a digit from 1 on. */
static struct boot_file *overlay_file(struct boot *boot, const char *name)
{
	size_t length = strlen(OVERLAY);

	if (strncmp(name, OVERLAY, length) != 0)
		return NULL;
	name += length;
	if (!*name)
		return &boot->files.overlay[0];
	return *name >= '1' && *name <= '9' && !name[1] ? &boot->files.overlay[*name - '0'] : NULL;
}

static struct boot_file *payload_file(struct boot *boot, const char *name)
{
	if (strcmp(name, "kernel") == 0)
		return &boot->files.kernel;
	if (strcmp(name, "initrd") == 0)
		return &boot->files.initrd;
	if (strcmp(name, "smbios-oem") == 0)
		return &boot->files.smbios_oem;
	if (strcmp(name, "cmdline") == 0)
		return &boot->files.command_line;
	return overlay_file(boot, name);
}

/* Without the newline or terminator that a file may end with. */
static size_t trimmed(const char *text, size_t size)
{
	while (size && (text[size - 1] == '\n' || text[size - 1] == '\0'))
		size--;
	return size;
}

static int option_file(struct collect *collect, const char *name, const struct fw_cfg_file *file)
{
	char value[VALUE_MAX];
	size_t size = file->size < VALUE_MAX ? file->size : VALUE_MAX;
	int error = fw_cfg_read(file->item, virt_to_phys(value), size);

	if (error)
		return error;
	size = trimmed(value, size);
	options_set(&collect->boot->options, name, strlen(name), value, size, &collect->problem);
	return 0;
}

static int visit(void *context, const struct fw_cfg_file *file)
{
	struct collect *collect = context;
	const char *name = file->name + strlen(FILE_PREFIX);
	struct boot_file *payload;

	if (strncmp(file->name, FILE_PREFIX, strlen(FILE_PREFIX)) != 0)
		return 0;
	payload = payload_file(collect->boot, name);
	if (!payload)
		return option_file(collect, name, file);
	payload->given = true;
	payload->item = file->item;
	payload->size = file->size;
	return 0;
}

/* QEMU's own -kernel, -initrd and -append, when we are its firmware. */
static void legacy_item(struct boot_file *file, uint16_t size_item, uint16_t data_item)
{
	if (file->given)
		return;
	file->size = fw_cfg_number(size_item);
	file->item = data_item;
	file->given = file->size != 0;
}

static void find_files(struct collect *collect)
{
	struct boot *boot = collect->boot;
	int error = fw_cfg_open((uintptr_t)boot->platform.fw_cfg.base);

	if (error == ERR_NO_DMA)
		stop_error("enable it (QEMU: leave out -global fw_cfg_mem.dma_enabled=off)",
			   "fw_cfg has no DMA interface");
	if (error)
		return;
	if (!vm_image() && fw_cfg_touched())
		stop_error("look what it did last (QEMU: -d int,exec); a guest for other addresses "
			   "has to be linked to RAM: forearm.load, forearm.guest",
			   "a second start without a reset: the guest came to address 0, where "
			   "forearm is, by a null pointer or an exception without vectors");
	error = fw_cfg_each(visit, collect);
	if (error)
		stop_error("report this with the VMM's version", "fw_cfg cannot be read: %s",
			   error_string(error));
	legacy_item(&boot->files.kernel, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA);
	legacy_item(&boot->files.initrd, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA);
	legacy_item(&boot->files.command_line, FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA);
}

_Noreturn void command_line_too_long(uint64_t size)
{
	stop_error("shorten it", "the command line has %llu bytes, %d are possible",
		   (unsigned long long)size, COMMAND_LINE_MAX - 1);
}

/* fw_cfg's if it has one, else what the VMM wrote into /chosen. */
static void read_command_line(struct boot *boot)
{
	const struct boot_file *file = &boot->files.command_line;
	const char *chosen = boot->platform.chosen.bootargs;
	size_t length = chosen ? strlen(chosen) : 0;
	char *text = boot->command_line;

	text[0] = '\0';
	if ((file->given ? file->size : length) >= COMMAND_LINE_MAX)
		command_line_too_long(file->given ? file->size : length);
	if (!file->given) {
		memcpy(text, chosen ? chosen : "", length + 1);
		return;
	}
	if (fw_cfg_read(file->item, virt_to_phys(text), file->size))
		stop_error("report this with the VMM's version", "fw_cfg gave no command line");
	text[trimmed(text, file->size)] = '\0';
	if (strlen(text) < trimmed(text, file->size))
		stop_error("leave it out",
			   "the command line has a NUL in it, and words behind that");
}

static void check(const struct option_problem *problem)
{
	if (problem->error == ERR_OPTION)
		stop_error("see the options in forearm(7), or leave it out",
			   "unknown option forearm.%s; did you mean forearm.%s?", problem->name,
			   problem->help);
	if (problem->error == ERR_OPTION_VALUE)
		stop_error("correct it on the command line or in opt/org.forearm/",
			   "option forearm.%s takes %s, not \"%s\"", problem->name, problem->help,
			   problem->value);
}

void read_options(struct boot *boot)
{
	struct collect collect = {boot, {0, "", "", NULL}};

	boot->files.kernel.given = boot->files.initrd.given = boot->files.command_line.given =
		false;
	boot->files.smbios_oem.given = false;
	boot->files.kernel.at = boot->files.initrd.at = NULL;
	boot->files.kernel.on_disk = boot->files.initrd.on_disk = NULL;
	boot->files.smbios_oem.on_disk = boot->files.command_line.on_disk = NULL;
	memset(boot->files.overlay, 0, sizeof(boot->files.overlay));
	if (boot->platform.fw_cfg.base)
		find_files(&collect);
	read_command_line(boot);
	options_take(&boot->options, boot->command_line, &collect.problem);
	log_set_level(boot->options.log);
	check(&collect.problem);
}

/* What the containers say, outermost first, without their options. */
static char container_line[COMMAND_LINE_MAX] __attribute__((section(".noinit")));

static void check_container(const struct option_problem *problem, const char *name)
{
	if (problem->error == ERR_OPTION)
		stop_error("see the options in forearm(7), or leave it out",
			   "unknown option forearm.%s in the %s; did you mean forearm.%s?",
			   problem->name, name, problem->help);
	if (problem->error == ERR_OPTION_VALUE)
		stop_error("correct it in that file",
			   "option forearm.%s in the %s takes %s, not \"%s\"", problem->name, name,
			   problem->help, problem->value);
	if (problem->error)
		stop_error("if it is wanted, give it yourself, on the command line or in "
			   "opt/org.forearm/; else take it out of that file",
			   "the %s says forearm.%s=%s, which it may not: it is for the user to say",
			   name, problem->name, problem->value);
}

/* What would keep Linux from seeing the user's words, which follow. */
static void check_text(const char *text, size_t size, const char *name)
{
	const char *why = memchr(text, '\0', size) ? "has a NUL in it"
			  : !words_closed(text)	   ? "has half a pair of double quotes in it"
						   : NULL;

	if (why)
		stop_error("make that file again with another one",
			   "the command line in the %s %s: the words behind it would not count",
			   name, why);
}

static size_t add_text(const struct part *part, bool goes_on, size_t at)
{
	size_t size = trimmed((const char *)part->at, (size_t)part->size);

	if (part->size >= COMMAND_LINE_MAX || at + 1 + size >= COMMAND_LINE_MAX)
		command_line_too_long(at + 1 + part->size);
	if (at && !goes_on)
		container_line[at++] = ' ';
	memcpy(container_line + at, part->at, size);
	container_line[at + size] = '\0';
	return at + size;
}

/* Those that have come since the last time. */
static void take_texts(struct boot *boot, const char *name, struct option_problem *problem)
{
	struct payload *payload = &boot->payload;
	size_t size;

	if (!boot->texts_taken)
		container_line[0] = '\0';
	if (boot->texts_taken == payload->texts)
		return;
	size = strlen(container_line);
	for (; boot->texts_taken < payload->texts; boot->texts_taken++)
		size = add_text(&payload->text[boot->texts_taken],
				payload->text_continues & 1U << boot->texts_taken, size);
	check_text(container_line, size, name);
	options_take(&boot->options, container_line, problem);
}

void take_options(struct boot *boot, const char *name, enum options_source source)
{
	struct option_problem problem = {0, "", "", NULL};
	struct part *lines = &boot->payload.options;

	boot->options.source = source;
	options_lines(&boot->options, (const char *)lines->at, (size_t)lines->size, &problem);
	lines->size = 0;
	take_texts(boot, name, &problem);
	log_set_level(boot->options.log);
	check_container(&problem, name);
	if (source == OPTIONS_OF_BUNDLE)
		options_lock(&boot->options);
}

void add_command_line(struct boot *boot)
{
	static char text[COMMAND_LINE_MAX] __attribute__((section(".noinit")));

	if (!boot->payload.texts)
		return;
	if (words_join(container_line, boot->command_line, text, sizeof(text)))
		command_line_too_long(strlen(container_line) + 1 + strlen(boot->command_line));
	memcpy(boot->command_line, text, strlen(text) + 1);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* --list and --extract: what is in a bundle, or in any other PE file. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "bundle.h"
#include "error.h"
#include "lib/formats/pe.h"

#define NAME_SIZE (PE_NAME + 1)

/* What sections are for: UAPI.5, and forearm's own. */
static const struct {
	const char *name, *what;
} known[] = {
	{".text", "firmware"},	  {".linux", "kernel"},		{".payload", "container"},
	{".initrd", "initrd"},	  {".cmdline", "command line"}, {".dtb", "device tree"},
	{".dtbo", "overlay"},	  {".dtbauto", "device tree"},	{".faopts", "options"},
	{".osrel", "os-release"}, {".profile", "profile"},	{".uname", "kernel version"},
	{".ucode", "microcode"},  {".splash", "picture"},	{".sbat", "revocation"},
};

static const char *what_is(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].what;
	return "-";
}

static void open_pe(const char *path, const struct bytes *file, struct pe *pe)
{
	int error = pe_open(file->data, file->size, pe);

	if (error)
		fail("name a bundle, a unified kernel image or another PE file",
		     "cannot read %s: %s", path,
		     error == ERR_UNKNOWN ? "no PE file" : error_string(error));
}

/* The name as text; bytes that would not print as one are replaced. */
static void name_of(const struct pe *pe, unsigned int index, char name[NAME_SIZE])
{
	memcpy(name, pe_name(pe, index), PE_NAME);
	name[PE_NAME] = '\0';
	for (char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
			*at = '_';
}

static struct part part_of(const char *path, const struct pe *pe, unsigned int index)
{
	char name[NAME_SIZE];
	struct part part;

	name_of(pe, index, name);
	if (pe_section(pe, index, &part))
		fail("make or fetch it again", "section %s of %s lies outside of the file", name,
		     path);
	return part;
}

void bundle_list(const char *path)
{
	struct bytes file = read_file(path, "the bundle");
	char name[NAME_SIZE];
	struct part part;
	struct pe pe;

	open_pe(path, &file, &pe);
	printf("%-8s %10s %10s  %s\n", "section", "offset", "bytes", "what");
	for (unsigned int i = 0; i < pe.sections; i++) {
		part = part_of(path, &pe, i);
		name_of(&pe, i, name);
		printf("%-8s %#10llx %10llu  %s\n", name, (unsigned long long)(part.at - file.data),
		       (unsigned long long)part.size, what_is(name));
	}
}

/* DIRECTORY/linux for .linux; the second one of a name is called linux.2. */
static void extract_to(const char *path, const struct pe *pe, unsigned int index,
		       const char *directory)
{
	struct part part = part_of(path, pe, index);
	char name[NAME_SIZE], other[NAME_SIZE], file[4096], suffix[16] = "";
	unsigned int number = 1;
	int length;

	name_of(pe, index, name);
	for (unsigned int i = 0; i < index; i++) {
		name_of(pe, i, other);
		number += strcmp(other, name) == 0;
	}
	if (number > 1)
		snprintf(suffix, sizeof(suffix), ".%u", number);
	length = snprintf(file, sizeof(file), "%s/%s%s", directory, name + strspn(name, "."),
			  suffix);
	if (length < 0 || (size_t)length >= sizeof(file))
		fail("use a shorter name", "the name of the directory is too long");
	write_file(file, part.at, part.size);
}

static void extract_all(const char *path, const struct pe *pe, const char *directory)
{
	if (mkdir(directory, 0777) && errno != EEXIST)
		fail("name a directory that exists or can be made", "cannot make %s: %s", directory,
		     strerror(errno));
	for (unsigned int i = 0; i < pe->sections; i++)
		if (pe_name(pe, i)[strspn((const char *)pe_name(pe, i), ".")])
			extract_to(path, pe, i, directory);
}

void bundle_extract(const char *path, const char *target)
{
	struct bytes file = read_file(path, "the bundle");
	char name[NAME_SIZE];
	struct part part;
	struct pe pe;

	open_pe(path, &file, &pe);
	for (unsigned int i = 0; i < pe.sections; i++) {
		name_of(&pe, i, name);
		if (strcmp(name, target) != 0)
			continue;
		part = part_of(path, &pe, i);
		write_stream(stdout, "to standard output", part.at, part.size);
		return;
	}
	if (target[0] == '.' && isalpha((unsigned char)target[1]) && !strchr(target, '/'))
		fail("--list shows its sections; a directory of that name is written with a slash",
		     "%s has no section %s", path, target);
	extract_all(path, &pe, target);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See dmidecode.h. */
#include <stdio.h>
#include <string.h>
#include "dmidecode.h"
#include "test.h"

/* What it says of tables that are wrong. */
static const char *const complaints[] = {
	"OUT OF SPEC", "BAD INDEX", "BROKEN", "Wrong",	  "wrong",     "invalid",
	"Invalid",     "TRUNCATED", "sorry",  "mismatch", "Unknown M", "not found",
};

static void write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");

	CHECK(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

const char *dmidecode(const char *name, const void *tables, size_t size)
{
	static char text[0x20000];
	char path[200], command[300];
	size_t length;
	FILE *pipe;

	snprintf(path, sizeof(path), "%s/%s.dmi", UNIT_OUT, name);
	snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin dmidecode --from-dump %s 2>&1",
		 path);
	write_file(path, tables, size);
	pipe = popen(command, "r");
	length = pipe ? fread(text, 1, sizeof(text) - 1, pipe) : 0;
	text[length] = '\0';
	test_note("%s", path);
	CHECK(pipe && pclose(pipe) == 0);
	CHECK(strstr(text, "End Of Table"));
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (!CHECK(!strstr(text, complaints[i])))
			fprintf(stderr, "\tdmidecode: %s\n", strstr(text, complaints[i]));
	return text;
}

void dmidecode_has(const char *text, const char *title, const char *line)
{
	char whole[300];
	const char *from, *to, *found;

	test_note("\"%s\" of \"%s\"", line, title);
	snprintf(whole, sizeof(whole), "\n%s\n", title);
	from = strstr(text, whole);
	if (!CHECK(from))
		return;
	to = strstr(from, "\n\n");
	snprintf(whole, sizeof(whole), "\t%s\n", line);
	found = strstr(from, whole);
	CHECK(found && (!to || found < to));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that grow, whole files read and written, and the errors of both. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bundle.h"

void fail(const char *remedy, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs(PROGRAM ": error: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n" PROGRAM ": remedy: %s\n", remedy);
	exit(1);
}

void *allocate(uint64_t size)
{
	void *memory = size <= SIZE_MAX ? calloc(1, size ? (size_t)size : 1) : NULL;

	if (!memory)
		fail("free some memory, or use smaller files", "no memory for %llu bytes",
		     (unsigned long long)size);
	return memory;
}

static __attribute__((noreturn)) void cannot_read(const char *path, const char *what)
{
	fail("name a file that exists and may be read", "cannot read %s, %s: %s", what, path,
	     strerror(errno));
}

void append(struct bytes *to, const void *data, uint64_t size, uint64_t align)
{
	uint64_t end = (to->size + size + align - 1) / align * align;
	uint8_t *grown = realloc(to->data, end ? (size_t)end : 1);

	if (!grown)
		fail("free some memory, or use smaller files", "no memory for %llu bytes",
		     (unsigned long long)end);
	memcpy(grown + to->size, data, (size_t)size);
	memset(grown + to->size + size, 0, (size_t)(end - to->size - size));
	to->data = grown;
	to->size = end;
}

struct bytes read_file(const char *path, const char *what)
{
	struct bytes bytes = {NULL, 0};
	FILE *in = fopen(path, "rb");
	uint8_t buffer[1 << 16];
	size_t count;

	if (!in)
		cannot_read(path, what);
	errno = 0;
	while ((count = fread(buffer, 1, sizeof(buffer), in)) > 0) {
		if (bytes.size + count > UINT32_MAX)
			fail("a bundle holds less than 4 GiB", "%s, %s, is too large", what, path);
		append(&bytes, buffer, count, 1);
	}
	if (ferror(in))
		cannot_read(path, what);
	fclose(in);
	if (!bytes.size)
		fail("name another one", "%s, %s, is empty", what, path);
	return bytes;
}

void write_stream(FILE *out, const char *name, const uint8_t *data, uint64_t size)
{
	if (fwrite(data, 1, (size_t)size, out) != size || fflush(out) != 0)
		fail("see that there is room", "cannot write %s: %s", name, strerror(errno));
}

static __attribute__((noreturn)) void cannot_write(const char *path)
{
	int error = errno;
	struct stat status;

	/* A part of a file would look like a file. */
	if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
		unlink(path);
	fail("see that the directory exists, may be written to, and has room",
	     "cannot write %s: %s", path, strerror(error));
}

void write_file(const char *path, const uint8_t *data, uint64_t size)
{
	FILE *out = fopen(path, "wb");

	if (!out)
		fail("see that the directory exists and may be written to", "cannot write %s: %s",
		     path, strerror(errno));
	if (fwrite(data, 1, (size_t)size, out) != size || fflush(out) != 0 || fclose(out) != 0)
		cannot_write(path);
}

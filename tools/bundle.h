/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BUNDLE_H
#define FOREARM_BUNDLE_H

#include <stdint.h>
#include <stdio.h>

/* forearm-bundle, the host tool: its parts. What fails here ends the program with a message. */

#define PROGRAM "forearm-bundle"

/* A file in memory, or a part of one. */
struct bytes {
	uint8_t *data;
	uint64_t size;
};

/* Prints the cause and what to do about it, both without a full stop; ends with status 1. */
void fail(const char *remedy, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* Memory that is set to zero. Sizes are those of files in memory, so they fit. */
void *allocate(uint64_t size);

/* 'what' says in messages what the file is for: "the kernel". Empty files are refused. */
struct bytes read_file(const char *path, const char *what);

/* Writes all of it to a stream, or to a file that is removed again if that fails. */
void write_stream(FILE *out, const char *name, const uint8_t *data, uint64_t size);
void write_file(const char *path, const uint8_t *data, uint64_t size);

/* Grows 'to' by 'size' bytes, and by zeros up to a multiple of 'align'. */
void append(struct bytes *to, const void *data, uint64_t size, uint64_t align);

/* bundle_write.c: forearm with sections behind it. */
struct bundle {
	struct bytes file;
	const char *path; /* of the stub, for messages */
};

void bundle_start(struct bundle *bundle, const char *stub);
void bundle_add(struct bundle *bundle, const char *name, const struct bytes *content);
void bundle_finish(struct bundle *bundle);

/* bundle_read.c: prints or takes out the sections of any PE file. */
void bundle_list(const char *path);
void bundle_extract(const char *path, const char *target);

#endif

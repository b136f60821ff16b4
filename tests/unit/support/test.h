/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_TEST_H
#define FOREARM_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A small test frame. Each test is a function that runs in a process of its own, so that one that
 * crashes or hangs fails alone. Checks do not end a test; REQUIRE() does where going on is
 * senseless.
 */
struct test {
	const char *name, *file;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *test);

#define TEST(name)                                                                                 \
	static void name(void);                                                                    \
	static struct test name##_test = {#name, __FILE__, name, NULL};                            \
	__attribute__((constructor)) static void name##_register(void)                             \
	{                                                                                          \
		test_register(&name##_test);                                                       \
	}                                                                                          \
	static void name(void)

/* Each prints file, line, expression and both values when it fails, and returns whether it held. */
#define CHECK(expression)	test_true(__FILE__, __LINE__, #expression, (expression))
#define CHECK_EQ(a, b)		test_equal(__FILE__, __LINE__, #a, #b, (long long)(a), (long long)(b))
#define CHECK_TEXT(a, b)	test_text(__FILE__, __LINE__, #a, #b, (a), (b))
#define CHECK_BYTES(a, b, size) test_bytes(__FILE__, __LINE__, #a, #b, (a), (b), (size))

#define REQUIRE(check)                                                                             \
	do {                                                                                       \
		if (!(check))                                                                      \
			return;                                                                    \
	} while (0)

bool test_true(const char *file, int line, const char *expression, bool held);
bool test_equal(const char *file, int line, const char *a, const char *b, long long va,
		long long vb);
bool test_text(const char *file, int line, const char *a, const char *b, const char *va,
	       const char *vb);
bool test_bytes(const char *file, int line, const char *a, const char *b, const void *va,
		const void *vb, size_t size);

/* Says what is being tried; shown with the next failure, and after a crash or a hang. */
void test_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Random numbers, the same ones in every run: each test starts with the same seed. */
uint64_t test_random(void);
/* A number in [low, high]. */
uint64_t test_between(uint64_t low, uint64_t high);

#endif

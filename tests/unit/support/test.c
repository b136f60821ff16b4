/* SPDX-License-Identifier: BSD-2-Clause */
/* See test.h. Usage: unit-tests [--results FILE] [PART-OF-A-NAME...] */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

#define SECONDS_MAX  60 /* of processor time for one test; real ones take ten at most */
#define FAILURES_MAX 8	/* of one test that are shown */
#define NOTE_SIZE    256

static struct test *first, **last = &first;
static char *note; /* shared, so that the runner can show it after a crash */
static unsigned int failures;
static uint64_t random_state;

void test_register(struct test *test)
{
	*last = test;
	last = &test->next;
}

void test_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(note, NOTE_SIZE, format, arguments);
	va_end(arguments);
}

static bool shown(const char *file, int line)
{
	if (++failures > FAILURES_MAX)
		return false;
	fprintf(stderr, "%s:%d: ", file, line);
	return true;
}

static void finish_line(void)
{
	fprintf(stderr, "%s%s\n", *note ? "\n\twith " : "", note);
}

bool test_true(const char *file, int line, const char *expression, bool held)
{
	if (held)
		return true;
	if (shown(file, line)) {
		fprintf(stderr, "%s is false", expression);
		finish_line();
	}
	return false;
}

bool test_equal(const char *file, int line, const char *a, const char *b, long long va,
		long long vb)
{
	if (va == vb)
		return true;
	if (shown(file, line)) {
		fprintf(stderr, "%s is %lld (0x%llx), %s is %lld (0x%llx)", a, va,
			(unsigned long long)va, b, vb, (unsigned long long)vb);
		finish_line();
	}
	return false;
}

bool test_text(const char *file, int line, const char *a, const char *b, const char *va,
	       const char *vb)
{
	if (va == vb || (va && vb && strcmp(va, vb) == 0))
		return true;
	if (shown(file, line)) {
		fprintf(stderr, "%s is \"%s\", %s is \"%s\"", a, va ? va : "(null)", b,
			vb ? vb : "(null)");
		finish_line();
	}
	return false;
}

bool test_bytes(const char *file, int line, const char *a, const char *b, const void *va,
		const void *vb, size_t size)
{
	const uint8_t *left = va, *right = vb;
	size_t at = 0;

	while (at < size && left[at] == right[at])
		at++;
	if (at == size)
		return true;
	if (shown(file, line)) {
		fprintf(stderr, "%s and %s differ at byte %zu of %zu: 0x%02x, 0x%02x", a, b, at,
			size, left[at], right[at]);
		finish_line();
	}
	return false;
}

/* xorshift64 */
uint64_t test_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

uint64_t test_between(uint64_t low, uint64_t high)
{
	uint64_t count = high - low + 1;

	return count ? low + test_random() % count : test_random();
}

static _Noreturn void run_child(const struct test *test)
{
	const struct itimerval limit = {.it_value.tv_sec = SECONDS_MAX};

	random_state = 0x464f524541524d31;
	setitimer(ITIMER_PROF, &limit, NULL);
	alarm(10 * SECONDS_MAX); /* one that waits takes none */
	test->run();
	if (failures > FAILURES_MAX)
		fprintf(stderr, "... %u more\n", failures - FAILURES_MAX);
	fflush(NULL);
	_exit(failures != 0);
}

static void report_end(const struct test *test, int status)
{
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM))
		fprintf(stderr, "%s: %s hangs", test->file, test->name);
	else if (WIFSIGNALED(status))
		fprintf(stderr, "%s: %s ended by signal %d", test->file, test->name,
			WTERMSIG(status));
	else if (WEXITSTATUS(status) > 1)
		fprintf(stderr, "%s: %s was stopped by a sanitizer", test->file, test->name);
	else
		return;
	finish_line();
}

static bool run(const struct test *test)
{
	int status;
	pid_t child;

	fflush(NULL);
	*note = '\0';
	child = fork();
	if (child == 0)
		run_child(test);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("fork");
		exit(2);
	}
	report_end(test, status);
	printf("%s %s\n", test->name, status ? "FAIL" : "ok");
	return status == 0;
}

static bool selected(const struct test *test, char **parts)
{
	bool any = !*parts;

	for (; *parts; parts++)
		any |= strstr(test->name, *parts) != NULL;
	return any;
}

/* Adds a line, if there is a file to add it to. */
__attribute__((format(printf, 2, 3))) static void write_result(const char *path, const char *format,
							       ...)
{
	va_list arguments;
	FILE *file;

	if (!path)
		return;
	file = fopen(path, "a");
	va_start(arguments, format);
	if (!file || vfprintf(file, format, arguments) < 0 || fclose(file)) {
		perror(path);
		exit(2);
	}
	va_end(arguments);
}

int main(int argc, char **argv)
{
	unsigned int passed = 0, failed = 0;
	const char *results = NULL;

	if (argc > 2 && strcmp(argv[1], "--results") == 0) {
		results = argv[2];
		argv += 2;
	}
	note = mmap(NULL, NOTE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (note == MAP_FAILED)
		return 2;
	for (const struct test *test = first; test; test = test->next) {
		if (!selected(test, argv + 1))
			continue;
		if (run(test)) {
			passed++;
			continue;
		}
		failed++;
		write_result(results, "failed: %s\n", test->name);
	}
	write_result(results, "unit %u %u 0\n", passed, failed);
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A position-independent guest with pointers in its data, which are right only after relocation. It
 * says which are wrong. With SELF it relocates itself before, by its dynamic section, as the start
 * code of a static-pie does. For QEMU's virt machine.
 */
#include <stddef.h>

#define UART	   ((volatile unsigned char *)0x09000000)
#define SYSTEM_OFF 0x84000008

#define DT_RELA	  7
#define DT_RELASZ 8
#define DT_REL	  17
#define DT_RELSZ  18

typedef unsigned long word;

extern const char __ehdr_start[] __attribute__((visibility("hidden"))); /* linked to 0 */
extern const word _DYNAMIC[] __attribute__((visibility("hidden")));
void pie_main(void) __attribute__((visibility("hidden")));

#ifdef __aarch64__
__asm__(".globl _start\n"
	"_start: adr x1, stack_top\n"
	"mov sp, x1\n"
	"b pie_main\n"
	".bss\n.balign 16\n.space 4096\nstack_top:\n.text\n");
#else
__asm__(".arm\n.globl _start\n.type _start, %function\n"
	"_start: ldr r1, 2f\n"
	"1: add sp, pc, r1\n"
	"b pie_main\n"
	"2: .word stack_top - (1b + 8)\n"
	".bss\n.balign 16\n.space 4096\nstack_top:\n.text\n");
#endif

static void say(const char *text)
{
	while (*text)
		*UART = (unsigned char)*text++;
}

static __attribute__((noreturn)) void off(void)
{
#ifdef __aarch64__
	register word call __asm__("x0") = SYSTEM_OFF;

	__asm__ volatile("hvc #0" : "+r"(call));
#else
	register word call __asm__("r0") = SYSTEM_OFF;

	__asm__ volatile(".arch_extension virt\n.inst 0xe1400070" : "+r"(call)); /* hvc #0 */
#endif
	for (;;)
		;
}

static int variable = 42;
static int zeros[1000];
static int answer(void)
{
	return 42;
}

/* What the linker leaves relocations for, in memory that is written. */
static volatile struct {
	const char *text;
	int *number;
	int (*call)(void);
	const char *before, *behind;
	void *none;
} pointers = {"pie: relocated\n",	  &variable, answer, __ehdr_start - 16,
	      (const char *)&zeros[1000], NULL};

/* Constant to the program, but not to the linker. */
static const char *const volatile constant = "constant";

#ifdef SELF
static void relocate_self(void)
{
	word bias = (word)__ehdr_start, table = 0, size = 0;
	int addend = 0;

	for (const word *entry = _DYNAMIC; entry[0]; entry += 2) {
		if (entry[0] == DT_RELA || entry[0] == DT_REL)
			table = entry[1];
		if (entry[0] == DT_RELASZ || entry[0] == DT_RELSZ)
			size = entry[1];
		addend |= entry[0] == DT_RELA;
	}
	for (const word *rel = (const word *)(bias + table), *end = rel + size / sizeof(word);
	     rel != end; rel += 2 + addend) {
		volatile word *at = (volatile word *)(bias + rel[0]);

		*at = bias + (addend ? rel[2] : *at);
	}
}
#endif

static void check(int good, const char *what)
{
	if (good)
		return;
	say("pie: wrong: ");
	say(what);
	say("\n");
	off();
}

#ifdef MISSING
extern int missing __attribute__((visibility("default")));
#endif

#ifdef INDIRECT
static int (*resolve(void))(void)
{
	return answer;
}

int indirect(void) __attribute__((ifunc("resolve"), visibility("hidden")));
#endif

#ifdef THREAD
__thread int of_thread;
#endif

void pie_main(void)
{
#ifdef SELF
	relocate_self();
#endif
#ifdef MISSING
	check(missing, "missing");
#endif
#ifdef INDIRECT
	check(indirect() == 42, "indirect");
#endif
#ifdef THREAD
	check(!of_thread, "thread");
#endif
	check(pointers.number == &variable && *pointers.number == 42, "number");
	check(pointers.before + 16 == __ehdr_start, "before");
	check(pointers.behind == (const char *)&zeros[1000], "behind");
	check(!pointers.none, "none");
	check(constant[0] == 'c', "constant");
	check(pointers.call == answer && pointers.call() == 42, "call");
	say(pointers.text);
	off();
}

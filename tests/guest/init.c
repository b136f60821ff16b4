/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /init of the small test guests, in any byte order, with an MMU or without: says on the console
 * what the tests look for, then does what the kernel's command line asks for by test=poweroff
 * (also when nothing is asked for), reboot, hotplug or suspend, the last two then power off.
 *
 * Freestanding and without relocations, since nobody relocates it; hence no table of pointers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arch.h"

#define AT_FDCWD  (-100)
#define O_RDONLY  0
#define O_RDWR	  2
#define MONOTONIC 1

/* reboot(2) */
#define MAGIC_1	  ((long)0xFEE1DEAD)
#define MAGIC_2	  672274793
#define POWER_OFF 0x4321FEDC
#define RESTART	  0x01234567

#define SLEEP_NS 50000000
#define SLEPT_NS 40000000
#define SECOND	 1000000000
#define ROUNDS	 100

/* For the kernel; 64 bits in both states. */
struct time {
	int64_t seconds;
	int64_t nanoseconds;
};

struct names {
	char name[6][65];
};

#define MACHINE 4

static char line[4096 + 64], text[8192], path[64];

static size_t length(const char *string)
{
	size_t n = 0;

	while (string[n])
		n++;
	return n;
}

static bool begins(const char *string, const char *with)
{
	while (*with)
		if (*string++ != *with++)
			return false;
	return true;
}

/* Behind what dest already has; cut off at size - 1. */
static void append(char *dest, size_t size, const char *string)
{
	size_t n = length(dest);

	while (*string && n < size - 1)
		dest[n++] = *string++;
	dest[n] = 0;
}

/* What compilers call by themselves. */
void *memset(void *dest, int value, size_t n);
void *memcpy(void *dest, const void *src, size_t n);

void *memset(void *dest, int value, size_t n)
{
	volatile char *to = dest;

	while (n--)
		*to++ = (char)value;
	return dest;
}

void *memcpy(void *dest, const void *src, size_t n)
{
	volatile char *to = dest;
	const char *from = src;

	while (n--)
		*to++ = *from++;
	return dest;
}

static void put(const char *string)
{
	syscall5(SYS_WRITE, 1, (long)string, (long)length(string), 0, 0);
}

/* Up to the first newline of value, so that a file's content will do. */
static void say(const char *name, const char *value)
{
	line[0] = 0;
	append(line, sizeof(line), "forearm-test: ");
	append(line, sizeof(line), name);
	append(line, sizeof(line), value);
	for (char *c = line; *c; c++)
		if (*c == '\n')
			*c = 0;
	append(line, sizeof(line), "\n");
	put(line);
}

static void say_number(const char *name, unsigned int value)
{
	char digits[11] = "";
	char *at = digits + sizeof(digits) - 1;

	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	say(name, at);
}

static unsigned int number(const char *digits)
{
	unsigned int value = 0;

	while (*digits >= '0' && *digits <= '9')
		value = value * 10 + (unsigned int)(*digits++ - '0');
	return value;
}

/* The whole file in text[], or "". */
static void read_file(const char *name)
{
	long fd = syscall5(SYS_OPENAT, AT_FDCWD, (long)name, O_RDONLY, 0, 0), n = 0, got = 1;

	while (fd >= 0 && got > 0 && n < (long)sizeof(text) - 1) {
		got = syscall5(SYS_READ, fd, (long)(text + n), (long)sizeof(text) - 1 - n, 0, 0);
		n += got > 0 ? got : 0;
	}
	text[n] = 0;
	if (fd >= 0)
		syscall5(SYS_CLOSE, fd, 0, 0, 0, 0);
}

static bool write_file(const char *name, const char *string)
{
	long fd = syscall5(SYS_OPENAT, AT_FDCWD, (long)name, O_RDWR, 0, 0), done;

	if (fd < 0)
		return false;
	done = syscall5(SYS_WRITE, fd, (long)string, (long)length(string), 0, 0);
	syscall5(SYS_CLOSE, fd, 0, 0, 0, 0);
	return done == (long)length(string);
}

/* Where in text[] a line or word begins with what is wanted, behind it; or "". */
static const char *find(const char *wanted)
{
	for (const char *at = text; *at; at++)
		if ((at == text || at[-1] == '\n' || at[-1] == ' ') && begins(at, wanted))
			return at + length(wanted);
	return "";
}

static const char *value_of(const char *name)
{
	const char *at = find(name);

	while (*at == ' ')
		at++;
	return at;
}

static void mount(const char *type, const char *on)
{
	syscall5(SYS_MOUNT, (long)type, (long)on, (long)type, 0, 0);
}

/*
 * The initrd has no device nodes, so the kernel had no console for us. The lowest numbers are free:
 * this is standard input, output and errors.
 */
static void open_console(void)
{
	mount("devtmpfs", "/dev");
	mount("proc", "/proc");
	mount("sysfs", "/sys");
	for (int i = 0; i < 3; i++)
		syscall5(SYS_OPENAT, AT_FDCWD, (long)"/dev/console", O_RDWR, 0, 0);
}

static int64_t now_ns(void)
{
	struct time time;

	syscall5(SYS_CLOCK_GETTIME, MONOTONIC, (long)&time, 0, 0, 0);
	return time.seconds * SECOND + time.nanoseconds;
}

static void sleep_ns(int64_t ns)
{
	struct time time = {0, ns};

	for (; time.nanoseconds >= SECOND; time.nanoseconds -= SECOND)
		time.seconds++;
	syscall5(SYS_CLOCK_NANOSLEEP, MONOTONIC, 0, (long)&time, 0, 0);
}

/* The clock, and the interrupt that ends the sleep, are separate things. */
static void check_timer(void)
{
	int64_t start = now_ns();

	sleep_ns(SLEEP_NS);
	if (now_ns() - start >= SLEPT_NS)
		say("timer", "");
}

static unsigned int count_cpus(void)
{
	unsigned int cpus = 0;

	read_file("/proc/cpuinfo");
	for (const char *at = text; *at; at++)
		if ((at == text || at[-1] == '\n') && begins(at, "processor"))
			cpus++;
	return cpus;
}

static void say_machine(void)
{
	struct names names;

	syscall5(SYS_UNAME, (long)&names, 0, 0, 0, 0);
	say("machine=", names.name[MACHINE]);
}

static bool set_cpu(unsigned int cpu, bool on)
{
	char digit[2] = {(char)('0' + cpu), 0};
	bool done;

	path[0] = 0;
	append(path, sizeof(path), "/sys/devices/system/cpu/cpu");
	append(path, sizeof(path), digit);
	append(path, sizeof(path), "/online");
	done = write_file(path, on ? "1" : "0");
	read_file(path);
	return done && text[0] == (on ? '1' : '0');
}

/* All CPUs but the first off, then all on again. */
static unsigned int hotplug_round(unsigned int cpus)
{
	unsigned int failures = 0;

	for (unsigned int cpu = 1; cpu < cpus; cpu++)
		failures += !set_cpu(cpu, false);
	for (unsigned int cpu = 1; cpu < cpus; cpu++)
		failures += !set_cpu(cpu, true);
	return failures;
}

/* Fewer rounds by rounds=N. */
static void hotplug(void)
{
	unsigned int rounds = number(find("rounds=")), failures = 0, cpus = count_cpus();

	rounds = rounds ? rounds : ROUNDS;
	for (unsigned int i = 0; i < rounds; i++)
		failures += hotplug_round(cpus);
	say_number("hotplug-failures=", failures);
	say_number("hotplug-cpus=", count_cpus());
	say_number("hotplug=", rounds);
}

/* To what the kernel calls mem: through PSCI where it can, else s2idle. The RTC wakes us up. */
static void suspend(void)
{
	bool done;

	read_file("/sys/power/mem_sleep");
	say("suspend-states=", text);
	done = write_file("/sys/class/rtc/rtc0/wakealarm", "+2") &&
	       write_file("/sys/power/state", "mem");
	say("suspend=", done ? "done" : "failed");
}

_Noreturn static void end(unsigned long how)
{
	syscall5(SYS_REBOOT, MAGIC_1, MAGIC_2, (long)how, 0, 0);
	for (;;)
		sleep_ns(SECOND);
}

_Noreturn void init(void);

_Noreturn void init(void)
{
	const char *test;

	open_console();
	say("userspace", "");
	check_timer();
	say_number("cpus=", count_cpus());
	read_file("/proc/meminfo");
	say_number("mem=", number(value_of("MemTotal:")));
	say_machine();
	read_file("/proc/cmdline");
	say("cmdline=", text);
	test = find("test=");
	if (begins(test, "hotplug")) {
		hotplug();
	} else if (begins(test, "suspend")) {
		suspend();
	} else if (begins(test, "reboot")) {
		say("rebooting", "");
		end(RESTART);
	}
	say("powering off", "");
	end(POWER_OFF);
}

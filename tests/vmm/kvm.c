/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine: memory, interrupt controller and CPUs by /dev/kvm, and what happens when a CPU needs
 * the VMM. Accesses to devices are counted until the kernel makes one: its code has addresses in
 * the upper half, forearm's are in the lower.
 */
#define _GNU_SOURCE /* CPU_SET() */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "vmm.h"

#define MIB	       0x100000ULL
#define TREE_ALIGN     (2 * MIB)
#define CPUS_MAX       8
#define SPIS	       64
#define KERNEL_ADDRESS (1ULL << 63)

#define REGISTER(field)                                                                            \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(field))

static const struct options *given;
static int kvm, vm, cpu_fd[CPUS_MAX];
static struct kvm_run *shared[CPUS_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct bank {
	uint64_t base, size;
	uint8_t *bytes;
} bank[2];

static struct {
	unsigned int total, console;
	bool kernel; /* has made one */
} count;

_Noreturn void die(const char *what)
{
	fprintf(stderr, "vmm: error: %s (%s)\n", what, strerror(errno));
	_exit(EXIT_ERROR);
}

static int must(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

void put(const void *text, size_t length)
{
	const char *at = text;

	while (length) {
		ssize_t done = write(STDOUT_FILENO, at, length);

		if (done <= 0)
			return;
		at += done;
		length -= (size_t)done;
	}
}

void *guest(uint64_t address, uint64_t size)
{
	for (unsigned int i = 0; i < 2; i++)
		if (address >= bank[i].base && size <= bank[i].size &&
		    address - bank[i].base <= bank[i].size - size)
			return bank[i].bytes + (address - bank[i].base);
	return NULL;
}

static void *guest_or_die(uint64_t address, uint64_t size)
{
	void *at = guest(address, size);

	if (!at)
		die("something does not fit into memory");
	return at;
}

void set_line(uint32_t spi, bool level)
{
	static bool now[SPIS];
	struct kvm_irq_level line = {
		.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | (32 + spi), .level = level};

	if (spi >= SPIS || now[spi] == level)
		return;
	now[spi] = level;
	must(ioctl(vm, KVM_IRQ_LINE, &line), "KVM_IRQ_LINE");
}

/* -- what the machine is made of -------------------------------------------------------------- */

static void add_bank(unsigned int number, uint64_t base, uint64_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct kvm_userspace_memory_region region = {.slot = number,
						     .guest_phys_addr = base,
						     .memory_size = size,
						     .userspace_addr = (uintptr_t)bytes};

	if (bytes == MAP_FAILED)
		die("mmap");
	bank[number] = (struct bank) {base, size, bytes};
	must(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
}

static uint64_t load(const char *path, uint64_t address)
{
	int fd = must(open(path, O_RDONLY), path);
	struct stat status;
	uint8_t *at;

	must(fstat(fd, &status), path);
	at = guest_or_die(address, (uint64_t)status.st_size);
	for (off_t done = 0; done < status.st_size;) {
		ssize_t got = read(fd, at + done, (size_t)(status.st_size - done));

		if (got <= 0)
			die(path);
		done += got;
	}
	close(fd);
	return (uint64_t)status.st_size;
}

static uint64_t align_up(uint64_t value, uint64_t to)
{
	return (value + to - 1) / to * to;
}

static void place_tree(struct layout *layout)
{
	const struct machine *m = given->machine;
	uint64_t last = layout->ram + layout->ram_size;

	if (m->tree == TREE_AT_RAM)
		layout->tree = layout->ram;
	else if (m->tree == TREE_BEHIND_FILE)
		layout->tree = align_up(layout->file + layout->file_size, TREE_ALIGN);
	else
		layout->tree = last - TREE_ALIGN;
}

static void fill_memory(struct layout *layout)
{
	const struct machine *m = given->machine;

	*layout = (struct layout) {.ram = m->ram, .ram_size = m->megabytes * MIB, .file = m->load};
	add_bank(0, m->ram, layout->ram_size);
	if (m->rom_size)
		add_bank(1, m->rom, m->rom_size);
	layout->file_size = load(given->file, m->load);
	if (m->file_max && layout->file_size > m->file_max)
		die("the file is too large for this VMM");
	place_tree(layout);
	if (given->initrd) {
		layout->initrd = layout->ram + layout->ram_size / 2;
		layout->initrd_size = load(given->initrd, layout->initrd);
	}
	tree_write(guest_or_die(layout->tree, TREE_ROOM), given, layout);
}

static void set_attribute(int device, uint32_t group, uint64_t name, const void *value)
{
	struct kvm_device_attr attribute = {.group = group, .attr = name, .addr = (uintptr_t)value};

	must(ioctl(device, KVM_SET_DEVICE_ATTR, &attribute), "KVM_SET_DEVICE_ATTR");
}

static void add_gic(void)
{
	struct kvm_create_device gic = {.type = KVM_DEV_TYPE_ARM_VGIC_V3};
	uint64_t distributor = given->machine->distributor;
	uint64_t redistributors = distributor - (uint64_t)given->cpus * REDIST_SIZE;
	uint32_t interrupts = 32 + SPIS;

	must(ioctl(vm, KVM_CREATE_DEVICE, &gic), "KVM_CREATE_DEVICE: GICv3");
	set_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST,
		      &distributor);
	set_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST,
		      &redistributors);
	set_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &interrupts);
	set_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void set_register(unsigned int cpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = {id, (uintptr_t)&value};

	must(ioctl(cpu_fd[cpu], KVM_SET_ONE_REG, &reg), "KVM_SET_ONE_REG");
}

static uint64_t program_counter(unsigned int cpu)
{
	uint64_t value = 0;
	struct kvm_one_reg reg = {REGISTER(regs.pc), (uintptr_t)&value};

	must(ioctl(cpu_fd[cpu], KVM_GET_ONE_REG, &reg), "KVM_GET_ONE_REG");
	return value;
}

static bool starts(unsigned int cpu)
{
	return given->all_cpus || cpu == given->boot_cpu;
}

static void add_cpu(unsigned int cpu)
{
	int size = must(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	struct kvm_vcpu_init init;

	cpu_fd[cpu] = must(ioctl(vm, KVM_CREATE_VCPU, cpu), "KVM_CREATE_VCPU");
	shared[cpu] = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu_fd[cpu], 0);
	if (shared[cpu] == MAP_FAILED)
		die("mmap of a CPU");
	must(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1U << KVM_ARM_VCPU_PSCI_0_2;
	if (given->aarch32)
		init.features[0] |= 1U << KVM_ARM_VCPU_EL1_32BIT;
	if (!starts(cpu))
		init.features[0] |= 1U << KVM_ARM_VCPU_POWER_OFF;
	must(ioctl(cpu_fd[cpu], KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
}

/* EL1h, or SVC mode, with all interrupts masked is what KVM begins with. */
static void set_entry(unsigned int cpu, const struct layout *layout)
{
	set_register(cpu, REGISTER(regs.pc), layout->file);
	set_register(cpu, REGISTER(regs.regs[0]), given->aarch32 ? 0 : layout->tree);
	if (!given->aarch32)
		return;
	set_register(cpu, REGISTER(regs.regs[1]), UINT32_MAX);
	set_register(cpu, REGISTER(regs.regs[2]), layout->tree);
}

/* -- while it runs ---------------------------------------------------------------------------- */

static _Noreturn void finish(int status, const char *how)
{
	printf("\nvmm: %s: %u accesses before the kernel's first, %u of them the console's\n", how,
	       count.total, count.console);
	fflush(stdout);
	_exit(status);
}

static void inject_abort(unsigned int cpu)
{
	struct kvm_vcpu_events events = {.exception.ext_dabt_pending = 1};

	must(ioctl(cpu_fd[cpu], KVM_SET_VCPU_EVENTS, &events), "KVM_SET_VCPU_EVENTS");
}

static bool is_config(uint64_t address)
{
	const struct machine *m = given->machine;

	return m->pci && address >= m->pci_config && address - m->pci_config < m->pci_config_size;
}

/* Nobody answers: zeros, as most VMMs have it; no PCI function is all ones. */
static uint64_t device_read(uint64_t address, unsigned int size)
{
	const struct console *console = console_at(address);

	if (console)
		return console_read(console, address - console->base, size);
	return is_config(address) ? UINT64_MAX : 0;
}

static void count_access(unsigned int cpu, uint64_t address)
{
	count.kernel |= program_counter(cpu) >= KERNEL_ADDRESS;
	if (count.kernel)
		return;
	count.total++;
	count.console += console_at(address) != NULL;
}

static void access_device(unsigned int cpu)
{
	struct kvm_run *run = shared[cpu];
	uint64_t address = run->mmio.phys_addr, value = 0;
	const struct console *console = console_at(address);

	if (!count.kernel)
		count_access(cpu, address);
	if (console == &given->machine->console && given->console == FAULTS) {
		inject_abort(cpu);
	} else if (run->mmio.is_write) {
		memcpy(&value, run->mmio.data, run->mmio.len);
		if (console)
			console_write(console, address - console->base, value);
	} else {
		value = device_read(address, run->mmio.len);
		memcpy(run->mmio.data, &value, run->mmio.len);
	}
}

static void handle(unsigned int cpu)
{
	const struct kvm_run *run = shared[cpu];

	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		pthread_mutex_lock(&lock);
		access_device(cpu);
		pthread_mutex_unlock(&lock);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		if (run->system_event.type == KVM_SYSTEM_EVENT_SHUTDOWN)
			finish(EXIT_OFF, "off");
		finish(EXIT_RESET, "reset");
	case KVM_EXIT_INTR:
		break;
	default:
		fprintf(stderr, "vmm: exit %u\n", run->exit_reason);
		finish(EXIT_ERROR, "unknown exit");
	}
}

/*
 * Each CPU has a processor of its own, if there are that many: see scripts/init.kvm for what QEMU's
 * emulated ones do to AArch32 else.
 */
static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % (unsigned int)sysconf(_SC_NPROCESSORS_ONLN), &set);
	must(sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

static void *run_cpu(void *argument)
{
	unsigned int cpu = (unsigned int)(uintptr_t)argument;

	pin(cpu);

	for (;;) {
		if (ioctl(cpu_fd[cpu], KVM_RUN, 0) == 0)
			handle(cpu);
		else if (errno != EINTR && errno != EAGAIN)
			die("KVM_RUN");
	}
	return NULL;
}

static void start_threads(void)
{
	pthread_t thread;

	for (unsigned int i = 0; i < given->cpus; i++)
		if (pthread_create(&thread, NULL, run_cpu, (void *)(uintptr_t)i))
			die("pthread_create");
}

int run(const struct options *options)
{
	struct layout layout;

	given = options;
	kvm = must(open("/dev/kvm", O_RDWR), "/dev/kvm");
	vm = must(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	fill_memory(&layout);
	for (unsigned int i = 0; i < given->cpus; i++)
		add_cpu(i);
	add_gic();
	console_reset(options);
	for (unsigned int i = 0; i < given->cpus; i++)
		if (starts(i))
			set_entry(i, &layout);
	start_threads();
	sleep(given->seconds);
	pthread_mutex_lock(&lock);
	for (unsigned int i = 0; i < given->cpus; i++)
		fprintf(stderr, "vmm: CPU %u last left at exit %u\n", i, shared[i]->exit_reason);
	finish(EXIT_HANG, "still on");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU plugin that counts executed instructions, on all vCPUs, and device accesses, from reset
 * to the first execution of a marker instruction and to the end of the run.
 *
 *   -plugin count.so,marker=0xWORD[,note=0xWORD...][,out=FILE][,io=off][,stop=on][,hot=FILE]
 *           [,accesses=FILE]
 *
 * note=      an instruction at which the counts of each vCPU so far are reported; up to 8 of these
 * out=       where the two report lines (JSON) go; without it, to QEMU's plugin log (-d plugin)
 * io=off     count no device accesses: several times faster
 * stop=on    end the run at the marker
 * hot=       "PC COUNT" for every executed instruction up to the marker, for a profile (hot.py)
 * accesses=  "ADDRESS DEVICE READS WRITES" for every device address used up to the marker
 *
 * Marker and notes themselves are not counted. Run QEMU with -icount: it makes the run repeatable,
 * and puts all vCPUs in one thread, so that plain counters are enough.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin_api.h"

#define PAGE_INSNS 2048 /* counters for 4 KiB of code, one per halfword */
#define PAGE_SLOTS 65536
#define MAX_ACCESS 16384 /* different device addresses */
#define LINE_BYTES 8192
#define MAX_NOTES  8
#define MAX_CPUS   16

struct page {
	uint64_t base;
	uint64_t count[PAGE_INSNS];
};

struct access {
	const char *device;
	uint64_t addr, reads, writes;
};

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API_VERSION;

static uint32_t marker;
static const char *out_file, *hot_file, *access_file;
static bool count_io = true, stop_there;
static bool marked;
static uint32_t notes[MAX_NOTES];
static size_t n_notes;

static uint64_t insns, cpu_insns[MAX_CPUS]; /* the latter only with notes */
static struct access accesses[MAX_ACCESS];
static size_t n_accesses;
static struct page *pages[PAGE_SLOTS];

static void die(const char *what)
{
	fprintf(stderr, "count.so: %s\n", what);
	exit(1);
}

/* ---- profile ---- */

static struct page *new_page(uint64_t base)
{
	struct page *page = calloc(1, sizeof(*page));

	if (!page)
		die("out of memory");
	page->base = base;
	return page;
}

/* Counter of one instruction; an open-addressed table of pages that never moves or shrinks. */
static uint64_t *hot_counter(uint64_t pc)
{
	uint64_t base = pc & ~UINT64_C(0xfff);
	size_t slot = (base >> 12) % PAGE_SLOTS, tries;

	for (tries = 0; tries < PAGE_SLOTS; tries++, slot = (slot + 1) % PAGE_SLOTS) {
		if (!pages[slot])
			pages[slot] = new_page(base);
		if (pages[slot]->base == base)
			return &pages[slot]->count[(pc & 0xfff) / 2];
	}
	die("too many code pages to profile");
	return NULL;
}

static int by_base(const void *a, const void *b)
{
	const struct page *x = *(struct page *const *)a, *y = *(struct page *const *)b;

	if (!x || !y)
		return !x - !y;
	return (x->base > y->base) - (x->base < y->base);
}

static void write_page(FILE *f, const struct page *page)
{
	for (size_t i = 0; i < PAGE_INSNS; i++)
		if (page->count[i])
			fprintf(f, "0x%" PRIx64 " %" PRIu64 "\n", page->base + 2 * i,
				page->count[i]);
}

static FILE *create(const char *name)
{
	FILE *f = fopen(name, "w");

	if (!f)
		die("cannot write an output file");
	return f;
}

/* Sorts a copy: translated code holds pointers to the pages, and lookups need the table's order. */
static void write_hot(void)
{
	static struct page *sorted[PAGE_SLOTS];
	FILE *f = create(hot_file);

	memcpy(sorted, pages, sizeof(sorted));
	qsort(sorted, PAGE_SLOTS, sizeof(sorted[0]), by_base);
	for (size_t i = 0; i < PAGE_SLOTS && sorted[i]; i++)
		write_page(f, sorted[i]);
	fclose(f);
}

/* ---- device accesses ---- */

/* QEMU names what has no name by a host pointer; its page is the same in every run. */
static const char *stable_name(const char *device, uint64_t addr)
{
	static char name[32];

	if (strncmp(device, "anon", 4))
		return device;
	snprintf(name, sizeof(name), "io@0x%08" PRIx64, addr & ~UINT64_C(0xfff));
	return name;
}

static struct access *find_access(uint64_t addr, const char *device)
{
	for (size_t i = n_accesses; i-- > 0;)
		if (accesses[i].addr == addr && !strcmp(accesses[i].device, device))
			return &accesses[i];
	if (n_accesses == MAX_ACCESS)
		die("too many device addresses");
	accesses[n_accesses] = (struct access) {.device = strdup(device), .addr = addr};
	return &accesses[n_accesses++];
}

static void on_mem(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *data)
{
	struct qemu_plugin_hwaddr *hw = qemu_plugin_get_hwaddr(info, vaddr);
	struct access *a;
	uint64_t addr;

	(void)vcpu;
	(void)data;
	if (!hw || !qemu_plugin_hwaddr_is_io(hw))
		return;
	addr = qemu_plugin_hwaddr_phys_addr(hw);
	a = find_access(addr, stable_name(qemu_plugin_hwaddr_device_name(hw), addr));
	if (qemu_plugin_mem_is_store(info))
		a->writes++;
	else
		a->reads++;
}

static void write_accesses(void)
{
	FILE *f = create(access_file);

	for (size_t i = 0; i < n_accesses; i++)
		fprintf(f, "0x%08" PRIx64 " %s %" PRIu64 " %" PRIu64 "\n", accesses[i].addr,
			accesses[i].device, accesses[i].reads, accesses[i].writes);
	fclose(f);
}

static struct access device_sum(const char *device)
{
	struct access sum = {.device = device};

	for (size_t i = 0; i < n_accesses; i++) {
		if (device && strcmp(accesses[i].device, device))
			continue;
		sum.reads += accesses[i].reads;
		sum.writes += accesses[i].writes;
	}
	return sum;
}

static bool seen_before(size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(accesses[i].device, accesses[index].device))
			return true;
	return false;
}

/* ---- report ---- */

static size_t add_devices(char *line, size_t at)
{
	const char *comma = "";

	for (size_t i = 0; i < n_accesses && at < LINE_BYTES - 256; i++) {
		struct access sum;

		if (seen_before(i))
			continue;
		sum = device_sum(accesses[i].device);
		at += (size_t)snprintf(line + at, LINE_BYTES - at,
				       "%s\"%.100s\": [%" PRIu64 ", %" PRIu64 "]", comma,
				       sum.device, sum.reads, sum.writes);
		comma = ", ";
	}
	return at;
}

static void put_line(const char *line)
{
	FILE *f;

	if (!out_file) {
		qemu_plugin_outs(line);
		return;
	}
	f = fopen(out_file, "a");
	if (!f)
		die("cannot write the report");
	fputs(line, f);
	fclose(f);
}

static void report(const char *event)
{
	char line[LINE_BYTES];
	struct access all = device_sum(NULL);
	size_t at;

	at = (size_t)snprintf(line, sizeof(line),
			      "{\"at\": \"%s\", \"insns\": %" PRIu64 ", \"reads\": %" PRIu64
			      ", \"writes\": %" PRIu64 ", \"devices\": {",
			      event, insns, all.reads, all.writes);
	at = add_devices(line, at);
	snprintf(line + at, sizeof(line) - at, "}}\n");
	put_line(line);
}

static void report_note(size_t note, unsigned int vcpu)
{
	char line[LINE_BYTES];
	size_t at = (size_t)snprintf(line, sizeof(line),
				     "{\"at\": \"note\", \"note\": %zu, \"cpu\": %u, \"insns\": [",
				     note, vcpu);

	for (size_t i = 0; i < MAX_CPUS; i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%" PRIu64, i ? ", " : "",
				       cpu_insns[i]);
	snprintf(line + at, sizeof(line) - at, "]}\n");
	put_line(line);
}

/* ---- hooks ---- */

static void on_marker(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (marked)
		return;
	marked = true;
	report("marker");
	if (hot_file)
		write_hot();
	if (access_file)
		write_accesses();
	if (stop_there)
		exit(0);
}

static void on_note(unsigned int vcpu, void *note)
{
	report_note((uint32_t *)note - notes, vcpu);
}

static void on_insn(unsigned int vcpu, void *data)
{
	(void)data;
	if (vcpu < MAX_CPUS)
		cpu_insns[vcpu]++;
}

static uint32_t word_of(const struct qemu_plugin_insn *insn)
{
	uint32_t word = 0;

	if (qemu_plugin_insn_size(insn) == sizeof(word))
		memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
	return word;
}

static bool instrument_note(struct qemu_plugin_insn *insn)
{
	for (size_t i = 0; i < n_notes; i++)
		if (word_of(insn) == notes[i]) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_note,
							       QEMU_PLUGIN_CB_NO_REGS, &notes[i]);
			return true;
		}
	return false;
}

/* One inline addition per instruction: exact even where an exception cuts a block short. */
static void instrument(struct qemu_plugin_insn *insn)
{
	if (word_of(insn) == marker) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
		return;
	}
	if (instrument_note(insn))
		return;
	if (n_notes)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_insn, QEMU_PLUGIN_CB_NO_REGS, NULL);
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &insns, 1);
	if (hot_file && !marked)
		qemu_plugin_register_vcpu_insn_exec_inline(
			insn, QEMU_PLUGIN_INLINE_ADD_U64, hot_counter(qemu_plugin_insn_vaddr(insn)),
			1);
	if (count_io)
		qemu_plugin_register_vcpu_mem_cb(insn, on_mem, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		instrument(qemu_plugin_tb_get_insn(tb, i));
}

static void on_exit_(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	report("exit");
	/* No marker: show where it went instead. */
	if (hot_file && !marked)
		write_hot();
	if (access_file && !marked)
		write_accesses();
}

static bool take_option(const char *arg)
{
	if (!strncmp(arg, "marker=", 7))
		marker = (uint32_t)strtoul(arg + 7, NULL, 0);
	else if (!strncmp(arg, "note=", 5) && n_notes < MAX_NOTES)
		notes[n_notes++] = (uint32_t)strtoul(arg + 5, NULL, 0);
	else if (!strncmp(arg, "out=", 4))
		out_file = strdup(arg + 4);
	else if (!strncmp(arg, "hot=", 4))
		hot_file = strdup(arg + 4);
	else if (!strncmp(arg, "accesses=", 9))
		access_file = strdup(arg + 9);
	else if (!strcmp(arg, "io=off"))
		count_io = false;
	else if (!strcmp(arg, "stop=on"))
		stop_there = true;
	else
		return false;
	return true;
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
				      char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (take_option(argv[i]))
			continue;
		fprintf(stderr, "count.so: unknown option %s\n", argv[i]);
		return -1;
	}
	if (!marker) {
		fprintf(stderr, "count.so: marker=0xWORD is missing\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_exit_, NULL);
	return 0;
}

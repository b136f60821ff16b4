/* SPDX-License-Identifier: BSD-2-Clause */
/* Probe guests: bare-metal kernels which check how a loader enters them. */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For declarations too (-fvisibility covers definitions only): no global offset table is wanted. */
#pragma GCC visibility push(hidden)

/* What the entry code saved before it touched anything; entry*.S knows the layout. */
struct entry {
	unsigned long arg[4]; /* x0-x3 or r0-r3 */
	unsigned long base;   /* where the first byte of the image is */
	unsigned long cntfrq;
	unsigned long arch[8]; /* meaning known to state64.c, state32.c */
};
extern struct entry entry;

struct range {
	uint64_t start, size;
};

#define MAX_RANGES 32
#define MAX_CPUS   64
#define MAX_GIC	   8

/* What the probe takes out of the FDT. */
struct tree {
	struct range ram[MAX_RANGES];
	unsigned int nram;
	struct range reserved[MAX_RANGES]; /* /memreserve/ and /reserved-memory */
	unsigned int nreserved;
	uint64_t cpu[MAX_CPUS];
	unsigned int ncpus;
	unsigned int nodes, props;
	uint32_t hash; /* of everything outside /chosen, in any order */
	bool has_psci, psci_smc, has_chosen, has_gicv2, has_gicv3;
	struct range gic[MAX_GIC]; /* distributor; CPU interface, or regions of redistributors */
	unsigned int ngic;
	uint8_t timer_ppi[4]; /* as in the timer node: secure, physical, virtual, hypervisor's */
	const char *bootargs;
	const char *stdout_path;
	const uint8_t *kaslr_seed, *rng_seed;
	uint32_t kaslr_len, rng_len;
	bool has_initrd_start, has_initrd_end;
	uint64_t initrd_start, initrd_end;
};

/* report.c: the console and the count of items */
void uart_init(void);
void put_char(char c);
void put_str(const char *s);
void put_hex(uint64_t value);
void put_dec(uint32_t value);
void info(const char *name, uint64_t value);
void item_is(const char *item, uint64_t got, uint64_t want);
void item_not(const char *item, uint64_t got, uint64_t unwanted);
void item_below(const char *item, uint64_t got, uint64_t limit);
void item_from(const char *item, uint64_t got, uint64_t least);
void put_range(const char *name, struct range r);
void report_total(void);

/* range.c */
bool range_overlaps(struct range a, struct range b);
bool range_in(struct range inner, struct range outer);
bool range_in_ram(const struct tree *t, struct range r);
struct range image_range(void);

/* crc.c: the CRC-32 of zlib, chained the same way */
uint32_t crc32(uint32_t crc, const void *data, size_t len);
void crc_init(void);

/* text.c */
bool text_same(const char *a, const char *b);
size_t text_len(const char *s);
const char *text_word(const char *text, const char *prefix);

/* check_*.c */
bool check_fdt(struct tree *t);
void check_image(const struct tree *t);
void check_chosen(const struct tree *t);
void check_initrd(const struct tree *t);
void check_psci(const struct tree *t);
void check_access(const struct tree *t);

/* state64.c, state32.c: one set of names for both architectures */
void check_state(void);
void check_byte_order(bool big);
void check_placement(const struct tree *t);
void check_gic(const struct tree *t);
uint64_t entry_fdt(void);
uint64_t image_span(void); /* file and BSS */
uint64_t boot_cpu(void);
uint64_t read_virtual_counter(void);
uint64_t read_physical_counter(void);
bool conduit_guess(void); /* true: smc */
uint32_t psci_function(uint32_t id);
/* How a CPU's entry differs from the boot CPU's; and its byte order from the one that it should
 * have. */
#define UNLIKE_LEVEL	 1 /* or AArch32's instruction set */
#define UNLIKE_MASKED	 2
#define UNLIKE_MMU	 4
#define UNLIKE_ORDER	 8
#define UNLIKE_FREQUENCY 16
#define UNLIKE_OFFSET	 32 /* CNTVOFF */
#define UNLIKE_STACK	 64 /* SPSel; on AArch32 SCTLR.TE */
unsigned int entered_unlike(const struct entry *e, bool thumb, bool big);
/* What the next start of this CPU must not find: level 2's CNTVOFF. */
void spoil_state(void);

/* entry64.S, entry32.S */
unsigned long read_fp_features(void); /* AArch32 only; 0 when the access is trapped and skipped */
extern uint8_t file_start[], file_seal[], file_end[], room_start[], image_end[];

/* main.c, torture.c */
void probe_main(void);

/* exit.c */
void probe_crash(unsigned long vector, unsigned long syndrome, unsigned long pc,
		 unsigned long address) __attribute__((noreturn));
void power_off(void) __attribute__((noreturn));
extern bool power_smc;

#pragma GCC visibility pop

#endif

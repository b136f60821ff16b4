/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole flow, from stage "probe" to the guest's first instruction, on a machine that the input
 * makes up (host/host.h). An input is eight bytes about the machine, and then records: a byte for
 * the kind, three for the length (little-endian), and the content.
 */
#include <libfdt.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "boot/early/ram.h"
#include "error.h"
#include "fuzz.h"
#include "host/host.h"
#include "layout.h"
#include "le.h"
#include "lib/mem/pagetable.h"

#define SETUP	    8
#define RECORD_HEAD 4
#define RECORDS	    32
#define DISK_HEAD   6
#define PIECE_HEAD  6 /* a piece's sector, its bytes */
#define TREE_MAX    0x100000
#define TREE_ROOM   0x400000 /* FDT_MAX_SIZE */
#define FLASH_SIZE  0x80000

enum kind {
	TREE = 'T',  /* the VMM's device tree */
	NAMED = 'F', /* a file of fw_cfg: its terminated name, its content */
	ITEM = 'I',  /* an item of fw_cfg: its number, 16 bits, its content */
	BLOB = 'B',  /* something in RAM: its address, 64 bits, its content */
	FLASH = 'R', /* what is in the second flash */
	IMAGE = 'M', /* the file that forearm is in */
	DISK = 'D',  /* a virtio disk: DISK_HEAD bytes, and pieces of what is on it */
};

struct record {
	uint8_t kind;
	const uint8_t *at;
	size_t size;
};

struct records {
	struct record record[RECORDS];
	unsigned int count;
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

struct host host;
static jmp_buf out;
static uint8_t *fresh; /* the flow's variables as a program starts with them */

extern char host_data_start[], host_data_end[], host_noinit_start[], host_noinit_end[];
extern const uint8_t *const host_trees[][2];
extern const uint64_t host_tree_count;

_Noreturn void host_end(enum host_end end)
{
	longjmp(out, (int)end + 1);
}

/* Past the sanitizer, which has red zones in there. */
__attribute__((no_sanitize("address"))) static void copy_raw(char *to, const char *from,
							     size_t size)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

__attribute__((no_sanitize("address"))) static void fill_raw(char *to, size_t size)
{
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(0xa5) : "memory");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	host.verbose = getenv("FUZZ_BOOT_LOG") != NULL;
	fresh = malloc((size_t)(host_data_end - host_data_start));
	copy_raw((char *)fresh, host_data_start, (size_t)(host_data_end - host_data_start));
	ram_init();
	return 0;
}

/* -- the input -------------------------------------------------------------------------------- */

/* The last record may be cut short. */
static void read_records(const uint8_t *data, size_t size, struct records *records)
{
	records->count = 0;
	while (size >= RECORD_HEAD && records->count < RECORDS) {
		size_t length = data[1] | data[2] << 8 | data[3] << 16;

		length = length < size - RECORD_HEAD ? length : size - RECORD_HEAD;
		records->record[records->count++] =
			(struct record) {data[0], data + RECORD_HEAD, length};
		data += RECORD_HEAD + length;
		size -= RECORD_HEAD + length;
	}
}

/* -- the machine ------------------------------------------------------------------------------ */

static void set_up_cpu(const uint8_t *setup)
{
	static const uint8_t bits[] = {48, 40, 36, 32};

	host.start = (struct entry_start) {
		.level = 1 + setup[0] % 4 % 3,
		.state = setup[0] & 4 ? STATE_AARCH32 : STATE_AARCH64,
		.el2 = setup[0] & 16,
		.aarch32_el1 = setup[0] & 32,
		.aarch32_el2 = setup[0] & 64,
		.big_endian = setup[5] & 1,
		.security = setup[5] & 2,
		.traps_ids = setup[5] & 4,
	};
	host.start.el2 |= host.start.level == 2;
	host.random = setup[0] & 128;
	host.trng = setup[1] & 32;
	host.quirks = (uint16_t)(setup[6] | setup[7] << 8);
	host.cpus = 1 + setup[2] % 32;
	host.virtio = setup[5] >> 4;
	host.pa_limit = 1ULL << bits[setup[2] >> 5 & 3];
}

static void set_up_memory(const uint8_t *setup)
{
	uint64_t size = HOST_RAM_SIZE >> (setup[3] & 7), last = HOST_RAM + size - 0x100000;
	const uint64_t places[] = {HOST_ROM, HOST_RAM + 0x80000, HOST_RAM + size / 2, last};

	host.ram[0] = (struct region) {HOST_RAM, size};
	host.ram[1] = (struct region) {HOST_RAM2, setup[3] & 8 ? HOST_RAM2_SIZE : 0};
	host.image = (struct region) {places[setup[1] >> 2 & 3], IMAGE_MAX};
	host.in_ram = host.image.base != HOST_ROM;
	host.gic = setup[1] & 16 ? 2 : 3;
	host.fw_cfg = !(setup[1] & 128);
	host.dma_failure = setup[4];
}

static bool is_free(uint64_t base, uint64_t size)
{
	return ram_contains(base, size) &&
	       !(host.in_ram && ram_overlaps(base, size, host.image.base, host.image.size));
}

static uint64_t tree_place(const uint8_t *setup)
{
	uint64_t size = host.ram[0].size;
	const uint64_t places[] = {HOST_RAM, HOST_RAM + size / 4, HOST_RAM + 0x200000,
				   HOST_RAM + size - TREE_ROOM};

	return places[setup[1] & 3];
}

/* A cell after the other, as many as there are. */
static void put_cells(uint8_t *to, int cells, uint64_t value)
{
	for (; cells-- > 0; to += 4)
		*(fdt32_t *)(void *)to =
			cpu_to_fdt32((uint32_t)(cells < 2 ? value >> 32 * cells : 0));
}

/* Names the RAM that there is, from number 'first' on, as often as the node has entries. */
static unsigned int fit_bank(void *fdt, int node, unsigned int first)
{
	int address = fdt_address_cells(fdt, 0), size = fdt_size_cells(fdt, 0), length;
	int entry = 4 * (address + size);
	uint8_t *reg = fdt_getprop_w(fdt, node, "reg", &length);

	if (address < 1 || size < 1 || !reg || fdt_getprop(fdt, node, "status", NULL))
		return first;
	for (; length >= entry; length -= entry, reg += entry, first++) {
		struct region bank = {0};

		if (first < 2)
			bank = host.ram[first];
		put_cells(reg, address, bank.base);
		put_cells(reg + 4 * address, size, bank.size);
	}
	return first;
}

/* Looking for the end of what is in a flash goes through all of it: a small one is enough. */
static void fit_flash(void *fdt)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "cfi-flash"), length;
	uint8_t *reg = node < 0 ? NULL : fdt_getprop_w(fdt, node, "reg", &length);

	if (reg && length == 2 * 16)
		put_cells(reg + 24, 2, FLASH_SIZE);
}

/* Trees are of machines with RAM elsewhere, and of other sizes; the initrd follows it. */
static void fit_memory(void *fdt)
{
	unsigned int banks = 0;
	int node = -1, length, chosen = fdt_path_offset(fdt, "/chosen");
	uint64_t to = HOST_RAM + host.ram[0].size / 2;
	const char *const ends[] = {"linux,initrd-start", "linux,initrd-end"};

	fit_flash(fdt);
	while ((node = fdt_node_offset_by_prop_value(fdt, node, "device_type", "memory", 7)) >= 0)
		banks = fit_bank(fdt, node, banks);
	for (unsigned int i = 0; i < 2 && chosen >= 0; i++) {
		uint8_t *at = fdt_getprop_w(fdt, chosen, ends[i], &length);

		if (at)
			put_cells(at, length / 4, to + i * PAGE_SIZE);
	}
}

/* Returns where it is; 0: there is none that entry code would take for one. */
static uint64_t put_tree(const uint8_t *setup, const struct record *record)
{
	const uint8_t *const *own = host_trees[(setup[3] >> 4) % host_tree_count];
	struct record tree = {TREE, own[0], (size_t)(own[1] - own[0])};
	uint64_t at = tree_place(setup);
	void *fdt = (void *)(uintptr_t)at;

	if (record)
		tree = *record;
	if (setup[0] & 8 || tree.size < sizeof(struct fdt_header) || tree.size > TREE_MAX)
		return 0;
	if (!is_free(at, TREE_ROOM))
		return 0;
	ram_given(at, TREE_ROOM);
	memcpy(fdt, tree.at, tree.size);
	if (fdt_magic(fdt) != FDT_MAGIC)
		return 0;
	if ((!record || !(setup[1] & 64)) && fdt_check_header(fdt) == 0 &&
	    fdt_check_full(fdt, TREE_ROOM) == 0)
		fit_memory(fdt);
	return at;
}

/* The first one of a number counts. */
static struct host_file *add_file(uint16_t item, const uint8_t *at, size_t size)
{
	struct host_file *file = &host.file[host.files];

	for (unsigned int i = 0; i < host.files; i++)
		if (host.file[i].item == item)
			return NULL;
	if (host.files == HOST_FILES)
		return NULL;
	host.files++;
	*file = (struct host_file) {.at = at, .size = (uint32_t)size, .item = item};
	return file;
}

static void put_named(const struct record *record)
{
	size_t length = strnlen((const char *)record->at, record->size), skip = length + 1;
	struct host_file *file;

	if (length == record->size || !length || length >= sizeof(file->name))
		return;
	file = add_file((uint16_t)(HOST_FW_CFG_ITEMS + host.files), record->at + skip,
			record->size - skip);
	if (file)
		memcpy(file->name, record->at, length);
}

/* QEMU's own files come with an item that says how long they are. */
static void put_item(const struct record *record)
{
	static const struct {
		uint16_t data, size;
	} sizes[] = {{0x11, 0x08}, {0x12, 0x0b}, {0x15, 0x14}};
	static uint8_t length[3][4];
	uint16_t item = record->size < 2 ? 0 : le16(record->at);

	for (unsigned int i = 0; i < 3; i++)
		if (item == sizes[i].data && add_file(item, record->at + 2, record->size - 2)) {
			put_le32(length[i], (uint32_t)(record->size - 2));
			add_file(sizes[i].size, length[i], 4);
		}
}

static void put_blob(const struct record *record)
{
	const struct region xen = {HOST_XEN, HOST_XEN_SIZE};
	uint64_t at = record->size < 8 ? 0 : le64(record->at);
	size_t size = record->size < 8 ? 0 : record->size - 8;

	if (!size || !(is_free(at, size) || in_range(at, size, &xen)))
		return;
	ram_given(at, size);
	memcpy((void *)(uintptr_t)at, record->at + 8, size);
}

/* Its kind and failure, the request that fails, the size of blocks and requests, its own size. */
static void put_disk(const struct record *record)
{
	static const uint32_t block_sizes[] = {512, 4096, 1024, 513, 0, 0x8000, 256, 2048};
	const uint8_t *at = record->at, *end = record->at + record->size;
	struct host_disk *disk = &host.disk[host.disks];

	if (record->size < DISK_HEAD || host.disks == HOST_DISKS)
		return;
	host.disks++;
	disk->setup = at[0] & 7;
	disk->failure = (enum host_disk_failure)((at[0] >> 3) % HOST_DISK_FAILURES);
	disk->fails_at = at[1];
	disk->block_size = block_sizes[at[2] & 7];
	disk->size_max = (uint32_t)(at[2] >> 3) * 1024;
	disk->sectors = (uint64_t)(at[3] | at[4] << 8 | at[5] << 16);
	at += DISK_HEAD;
	while (end - at >= PIECE_HEAD && disk->pieces < HOST_DISK_PIECES) {
		size_t size = at[4] | at[5] << 8, left = (size_t)(end - at) - PIECE_HEAD;

		size = size < left ? size : left;
		disk->piece[disk->pieces++] =
			(struct host_piece) {(uint32_t)le32(at), at + PIECE_HEAD, size};
		at += PIECE_HEAD + size;
	}
}

static void put_at(uint64_t at, uint64_t room, const struct record *record)
{
	uint64_t size = record->size < room ? record->size : room;

	if (size)
		memcpy((void *)(uintptr_t)at, record->at, size);
}

/* Forearm's own file: a head that is none of a bundle, or the bundle that the input has. */
static void put_image(const struct record *record)
{
	uint8_t *head = (uint8_t *)(uintptr_t)host.image.base;
	uint64_t room = host.in_ram ? IMAGE_MAX : HOST_ROM_SIZE;

	ram_given(host.image.base, room);
	put_le32(head, IMAGE_MAGIC);
	put_le32(head + IMAGE_SIZE_AT, IMAGE_MAX);
	if (record)
		put_at(host.image.base, room, record);
}

static void put_record(const struct record *record)
{
	switch ((enum kind)record->kind) {
	case NAMED:
		return put_named(record);
	case ITEM:
		return put_item(record);
	case BLOB:
		return put_blob(record);
	case DISK:
		return put_disk(record);
	case FLASH:
		ram_given(HOST_FLASH, record->size);
		return put_at(HOST_FLASH, HOST_FLASH_SIZE, record);
	default:
		return;
	}
}

static const struct record *find(const struct records *records, enum kind kind)
{
	for (unsigned int i = 0; i < records->count; i++)
		if (records->record[i].kind == kind)
			return &records->record[i];
	return NULL;
}

/* -- the start -------------------------------------------------------------------------------- */

static void reset(void)
{
	bool verbose = host.verbose;

	copy_raw(host_data_start, (const char *)fresh, (size_t)(host_data_end - host_data_start));
	fill_raw(host_noinit_start, (size_t)(host_noinit_end - host_noinit_start));
	ram_reset();
	memset(&host, 0, sizeof(host));
	host.verbose = verbose;
}

/* What entry.S and early_init() do: a place for the workspace, and the first page tables. */
static void start(uint64_t tree)
{
	struct early early = {.fdt = tree, .image = host.image.base, .error = ERR_FDT_MAGIC};
	struct early_plan plan = {0};
	struct arch_regime regime;

	arch_regime(&regime);
	if (tree)
		early.error = early_find_ram((const void *)(uintptr_t)tree, host.image.base,
					     IMAGE_MAX, HOST_WORKSPACE, regime.pa_limit, &plan);
	if (early.error)
		plan = (struct early_plan) {.workspace = HOST_RAM + 0x200000};
	if (!is_free(plan.workspace, HOST_WORKSPACE) ||
	    (tree && ram_overlaps(plan.workspace, HOST_WORKSPACE, tree, TREE_MAX)))
		host_end(HOST_UNFIT);
	early.workspace = host.workspace = plan.workspace;
	vm_start(&early, &(struct region) {plan.bank, plan.bank_size});
	boot(&early);
}

static void run(const uint8_t *setup, const struct records *records)
{
	uint64_t tree;

	set_up_cpu(setup);
	set_up_memory(setup);
	if (host.start.level == 3)
		ram_given(HOST_SECURE, HOST_SECURE_USED);
	put_image(find(records, IMAGE));
	tree = put_tree(setup, find(records, TREE));
	for (unsigned int i = 0; i < records->count; i++)
		put_record(&records->record[i]);
	devices_reset();
	start(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ends[] = {"",	      "entered", "restarted",
					   "stopped", "crashed", "unfit"};
	struct records records;
	int end;

	if (size < SETUP)
		return 0;
	reset();
	read_records(data + SETUP, size - SETUP, &records);
	end = setjmp(out);
	if (!end)
		run(data, &records);
	if (host.verbose)
		fprintf(stderr, "-- %s\n", ends[end]);
	return 0;
}

/* -- other inputs ----------------------------------------------------------------------------- */

/* A legacy image whose checksums are wrong is no longer looked into. */
static void mend(uint8_t *at, size_t size)
{
	if (size < 64 || memcmp(at, "\x27\x05\x19\x56", 4) != 0)
		return;
	fdt32_st(at + 24, (uint32_t)crc32(0, at + 64, (uInt)size - 64));
	memset(at + 4, 0, 4);
	fdt32_st(at + 4, (uint32_t)crc32(0, at, 64));
}

/* Changes one record, and keeps those around it whole. */
static size_t mutate_record(uint8_t *data, size_t size, size_t max_size, unsigned int choice)
{
	struct records records;
	struct record *record;
	size_t behind, length, room = max_size - size;
	uint8_t *at, *changed;

	read_records(data + SETUP, size - SETUP, &records);
	if (!records.count)
		return LLVMFuzzerMutate(data, size, max_size);
	record = &records.record[choice % records.count];
	at = data + (record->at - data);
	behind = size - (size_t)(at - data) - record->size;
	changed = malloc(record->size + room + 1);
	memcpy(changed, at, record->size);
	length = LLVMFuzzerMutate(changed, record->size, record->size + room);
	memmove(at + length, at + record->size, behind);
	memcpy(at, changed, length);
	mend(at, length);
	free(changed);
	at[-3] = (uint8_t)length;
	at[-2] = (uint8_t)(length >> 8);
	at[-1] = (uint8_t)(length >> 16);
	return (size_t)(at - data) + length + behind;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	unsigned int choice = seed % 16;

	if (size < SETUP || choice == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	if (choice < 3) {
		data[seed / 16 % SETUP] = (uint8_t)(seed >> 8);
		return size;
	}
	return mutate_record(data, size, max_size, seed / 16);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI application against boot services that are written by hand, and do all that they may. */
#include <libfdt.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "application.h"
#include "arch.h"
#include "layout.h"
#include "le.h"
#include "lib/formats/pe.h"
#include "test.h"
#include "trees.h"

#define IMAGE_SIZE 0x6000
#define LINUX	   0x3000 /* where sections are in memory */
#define CMDLINE	   0x5000
#define RSDP	   0x7c430018
#define MAP_MOST   240

static const EFI_GUID fdt_guid = {
	0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}};
static const EFI_GUID acpi_guid = ACPI_20_TABLE_GUID;

/* The firmware. */
static EFI_SYSTEM_TABLE system_table;
static EFI_BOOT_SERVICES services;
static EFI_LOADED_IMAGE loaded;
static EFI_CONFIGURATION_TABLE tables[2];
static SIMPLE_TEXT_OUTPUT_INTERFACE console;
static char said[1000];
static EFI_MEMORY_DESCRIPTOR map[MAP_MOST];
static unsigned int maps;
static UINTN step;
static UINT32 map_version;
static UINTN key;
static int fail_at;		   /* the allocation that fails; negative: none */
static unsigned int grows;	   /* how many allocations add to the map, */
static unsigned int grow_by;	   /* that many descriptors */
static unsigned int exits_to_fail; /* the map changes as many times at the last moment */
static unsigned int exits, allocations, pools, pages;
static unsigned int level;

/* What it hands over. */
static jmp_buf left;
static struct efi_exit got;

unsigned int efi_level(void)
{
	return level;
}

_Noreturn void efi_leave(const struct efi_exit *leaving)
{
	got = *leaving;
	longjmp(left, 1);
}

static EFI_STATUS output(SIMPLE_TEXT_OUTPUT_INTERFACE *out, CHAR16 *text)
{
	size_t length = strlen(said);

	CHECK_EQ((uintptr_t)out, (uintptr_t)&console);
	for (; *text && length < sizeof(said) - 1; text++)
		said[length++] = (char)*text;
	said[length] = '\0';
	return EFI_SUCCESS;
}

/* -- a boot loader's initrd -------------------------------------------------------------------- */

static const EFI_GUID load_file2_guid = {
	0x4006c0c1, 0xfcb3, 0x403e, {0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d}};
static const uint8_t initrd_path[24] = {4,    3,    20,	  0,	0x27, 0xe4, 0x68, 0x55,
					0xfc, 0x68, 0x3d, 0x4f, 0xac, 0x74, 0xca, 0x55,
					0x52, 0x31, 0xcc, 0x68, 0x7f, 0xff, 4,	  0};
static EFI_LOAD_FILE_INTERFACE loader;
static UINTN offered;	       /* bytes; 0: none is offered */
static EFI_STATUS load_status; /* what reading it ends with */
static UINTN promised;	       /* bytes that it says it has when it was read; 0: as many */

static EFI_STATUS locate(EFI_GUID *guid, EFI_DEVICE_PATH **path, EFI_HANDLE *handle)
{
	CHECK(memcmp(guid, &load_file2_guid, sizeof(*guid)) == 0);
	CHECK_BYTES(*path, initrd_path, sizeof(initrd_path));
	if (!offered)
		return EFI_NOT_FOUND;
	*path = (EFI_DEVICE_PATH *)((uint8_t *)*path + 20);
	*handle = (EFI_HANDLE)0x5678;
	return EFI_SUCCESS;
}

static EFI_STATUS load_file(EFI_LOAD_FILE_INTERFACE *this, EFI_DEVICE_PATH *path, BOOLEAN policy,
			    UINTN *size, VOID *to)
{
	UINTN room = *size;

	CHECK_EQ((uintptr_t)this, (uintptr_t)&loader);
	CHECK_BYTES(path, initrd_path + 20, 4);
	CHECK(!policy);
	*size = offered;
	if (!to || room < offered)
		return EFI_BUFFER_TOO_SMALL;
	memset(to, 0x1d, offered);
	if (promised)
		*size = promised;
	return load_status;
}

static uint64_t cleaned, cleaned_size;

void arch_clean_invalidate(uint64_t pa, uint64_t size)
{
	cleaned = pa;
	cleaned_size = size;
}

/* -- the volume that it was started from ------------------------------------------------------- */

static struct {
	const char *name;
	const void *content;
	size_t size;
} files[4];
static unsigned int num_files;
static size_t read_most; /* bytes at a time */
static unsigned int open_files;
static uint8_t secure_boot; /* 0, 1, or: */
enum { NO_VARIABLE = 2, NO_VARIABLES, BROKEN };
static EFI_RUNTIME_SERVICES runtime;
static EFI_FILE_IO_INTERFACE volume;
static EFI_FILE root;

struct file {
	EFI_FILE file;
	unsigned int index;
	size_t at;
};

static EFI_STATUS read_file(EFI_FILE *handle, UINTN *count, VOID *to)
{
	struct file *file = (struct file *)handle;
	size_t rest = files[file->index].size - file->at;

	if (*count > rest)
		*count = rest;
	if (*count > read_most)
		*count = read_most;
	memcpy(to, (const uint8_t *)files[file->index].content + file->at, *count);
	file->at += *count;
	return EFI_SUCCESS;
}

static EFI_STATUS set_position(EFI_FILE *handle, UINT64 at)
{
	struct file *file = (struct file *)handle;

	file->at = at == UINT64_MAX ? files[file->index].size : at;
	return EFI_SUCCESS;
}

static EFI_STATUS get_position(EFI_FILE *handle, UINT64 *at)
{
	*at = ((struct file *)handle)->at;
	return EFI_SUCCESS;
}

static EFI_STATUS close_file(EFI_FILE *handle)
{
	open_files--;
	if (handle != &root)
		free(handle);
	return EFI_SUCCESS;
}

static EFI_STATUS open_file(EFI_FILE *from, EFI_FILE **opened, CHAR16 *name, UINT64 mode,
			    UINT64 attributes)
{
	struct file *file;
	unsigned int i, at;

	CHECK(from == &root && mode == EFI_FILE_MODE_READ && !attributes);
	for (i = 0; i < num_files; i++) {
		for (at = 0; name[at] && name[at] == (CHAR16)files[i].name[at]; at++)
			;
		if (!name[at] && !files[i].name[at])
			break;
	}
	if (i == num_files)
		return EFI_NOT_FOUND;
	file = calloc(1, sizeof(*file));
	file->index = i;
	file->file.Read = read_file;
	file->file.SetPosition = set_position;
	file->file.GetPosition = get_position;
	file->file.Close = close_file;
	*opened = &file->file;
	open_files++;
	return EFI_SUCCESS;
}

static EFI_STATUS open_volume(EFI_FILE_IO_INTERFACE *from, EFI_FILE **opened)
{
	CHECK(from == &volume);
	root.Open = open_file;
	root.Close = close_file;
	open_files++;
	*opened = &root;
	return EFI_SUCCESS;
}

static EFI_STATUS get_variable(CHAR16 *name, EFI_GUID *guid, UINT32 *attributes, UINTN *size,
			       VOID *data)
{
	static const EFI_GUID global = EFI_GLOBAL_VARIABLE;

	CHECK(memcmp(guid, &global, sizeof(global)) == 0 && !attributes);
	CHECK(memcmp(name, u"SecureBoot", 22) == 0);
	CHECK_EQ(*size, 1);
	if (secure_boot == NO_VARIABLE)
		return EFI_NOT_FOUND;
	if (secure_boot == NO_VARIABLES)
		return EFI_UNSUPPORTED;
	if (secure_boot == BROKEN)
		return EFI_DEVICE_ERROR;
	*(uint8_t *)data = secure_boot;
	return EFI_SUCCESS;
}

static void add_file(const char *name, const void *content, size_t size)
{
	files[num_files].name = name;
	files[num_files].content = content;
	files[num_files++].size = size;
}

static EFI_STATUS handle_protocol(EFI_HANDLE handle, EFI_GUID *guid, VOID **interface)
{
	static const EFI_GUID wanted = LOADED_IMAGE_PROTOCOL;

	if ((uintptr_t)handle == 0x5678) {
		CHECK(memcmp(guid, &load_file2_guid, sizeof(*guid)) == 0);
		*interface = &loader;
		return EFI_SUCCESS;
	}
	if ((uintptr_t)handle == 0x9abc) {
		*interface = &volume;
		return EFI_SUCCESS;
	}
	CHECK_EQ((uintptr_t)handle, 0x1234);
	CHECK(memcmp(guid, &wanted, sizeof(wanted)) == 0);
	*interface = &loaded;
	return EFI_SUCCESS;
}

static void describe(UINT32 type, uint64_t base, uint64_t size)
{
	REQUIRE(CHECK(maps < MAP_MOST));
	map[maps++] = (EFI_MEMORY_DESCRIPTOR) {
		.Type = type, .PhysicalStart = base, .NumberOfPages = size / 4096};
	key++;
}

/* Once the end of boot services was asked for, only the map may be asked for. */
static bool refuses(void)
{
	CHECK_EQ(exits, 0);
	return (int)allocations++ == fail_at;
}

static EFI_STATUS allocate_pool(EFI_MEMORY_TYPE type, UINTN size, VOID **buffer)
{
	CHECK_EQ(type, EfiLoaderData);
	if (refuses())
		return EFI_OUT_OF_RESOURCES;
	*buffer = malloc(size);
	pools++;
	if (grows) {
		grows--;
		for (unsigned int i = 0; i < grow_by && maps < MAP_MOST; i++)
			describe(EfiLoaderData, 0x60000000 + 0x10000 * maps, 0x1000);
	}
	return EFI_SUCCESS;
}

static EFI_STATUS free_pool(VOID *buffer)
{
	CHECK(buffer != NULL);
	free(buffer);
	pools--;
	return EFI_SUCCESS;
}

static EFI_STATUS allocate_pages(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN count,
				 EFI_PHYSICAL_ADDRESS *at)
{
	CHECK_EQ(how, AllocateAnyPages);
	CHECK_EQ(type, EfiLoaderData);
	if (refuses())
		return EFI_OUT_OF_RESOURCES;
	*at = (uintptr_t)aligned_alloc(4096, count * 4096);
	memset((void *)(uintptr_t)*at, 0xa5, count * 4096);
	pages += (unsigned int)count;
	return EFI_SUCCESS;
}

static EFI_STATUS free_pages(EFI_PHYSICAL_ADDRESS at, UINTN count)
{
	free((void *)(uintptr_t)at);
	pages -= (unsigned int)count;
	return EFI_SUCCESS;
}

static EFI_STATUS get_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *to, UINTN *key_to, UINTN *step_to,
			  UINT32 *version)
{
	UINTN wanted = maps * step, room = *size;

	*size = wanted;
	*step_to = step;
	*version = map_version;
	if (room < wanted)
		return EFI_BUFFER_TOO_SMALL;
	for (unsigned int i = 0; i < maps; i++) {
		memset((uint8_t *)to + i * step, 0x5a, step);
		memcpy((uint8_t *)to + i * step, &map[i],
		       step < sizeof(*map) ? step : sizeof(*map));
	}
	*key_to = key;
	return EFI_SUCCESS;
}

static EFI_STATUS exit_boot_services(EFI_HANDLE handle, UINTN with)
{
	CHECK_EQ((uintptr_t)handle, 0x1234);
	if (exits++ < exits_to_fail)
		key++;
	return with == key ? EFI_SUCCESS : EFI_INVALID_PARAMETER;
}

/* -- the image, as it is in memory ------------------------------------------------------------- */

static uint8_t *image;

static void section(unsigned int index, const char *name, uint32_t at, uint32_t size)
{
	uint8_t *header = image + 0xF8 + index * PE_SECTION;

	memset(header, 0, PE_SECTION);
	memcpy(header, name, strlen(name));
	put_le32(header + 8, size);
	put_le32(header + 12, at);
	put_le32(header + 16, 0x200);
	put_le32(header + 20, 0xdead0000); /* in the file it is elsewhere */
	put_le16(image + 0x40 + 6, (uint16_t)(index + 1));
}

static void make_image(void)
{
	image = aligned_alloc(4096, IMAGE_SIZE);
	memset(image, 0, IMAGE_SIZE);
	put_le16(image, PE_MAGIC);
	put_le32(image + PE_POINTER, 0x40);
	put_le32(image + 0x40, PE_SIGNATURE);
	put_le16(image + 0x44, PE_MACHINE_ARM64);
	put_le16(image + 0x54, 0xA0);
	put_le16(image + 0x58, 0x20B);
	section(0, ".text", 0x1000, 0x1234);
	section(1, ".linux", LINUX, 0x1800);
	put_le64(image + LINUX + 0x10, 0x10000);
	memcpy(image + LINUX + 0x38, "ARM\x64", 4);
}

static void table(unsigned int index, const EFI_GUID *guid, const void *at)
{
	tables[index].VendorGuid = *guid;
	tables[index].VendorTable = (void *)(uintptr_t)at;
	system_table.NumberOfTableEntries = index + 1;
}

static void options(const void *data, size_t size)
{
	loaded.LoadOptions = (void *)(uintptr_t)data;
	loaded.LoadOptionsSize = (UINT32)size;
}

static void *load_tree(void)
{
	size_t size;

	return tree_load("qemu-gicv3", &size);
}

/* A machine with a device tree, as QEMU's with acpi=off is. */
static void make(void)
{
	make_image();
	services.HandleProtocol = handle_protocol;
	services.LocateDevicePath = locate;
	runtime.GetVariable = get_variable;
	system_table.RuntimeServices = &runtime;
	volume.OpenVolume = open_volume;
	loaded.DeviceHandle = (EFI_HANDLE)0x9abc;
	num_files = open_files = 0;
	read_most = 1000;
	secure_boot = NO_VARIABLE;
	loader.LoadFile = load_file;
	offered = promised = 0;
	load_status = EFI_SUCCESS;
	cleaned = cleaned_size = 0;
	services.AllocatePool = allocate_pool;
	services.FreePool = free_pool;
	services.AllocatePages = allocate_pages;
	services.FreePages = free_pages;
	services.GetMemoryMap = get_map;
	services.ExitBootServices = exit_boot_services;
	console.OutputString = output;
	system_table.BootServices = &services;
	system_table.ConOut = &console;
	system_table.ConfigurationTable = tables;
	loaded.ImageBase = image;
	loaded.ImageSize = IMAGE_SIZE;
	options(NULL, 0);
	table(0, &fdt_guid, load_tree());
	maps = 0;
	describe(EfiMemoryMappedIO, 0x4000000, 0x4000000);
	describe(EfiConventionalMemory, 0x40100000, 0x1f00000);
	describe(EfiLoaderCode, 0x40000000, 0x100000);
	describe(EfiRuntimeServicesData, 0x42010000, 0x10000);
	describe(EfiRuntimeServicesCode, 0x42000000, 0x10000);
	describe(EfiBootServicesData, 0x42020000, 0x1000000);
	describe(EfiACPIReclaimMemory, 0x50000000, 0x2000);
	describe(EfiReservedMemoryType, 0x58000000, 0x1000);
	step = 0x30;
	map_version = EFI_MEMORY_DESCRIPTOR_VERSION;
	fail_at = -1;
	level = 1;
	grow_by = 31;
	grows = exits_to_fail = exits = allocations = pools = pages = 0;
	said[0] = '\0';
}

/* What comes back; EFI_SUCCESS: it has left. */
static EFI_STATUS start(void)
{
	if (setjmp(left))
		return EFI_SUCCESS;
	return efi_application((EFI_HANDLE)0x1234, &system_table);
}

static const char *bootargs(void)
{
	const void *fdt = (const void *)(uintptr_t)got.tree;

	return fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", NULL);
}

static void check_reserved(int index, uint64_t base, uint64_t size)
{
	uint64_t at, bytes;

	CHECK_EQ(fdt_get_mem_rsv((const void *)(uintptr_t)got.tree, index, &at, &bytes), 0);
	CHECK_EQ(at, base);
	CHECK_EQ(bytes, size);
}

/* The tree is one, with room for a stack behind it. */
static void check_form(void)
{
	const void *fdt = (const void *)(uintptr_t)got.tree;

	REQUIRE(CHECK_EQ(fdt_check_full(fdt, got.tree_size), 0));
	CHECK_EQ(fdt_totalsize(fdt), got.tree_size);
	CHECK(fdt_totalsize(fdt) - fdt_off_dt_strings(fdt) - fdt_size_dt_strings(fdt) >=
	      EARLY_STACK_SIZE);
}

/* What the map reserves is reserved. */
static void check_tree(void)
{
	check_form();
	CHECK_EQ(fdt_num_mem_rsv((const void *)(uintptr_t)got.tree), 3);
	check_reserved(0, 0x42000000, 0x20000);
	check_reserved(1, 0x50000000, 0x2000);
	check_reserved(2, 0x58000000, 0x1000);
}

TEST(efi_application_takes_over)
{
	make();
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK_TEXT(said, "");
	CHECK_EQ(got.image, (uintptr_t)image);
	CHECK_EQ(got.image_size, IMAGE_SIZE);
	CHECK_EQ(got.table, (uintptr_t)image + 0xF8);
	CHECK_EQ(got.sections, 2);
	check_tree();
	CHECK(fdt_path_offset((const void *)(uintptr_t)got.tree, "/memory@40000000") > 0);
}

TEST(efi_application_knows_descriptors_of_any_size)
{
	static const UINTN steps[] = {0x28, 0x30, 0x50};

	for (size_t i = 0; i < 3; i++) {
		make();
		step = steps[i];
		REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
		check_tree();
	}
}

static void check_map_refused(EFI_STATUS expected, const char *text)
{
	CHECK(start() == expected);
	CHECK_EQ(pools + pages, 0);
	CHECK_EQ(exits, 0);
	test_note("%s", said);
	CHECK(strncmp(said, "forearm: error: ", 16) == 0 && strstr(said, text));
}

TEST(efi_application_refuses_descriptors_of_odd_forms)
{
	static const UINTN steps[] = {0x20, 0x2c};

	for (size_t i = 0; i < 2; i++) {
		make();
		step = steps[i];
		check_map_refused(EFI_INCOMPATIBLE_VERSION, "memory map has an unknown form");
	}
	make();
	map_version = 2;
	check_map_refused(EFI_INCOMPATIBLE_VERSION, "memory map has an unknown form");
	make();
	step = 0x10000;
	check_map_refused(EFI_BAD_BUFFER_SIZE, "memory map is too large");
}

/* Each look at it makes it longer than the room that was made for it. */
TEST(efi_application_gives_a_map_up_that_never_ends)
{
	make();
	step = 0x80;
	grows = 100;
	grow_by = 40;
	check_map_refused(EFI_BUFFER_TOO_SMALL, "memory map grows each time");
}

/* More than our start could keep apart: it would have nobody to tell. */
TEST(efi_application_refuses_too_many_reserved_pieces)
{
	make();
	for (unsigned int i = 0; i < 60; i++)
		describe(EfiReservedMemoryType, 0x60000000 + 0x10000 * i, 0x1000);
	check_map_refused(EFI_UNSUPPORTED, "reserves too many pieces of memory");
}

TEST(efi_application_refuses_a_machine_without_memory)
{
	void *fdt;
	int node;

	make();
	describe(EfiReservedMemoryType, 0x40000000, 0x40000000);
	check_map_refused(EFI_OUT_OF_RESOURCES, "no memory left");
	make();
	fdt = tables[0].VendorTable;
	node = fdt_path_offset(fdt, "/memory@40000000");
	CHECK_EQ(fdt_setprop_inplace(fdt, node, "device_type", "nemory", 7), 0);
	check_map_refused(EFI_LOAD_ERROR, "device tree names no RAM");
}

/* All RAM is told by that tree, and nothing else: no piece that is none has to be reserved. */
TEST(efi_application_reserves_tables_alone_by_acpi)
{
	make();
	table(0, &acpi_guid, (const void *)RSDP);
	for (unsigned int i = 0; i < 60; i++)
		describe(EfiReservedMemoryType, 0x60000000 + 0x10000 * i, 0x1000);
	describe(EfiACPIMemoryNVS, 0x50004000, 0x1000);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_form();
	CHECK_EQ(fdt_num_mem_rsv((const void *)(uintptr_t)got.tree), 2);
	check_reserved(0, 0x50000000, 0x2000);
	check_reserved(1, 0x50004000, 0x1000);
}

TEST(efi_application_gets_a_map_that_grows)
{
	make();
	grows = 1;
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_tree();
}

TEST(efi_application_tries_to_exit_again)
{
	for (unsigned int failures = 0; failures <= 5; failures++) {
		make();
		exits_to_fail = failures;
		test_note("%u failures", failures);
		if (failures < 4) {
			REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
			check_tree();
		} else {
			CHECK(start() == EFI_INVALID_PARAMETER);
			CHECK_EQ(pools + pages, 0);
		}
		CHECK_EQ(exits, failures < 4 ? failures + 1 : 4);
	}
}

TEST(efi_application_runs_out_of_memory)
{
	EFI_STATUS status;

	for (int at = 0; at < 10; at++) {
		make();
		fail_at = at;
		status = start();
		test_note("allocation %d", at);
		if (status == EFI_SUCCESS) {
			CHECK_EQ(at, 2);
			return;
		}
		CHECK(status == EFI_OUT_OF_RESOURCES);
		CHECK_EQ(pools + pages, 0);
		CHECK(strstr(said, "error: the firmware has no memory left\r\n"));
	}
}

TEST(efi_application_makes_a_tree_for_acpi)
{
	const void *fdt;
	const fdt64_t *reg;
	int node, length;

	make();
	table(0, &acpi_guid, (const void *)RSDP);
	options(u"quiet", 10);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_form();
	fdt = (const void *)(uintptr_t)got.tree;
	CHECK_TEXT(bootargs(), "quiet");
	node = fdt_node_offset_by_compatible(fdt, -1, "xen,guest-acpi");
	reg = fdt_getprop(fdt, node, "reg", &length);
	REQUIRE(CHECK_EQ(length, 16));
	CHECK_EQ(fdt64_ld(reg), RSDP);
	node = fdt_path_offset(fdt, "/memory@40000000");
	reg = fdt_getprop(fdt, node, "reg", &length);
	REQUIRE(CHECK_EQ(length, 16));
	CHECK_EQ(fdt64_ld(reg), 0x40000000);
	CHECK_EQ(fdt64_ld(reg + 1), 0x3020000);
	CHECK(fdt_path_offset(fdt, "/memory@50000000") > 0);
	CHECK_EQ(fdt_path_offset(fdt, "/memory@58000000"), -FDT_ERR_NOTFOUND);
}

/* A tree counts before ACPI; a damaged one counts as none. */
TEST(efi_application_checks_the_tree)
{
	void *fdt;

	make();
	fdt = tables[0].VendorTable;
	table(1, &acpi_guid, (const void *)RSDP);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK(fdt_node_offset_by_compatible((void *)(uintptr_t)got.tree, -1, "xen,guest-acpi") < 0);
	make();
	fdt_set_size_dt_struct(fdt, fdt_size_dt_struct(fdt) - 4);
	table(0, &fdt_guid, fdt);
	CHECK(start() == EFI_NOT_FOUND);
	CHECK(strstr(said, "neither ACPI tables nor a usable device tree"));
	table(1, &acpi_guid, (const void *)RSDP);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_form();
}

static const char *line_of(const void *data, size_t size)
{
	make();
	options(data, size);
	if (!CHECK_EQ(start(), EFI_SUCCESS))
		return "";
	check_tree();
	return bootargs();
}

TEST(efi_application_reads_load_options)
{
	static const uint8_t guid[16] = {0x4e, 0xac, 0x08, 0x81, 0x11, 0x9f, 0x59, 0x4d};

	CHECK_TEXT(line_of(u"alpha beta", 22), "alpha beta");
	CHECK_TEXT(line_of(u"alpha beta", 20), "alpha beta"); /* without an end */
	CHECK_TEXT(line_of(u"alpha beta", 19), "alpha bet");  /* with half a character */
	CHECK_TEXT(line_of(u"fs0:\\b.EFI alpha", 34), "alpha");
	CHECK_TEXT(line_of(u"b.efix alpha", 26), "b.efix alpha");
	CHECK(!line_of(u"b.efi", 12));
	CHECK(!line_of(guid, sizeof(guid)));
	CHECK(!line_of(u"a\x00e4", 6));
	CHECK(!line_of(u"", 2));
	CHECK(!line_of(u"a", 1));
}

TEST(efi_application_refuses_long_load_options)
{
	static CHAR16 line[EFI_COMMAND_LINE];

	for (size_t i = 0; i < EFI_COMMAND_LINE; i++)
		line[i] = 'a';
	CHECK_EQ(strlen(line_of(line, sizeof(line) - 2)), EFI_COMMAND_LINE - 1);
	make();
	options(line, sizeof(line));
	CHECK(start() == EFI_BAD_BUFFER_SIZE);
	CHECK(strstr(said, "longer than 2047 characters"));
}

/* Whoever signed the bundle has signed its command line. */
TEST(efi_application_takes_the_bundles_line)
{
	void *fdt;

	make();
	section(2, ".cmdline", CMDLINE, 5);
	options(u"other", 12);
	fdt = malloc(0x10000);
	REQUIRE(CHECK_EQ(fdt_open_into(tables[0].VendorTable, fdt, 0x10000), 0));
	fdt_setprop_string(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", "firmware's");
	table(0, &fdt_guid, fdt);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_tree();
	CHECK(!bootargs());
	section(2, ".other", CMDLINE, 5);
	exits = 0;
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK_TEXT(bootargs(), "other");
	options(NULL, 0);
	exits = 0;
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK_TEXT(bootargs(), "firmware's");
}

/* They are words of whoever writes the firmware's variables. */
TEST(efi_application_keeps_its_options_for_what_is_signed)
{
	static const uint8_t on[] = {1, BROKEN}, off[] = {0, NO_VARIABLE, NO_VARIABLES};

	for (size_t i = 0; i < sizeof(on); i++) {
		make();
		secure_boot = on[i];
		options(u"quiet forearm.payload=disk", 54);
		check_map_refused(EFI_SECURITY_VIOLATION, "words of forearm's");
		make();
		secure_boot = on[i];
		options(u"quiet", 12);
		REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
		CHECK_TEXT(bootargs(), "quiet");
		make();
		secure_boot = on[i];
		section(2, ".cmdline", CMDLINE, 5);
		options(u"forearm.payload=disk", 42);
		REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
		CHECK(!bootargs());
	}
	for (size_t i = 0; i < sizeof(off); i++) {
		make();
		secure_boot = off[i];
		options(u"forearm.payload=disk", 42);
		REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
		CHECK_TEXT(bootargs(), "forearm.payload=disk");
	}
}

static uint64_t initrd_word(const char *name)
{
	const void *fdt = (const void *)(uintptr_t)got.tree;
	int length;
	const fdt64_t *at = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, &length);

	return at && length == 8 ? fdt64_ld(at) : 0;
}

static void check_initrd(uint64_t size)
{
	uint64_t at = initrd_word("linux,initrd-start");

	REQUIRE(CHECK(at != 0));
	CHECK_EQ(initrd_word("linux,initrd-end"), at + size);
	CHECK_EQ(cleaned, at);
	CHECK_EQ(cleaned_size, size);
	for (uint64_t i = 0; i < size; i++)
		CHECK_EQ(((uint8_t *)(uintptr_t)at)[i], 0x1d);
	free((void *)(uintptr_t)at);
}

TEST(efi_application_takes_the_boot_loaders_initrd)
{
	make();
	offered = 5001;
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_tree();
	check_initrd(5001);
	make();
	table(0, &acpi_guid, (const void *)RSDP);
	options(u"quiet", 12);
	offered = 4096;
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_form();
	CHECK_TEXT(bootargs(), "quiet");
	check_initrd(4096);
}

/* Of another the firmware's tree may tell; the bundle's own was signed with it. */
TEST(efi_application_takes_one_initrd)
{
	void *fdt = malloc(0x10000);
	int chosen;

	make();
	REQUIRE(CHECK_EQ(fdt_open_into(tables[0].VendorTable, fdt, 0x10000), 0));
	chosen = fdt_path_offset(fdt, "/chosen");
	fdt_setprop_u64(fdt, chosen, "linux,initrd-end", 0x48001000);
	fdt_setprop_string(fdt, chosen, "bootargs", "firmware's");
	fdt_setprop_u64(fdt, chosen, "linux,initrd-start", 0x48000000);
	table(0, &fdt_guid, fdt);
	offered = 100;
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_tree();
	CHECK_TEXT(bootargs(), "firmware's");
	check_initrd(100);
	exits = 0;
	section(2, ".initrd", CMDLINE, 5);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_tree();
	CHECK_EQ(initrd_word("linux,initrd-start"), 0x48000000);
	free(fdt);
}

TEST(efi_application_cannot_read_an_initrd)
{
	make();
	offered = 100;
	load_status = EFI_DEVICE_ERROR;
	check_map_refused(EFI_DEVICE_ERROR, "the boot loader's initrd cannot be read");
	make();
	offered = 100;
	promised = 4097;
	check_map_refused(EFI_LOAD_ERROR, "the boot loader's initrd cannot be read");
	make();
	offered = 100;
	fail_at = 0;
	check_map_refused(EFI_OUT_OF_RESOURCES, "no memory for the boot loader's initrd");
}

TEST(efi_application_adds_chosen)
{
	void *fdt = malloc(0x10000);

	make();
	REQUIRE(CHECK_EQ(fdt_open_into(tables[0].VendorTable, fdt, 0x10000), 0));
	fdt_del_node(fdt, fdt_path_offset(fdt, "/chosen"));
	table(0, &fdt_guid, fdt);
	options(u"quiet", 12);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	check_tree();
	CHECK_TEXT(bootargs(), "quiet");
}

static void check_refused(EFI_STATUS expected, const char *text)
{
	EFI_STATUS status = start();

	test_note("%s", text);
	CHECK(status == expected);
	CHECK(strncmp(said, "forearm: error: ", 16) == 0);
	CHECK(strstr(said, "\r\nforearm: remedy: "));
	CHECK(strstr(said, text));
	CHECK_EQ(allocations + exits, 0);
}

TEST(efi_application_refuses_what_cannot_boot)
{
	make();
	section(1, ".other", LINUX, 0x1800);
	check_refused(EFI_NOT_FOUND, "there is no kernel in this file");
	make();
	section(1, ".other", LINUX, 0x1800);
	section(2, ".cmdline", CMDLINE, 5);
	check_refused(EFI_LOAD_ERROR, "there is no kernel in the bundle");
	make();
	section(1, ".linux", LINUX, IMAGE_SIZE - LINUX + 1);
	check_refused(EFI_LOAD_ERROR, "the bundle's headers are damaged");
	make();
	put_le16(image + 0x46, 0xffff);
	check_refused(EFI_LOAD_ERROR, "the bundle's headers are damaged");
	make();
	put_le64(image + LINUX + 8, 3);
	check_refused(EFI_LOAD_ERROR, "impossible value");
	make();
	loaded.ImageBase = image + 512;
	check_refused(EFI_LOAD_ERROR, "not loaded forearm to a page boundary");
}

TEST(efi_application_takes_containers)
{
	make();
	section(1, ".payload", LINUX, 0x1800);
	memset(image + LINUX, 0, 0x1800);
	CHECK_EQ(start(), EFI_SUCCESS);
}

/* forearm in no bundle, and a volume with kernel, initrds and what names them. */
static void make_volume(const char *conf)
{
	static uint8_t kernel[0x1800];

	make();
	memcpy(kernel, image + LINUX, sizeof(kernel));
	section(1, ".other", LINUX, 0x1800);
	add_file("\\forearm\\forearm.conf", conf, strlen(conf));
	add_file("\\boot\\vmlinuz", kernel, sizeof(kernel));
	add_file("\\one", "first", 5);
	add_file("\\two", "second", 6);
}

#define CONF "linux /boot/vmlinuz\ninitrd /one\ninitrd /two\noptions quiet root=/dev/vda\n"

static void check_module(void)
{
	const void *fdt = (const void *)(uintptr_t)got.tree;
	int length, node = fdt_path_offset(fdt, "/chosen/module");
	const fdt64_t *reg = fdt_getprop(fdt, node, "reg", &length);

	REQUIRE(CHECK_EQ(fdt_node_check_compatible(fdt, node, "multiboot,kernel"), 0));
	REQUIRE(CHECK_EQ(length, 16));
	CHECK_EQ(fdt64_ld(reg + 1), 0x1800);
	CHECK_BYTES((void *)(uintptr_t)fdt64_ld(reg), image + LINUX, 0x1800);
	free((void *)(uintptr_t)fdt64_ld(reg));
}

TEST(efi_application_boots_from_its_volume)
{
	uint64_t initrd;

	for (int acpi = 0; acpi < 2; acpi++) {
		make_volume(CONF);
		if (acpi)
			table(0, &acpi_guid, (const void *)RSDP);
		secure_boot = acpi ? 0 : NO_VARIABLES;
		offered = 100; /* by a boot loader, to one that has an initrd */
		REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
		check_form();
		CHECK_EQ(open_files, 0);
		CHECK_TEXT(bootargs(), "quiet root=/dev/vda");
		check_module();
		initrd = initrd_word("linux,initrd-start");
		CHECK_EQ(initrd_word("linux,initrd-end"), initrd + 14);
		CHECK_BYTES((void *)(uintptr_t)initrd, "first\0\0\0second", 14);
		free((void *)(uintptr_t)initrd);
	}
}

TEST(efi_application_prefers_load_options_to_its_volumes)
{
	make_volume("linux /boot/vmlinuz\noptions quiet\n");
	options(u"loud", 10);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK_TEXT(bootargs(), "loud");
	check_module();
}

static void check_volume_refused(EFI_STATUS expected, const char *text)
{
	check_map_refused(expected, text);
	CHECK_EQ(open_files, 0);
}

TEST(efi_application_refuses_what_its_volume_has)
{
	static char large[5000];

	make_volume("initrd /one\n");
	check_volume_refused(EFI_LOAD_ERROR, "names no kernel");
	make_volume("linux /boot/other\n");
	check_volume_refused(EFI_LOAD_ERROR, "cannot be read");
	make_volume("linux /boot/vmlinuz\ninitrd /three\n");
	check_volume_refused(EFI_LOAD_ERROR, "cannot be read");
	for (int i = 0; i < 2; i++) { /* not a word of it counts */
		make_volume(i ? "initrd /one\n" : CONF);
		secure_boot = i ? BROKEN : 1;
		check_volume_refused(EFI_SECURITY_VIOLATION, "Secure Boot is on");
	}
	make_volume(CONF);
	read_most = 0;
	check_volume_refused(EFI_END_OF_FILE, "cannot be read");
	make_volume("");
	memset(large, '#', sizeof(large));
	files[0].content = large;
	files[0].size = sizeof(large);
	check_volume_refused(EFI_BAD_BUFFER_SIZE, "over 4 KiB");
	for (int at = 0; at < 2; at++) {
		make_volume(CONF);
		fail_at = at;
		check_volume_refused(EFI_OUT_OF_RESOURCES, "no memory for what");
	}
	make_volume(CONF);
	put_le64((uint8_t *)(uintptr_t)files[1].content + 8, 3);
	check_volume_refused(EFI_LOAD_ERROR, "impossible value");
	make_volume(CONF);
	loaded.DeviceHandle = NULL;
	check_volume_refused(EFI_NOT_FOUND, "there is no kernel in this file");
}

/* Lines of options of so many bytes each. */
static void make_volume_options(const size_t *sizes, unsigned int count)
{
	static char conf[4096];
	char *at = conf + sprintf(conf, "linux /boot/vmlinuz\n");

	for (unsigned int i = 0; i < count; i++) {
		at += sprintf(at, "options ");
		memset(at, 'a' + (int)i, sizes[i]);
		at += sizes[i];
		*at++ = '\n';
	}
	*at = '\0';
	make_volume(conf);
}

TEST(efi_application_refuses_long_options_of_its_volume)
{
	static const size_t fit[] = {1, 2045}, more[] = {1, 2045, 1}, much[] = {1, 2045, 1900},
			    one[] = {2048}, full[] = {2047};

	make_volume_options(fit, 2);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK_EQ(strlen(bootargs()), 2047);
	make_volume_options(full, 1);
	REQUIRE(CHECK_EQ(start(), EFI_SUCCESS));
	CHECK_EQ(strlen(bootargs()), 2047);
	make_volume_options(more, 3);
	check_volume_refused(EFI_BAD_BUFFER_SIZE, "longer than 2047 characters");
	make_volume_options(much, 3);
	check_volume_refused(EFI_BAD_BUFFER_SIZE, "longer than 2047 characters");
	make_volume_options(one, 1);
	check_volume_refused(EFI_BAD_BUFFER_SIZE, "longer than 2047 characters");
}

static void make_zimage(uint32_t end)
{
	memset(image + LINUX, 0, 0x1800);
	put_le32(image + LINUX + 0x24, 0x016F2818);
	put_le32(image + LINUX + 0x2C, end);
	put_le32(image + LINUX + 0x30, 0x04030201);
}

TEST(efi_application_starts_32_bit_kernels_from_el2)
{
	make();
	make_zimage(0x1800);
	check_refused(EFI_UNSUPPORTED, "a 32-bit kernel cannot be started from EL1");
	level = 2;
	CHECK_EQ(start(), EFI_SUCCESS);
	make();
	make_zimage(0x1801);
	check_refused(EFI_LOAD_ERROR, "cut short");
}

TEST(efi_application_does_without_a_console)
{
	make();
	section(1, ".other", LINUX, 0x1800);
	system_table.ConOut = NULL;
	CHECK(start() == EFI_NOT_FOUND);
}

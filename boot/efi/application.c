/* SPDX-License-Identifier: BSD-2-Clause */
/* An EFI application in place of a kernel: what the stages do for it, and its start. */
#include <libfdt.h>
#include <string.h>
#include "arch.h"
#include "boot/acpi/acpi.h"
#include "boot/core/fatal.h"
#include "boot/core/stage.h"
#include "boot/core/vm.h"
#include "boot/describe.h"
#include "boot/efi.h"
#include "boot/memory.h"
#include "environment.h"
#include "error.h"
#include "tables/efi/runtime.h"

#define TABLES_ROOM                                                                                \
	0x40000 /* bytes of page tables: memory in pieces of 2 MiB is split into pages */
#define PATH_TEXT     u"\\EFI\\BOOT\\BOOTAA64.EFI"
#define RESIDENT_ROOM 0x10000

_Static_assert(RUNTIME_SIZE + sizeof(struct efi_kept_tables) <= RESIDENT_ROOM / 2,
	       "SMBIOS and small files have room behind them");

struct efi_environment *efi_environment;

bool application_possible(void)
{
	return true;
}

bool application_fits(const struct boot *boot)
{
	unsigned int level = arch_level();

	return level < 3 && (boot->options.el == EL_AUTO || boot->options.el == level);
}

/* As for a Linux of 64 bits, which most of them start. */
void application_identify(struct boot *boot)
{
	boot->image = (struct image) {
		.format = IMAGE_ARM64, .state = STATE_AARCH64, .align = EARLY_BLOCK, .efi = true};
	boot->place.kernel = boot->place.base; /* nothing has been loaded, nor will be */
	boot->place.initrd = boot->initrd_size = 0;
	boot->place.tail.size = 0;
}

void application_check_entry(const struct boot *boot)
{
	if (boot->entry.monitor && arch_level() < 3)
		stop_error("leave forearm.el and forearm.guest out",
			   "an EFI application (%s) runs at the level that the VM was started at, "
			   "and that is %s, where forearm stays",
			   boot->source, arch_level_name());
	if (boot->entry.big_endian)
		stop_error("leave forearm.endian out", "an EFI application (%s) is little-endian",
			   boot->source);
	if (boot->files.initrd.given || boot->command_line[0])
		log_note("the boot loader has its own command line and initrd: those that were "
			 "given do not count");
	if (arch_level() == 3)
		stop_error("start the VM without secure=on, or give a kernel",
			   "an EFI application (%s) runs at the level that the VM was started at, "
			   "and that is %s, where forearm stays",
			   boot->source, arch_level_name());
}

/* -- what it is told ----------------------------------------------------------------------------
 */

static void install_runtime(struct boot *boot, uint64_t at)
{
	struct boot_application *app = &boot->application;
	const struct runtime_request request = {
		.blob = runtime_blob,
		.blob_size = runtime_blob_size,
		.rtc = boot->own.rtc,
		.conduit = platform_psci_conduit(&boot->platform.psci),
		.system_table = at + RUNTIME_SIZE,
	};
	int error =
		runtime_install(&request, (void *)(uintptr_t)at, RUNTIME_SIZE, at, &app->runtime);

	if (error)
		resident_failed(error);
	app->runtime.data_size += (uint32_t)page_up(sizeof(struct efi_kept_tables));
}

void application_describe(struct boot *boot, const struct fdt_handoff *chosen)
{
	bool acpi = boot->description & DESCRIBE_ACPI;
	uint64_t large = acpi ? acpi_largest(boot) : PAGE_SIZE;
	struct boot_application *app = &boot->application;
	struct resident resident;
	int error = resident_init(&resident, &boot->ram, RESIDENT_ROOM, large);
	uint64_t runtime;

	if (error)
		resident_failed(error);
	runtime = resident_or_stop(
		&resident, RUNTIME_SIZE + page_up(sizeof(struct efi_kept_tables)), EFI_GRANULE);
	app->rsdp = acpi ? acpi_provide(boot, &resident) : 0;
	app->smbios = smbios_provide(boot, &resident);
	install_runtime(boot, runtime);
	app->fdt_size = 0;
	if (boot->description & DESCRIBE_FDT)
		app->fdt_size = page_up(fdt_describe(boot, chosen, 0));
	app->kept_blocks = resident.blocks;
	memcpy(app->kept, resident.block, sizeof(app->kept));
}

/* -- its start ----------------------------------------------------------------------------------
 */

/* Not where a view of it would meet the window. */
static void add_page_tables(struct boot *boot)
{
	uint64_t behind = add_capped(vm_workspace(), vm_workspace_size() + 2 * VM_TABLES_APART), at;
	uint64_t before = sub_capped(vm_workspace(), 2 * VM_TABLES_APART);
	struct memmap_request request = {.size = TABLES_ROOM, .max = before, .highest = true};
	int error = memmap_alloc(&boot->ram, &request, &at);

	if (error == ERR_NO_ROOM) {
		request.min = behind;
		request.max = UINT64_MAX;
		error = memmap_alloc(&boot->ram, &request, &at);
	}
	if (error == ERR_NO_ROOM)
		no_room(boot, "EFI environment", TABLES_ROOM);
	check_memmap(error);
	if (vm_add_tables(at, TABLES_ROOM))
		stop_error("report this", "no room for the EFI environment's page tables");
}

static void begin(struct boot *boot)
{
	struct boot_application *app = &boot->application;
	struct efi_environment *env;

	add_page_tables(boot);
	env = (void *)(uintptr_t)take_memory(boot, "EFI environment", sizeof(*env));
	memset(env, 0, sizeof(*env));
	efi_environment = env;
	env->boot = boot;
	env->disk = app->disk;
	env->tpl = EFI_TPL_APPLICATION;
	env->runtime = (void *)(uintptr_t)app->runtime.services;
	env->tables = (void *)(uintptr_t)(app->runtime.base + RUNTIME_SIZE);
	efi_memory_init();
	efi_handles_init(&env->handles);
	efi_events_init(&env->events);
	efi_services_init();
	efi_variables_init();
	efi_console_init();
	efi_texts_init();
	efi_disk_init();
	arch_allow_writable_code();
	arch_sync_code(app->runtime.base, app->runtime.code_size);
	if (efi_protect(app->runtime.base, app->runtime.code_size, false, true) ||
	    (app->runtime.rtc && vm_map_device(app->runtime.rtc, PAGE_SIZE)))
		stop_error("report this", "no room for the EFI environment's page tables");
}

static void *handle_of(const struct boot_application *app)
{
	unsigned int number = app->disk->volume[app->volume].partition;

	for (unsigned int i = 1; i < efi_environment->blocks; i++)
		if (efi_environment->block[i].partition == number)
			return efi_environment->block[i].handle;
	return efi_environment->block[0].handle;
}

static efi_status load_application(const struct boot_application *app, void **handle)
{
	uint8_t file[128], path[256];
	void *device;

	if (efi_path_file(PATH_TEXT, file, sizeof(file)) < 0 ||
	    efi_handle_protocol(handle_of(app), &efi_guid_path, &device) ||
	    efi_path_join(device, file, path, sizeof(path)) < 0)
		return EFI_LOAD_ERROR;
	return efi_load_image(true, NULL, path, NULL, 0, handle);
}

static _Noreturn void not_loaded(const struct boot *boot, efi_status status)
{
	if (status == EFI_OUT_OF_RESOURCES)
		stop_error("give the VM more memory (QEMU: -m)",
			   "%s cannot be loaded: there is not enough memory", boot->source);
	stop_error("install a boot loader for 64-bit Arm there",
		   "%s cannot be loaded: it is no EFI application for this CPU, or damaged",
		   boot->source);
}

_Noreturn void application_run(struct boot *boot)
{
	efi_status status;
	void *handle;

	begin(boot);
	status = load_application(&boot->application, &handle);
	if (status)
		not_loaded(boot, status);
	stage("EFI application");
	status = efi_start_first(handle);
	if (status)
		stop_error("see what it has said; or boot the disk's kernel without it: "
			   "forearm.boot=native",
			   "%s has ended with an error, EFI status 0x%llx", boot->source,
			   (unsigned long long)status);
	stop_error("see what it has said", "%s has ended, and has not started an operating system",
		   boot->source);
}

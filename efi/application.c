/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EFI application, in order. Until boot services end, each mistake is told on the firmware's
 * console and returned, so that a boot manager goes on to its next entry.
 */
#include <string.h>
#include "application.h"
#include "arch.h"
#include "error.h"
#include "layout.h"
#include "lib/formats/image.h"
#include "lib/formats/pe.h"

#define TREE_ROOM 0x20000 /* bytes for what is added to the tree, and a stack behind it */

/* Times that the map may change between the last look at it and the end of boot services. */
#define EXIT_TRIES 4

static const EFI_GUID loaded_image_guid = LOADED_IMAGE_PROTOCOL;
static const EFI_GUID acpi_guid = ACPI_20_TABLE_GUID;
static const EFI_GUID fdt_guid = {
	0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}};

static const void *find_table(const EFI_SYSTEM_TABLE *system, const EFI_GUID *guid)
{
	const EFI_CONFIGURATION_TABLE *table = system->ConfigurationTable;

	for (UINTN i = 0; table && i < system->NumberOfTableEntries; i++)
		if (memcmp(&table[i].VendorGuid, guid, sizeof(*guid)) == 0)
			return table[i].VendorTable;
	return NULL;
}

EFI_STATUS efi_take_pages(const struct application *app, struct efi_pages *pages, uint64_t size)
{
	EFI_STATUS status;

	pages->room = page_up(size);
	status = app->services->AllocatePages(AllocateAnyPages, EfiLoaderData,
					      pages->room / EFI_PAGE_SIZE, &pages->at);
	if (status)
		pages->at = 0;
	return status;
}

/* -- what there is to boot --------------------------------------------------------------------- */

static bool is_named(const struct pe *pe, unsigned int index, const char name[PE_NAME])
{
	return memcmp(pe_name(pe, index), name, PE_NAME) == 0;
}

/* The sections that count here; our own start reads all of them later. */
static int take_section(struct application *app, const struct pe *pe, unsigned int index)
{
	struct part part;
	int error = pe_loaded(pe, index, &part);

	if (error)
		return error;
	if (!app->kernel.size &&
	    (is_named(pe, index, ".linux\0") || is_named(pe, index, ".payload")))
		app->kernel = part;
	if (is_named(pe, index, ".cmdline") && part.size)
		app->has_command_line = true;
	if (is_named(pe, index, ".initrd") && part.size)
		app->has_initrd = true;
	return 0;
}

static int read_sections(struct application *app)
{
	const uint8_t *image = app->loaded->ImageBase;
	struct pe pe;
	int error = pe_open(image, app->loaded->ImageSize, &pe);

	if (error)
		return error;
	app->sections = pe.sections;
	app->table = (uint32_t)(pe.table - image);
	for (unsigned int i = 0; i < pe.sections && !error; i++)
		error = take_section(app, &pe, i);
	return error;
}

/* What would only be told after the firmware is gone, if it were not looked for here. */
static EFI_STATUS check_kernel(const struct application *app)
{
	const struct part *kernel = &app->kernel;
	struct image image;
	int error = image_identify(kernel->at, (size_t)min64(kernel->size, IMAGE_HEAD),
				   kernel->size, &image);

	if (error == ERR_TRUNCATED || error == ERR_HEADER)
		return efi_complain(app, EFI_LOAD_ERROR,
				    error == ERR_HEADER
					    ? "the kernel's header has an impossible value"
					    : "the kernel is cut short",
				    "make the bundle or the file again, with a whole kernel");
	if (!error && image.state == STATE_AARCH32 && efi_level() == 1)
		return efi_complain(app, EFI_UNSUPPORTED,
				    "a 32-bit kernel cannot be started from EL1",
				    "start the VM with EL2 (QEMU: -M virt,virtualization=on)");
	return EFI_SUCCESS;
}

static EFI_STATUS find_payload(struct application *app)
{
	EFI_STATUS status = EFI_SUCCESS;

	if ((uintptr_t)app->loaded->ImageBase % EFI_PAGE_SIZE)
		return efi_complain(app, EFI_LOAD_ERROR,
				    "the firmware has not loaded forearm to a page boundary",
				    "start it by another boot loader");
	if (read_sections(app))
		return efi_complain(app, EFI_LOAD_ERROR, "the bundle's headers are damaged",
				    "make it again with forearm-bundle or ukify");
	if (efi_load_options(app))
		return efi_complain(app, EFI_BAD_BUFFER_SIZE,
				    "the load options are longer than 2047 characters",
				    "shorten them, or put them into the bundle: --cmdline");
	if (!efi_options_may_count(app))
		return efi_complain(
			app, EFI_SECURITY_VIOLATION,
			"Secure Boot is on, and the load options have words of forearm's",
			"leave them out, or make the bundle with them: --cmdline");
	if (!app->kernel.size && app->sections > IMAGE_PE_OWN)
		return efi_complain(app, EFI_LOAD_ERROR, "there is no kernel in the bundle",
				    "make it again: forearm-bundle --kernel FILE");
	if (!app->kernel.size)
		status = efi_volume(app);
	if (status == EFI_NOT_FOUND)
		return efi_complain(
			app, status,
			"there is no kernel in this file, and no \\forearm\\forearm.conf",
			"make a bundle: forearm-bundle --kernel FILE");
	return status ? status : check_kernel(app);
}

/* -- what the machine is ----------------------------------------------------------------------- */

static EFI_STATUS find_machine(struct application *app)
{
	const void *fdt = find_table(app->system, &fdt_guid);
	uint32_t used;

	app->rsdp = (uintptr_t)find_table(app->system, &acpi_guid);
	if (fdt && efi_tree_used(app, fdt, &used) == 0) {
		app->fdt = fdt;
		app->fdt_size = page_up(used);
	}
	if (app->fdt || app->rsdp)
		return EFI_SUCCESS;
	return efi_complain(app, EFI_NOT_FOUND,
			    "the firmware has neither ACPI tables nor a usable device tree",
			    "start the VM so that its firmware gets one of them");
}

/* -- the end of boot services ------------------------------------------------------------------ */

static void clean(const struct efi_pages *pages)
{
	if (pages->size)
		arch_clean_invalidate(pages->at, pages->size);
}

static _Noreturn void leave(const struct application *app)
{
	uint64_t image = (uintptr_t)app->loaded->ImageBase;
	const struct efi_exit exit = {
		.image = image,
		.image_size = app->loaded->ImageSize,
		.tree = app->tree.at,
		.tree_size = app->tree.room,
		.table = image + app->table,
		.sections = app->sections,
	};

	clean(&app->initrd);
	clean(&app->volume_kernel);
	efi_leave(&exit);
}

static EFI_STATUS no_memory(const struct application *app)
{
	return efi_complain(app, EFI_OUT_OF_RESOURCES, "the firmware has no memory left",
			    "give the VM more memory (QEMU: -m)");
}

static EFI_STATUS map_failed(const struct application *app, EFI_STATUS status)
{
	const char *cause = "the firmware does not give its memory map";

	if (status == EFI_OUT_OF_RESOURCES)
		return no_memory(app);
	if (status == EFI_BUFFER_TOO_SMALL)
		cause = "the firmware's memory map grows each time that it is looked at";
	else if (status == EFI_INCOMPATIBLE_VERSION)
		cause = "the firmware's memory map has an unknown form";
	else if (status == EFI_BAD_BUFFER_SIZE)
		cause = "the firmware's memory map is too large";
	return efi_complain(app, status, cause, "report this with the firmware's version");
}

static EFI_STATUS tree_failed(const struct application *app, int error)
{
	const char *cause = "the firmware's device tree names no RAM";
	EFI_STATUS status = EFI_LOAD_ERROR;

	if (error == ERR_NO_ROOM)
		return no_memory(app);
	if (error == ERR_FDT_SPACE) {
		cause = "no room to complete the device tree";
		status = EFI_BUFFER_TOO_SMALL;
	} else if (error == ERR_FULL) {
		cause = "the firmware reserves too many pieces of memory";
		status = EFI_UNSUPPORTED;
	}
	return efi_complain(app, status, cause, "report this with the firmware's version");
}

/* Once boot services have been asked to end, the firmware may not be asked for memory any more. */
static EFI_STATUS take_over(struct application *app)
{
	EFI_STATUS status = EFI_SUCCESS;
	int error;

	for (int tries = 0; tries < EXIT_TRIES; tries++) {
		status = efi_map_get(app, tries == 0);
		if (status)
			return map_failed(app, status);
		error = efi_tree(app);
		if (error)
			return tree_failed(app, error);
		status = app->services->ExitBootServices(app->handle, app->map.key);
		if (!status)
			leave(app);
	}
	return efi_complain(app, status, "the firmware does not end its boot services",
			    "report this with the firmware's version");
}

static void give_back(const struct application *app, const struct efi_pages *pages)
{
	if (pages->at)
		app->services->FreePages(pages->at, pages->room / EFI_PAGE_SIZE);
}

static EFI_STATUS boot(struct application *app)
{
	EFI_STATUS status = efi_initrd(app);

	if (!status)
		status = find_machine(app);
	if (!status)
		status = efi_take_pages(app, &app->tree, TREE_ROOM + app->fdt_size)
				 ? no_memory(app)
				 : take_over(app);
	efi_map_free(app);
	give_back(app, &app->tree);
	return status;
}

EFI_STATUS efi_application(EFI_HANDLE handle, EFI_SYSTEM_TABLE *system)
{
	struct application app = {
		.handle = handle, .system = system, .services = system->BootServices};
	EFI_GUID guid = loaded_image_guid;
	EFI_STATUS status = app.services->HandleProtocol(handle, &guid, (VOID **)&app.loaded);

	if (status)
		return efi_complain(&app, status, "the firmware does not say where forearm is",
				    "start it by another boot loader");
	status = find_payload(&app);
	if (!status)
		status = boot(&app);
	give_back(&app, &app.initrd);
	give_back(&app, &app.volume_kernel);
	return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI environment's tables of services, and how they end (UEFI 2.10, chapters 4, 7 and 8). */
#include <string.h>
#include "arch.h"
#include "boot/acpi/acpi.h"
#include "boot/efi.h"
#include "boot/file.h"
#include "boot/seeds.h"
#include "drivers/virtio.h"
#include "environment.h"
#include "lib/hash/crc32.h"
#include "version.h"

#define BOOT_SIGNATURE 0x56524553544f4f42 /* "BOOTSERV" */
#define SERVICES       44

static struct {
	struct efi_table_header header;
	void *service[SERVICES];
} boot_services __attribute__((section(".noinit")));

static const struct efi_guid tree_guid = {
	0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}};
static uint64_t monotonic;

static void sum(struct efi_table_header *header)
{
	header->crc32 = 0;
	header->crc32 = crc32_add(0, header, header->size);
}

static efi_status unsupported(void)
{
	return EFI_UNSUPPORTED;
}

static efi_status install_table(const struct efi_guid *guid, void *table)
{
	struct efi_kept_tables *t = efi_environment->tables;
	uint64_t count = t->system.table_count, i = 0;

	if (!guid)
		return EFI_INVALID_PARAMETER;
	while (i < count && !efi_same_guid(&t->table[i].guid, guid))
		i++;
	if (i == count && !table)
		return EFI_NOT_FOUND;
	if (i == EFI_CONFIGURATIONS)
		return EFI_OUT_OF_RESOURCES;
	if (!table) {
		t->table[i] = t->table[count - 1];
		t->system.table_count--;
	} else {
		t->table[i] = (struct efi_configuration_table) {*guid, (uintptr_t)table};
		t->system.table_count += i == count;
	}
	sum(&t->system.header);
	return EFI_SUCCESS;
}

/* Nothing resets the machine by itself. */
static efi_status set_watchdog(uint64_t seconds, uint64_t code, uint64_t size, const void *data)
{
	(void)seconds;
	(void)code;
	(void)size;
	(void)data;
	return EFI_SUCCESS;
}

static efi_status next_count(uint64_t *count)
{
	if (!count)
		return EFI_INVALID_PARAMETER;
	*count = ++monotonic;
	return EFI_SUCCESS;
}

static efi_status calculate_crc(const void *data, uint64_t size, uint32_t *crc)
{
	if (!data || !size || !crc)
		return EFI_INVALID_PARAMETER;
	*crc = crc32_add(0, data, (size_t)size);
	return EFI_SUCCESS;
}

static void copy_memory(void *to, const void *from, uint64_t size)
{
	memmove(to, from, (size_t)size);
}

static void set_memory(void *to, uint64_t size, uint8_t value)
{
	memset(to, value, (size_t)size);
}

/* No driver is to be connected to anything: what there is, is there. */
static efi_status connect(void *handle)
{
	return efi_handle_is(&efi_environment->handles, handle) ? EFI_NOT_FOUND
								: EFI_INVALID_PARAMETER;
}

/* What is left is what the operating system gets of us without boot services, too. */
static void end_services(struct efi_environment *env)
{
	struct efi_system_table *system = &env->tables->system;
	uint64_t *service = env->runtime->service;
	const uint64_t none = service[EFI_UPDATE_CAPSULE];

	service[EFI_GET_VARIABLE] = service[EFI_GET_NEXT_VARIABLE_NAME] = none;
	service[EFI_SET_VARIABLE] = service[EFI_QUERY_VARIABLE_INFO] = none;
	sum(&env->runtime->header);
	system->console_in_handle = system->console_out_handle = system->error_handle = 0;
	system->console_in = system->console_out = system->error = 0;
	system->boot_services = 0;
	sum(&system->header);
}

/* In an application's own time; whoever has another map has to read it once more. */
static efi_status exit_boot_services(void *handle, uint64_t key)
{
	struct efi_environment *env = efi_environment;

	if (!efi_handle_is(&env->handles, handle) || key != env->pages.key)
		return EFI_INVALID_PARAMETER;
	efi_events_at_exit();
	if (env->noted_variables)
		log_note("EFI variables are not kept: there is nothing here to keep them in");
	disk_close();
	virtio_reset_all();
	end_services(env);
	seeds_wipe(env->boot);
	return EFI_SUCCESS;
}

static void *const services[SERVICES] = {
	efi_raise_tpl,
	efi_restore_tpl,
	efi_allocate_pages,
	efi_free_pages,
	efi_get_memory_map,
	efi_allocate_pool,
	efi_free_pool,
	efi_create_event,
	efi_set_timer,
	efi_wait_for_event,
	efi_signal_event,
	efi_close_event,
	efi_check_event,
	efi_install_protocol,
	efi_reinstall_protocol,
	efi_uninstall_protocol,
	efi_handle_protocol,
	NULL,
	unsupported,
	efi_locate_handle,
	efi_locate_device_path,
	install_table,
	efi_load_image,
	efi_start_image,
	efi_exit_image,
	efi_unload_image,
	exit_boot_services,
	next_count,
	efi_stall,
	set_watchdog,
	connect,
	connect,
	efi_open_protocol,
	efi_close_protocol,
	unsupported,
	efi_protocols_per_handle,
	efi_locate_handle_buffer,
	efi_locate_protocol,
	efi_install_multiple,
	efi_uninstall_multiple,
	calculate_crc,
	copy_memory,
	set_memory,
	efi_create_event_ex,
};

static void add_tables(struct efi_kept_tables *t)
{
	const struct boot *boot = efi_environment->boot;
	const struct boot_application *app = &boot->application;

	t->properties = (struct efi_rt_properties) {EFI_RT_PROPERTIES_VERSION,
						    sizeof(t->properties), app->runtime.supported};
	install_table(&efi_guid_rt_properties, &t->properties);
	efi_runtime_attributes(&app->runtime, &t->attributes);
	install_table(&efi_guid_memory_attributes, &t->attributes);
	if (app->rsdp)
		install_table(&efi_guid_acpi, (void *)(uintptr_t)app->rsdp);
	if (app->smbios)
		install_table(&efi_guid_smbios, (void *)(uintptr_t)app->smbios);
	if (app->fdt_size)
		install_table(&tree_guid, (void *)(uintptr_t)boot->place.fdt);
}

void efi_services_init(void)
{
	static const uint16_t vendor[] = u"forearm";
	struct efi_kept_tables *t = efi_environment->tables;
	struct efi_system_table *system = &t->system;

	monotonic = 0;
	memcpy(boot_services.service, services, sizeof(services));
	boot_services.header = (struct efi_table_header) {BOOT_SIGNATURE, EFI_REVISION_2_70,
							  sizeof(boot_services), 0, 0};
	sum(&boot_services.header);
	memset(t, 0, sizeof(*t));
	memcpy(t->vendor, vendor, sizeof(vendor));
	system->header = (struct efi_table_header) {EFI_SYSTEM_TABLE_SIGNATURE, EFI_REVISION_2_70,
						    sizeof(*system), 0, 0};
	system->vendor = (uintptr_t)t->vendor;
	system->firmware_revision = FOREARM_REVISION;
	system->runtime_services = (uintptr_t)efi_environment->runtime;
	system->boot_services = (uintptr_t)&boot_services;
	system->tables = (uintptr_t)t->table;
	add_tables(t);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_ENVIRONMENT_H
#define FOREARM_EFI_ENVIRONMENT_H

#include "boot.h"
#include "boot/source/disk.h"
#include "lib/efi/events.h"
#include "lib/efi/handles.h"
#include "lib/efi/loader.h"
#include "lib/efi/pages.h"
#include "lib/efi/path.h"

/*
 * The EFI environment (UEFI Specification 2.10): what a boot loader finds that is started from a
 * disk. It is forearm itself, which stays where it is, with its window, its drivers and its trap
 * handlers; an application is called as a function, at the same exception level, with all of RAM
 * mapped one to one. What an application hands over is checked where a slip of its would be ours;
 * memory that it names is taken to be its own, as in any UEFI.
 */

#define EFI_APPLICATION_STACK 0x20000 /* bytes: what 2.3.6 wants */
#define EFI_CONFIGURATIONS    24
#define EFI_VARIABLES	      64
#define EFI_VARIABLE_NAME     64     /* characters, terminator included */
#define EFI_VARIABLE_MAX      0x8000 /* bytes of a variable */
#define EFI_VOLUME_HANDLES    (DISK_VOLUMES + 1)

/* What the operating system still uses: in memory of the runtime services. */
struct efi_kept_tables {
	struct efi_system_table system;
	struct efi_configuration_table table[EFI_CONFIGURATIONS];
	struct efi_rt_properties properties;
	struct efi_memory_attributes attributes;
	uint16_t vendor[8];
};

struct efi_variable {
	struct efi_guid guid;
	uint16_t name[EFI_VARIABLE_NAME];
	uint32_t attributes;
	uint32_t size; /* bytes of data */
	uint8_t *data; /* in pages of its own; NULL: no variable */
};

/* An image that is loaded; the protocol is its first member, by which it is found. */
struct efi_loaded {
	struct {
		uint32_t revision, fill1;
		void *parent;
		struct efi_system_table *system;
		void *device;
		uint8_t *path;
		void *reserved;
		uint32_t options_size, fill2;
		void *options;
		void *base;
		uint64_t size;
		uint32_t code_type, data_type;
		efi_status (*unload)(void *handle);
	} protocol;
	void *handle;
	struct efi_image image;
	uint64_t memory, memory_size; /* pages, which may begin before the image */
	uint64_t own_size;	      /* bytes of this, with the paths: whole pages */
	bool started;
	struct efi_loaded *caller; /* whose StartImage() it is in */
	uint64_t context[21];	   /* of that; arch_application_start() */
	uint64_t exit_size;
	uint16_t *exit_data;
	uint8_t paths[]; /* that of the file, and one of the device and the file */
};

/* The whole disk, or a partition of it, as a device. */
struct efi_block {
	struct {
		uint64_t revision;
		void *media;
		void *service[4];
	} io;
	struct {
		uint64_t revision;
		void *service[2];
	} bytes;
	struct {
		uint32_t id;
		bool removable, present, partition, read_only, caching;
		uint32_t block_size, align;
		uint64_t last;
		uint64_t lowest;
		uint32_t per_block, granularity;
	} media;
	struct {
		uint64_t revision;
		void *open;
	} files;
	uint64_t start, size;	/* bytes on the disk */
	unsigned int partition; /* its number; 0: the whole disk */
	struct volume *volume;	/* NULL: no file system that is read */
	void *handle;
	uint8_t path[20 + 42 + 4];
};

struct efi_environment {
	struct boot *boot;
	struct disk_source *disk;
	struct efi_kept_tables *tables;
	struct efi_runtime_services *runtime;
	struct efi_loaded *current;
	uint64_t tpl;
	bool waits_for_key;
	bool noted_variables;
	uint64_t keys; /* read ahead: scan code and character */
	bool has_key;
	struct efi_pages pages;
	struct efi_handles handles;
	struct efi_events events;
	struct efi_variable variable[EFI_VARIABLES];
	struct efi_block block[1 + PARTITIONS_MAX];
	unsigned int blocks;
};

extern struct efi_environment *efi_environment;

/* -- pages.c: memory --------------------------------------------------------------------------- */
/* The map of the machine as it is when the first application starts. */
void efi_memory_init(void);
efi_status efi_allocate_pages(uint32_t how, uint32_t type, uint64_t pages, uint64_t *at);
efi_status efi_free_pages(uint64_t at, uint64_t pages);
efi_status efi_get_memory_map(uint64_t *size, void *to, uint64_t *key, uint64_t *entry_size,
			      uint32_t *version);
efi_status efi_allocate_pool(uint32_t type, uint64_t size, void **at);
efi_status efi_free_pool(void *at);
/* Pages for 'size' bytes at a multiple of 'align', as high as there is room. */
efi_status efi_take_aligned(uint32_t type, uint64_t size, uint64_t align, uint64_t *at);
/* What may be done with pages; what cannot be set stays. Returns 0 or ERR_FULL. */
__must_check int efi_protect(uint64_t base, uint64_t size, bool writable, bool executable);
/* Zeroed memory of the environment's own; NULL: there is none. */
void *efi_own_memory(uint64_t size);

/* -- handles.c: protocols on handles ----------------------------------------------------------- */
extern const struct efi_guid efi_guid_path, efi_guid_files, efi_guid_image, efi_guid_image_path;
/* Adds one of ours, or stops. */
void efi_provide_protocol(void **handle, const struct efi_guid *guid, void *interface);
efi_status efi_install_protocol(void **handle, const struct efi_guid *guid, uint32_t native,
				void *interface);
efi_status efi_reinstall_protocol(void *handle, const struct efi_guid *guid, void *old, void *now);
efi_status efi_uninstall_protocol(void *handle, const struct efi_guid *guid, void *interface);
efi_status efi_handle_protocol(void *handle, const struct efi_guid *guid, void **interface);
efi_status efi_open_protocol(void *handle, const struct efi_guid *guid, void **interface,
			     void *agent, void *controller, uint32_t attributes);
efi_status efi_close_protocol(void *handle, const struct efi_guid *guid, void *agent,
			      void *controller);
efi_status efi_protocols_per_handle(void *handle, struct efi_guid ***guids, uint64_t *count);
efi_status efi_locate_handle(uint32_t how, const struct efi_guid *guid, void *key, uint64_t *size,
			     void **handles);
efi_status efi_locate_handle_buffer(uint32_t how, const struct efi_guid *guid, void *key,
				    uint64_t *count, void ***handles);
efi_status efi_locate_protocol(const struct efi_guid *guid, void *registration, void **interface);
efi_status efi_locate_device_path(const struct efi_guid *guid, const uint8_t **path, void **handle);
efi_status efi_install_multiple(void **handle, ...);
efi_status efi_uninstall_multiple(void *handle, ...);

/* -- events.c ---------------------------------------------------------------------------------- */
/* Looks at the clock, and calls what has to be. Services that take time or wait do. */
void efi_poll(void);
uint64_t efi_raise_tpl(uint64_t tpl);
void efi_restore_tpl(uint64_t tpl);
efi_status efi_create_event(uint32_t type, uint64_t tpl, void (*notify)(void *, void *),
			    void *context, void **event);
efi_status efi_create_event_ex(uint32_t type, uint64_t tpl, void (*notify)(void *, void *),
			       void *context, const struct efi_guid *group, void **event);
efi_status efi_set_timer(void *event, uint32_t timer, uint64_t time);
efi_status efi_wait_for_event(uint64_t count, void **event, uint64_t *index);
efi_status efi_signal_event(void *event);
efi_status efi_close_event(void *event);
efi_status efi_check_event(void *event);
efi_status efi_stall(uint64_t microseconds);
/* Those that ExitBootServices() signals; timers end. */
void efi_events_at_exit(void);

/* -- image.c ----------------------------------------------------------------------------------- */
efi_status efi_load_image(bool policy, void *parent, const uint8_t *path, const uint8_t *buffer,
			  uint64_t size, void **handle);
efi_status efi_start_image(void *handle, uint64_t *size, uint16_t **data);
efi_status efi_exit_image(void *handle, efi_status status, uint64_t size, uint16_t *data);
efi_status efi_unload_image(void *handle);
/* The same with a stack of its own, for the first one. */
efi_status efi_start_first(void *handle);

/* -- disk.c, files.c --------------------------------------------------------------------------- */
void efi_disk_init(void);
void efi_files_init(struct efi_block *block);
/* The file of a path with backslashes. Returns 0 or an error of volume_find(). */
__must_check int efi_find_file(const struct efi_block *block, const uint16_t *name,
			       struct volume_file *file);
/* What an error of ours is for an application. */
efi_status efi_status_of(int error);

/* -- console.c, texts.c, variables.c ----------------------------------------------------------- */
void efi_console_init(void);
/* Whether there is a key; reads ahead. Whether there can be one at all. */
bool efi_key_waits(void);
bool efi_keys_possible(void);
void efi_texts_init(void);
void efi_variables_init(void);

/* -- services.c -------------------------------------------------------------------------------- */
void efi_services_init(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMBIOS 3.0 from the platform model (DSP0134 3.0, the sections that are named below). What the
 * model does not tell is left at the value that means "unknown". The sets of strings are literals:
 * the NUL that the compiler adds ends the set.
 */
#include <string.h>
#include "error.h"
#include "writer.h"
#include "version.h"

#define PACKED __attribute__((packed))

#define STATE_SAFE    3
#define NO_HANDLE     0xffff
#define NO_ERRORS     0xfffe /* nothing reports memory errors */
#define WIDTH_UNKNOWN 0xffff

struct header {
	uint8_t type, length;
	uint16_t handle;
} PACKED;

#define HEADER(number, type)                                                                       \
	{                                                                                          \
		number, sizeof(struct type), 0                                                     \
	}

#define APPEND(w, structure, strings) smbios_append(w, structure, strings, sizeof(strings))

#define NO_STRINGS "\0"

/* -- firmware (7.1) -----------------------------------------------------------------------------
 */

#define NO_CHARACTERISTICS (1U << 3) /* of those that PC firmware could have */
#define VIRTUAL_MACHINE	   (1U << 4) /* UEFI would be bit 3 */

struct firmware {
	struct header header;
	uint8_t vendor, version;
	uint16_t segment;
	uint8_t date, rom_size; /* in units of 64 KiB, less one */
	uint64_t characteristics;
	uint8_t extension[2];
	uint8_t major, minor, controller_major, controller_minor;
} PACKED;

/* The number at *at, and *at behind it and the point that follows it. */
static uint8_t number(const char **at)
{
	unsigned int value = 0;

	for (; **at >= '0' && **at <= '9'; ++*at)
		value = 10 * value + (unsigned int)(**at - '0');
	if (**at == '.')
		++*at;
	return (uint8_t)value;
}

static void add_firmware(struct smbios_writer *w)
{
	const char *version = FOREARM_VERSION;
	struct firmware s = {
		.header = HEADER(0, firmware),
		.vendor = 1,
		.version = 2,
		.date = 3,
		.characteristics = NO_CHARACTERISTICS,
		.extension = {0, VIRTUAL_MACHINE},
		.controller_major = 0xff,
		.controller_minor = 0xff,
	};

	s.major = number(&version);
	s.minor = number(&version);
	APPEND(w, &s, "forearm\0" FOREARM_VERSION "\0" FOREARM_DATE "\0");
}

/* -- system (7.2), chassis (7.4) ----------------------------------------------------------------
 */

#define MODEL_LENGTH 64 /* of what is taken of it */

struct machine {
	struct header header;
	uint8_t manufacturer, product, version, serial;
	uint8_t uuid[16]; /* zero: there is none */
	uint8_t wake_up, sku, family;
} PACKED;

struct chassis {
	struct header header;
	uint8_t manufacturer, type, version, serial, tag;
	uint8_t boot_state, power_state, thermal_state, security;
	uint32_t oem;
	uint8_t height, cords, elements, element_size, sku;
} PACKED;

/* The model's name is the VMM's, which may have put anything there. */
static size_t copy_model(char *to, const char *model)
{
	size_t length = 0;

	for (; length < MODEL_LENGTH && model[length]; length++)
		to[length] = model[length];
	for (size_t i = 0; i < length; i++)
		if (to[i] < ' ' || to[i] > '~')
			to[i] = '?';
	return length;
}

static void add_machine(struct smbios_writer *w, const char *model)
{
	static const struct machine s = {
		.header = HEADER(1, machine),
		.manufacturer = 1,
		.product = 2,
		.wake_up = 6, /* power switch */
	};
	char strings[8 + MODEL_LENGTH + 2] = "forearm";
	size_t used = 8;

	used += copy_model(strings + used, model && *model ? model : "Virtual Machine");
	strings[used++] = '\0';
	strings[used++] = '\0';
	smbios_append(w, &s, strings, used);
}

static const struct chassis chassis = {
	.header = HEADER(3, chassis),
	.manufacturer = 1,
	.type = 1, /* other */
	.boot_state = STATE_SAFE,
	.power_state = STATE_SAFE,
	.thermal_state = STATE_SAFE,
	.security = 2, /* unknown */
};

/* -- processor (7.5) ----------------------------------------------------------------------------
 */

#define PROCESSOR_CENTRAL 3
#define FAMILY_SECOND	  0xfe /* see the second field of the family */
#define FAMILY_ARMV8	  0x101
#define STATUS_ENABLED	  0x41 /* and the socket is populated */
#define UPGRADE_NONE	  6
#define IS_64_BIT	  (1U << 2)
#define IS_MULTI_CORE	  (1U << 3)
#define COUNT_LARGE	  0xff /* see the second field of the count */

struct processor {
	struct header header;
	uint8_t socket, type, family, manufacturer;
	uint64_t id;
	uint8_t version, voltage;
	uint16_t clock, max_speed, speed; /* 0: unknown */
	uint8_t status, upgrade;
	uint16_t cache[3];
	uint8_t serial, tag, part;
	uint8_t cores, cores_enabled, threads;
	uint16_t characteristics, family2, cores2, cores_enabled2, threads2;
} PACKED;

/* The model does not know which CPUs share a socket or a core: all are cores of one socket. */
static void add_processor(struct smbios_writer *w, unsigned int cpus, uint32_t midr)
{
	uint8_t count = (uint8_t)(cpus < COUNT_LARGE ? cpus : COUNT_LARGE);
	struct processor s = {
		.header = HEADER(4, processor),
		.socket = 1,
		.type = PROCESSOR_CENTRAL,
		.family = FAMILY_SECOND,
		.id = midr, /* 7.5.3, ARM64-class CPUs */
		.status = STATUS_ENABLED,
		.upgrade = UPGRADE_NONE,
		.cache = {NO_HANDLE, NO_HANDLE, NO_HANDLE},
		.cores = count,
		.cores_enabled = count,
		.threads = count,
		.characteristics = IS_64_BIT | (cpus > 1 ? IS_MULTI_CORE : 0),
		.family2 = FAMILY_ARMV8,
		.cores2 = (uint16_t)cpus,
		.cores_enabled2 = (uint16_t)cpus,
		.threads2 = (uint16_t)cpus,
	};

	APPEND(w, &s, "CPU\0");
}

/* -- memory (7.17, 7.18, 7.20) ------------------------------------------------------------------
 */

#define CAPACITY_LARGE 0x80000000U /* KiB; see the extended field */
#define SIZE_IN_KIB    0x8000
#define SIZE_LARGE     0x7fff /* see the extended field */
#define SIZE_MAX_MIB   0x7fffffffU
#define ADDRESS_LARGE  0xffffffffU /* see the extended fields */

struct array {
	struct header header;
	uint8_t location, use, correction;
	uint32_t capacity; /* KiB */
	uint16_t errors, devices;
	uint64_t capacity_bytes;
} PACKED;

struct device {
	struct header header;
	uint16_t array, errors, total_width, data_width, size;
	uint8_t form, set, locator, bank, type;
	uint16_t detail, speed;
	uint8_t manufacturer, serial, tag, part, attributes;
	uint32_t size_mib;
	uint16_t configured_speed, voltage[3];
} PACKED;

struct mapped {
	struct header header;
	uint32_t start, end; /* KiB; the last one belongs to it */
	uint16_t array;
	uint8_t width;
	uint64_t start_byte, end_byte;
} PACKED;

static void add_array(struct smbios_writer *w, uint64_t bytes)
{
	struct array s = {
		.header = HEADER(16, array),
		.location = 1,	 /* other */
		.use = 3,	 /* system memory */
		.correction = 2, /* unknown */
		.capacity = CAPACITY_LARGE,
		.errors = NO_ERRORS,
		.devices = 1,
	};

	if (bytes >> 10 < CAPACITY_LARGE)
		s.capacity = (uint32_t)(bytes >> 10);
	else
		s.capacity_bytes = bytes;
	APPEND(w, &s, NO_STRINGS);
}

static uint16_t small_size(uint64_t bytes)
{
	uint64_t kib = bytes >> 10, mib = bytes >> 20;

	if (kib && kib < SIZE_LARGE)
		return (uint16_t)(kib | SIZE_IN_KIB);
	return (uint16_t)(mib < SIZE_LARGE ? mib : SIZE_LARGE);
}

/* One module with all of the RAM. */
static void add_device(struct smbios_writer *w, uint64_t bytes, uint16_t array)
{
	struct device s = {
		.header = HEADER(17, device),
		.array = array,
		.errors = NO_ERRORS,
		.total_width = WIDTH_UNKNOWN,
		.data_width = WIDTH_UNKNOWN,
		.size = small_size(bytes),
		.form = 1, /* other */
		.locator = 1,
		.type = 7,	  /* RAM */
		.detail = 1 << 1, /* other */
	};

	if (s.size == SIZE_LARGE)
		s.size_mib = bytes >> 20 < SIZE_MAX_MIB ? (uint32_t)(bytes >> 20) : SIZE_MAX_MIB;
	APPEND(w, &s, "RAM\0");
}

static void add_mapped(struct smbios_writer *w, const struct region *r, uint16_t array)
{
	uint64_t last = r->base + r->size - 1;
	struct mapped s = {
		.header = HEADER(19, mapped),
		.start = ADDRESS_LARGE,
		.end = ADDRESS_LARGE,
		.array = array,
		.width = 1,
	};

	if (last >> 10 < ADDRESS_LARGE && (r->base | r->size) % 1024 == 0) {
		s.start = (uint32_t)(r->base >> 10);
		s.end = (uint32_t)(last >> 10);
	} else {
		s.start_byte = r->base;
		s.end_byte = last;
	}
	APPEND(w, &s, NO_STRINGS);
}

static void add_memory(struct smbios_writer *w, const struct platform *p)
{
	uint16_t array = w->handle;
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < p->banks; i++)
		bytes += p->bank[i].region.size;
	add_array(w, bytes);
	add_device(w, bytes, array);
	for (unsigned int i = 0; i < p->banks; i++)
		add_mapped(w, &p->bank[i].region, array);
}

/* -- all ----------------------------------------------------------------------------------------
 */

/* 7.33 */
static const struct boot {
	struct header header;
	uint8_t reserved[6], status; /* 0: no errors */
} PACKED boot = {.header = HEADER(32, boot)};

/* The lengths that 3.0 wants. */
_Static_assert(sizeof(struct firmware) == 0x18 && sizeof(struct machine) == 0x1b &&
		       sizeof(struct chassis) == 0x16 && sizeof(struct processor) == 0x30 &&
		       sizeof(struct array) == 0x17 && sizeof(struct device) == 0x28 &&
		       sizeof(struct mapped) == 0x1f && sizeof(struct boot) == 0x0b,
	       "SMBIOS structures");

int smbios_build(const struct platform *platform, uint32_t midr, const struct smbios_oem *oem,
		 void *to, size_t room, uint64_t address, size_t *used)
{
	static const uint8_t version[3] = {3, 0, 0};
	struct smbios_writer w;

	smbios_start(&w, to, room);
	add_firmware(&w);
	add_machine(&w, platform->model);
	APPEND(&w, &chassis, "forearm\0");
	add_processor(&w, platform->cpus, midr);
	smbios_append_oem(&w, oem);
	add_memory(&w, platform);
	APPEND(&w, &boot, NO_STRINGS);
	smbios_append_end(&w);
	return smbios_finish(&w, version, address, used);
}

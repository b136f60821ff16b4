/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio over memory-mapped registers (VIRTIO 1.2, section 4.2), in both versions: the legacy one
 * (4.2.4) is what QEMU has by default.
 */
#include <stddef.h>
#include "arch.h"
#include "mmio.h"
#include "drivers/virtio/virtio.h"

#define MAGIC		    0x000
#define VERSION		    0x004
#define DEVICE_ID	    0x008
#define DEVICE_FEATURES	    0x010
#define DEVICE_FEATURES_SEL 0x014
#define DRIVER_FEATURES	    0x020
#define DRIVER_FEATURES_SEL 0x024
#define GUEST_PAGE_SIZE	    0x028 /* legacy */
#define QUEUE_SEL	    0x030
#define QUEUE_NUM_MAX	    0x034
#define QUEUE_NUM	    0x038
#define QUEUE_ALIGN	    0x03c /* legacy */
#define QUEUE_PFN	    0x040 /* legacy */
#define QUEUE_READY	    0x044
#define QUEUE_NOTIFY	    0x050
#define STATUS		    0x070
#define QUEUE_DESC	    0x080
#define QUEUE_DRIVER	    0x090
#define QUEUE_DEVICE	    0x0a0
#define CONFIG		    0x100

#define MAGIC_VALUE 0x74726976 /* "virt" */

static uint32_t get(const struct virtio_device *device, unsigned int reg)
{
	return mmio_read32(device->registers + reg);
}

static void set(const struct virtio_device *device, unsigned int reg, uint32_t value)
{
	mmio_write32(device->registers + reg, value);
}

static uint8_t status(const struct virtio_device *device)
{
	return (uint8_t)get(device, STATUS);
}

/* A reset forgets the page size, too. */
static void set_status(const struct virtio_device *device, uint8_t value)
{
	set(device, STATUS, value);
	if (device->legacy && value == STATUS_ACKNOWLEDGE)
		set(device, GUEST_PAGE_SIZE, PAGE_SIZE);
}

static uint32_t features(const struct virtio_device *device, unsigned int half)
{
	if (device->legacy && half)
		return 0;
	set(device, DEVICE_FEATURES_SEL, half);
	return get(device, DEVICE_FEATURES);
}

static void set_features(const struct virtio_device *device, unsigned int half, uint32_t bits)
{
	if (device->legacy && half)
		return;
	set(device, DRIVER_FEATURES_SEL, half);
	set(device, DRIVER_FEATURES, bits);
}

static uint16_t select_queue(const struct virtio_device *device, uint16_t queue)
{
	uint32_t max;

	set(device, QUEUE_SEL, queue);
	max = get(device, QUEUE_NUM_MAX);
	return max > UINT16_MAX ? UINT16_MAX : (uint16_t)max;
}

static bool enable_legacy(const struct virtio_device *device, const struct virtio_rings *rings)
{
	if (rings->descriptors / PAGE_SIZE > UINT32_MAX)
		return false;
	set(device, QUEUE_ALIGN, PAGE_SIZE);
	set(device, QUEUE_PFN, (uint32_t)(rings->descriptors / PAGE_SIZE));
	return true;
}

static void set_address(const struct virtio_device *device, unsigned int reg, uint64_t address)
{
	set(device, reg, (uint32_t)address);
	set(device, reg + 4, (uint32_t)(address >> 32));
}

static bool enable_queue(struct virtio_device *device, struct virtio_queue *queue,
			 const struct virtio_rings *rings)
{
	set(device, QUEUE_NUM, queue->size);
	if (device->legacy)
		return enable_legacy(device, rings);
	set_address(device, QUEUE_DESC, rings->descriptors);
	set_address(device, QUEUE_DRIVER, rings->driver);
	set_address(device, QUEUE_DEVICE, rings->device);
	set(device, QUEUE_READY, 1);
	return true;
}

static void notify(const struct virtio_device *device, const struct virtio_queue *queue)
{
	set(device, QUEUE_NOTIFY, queue->number);
}

static const struct virtio_transport mmio = {
	status, set_status, features, set_features, select_queue, enable_queue, notify, NULL, NULL};

/* The first access may be to nothing at all. */
bool virtio_mmio_open(struct virtio_device *device, uintptr_t registers, uint64_t size,
		      uint32_t kind)
{
	uint32_t magic, version;

	if (size < CONFIG || size > PAGE_SIZE || !arch_probe_read(registers + MAGIC, &magic) ||
	    magic != MAGIC_VALUE || mmio_read32(registers + DEVICE_ID) != kind)
		return false;
	version = mmio_read32(registers + VERSION);
	*device = (struct virtio_device) {.transport = &mmio,
					  .registers = registers,
					  .config = registers + CONFIG,
					  .config_size = (uint32_t)(size - CONFIG),
					  .legacy = version == 1};
	return version == 1 || version == 2;
}

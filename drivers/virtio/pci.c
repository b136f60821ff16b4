/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio over PCI (VIRTIO 1.2, section 4.1), by its modern interface, which all but the oldest
 * have. */
#include "arch.h"
#include "boot/core/vm.h"
#include "drivers/virtio/virtio.h"
#include "mmio.h"
#include "region.h"

#define VENDOR	    0x1af4
#define MODERN	    0x1040 /* and the kind */
#define CAPABILITY  0x09   /* vendor-specific */
#define CAP_KIND    3
#define CAP_BAR	    4
#define CAP_OFFSET  8
#define CAP_LENGTH  12
#define CAP_STEP    16 /* of the notify capability */
#define KIND_COMMON 1
#define KIND_NOTIFY 2
#define KIND_CONFIG 4
#define LENGTH_MAX  0x10000U /* that is mapped of each */

/* The common configuration (4.1.4.3). */
#define DEVICE_FEATURES_SEL 0x00
#define DEVICE_FEATURES	    0x04
#define DRIVER_FEATURES_SEL 0x08
#define DRIVER_FEATURES	    0x0c
#define NUM_QUEUES	    0x12
#define STATUS		    0x14
#define QUEUE_SEL	    0x16
#define QUEUE_SIZE	    0x18
#define QUEUE_ENABLE	    0x1c
#define QUEUE_NOTIFY_OFF    0x1e
#define QUEUE_DESC	    0x20
#define QUEUE_DRIVER	    0x28
#define QUEUE_DEVICE	    0x30
#define COMMON_SIZE	    0x38

/* Those that are also what they were before 1.0 (4.1.2.1). */
static uint32_t kind_of(uint32_t id)
{
	switch (id >> 16) {
	case 0x1001:
		return VIRTIO_BLOCK;
	case 0x1003:
		return VIRTIO_CONSOLE;
	case 0x1005:
		return VIRTIO_ENTROPY;
	default:
		return id >> 16 > MODERN ? (id >> 16) - MODERN : 0;
	}
}

static uint8_t status(const struct virtio_device *device)
{
	return mmio_read8(device->registers + STATUS);
}

static void set_status(const struct virtio_device *device, uint8_t value)
{
	mmio_write8(device->registers + STATUS, value);
}

static uint32_t features(const struct virtio_device *device, unsigned int half)
{
	mmio_write32(device->registers + DEVICE_FEATURES_SEL, half);
	return mmio_read32(device->registers + DEVICE_FEATURES);
}

static void set_features(const struct virtio_device *device, unsigned int half, uint32_t bits)
{
	mmio_write32(device->registers + DRIVER_FEATURES_SEL, half);
	mmio_write32(device->registers + DRIVER_FEATURES, bits);
}

static uint16_t select_queue(const struct virtio_device *device, uint16_t queue)
{
	if (queue >= mmio_read16(device->registers + NUM_QUEUES))
		return 0;
	mmio_write16(device->registers + QUEUE_SEL, queue);
	return mmio_read16(device->registers + QUEUE_SIZE);
}

static void set_address(const struct virtio_device *device, unsigned int reg, uint64_t address)
{
	mmio_write32(device->registers + reg, (uint32_t)address);
	mmio_write32(device->registers + reg + 4, (uint32_t)(address >> 32));
}

/* Where a queue is notified is the device's to say. */
static bool enable_queue(struct virtio_device *device, struct virtio_queue *queue,
			 const struct virtio_rings *rings)
{
	uint64_t at =
		(uint64_t)mmio_read16(device->registers + QUEUE_NOTIFY_OFF) * device->notify_step;

	if (!fits_in(at, sizeof(uint16_t), device->notify_size))
		return false;
	queue->notify = device->notify + (uintptr_t)at;
	mmio_write16(device->registers + QUEUE_SIZE, queue->size);
	set_address(device, QUEUE_DESC, rings->descriptors);
	set_address(device, QUEUE_DRIVER, rings->driver);
	set_address(device, QUEUE_DEVICE, rings->device);
	mmio_write16(device->registers + QUEUE_ENABLE, 1);
	return true;
}

static void notify(const struct virtio_device *device, const struct virtio_queue *queue)
{
	(void)device;
	mmio_write16(queue->notify, queue->number);
}

/* Maps what a capability leads to. Returns where it is, or 0; *size: how much of it. */
static uintptr_t map(struct virtio_device *device, unsigned int cap, uint32_t *size)
{
	struct pci_function *pci = &device->pci;
	uint64_t at;

	*size = (uint32_t)min64(pci_read32(pci, cap + CAP_LENGTH), LENGTH_MAX);
	at = pci_memory(pci, pci_read8(pci, cap + CAP_BAR), pci_read32(pci, cap + CAP_OFFSET),
			*size);
	if (at % sizeof(uint32_t) || (uintptr_t)at != at || !at || vm_map_device(at, *size))
		return 0;
	return (uintptr_t)at;
}

/* By an odd step no register of two bytes is where one may be (4.1.4.4.1). */
static void take_notify(struct virtio_device *device, unsigned int cap)
{
	uint32_t step = pci_read32(&device->pci, cap + CAP_STEP);

	if (device->notify || step % sizeof(uint16_t))
		return;
	device->notify = map(device, cap, &device->notify_size);
	device->notify_step = step;
}

/* The first capability of a kind counts (4.1.4). */
static void take(struct virtio_device *device, unsigned int cap)
{
	uint32_t size, word;

	switch (pci_read8(&device->pci, cap + CAP_KIND)) {
	case KIND_COMMON:
		if (device->registers)
			return;
		device->registers = map(device, cap, &size);
		if (device->registers &&
		    (size < COMMON_SIZE || !arch_probe_read(device->registers, &word)))
			device->registers = 0;
		return;
	case KIND_NOTIFY:
		take_notify(device, cap);
		return;
	case KIND_CONFIG:
		if (!device->config)
			device->config = map(device, cap, &device->config_size);
		return;
	}
}

static bool open(struct virtio_device *device)
{
	struct pci_walk walk = {0, 0};
	unsigned int cap;

	device->registers = device->notify = device->config = 0;
	device->notify_size = device->config_size = 0;
	pci_open(&device->pci);
	while ((cap = pci_capability(&device->pci, CAPABILITY, &walk)))
		if (cap <= PCI_CONFIG_SIZE - CAP_STEP - sizeof(uint32_t))
			take(device, cap);
	return device->registers && device->notify;
}

static void close(struct virtio_device *device)
{
	pci_close(&device->pci);
}

static const struct virtio_transport pci_transport = {status,	    set_status,	  features,
						      set_features, select_queue, enable_queue,
						      notify,	    open,	  close};

bool virtio_pci_open(struct virtio_device *device, const struct platform_pcie *host,
		     unsigned int number, uint32_t kind)
{
	struct pci_function function;

	if (!pci_function(&function, host, number) || (pci_id(&function) & 0xffff) != VENDOR ||
	    kind_of(pci_id(&function)) != kind)
		return false;
	*device = (struct virtio_device) {.transport = &pci_transport, .pci = function};
	return true;
}

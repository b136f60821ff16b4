/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices, whatever their transport: the start of one, and requests by split virtqueues
 * (VIRTIO 1.2, sections 2.7 and 3.1). A VMM's devices see memory as the CPU does, as fw_cfg does.
 */
#include <stddef.h>
#include <string.h>
#include "arch.h"
#include "boot/core/vm.h"
#include "drivers/virtio/virtio.h"
#include "error.h"
#include "mmio.h"

/* Reserved feature bits (section 6). */
#define VERSION_1	(1ULL << 32)
#define ACCESS_PLATFORM (1ULL << 33) /* without an IOMMU in our way: by physical addresses */
#define ORDER_PLATFORM	(1ULL << 36) /* our barriers are such */
#define RESERVED	(0x1ffULL << 32)

#define DESCRIPTOR_NEXT	 1
#define DESCRIPTOR_WRITE 2
#define NO_INTERRUPT	 1

#define QUEUES_MAX    128 /* that are looked for */
#define REQUEST_LIMIT 10  /* seconds */
#define POLLS	      64  /* of memory, between two looks at the clock */

static struct virtio_device *in_use;

/* -- the device, as a whole --------------------------------------------------------------------
 */

/* A modern device says when it is done with the reset; a legacy one is at once. */
static int reset(const struct virtio_device *device)
{
	uint64_t since = arch_counter();

	device->transport->set_status(device, 0);
	while (device->transport->status(device))
		if (arch_second_since(since))
			return ERR_TIMEOUT;
	return 0;
}

/* Whoever does not do a reset does not do anything. */
static void let_go(struct virtio_device *device)
{
	(void)!reset(device);
	if (device->transport->close)
		device->transport->close(device);
}

void virtio_reset(struct virtio_device *device)
{
	struct virtio_device **at = &in_use;

	if (!device->started)
		return;
	device->started = false;
	while (*at && *at != device)
		at = &(*at)->next;
	if (*at)
		*at = device->next;
	let_go(device);
}

void virtio_reset_all(void)
{
	while (in_use) {
		struct virtio_device *device = in_use;

		in_use = device->next; /* whatever has become of it, it is not met again */
		virtio_reset(device);
	}
}

static int negotiate(struct virtio_device *device, uint64_t wanted)
{
	const struct virtio_transport *transport = device->transport;
	uint64_t offered = transport->features(device, 0);
	uint64_t needed = device->legacy ? 0 : VERSION_1;

	offered |= (uint64_t)transport->features(device, 1) << 32;
	if (needed & ~offered)
		return ERR_UNSUPPORTED;
	wanted = (wanted & ~RESERVED) | VERSION_1 | ACCESS_PLATFORM | ORDER_PLATFORM;
	device->features = offered & wanted;
	transport->set_features(device, 0, (uint32_t)device->features);
	transport->set_features(device, 1, (uint32_t)(device->features >> 32));
	if (device->legacy)
		return 0;
	transport->set_status(device, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
	return transport->status(device) & STATUS_FEATURES_OK ? 0 : ERR_UNSUPPORTED;
}

/* -- queues ------------------------------------------------------------------------------------
 */

static void clear(struct virtio_queue *queue)
{
	uint16_t number = queue->number;

	memset(queue, 0, sizeof(*queue));
	queue->number = number;
	queue->driver_flags = NO_INTERRUPT;
}

/* A power of two, which a legacy device wants, and no more than it can have. */
static uint16_t ring_size(uint16_t max)
{
	uint16_t size = VIRTIO_RING;

	while (size > max)
		size /= 2;
	return size;
}

static int enable(struct virtio_device *device, struct virtio_queue *queue, uint16_t max)
{
	uint64_t at = virt_to_phys(queue);
	struct virtio_rings rings = {at, at + offsetof(struct virtio_queue, driver_flags),
				     at + offsetof(struct virtio_queue, used)};

	queue->size = ring_size(max);
	return device->transport->enable(device, queue, &rings) ? 0 : ERR_DEVICE;
}

/*
 * Some VMMs start a device only when all of its queues are there (Firecracker, cloud-hypervisor,
 * libkrun). Those that nobody uses share one, in which there is never anything.
 */
static int enable_all(struct virtio_device *device, struct virtio_queue *queue, unsigned int queues)
{
	static struct virtio_queue idle __attribute__((section(".noinit")));
	unsigned int own = 0;
	int error = 0;

	clear(&idle);
	for (unsigned int i = 0; i < queues; i++)
		clear(&queue[i]);
	for (uint16_t number = 0; number < QUEUES_MAX && !error; number++) {
		uint16_t max = device->transport->select(device, number);
		struct virtio_queue *at = &idle;

		if (!max)
			break;
		for (unsigned int i = 0; i < queues; i++)
			if (queue[i].number == number)
				at = &queue[i];
		if (at != &idle && max < VIRTIO_BUFFERS)
			return ERR_UNSUPPORTED;
		own += at != &idle;
		error = enable(device, at, max);
	}
	return error ? error : own == queues ? 0 : ERR_UNSUPPORTED;
}

static int begin(struct virtio_device *device, uint64_t wanted, struct virtio_queue *queue,
		 unsigned int queues)
{
	int error = reset(device);

	if (error)
		return error;
	device->transport->set_status(device, STATUS_ACKNOWLEDGE);
	device->transport->set_status(device, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	error = negotiate(device, wanted);
	return error ? error : enable_all(device, queue, queues);
}

int virtio_start(struct virtio_device *device, uint64_t wanted, struct virtio_queue *queue,
		 unsigned int queues)
{
	uint8_t status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK;
	int error;

	virtio_reset(device);
	device->features = 0;
	device->seconds = REQUEST_LIMIT;
	if (device->transport->open && !device->transport->open(device)) {
		device->transport->close(device);
		return ERR_NO_DEVICE;
	}
	error = begin(device, wanted, queue, queues);
	if (error) {
		let_go(device);
		return error;
	}
	arch_map_sync();
	device->transport->set_status(
		device, (uint8_t)(status | (device->legacy ? 0 : STATUS_FEATURES_OK)));
	device->started = true;
	device->next = in_use;
	in_use = device;
	return 0;
}

/* -- requests ----------------------------------------------------------------------------------
 */

/* Room for what the device writes, or -1. What it reads has to come first (2.7.4.2). */
static int64_t add_chain(struct virtio_queue *queue, const struct virtio_buffer *buffer,
			 unsigned int buffers)
{
	uint64_t room = 0;

	if (!buffers || buffers > VIRTIO_BUFFERS)
		return -1;
	for (unsigned int i = 0; i < buffers; i++) {
		uint16_t flags = buffer[i].device_writes ? DESCRIPTOR_WRITE : 0;

		if (i && !buffer[i].device_writes && buffer[i - 1].device_writes)
			return -1;
		if (i + 1 < buffers)
			flags |= DESCRIPTOR_NEXT;
		queue->descriptor[i].address = buffer[i].address;
		queue->descriptor[i].length = buffer[i].length;
		queue->descriptor[i].flags = flags;
		queue->descriptor[i].next = (uint16_t)(i + 1);
		room += buffer[i].device_writes ? buffer[i].length : 0;
	}
	return (int64_t)room;
}

/* The chain always begins at descriptor 0: there is one request at a time. */
static void offer(struct virtio_device *device, struct virtio_queue *queue)
{
	queue->driver_ring[queue->done % queue->size] = 0;
	arch_map_sync();
	*(volatile uint16_t *)&queue->driver_index = (uint16_t)((queue->done + 1U) & 0xffff);
	arch_map_sync();
	device->transport->notify(device, queue);
}

static bool wait(const struct virtio_device *device, const struct virtio_queue *queue)
{
	const volatile uint16_t *index = &queue->used.index;
	uint64_t since = arch_counter();
	unsigned int polls = 0;

	for (; *index == queue->done; polls = (polls + 1) % POLLS) {
		if (!polls && arch_seconds_since(since, device->seconds))
			return false;
		arch_yield();
	}
	arch_map_sync();
	return true;
}

/*
 * What it says about what it has done. Where there was nothing to write, some say how much they
 * have read (kvmtool's console).
 */
static int check_used(struct virtio_queue *queue, uint64_t room, uint32_t *written)
{
	unsigned int at = queue->done % queue->size;
	const volatile uint32_t *length = &queue->used.ring[at].length,
				*id = &queue->used.ring[at].id;
	uint32_t bytes = room ? *length : 0;

	queue->done = (uint16_t)((queue->done + 1U) & 0xffff);
	if (*(const volatile uint16_t *)&queue->used.index != queue->done || *id || bytes > room)
		return ERR_DEVICE;
	if (written)
		*written = bytes;
	return 0;
}

int virtio_request(struct virtio_device *device, struct virtio_queue *queue,
		   const struct virtio_buffer *buffer, unsigned int buffers, uint32_t *written)
{
	int64_t room;
	int error;

	if (!device->started)
		return ERR_NO_DEVICE;
	room = add_chain(queue, buffer, buffers);
	if (room < 0)
		return ERR_FULL;
	offer(device, queue);
	error = wait(device, queue) ? check_used(queue, (uint64_t)room, written) : ERR_TIMEOUT;
	if (error)
		virtio_reset(device);
	return error;
}

/* -- the device's own configuration ------------------------------------------------------------
 */

/* By accesses as wide as the field is, which 4.2.2.2 and 4.1.3.1 want; 64 bits are two of 32. */
uint64_t virtio_config(const struct virtio_device *device, uint32_t offset, unsigned int bytes)
{
	uintptr_t at = device->config + offset;

	if (!device->config || !fits_in(offset, bytes, device->config_size))
		return 0;
	if (bytes == 4)
		return mmio_read32(at);
	return mmio_read32(at) | (uint64_t)mmio_read32(at + 4) << 32;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VIRTIO_H
#define FOREARM_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>
#include "drivers/pci.h"
#include "types.h"

/*
 * Virtio devices (OASIS, Virtual I/O Device, version 1.2), of which forearm is the driver until the
 * guest is: one request at a time, without interrupts. A device is the VMM's and writes to our
 * memory, so what it says is held against what it was asked. To use one:
 *
 *	static struct virtio_queue requests __attribute__((section(".noinit")));
 *	static struct virtio_device disk;
 *	unsigned int place = 0;
 *
 *	if (virtio_find(&disk, platform, VIRTIO_BLOCK, &place) == 0 &&
 *	    virtio_start(&disk, wanted, &requests, 1) == 0)
 *		error = virtio_request(&disk, &requests, buffers, count, &written);
 */

/* Kinds of devices (section 5). */
#define VIRTIO_BLOCK   2
#define VIRTIO_CONSOLE 3
#define VIRTIO_ENTROPY 4

/* Buffers of one request at most. A device whose queue holds less is refused. */
#define VIRTIO_BUFFERS 4
#define VIRTIO_RING    8 /* entries of our rings, where the device can have so many */

/* A piece of memory by its physical address (virt_to_phys()), in the order of a request. */
struct virtio_buffer {
	uint64_t address;
	uint32_t length;
	bool device_writes; /* else it reads; what it reads comes first */
};

/*
 * A split virtqueue (2.7), shared with the device, as the old layout has it, which is good for the
 * new one: the used ring is on a page of its own. Where it lies it stays until the device is reset.
 */
struct virtio_queue {
	struct {
		uint64_t address;
		uint32_t length;
		uint16_t flags, next;
	} descriptor[VIRTIO_RING] __attribute__((aligned(4096)));
	uint16_t driver_flags, driver_index, driver_ring[VIRTIO_RING];
	struct {
		uint16_t flags, index;
		struct {
			uint32_t id, length;
		} ring[VIRTIO_RING];
	} used __attribute__((aligned(4096)));
	/* -- ours */
	uint16_t number; /* of the device's queues: set by whoever calls virtio_start() */
	uint16_t size;
	uint16_t done;	  /* requests so far */
	uintptr_t notify; /* of PCI: where */
};

struct virtio_transport;

struct virtio_device {
	const struct virtio_transport *transport;
	struct pci_function pci; /* where it is one */
	uintptr_t registers;	 /* mapped: all of virtio-mmio, else the common configuration */
	uintptr_t config;	 /* and the device-specific one; 0: none */
	uint32_t config_size;
	uintptr_t notify; /* of PCI: where queues are notified, and bytes from one to the next */
	uint32_t notify_size, notify_step;
	uint64_t features;    /* negotiated */
	unsigned int seconds; /* that a request may take; virtio_start() sets it to 10 */
	bool legacy;	      /* the interface from before version 1.0 */
	bool started;
	struct virtio_device *next; /* of those that are started */
};

/*
 * Fills in 'device' if it is one of that kind at 'registers', of which 'size' bytes, a page at
 * most, are mapped; only reads. False: it is none, or of a version that is not known. What finds
 * devices is boot/core/devices.h.
 */
bool virtio_mmio_open(struct virtio_device *device, uintptr_t registers, uint64_t size,
		      uint32_t kind);

/* The same for a function of that number of a PCI host's first bus, whose configuration is mapped.
 */
bool virtio_pci_open(struct virtio_device *device, const struct platform_pcie *host,
		     unsigned int number, uint32_t kind);

/*
 * Resets the device, agrees on those of the 'wanted' features (bits 0 to 31 and those above 40)
 * that it has, which are in device->features then, and gives it the queues, each of which has its
 * 'number'. Queues that are not among them are there, and stay empty. Device and queues belong to
 * this module until virtio_reset(). Returns 0, ERR_TIMEOUT, ERR_UNSUPPORTED (a needed feature is
 * refused, or a queue is missing or too small), ERR_DEVICE, or ERR_NO_DEVICE when its registers are
 * out of reach; the device is reset then.
 */
__must_check int virtio_start(struct virtio_device *device, uint64_t wanted,
			      struct virtio_queue *queue, unsigned int queues);

/*
 * Hands the buffers to the device, and waits until it has used them. '*written', which may be NULL:
 * bytes that it says it has written, never more than it was given room for; some VMMs count less
 * than they write (kvmtool leaves out a disk's status). Returns 0, ERR_FULL (no buffers, too many,
 * or out of order), ERR_TIMEOUT, or ERR_DEVICE when it says what cannot be. After the last two the
 * device is reset, writes nothing any more, and answers ERR_NO_DEVICE.
 */
__must_check int virtio_request(struct virtio_device *device, struct virtio_queue *queue,
				const struct virtio_buffer *buffer, unsigned int buffers,
				uint32_t *written);

/*
 * A little-endian number of 4 or 8 bytes in the configuration of a device that is started; 0
 * behind its end.
 * What a device changes by itself is to be read twice.
 */
uint64_t virtio_config(const struct virtio_device *device, uint32_t offset, unsigned int bytes);

/* The device lets go of our memory; nothing for one that is not started. */
void virtio_reset(struct virtio_device *device);

/* All that are started: before the guest, or another forearm, is entered. */
void virtio_reset_all(void);

#endif

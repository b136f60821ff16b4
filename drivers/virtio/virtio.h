/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VIRTIO_TRANSPORT_H
#define FOREARM_VIRTIO_TRANSPORT_H

#include "drivers/virtio.h"

/* Where the parts of a queue are, physically. */
struct virtio_rings {
	uint64_t descriptors, driver, device;
};

/* How a device's registers are reached. None of these waits. */
struct virtio_transport {
	uint8_t (*status)(const struct virtio_device *device);
	void (*set_status)(const struct virtio_device *device, uint8_t status);
	/* Bits 'half' * 32 and on of what the device offers, and what of it the driver takes. */
	uint32_t (*features)(const struct virtio_device *device, unsigned int half);
	void (*set_features)(const struct virtio_device *device, unsigned int half, uint32_t bits);
	/* Selects a queue; returns how many entries it may have. 0: there is none. */
	uint16_t (*select)(const struct virtio_device *device, uint16_t queue);
	/* Enables the selected one as 'queue'. False: the device cannot have it there. */
	bool (*enable)(struct virtio_device *device, struct virtio_queue *queue,
		       const struct virtio_rings *rings);
	void (*notify)(const struct virtio_device *device, const struct virtio_queue *queue);
	/* Makes the registers accessible, and leaves the device as it was; NULL: they always are.
	 */
	bool (*open)(struct virtio_device *device);
	void (*close)(struct virtio_device *device);
};

/* Device status (2.1). */
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER	   2
#define STATUS_DRIVER_OK   4
#define STATUS_FEATURES_OK 8

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio's entropy device (VIRTIO 1.2, section 5.4). */
#include "boot/core/vm.h"
#include "drivers/virtio_rng.h"
#include "error.h"
#include "types.h"

#define PART_MAX 4096 /* bytes of one request */

int virtio_rng_read(struct virtio_device *device, void *to, size_t size)
{
	static struct virtio_queue queue __attribute__((section(".noinit")));
	uint8_t *at = to;
	int error;

	queue.number = 0;
	error = virtio_start(device, 0, &queue, 1);
	while (size && !error) {
		const struct virtio_buffer buffer = {virt_to_phys(at),
						     (uint32_t)min64(size, PART_MAX), true};
		uint32_t written = 0;

		error = virtio_request(device, &queue, &buffer, 1, &written);
		if (!error && !written)
			error = ERR_DEVICE;
		if (!error) {
			at += written;
			size -= written;
		}
	}
	virtio_reset(device);
	return error;
}

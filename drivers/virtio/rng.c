/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio's entropy device (VIRTIO 1.2, section 5.4). */
#include "arch.h"
#include "boot/core/vm.h"
#include "drivers/virtio_rng.h"
#include "error.h"
#include "types.h"

#define PART_MAX 4096 /* bytes of one request */
#define SECONDS	 2    /* that one may take, and all of them: who boots waits for it */

int virtio_rng_read(struct virtio_device *device, void *to, size_t size)
{
	static struct virtio_queue queue __attribute__((section(".noinit")));
	uint64_t since = arch_counter();
	uint8_t *at = to;
	int error;

	queue.number = 0;
	error = virtio_start(device, 0, &queue, 1);
	device->seconds = SECONDS;
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
		if (!error && size && arch_seconds_since(since, SECONDS))
			error = ERR_TIMEOUT;
	}
	virtio_reset(device);
	return error;
}

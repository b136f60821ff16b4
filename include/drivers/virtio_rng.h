/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VIRTIO_RNG_H
#define FOREARM_VIRTIO_RNG_H

#include <stddef.h>
#include "drivers/virtio.h"

/*
 * Fills 'size' bytes with the randomness of an entropy device that has been found, which is reset
 * afterwards. Some give little at a time; all of it takes 4 seconds at most, or is ERR_TIMEOUT.
 * Returns 0, or what virtio_start() and virtio_request() do; what is in the buffer then is nobody's
 * business.
 */
__must_check int virtio_rng_read(struct virtio_device *device, void *to, size_t size);

#endif

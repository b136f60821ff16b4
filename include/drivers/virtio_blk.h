/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VIRTIO_BLK_H
#define FOREARM_VIRTIO_BLK_H

#include "drivers/virtio.h"
#include "lib/disk/block.h"

/*
 * Virtio disks (OASIS, Virtual I/O Device, version 1.2, section 5.2), for reading: no request here
 * writes to one. One of them is in use at a time.
 */

/*
 * Starts the device, which stays where it is until virtio_blk_stop(), and fills in 'disk', all but
 * its bounce buffer; sizes are what the device says, for block_check() to judge. After a time-out
 * nothing more is read. Returns 0, an error of virtio_start(), or ERR_UNSUPPORTED.
 */
__must_check int virtio_blk_start(struct virtio_device *device, struct block_device *disk);

/* The device lets go of our memory; what was read from it stays. */
void virtio_blk_stop(void);

#endif

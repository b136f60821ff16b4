/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_DEVICES_H
#define FOREARM_DEVICES_H

#include "drivers/virtio.h"
#include "platform/platform.h"

/* Devices of the model, for drivers that nobody names one to. */

/*
 * The next device of a kind, in the order of the model: virtio-mmio, then PCI. '*place' is 0 at
 * first, and is where the next search goes on. Its registers are mapped and nothing is written to
 * them; what cannot be mapped is passed over. 'device' is all zeros at first; the one that was
 * found in it before is reset. Returns 0, or ERR_NO_DEVICE when there are no more.
 */
__must_check int virtio_find(struct virtio_device *device, const struct platform *platform,
			     uint32_t kind, unsigned int *place);

/*
 * Whether a line of fw_cfg's "bootorder" is about the disk, which virtio_find() has found: a path
 * of Open Firmware's names, as QEMU writes them ("/virtio-mmio@000000000a003e00/disk@0,0",
 * "/pci@ffffffffffffffff/scsi@2,1/disk@0,0").
 */
bool virtio_has_path(const struct virtio_device *device, const char *line);

#endif

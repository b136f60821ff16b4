/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio disks: reading blocks straight to where they are wanted. */
#include "boot/core/vm.h"
#include "drivers/virtio.h"
#include "drivers/virtio_blk.h"
#include "error.h"

/* Features, and where their fields are in the configuration. */
#define FEATURE_SIZE_MAX   (1ULL << 1)
#define FEATURE_BLOCK_SIZE (1ULL << 6)
#define CONFIG_CAPACITY	   0
#define CONFIG_SIZE_MAX	   8
#define CONFIG_BLOCK_SIZE  20

#define SECTOR	    512 /* bytes: what requests and the capacity count in, whatever a block is */
#define REQUEST_MAX 0x400000
#define READ	    0
#define STATUS_NONE 0xFF

/* What a request has before its data, and behind it. Little-endian, as we are. */
struct request {
	uint32_t type, reserved;
	uint64_t sector;
	volatile uint8_t status;
};
#define REQUEST_HEAD 16

static struct virtio_queue queue __attribute__((section(".noinit")));
static struct virtio_device *device; /* NULL: none */
static struct request request;
static uint64_t request_max; /* bytes */

/* One request. A device that is done but has written less than was asked for is not believed. */
static int read_sectors(uint64_t sector, uint32_t bytes, void *to)
{
	const struct virtio_buffer buffer[] = {
		{virt_to_phys(&request), REQUEST_HEAD, false},
		{virt_to_phys(to), bytes, true},
		{virt_to_phys((const void *)&request.status), 1, true},
	};
	uint32_t written;
	int error;

	request.type = READ;
	request.reserved = 0;
	request.sector = sector;
	request.status = STATUS_NONE;
	error = virtio_request(device, &queue, buffer, 3, &written);
	if (error)
		return error;
	return request.status || written < bytes ? ERR_DEVICE : 0;
}

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to)
{
	const struct block_device *disk = context;
	uint64_t sector = block * (disk->block_size / SECTOR), left = count * disk->block_size;
	uint8_t *at = to;
	int error = 0;

	while (left && !error) {
		uint64_t bytes = min64(left, request_max);

		error = read_sectors(sector, (uint32_t)bytes, at);
		sector += bytes / SECTOR;
		left -= bytes;
		at += bytes;
	}
	return error;
}

/* The device may change it while it is read. */
static uint64_t read_capacity(void)
{
	uint64_t capacity = virtio_config(device, CONFIG_CAPACITY, 8), again;

	for (unsigned int i = 0; i < 4; i++) {
		again = virtio_config(device, CONFIG_CAPACITY, 8);
		if (again == capacity)
			break;
		capacity = again;
	}
	return capacity;
}

/* The most that a request may have: whole blocks; 0: not even one. */
static uint64_t most_bytes(uint32_t block_size)
{
	uint64_t most = REQUEST_MAX;

	if (device->features & FEATURE_SIZE_MAX)
		most = min64(most, virtio_config(device, CONFIG_SIZE_MAX, 4));
	return most - most % block_size;
}

int virtio_blk_start(struct virtio_device *started, struct block_device *disk)
{
	int error;

	device = started;
	queue.number = 0;
	error = virtio_start(device, FEATURE_SIZE_MAX | FEATURE_BLOCK_SIZE, &queue, 1);
	if (error) {
		device = NULL;
		return error;
	}
	*disk = (struct block_device) {.read = read_blocks, .context = disk, .block_size = SECTOR};
	if (device->features & FEATURE_BLOCK_SIZE)
		disk->block_size = (uint32_t)virtio_config(device, CONFIG_BLOCK_SIZE, 4);
	if (disk->block_size < SECTOR || disk->block_size % SECTOR)
		error = ERR_UNSUPPORTED;
	else
		request_max = most_bytes(disk->block_size);
	if (!error && !request_max)
		error = ERR_UNSUPPORTED;
	if (error)
		virtio_blk_stop();
	else
		disk->blocks = read_capacity() / (disk->block_size / SECTOR);
	return error;
}

void virtio_blk_stop(void)
{
	if (device)
		virtio_reset(device);
	device = NULL;
}

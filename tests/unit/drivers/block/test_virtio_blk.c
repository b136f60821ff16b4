/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtio disk driver, with the requests that it makes answered here: as they should be, and
 * not. */
#include <string.h>
#include "test.h"

#define virtio_start   blk_start
#define virtio_request blk_request
#define virtio_config  blk_config
#define virtio_reset   blk_reset
#define virt_to_phys   blk_phys
#include "drivers/block/virtio_blk.c"

static struct {
	uint64_t capacity, offered;
	uint32_t size_max, block_size;
	int start, answer; /* errors */
	uint8_t status;	   /* of a request */
	uint32_t missing;  /* bytes that it does not write */
	unsigned int requests, resets, growing;
	uint32_t largest;
} fake;

static struct virtio_device given;
static uint8_t memory[0x10000];

int blk_start(struct virtio_device *d, uint64_t wanted, struct virtio_queue *q, unsigned int queues)
{
	CHECK(d == &given && queues == 1 && q->number == 0);
	d->features = fake.offered & wanted;
	return fake.start;
}

uint64_t blk_config(const struct virtio_device *d, uint32_t offset, unsigned int bytes)
{
	CHECK(d == &given);
	if (offset == 0 && bytes == 8)
		return fake.growing ? fake.capacity += fake.growing-- : fake.capacity;
	if (offset == 8 && bytes == 4)
		return fake.size_max;
	CHECK(offset == 20 && bytes == 4);
	return fake.block_size;
}

void blk_reset(struct virtio_device *d)
{
	CHECK(d == &given);
	fake.resets++;
}

uint64_t blk_phys(const void *pointer)
{
	return (uintptr_t)pointer;
}

/* Each sector is full of its number. */
int blk_request(struct virtio_device *d, struct virtio_queue *q, const struct virtio_buffer *buffer,
		unsigned int buffers, uint32_t *written)
{
	const uint8_t *head = (const uint8_t *)(uintptr_t)buffer[0].address;
	uint8_t *to = (uint8_t *)(uintptr_t)buffer[1].address;
	uint64_t sector;

	fake.requests++;
	if (!CHECK(d == &given && q && buffers == 3 && buffer[0].length == 16 &&
		   !buffer[0].device_writes && buffer[1].device_writes && buffer[2].length == 1 &&
		   buffer[2].device_writes))
		return ERR_DEVICE;
	memcpy(&sector, head + 8, sizeof(sector));
	CHECK(!memcmp(head, "\0\0\0\0\0\0\0\0", 8)); /* it reads */
	CHECK(buffer[1].length % 512 == 0 && sector + buffer[1].length / 512 <= fake.capacity);
	if (buffer[1].length > fake.largest)
		fake.largest = buffer[1].length;
	for (uint32_t i = 0; i < buffer[1].length && to >= memory && to < memory + sizeof(memory);
	     i++)
		to[i] = (uint8_t)(sector + i / 512);
	*(uint8_t *)(uintptr_t)buffer[2].address = fake.status;
	*written = buffer[1].length + 1 - fake.missing;
	return fake.answer;
}

static struct block_device disk;

static int start_disk(void)
{
	memset(&disk, 0xa5, sizeof(disk));
	fake.requests = fake.resets = 0;
	fake.largest = 0;
	return virtio_blk_start(&given, &disk);
}

static void plain(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.capacity = 1000;
}

TEST(virtio_blk_reads)
{
	plain();
	REQUIRE(CHECK_EQ(start_disk(), 0));
	CHECK_EQ(disk.block_size, 512);
	CHECK_EQ(disk.blocks, 1000);
	CHECK_EQ(disk.read(disk.context, 10, 3, memory), 0);
	CHECK(memory[0] == 10 && memory[512] == 11 && memory[1535] == 12);
	CHECK_EQ(fake.requests, 1);
	virtio_blk_stop();
	virtio_blk_stop();
	CHECK_EQ(fake.resets, 1);
}

TEST(virtio_blk_sizes)
{
	plain();
	fake.offered = ~0ULL;
	fake.block_size = 4096;
	fake.size_max = 10000;
	REQUIRE(CHECK_EQ(start_disk(), 0));
	CHECK_EQ(disk.block_size, 4096);
	CHECK_EQ(disk.blocks, 125);
	CHECK_EQ(disk.read(disk.context, 2, 5, memory), 0);
	CHECK(memory[0] == 16 && memory[5 * 4096 - 1] == 16 + 39);
	CHECK_EQ(fake.largest, 8192);
	CHECK_EQ(fake.requests, 3);
	fake.size_max = 4095;
	CHECK_EQ(start_disk(), ERR_UNSUPPORTED);
	CHECK_EQ(fake.resets, 1);
	fake.size_max = 4096;
	for (fake.block_size = 0; fake.block_size < 2000; fake.block_size++)
		CHECK_EQ(start_disk(),
			 fake.block_size % 512 || !fake.block_size ? ERR_UNSUPPORTED : 0);
}

TEST(virtio_blk_in_pieces)
{
	plain();
	fake.capacity = 1 << 20;
	REQUIRE(CHECK_EQ(start_disk(), 0));
	CHECK_EQ(disk.read(disk.context, 0, 20000, memory + sizeof(memory)),
		 0); /* nobody writes there */
	CHECK_EQ(fake.requests, 3);
	CHECK_EQ(fake.largest, 0x400000);
}

TEST(virtio_blk_fails)
{
	plain();
	fake.start = ERR_TIMEOUT;
	CHECK_EQ(start_disk(), ERR_TIMEOUT);
	virtio_blk_stop();
	CHECK_EQ(fake.resets, 0);
	plain();
	REQUIRE(CHECK_EQ(start_disk(), 0));
	for (unsigned int status = 1; status < 256; status++) {
		fake.status = (uint8_t)status;
		CHECK_EQ(disk.read(disk.context, 0, 1, memory), ERR_DEVICE);
	}
	fake.status = 0;
	fake.missing = 1; /* some do not count the status */
	CHECK_EQ(disk.read(disk.context, 0, 1, memory), 0);
	fake.missing = 2;
	CHECK_EQ(disk.read(disk.context, 0, 1, memory), ERR_DEVICE);
	fake.missing = 0;
	fake.answer = ERR_TIMEOUT;
	fake.capacity = 1 << 20;
	fake.requests = 0;
	CHECK_EQ(disk.read(disk.context, 0, 20000, memory + sizeof(memory)), ERR_TIMEOUT);
	CHECK_EQ(fake.requests, 1);
}

/* One that grows while it is read, for ever. */
TEST(virtio_blk_capacity_changes)
{
	plain();
	fake.growing = 2;
	REQUIRE(CHECK_EQ(start_disk(), 0));
	CHECK_EQ(disk.blocks, 1003);
	fake.growing = 1000;
	CHECK_EQ(start_disk(), 0);
}

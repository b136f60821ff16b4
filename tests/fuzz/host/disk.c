/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio disks of the host port, on virtio-mmio or PCI, as an input has them (struct host_disk):
 * what is on them, and how they lie. They write to memory by pointers, which the sanitizer watches.
 */
#include <string.h>
#include "fuzz.h"
#include "host.h"
#include "le.h"

#define SECTOR		  512
#define READ		  0
#define QUEUES		  2 /* the second one nobody uses */
#define FIRST_SLOT	  4 /* of virtio-mmio */
#define FIRST_PCI	  2 /* device on the bus */
#define CONFIG		  256
#define PCI_DEVICE_SIZE	  0x8000
#define PCI_FUNCTION_SIZE 0x1000
#define BAR_SIZE	  0x4000

/* In the window of a PCI function, as QEMU has it. */
#define BAR_COMMON 0x0000
#define BAR_CONFIG 0x2000
#define BAR_NOTIFY 0x3000

#define FEATURE_SIZE_MAX   (1U << 1)
#define FEATURE_BLOCK_SIZE (1U << 6)

/* Registers of virtio-mmio, and of PCI's common configuration. */
#define MMIO_CONFIG 0x100

struct queue {
	uint64_t address[3]; /* descriptors, the driver's ring, the device's */
	uint32_t enabled;
	uint16_t taken;
};

static struct state {
	uint32_t features_sel, queue_sel, status;
	struct queue queue[QUEUES];
	unsigned int requests, capacity_reads;
	uint8_t config[CONFIG]; /* of PCI */
} states[HOST_DISKS];

static bool on_pci(const struct host_disk *disk)
{
	return disk->setup & HOST_DISK_PCI;
}

static bool legacy(const struct host_disk *disk)
{
	return disk->setup & HOST_DISK_LEGACY;
}

/* -- PCI's configuration ---------------------------------------------------------------------- */

static void put_capability(uint8_t *at, uint8_t next, uint8_t kind, uint32_t offset, uint32_t size)
{
	at[0] = 9;
	at[1] = next;
	at[2] = 20;
	at[3] = kind;
	at[4] = 4;
	put_le32(at + 8, offset);
	put_le32(at + 12, size);
	put_le32(at + 16, 4);
}

static void reset_config(const struct host_disk *disk, uint8_t *config)
{
	static const uint32_t id[] = {0x10421af4, 0x10011af4};

	put_le32(config, id[legacy(disk)]);
	config[6] = 0x10;   /* capabilities */
	config[0x20] = 0xC; /* BAR 4: 64 bits, prefetchable */
	config[0x34] = 0x40;
	put_capability(config + 0x40, 0x60, 1, BAR_COMMON, 0x1000);
	put_capability(config + 0x60, 0x80, 4, BAR_CONFIG, 0x1000);
	put_capability(config + 0x80, 0, 2, BAR_NOTIFY, 0x1000);
	for (unsigned int i = 0; i < disk->pieces; i++) {
		const struct host_piece *piece = &disk->piece[i];
		uint32_t at = piece->sector % HOST_DISK_CONFIG;

		if (piece->sector >= HOST_DISK_CONFIG && at < CONFIG)
			memcpy(config + at, piece->at,
			       piece->size < CONFIG - at ? piece->size : CONFIG - at);
	}
}

/* Which of them a place of the bus's configuration is of; NULL: none. */
static struct state *at_config(uint64_t offset)
{
	uint64_t device = offset / PCI_DEVICE_SIZE;

	for (unsigned int i = 0; i < host.disks; i++)
		if (on_pci(&host.disk[i]) && device == FIRST_PCI + i &&
		    offset % PCI_DEVICE_SIZE < PCI_FUNCTION_SIZE)
			return &states[i];
	return NULL;
}

bool disk_config_read(uint64_t offset, uint32_t *value)
{
	struct state *state = at_config(offset);

	if (!state)
		return false;
	*value = offset % PCI_FUNCTION_SIZE < CONFIG ? le32(state->config + (offset & 0xfc)) : 0;
	return true;
}

void disk_config_write(uint64_t offset, uint32_t value)
{
	struct state *state = at_config(offset);
	unsigned int at = offset & 0xfc;

	if (!state || offset % PCI_FUNCTION_SIZE >= CONFIG)
		return;
	if (at == 4)
		put_le32(state->config + 4,
			 (le32(state->config + 4) & ~0xffffU) | (value & 0xffff));
	if (at == 0x20) /* what is a size's is zeros */
		put_le32(state->config + at, (value & ~(BAR_SIZE - 1U)) | 0xC);
	if (at >= 0x10 && at < 0x28 && at != 0x20)
		put_le32(state->config + at, value);
}

/* -- requests --------------------------------------------------------------------------------- */

static void read_sectors(const struct host_disk *disk, uint64_t sector, uint8_t *to, uint32_t size)
{
	memset(to, 0, size);
	for (unsigned int i = 0; i < disk->pieces; i++) {
		const struct host_piece *piece = &disk->piece[i];
		uint64_t start = (uint64_t)piece->sector * SECTOR, at = sector * SECTOR, skip = 0;
		uint64_t from = 0, bytes;

		if (piece->sector >= HOST_DISK_CONFIG || start >= at + size ||
		    start + piece->size <= at)
			continue;
		if (start > at)
			skip = start - at;
		else
			from = at - start;
		bytes = piece->size - from < size - skip ? piece->size - from : size - skip;
		memcpy(to + skip, piece->at + from, bytes);
	}
}

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
};

/* Returns how many bytes it has written. */
static uint32_t serve(const struct host_disk *disk, const struct descriptor *chain, bool failing)
{
	const uint8_t *head = (const uint8_t *)(uintptr_t)chain[0].address;
	uint8_t *status = (uint8_t *)(uintptr_t)chain[2].address;
	uint64_t sector = le64(head + 8);
	bool inside;

	REQUIRE(chain[0].length == 16 && le32(head) == READ);
	REQUIRE(!(chain[0].flags & 2) && chain[1].flags & 2 && chain[2].flags & 2);
	REQUIRE(chain[1].length % SECTOR == 0 && chain[2].length == 1);
	inside = sector <= disk->sectors && chain[1].length / SECTOR <= disk->sectors - sector;
	REQUIRE(inside || disk->failure == HOST_DISK_SHRINKS);
	if (!inside || (failing && disk->failure == HOST_DISK_SAYS_NO)) {
		*status = 1;
		return 1;
	}
	read_sectors(disk, sector, (uint8_t *)(uintptr_t)chain[1].address, chain[1].length);
	*status = 0;
	return chain[1].length + 1;
}

static void tell(const struct host_disk *disk, struct queue *queue, uint32_t written, bool failing)
{
	uint8_t *used = (uint8_t *)(uintptr_t)queue->address[2];
	uint16_t index = (uint16_t)((queue->taken + 1U) & 0xffff);
	uint32_t id = 0;

	if (failing && disk->failure == HOST_DISK_SILENT)
		return;
	if (failing && disk->failure == HOST_DISK_SHORT)
		written /= 2;
	if (failing && disk->failure == HOST_DISK_LONG)
		written++;
	if (failing && disk->failure == HOST_DISK_WRONG_ID)
		id = 1;
	if (failing && disk->failure == HOST_DISK_JUMPS)
		index++;
	put_le32(used + 4 + 8 * (queue->taken % 8), id);
	put_le32(used + 8 + 8 * (queue->taken % 8), written);
	memcpy(used + 2, &index, 2);
	queue->taken = index;
}

/* A request is one chain of three, from descriptor 0 on. */
static void notify(const struct host_disk *disk, struct state *state, uint32_t number)
{
	struct queue *queue = &state->queue[number % QUEUES];
	bool failing = ++state->requests == disk->fails_at;
	struct descriptor chain[3];

	if (!queue->enabled || !(state->status & 4))
		return;
	memcpy(chain, (const void *)(uintptr_t)queue->address[0], sizeof(chain));
	tell(disk, queue, serve(disk, chain, failing), failing);
}

/* -- registers -------------------------------------------------------------------------------- */

static void set_status(struct state *state, uint32_t status)
{
	if (!status) {
		memset(state->queue, 0, sizeof(state->queue));
		state->features_sel = state->queue_sel = 0;
	}
	state->status = status;
}

static uint32_t status_of(const struct host_disk *disk, const struct state *state)
{
	if (disk->failure == HOST_DISK_NO_RESET)
		return 1;
	return disk->failure == HOST_DISK_REFUSES ? state->status & ~8U : state->status;
}

static uint32_t features(const struct host_disk *disk, const struct state *state)
{
	uint32_t low =
		(disk->setup & HOST_DISK_SIZE_MAX ? FEATURE_SIZE_MAX : 0) | FEATURE_BLOCK_SIZE;

	return state->features_sel ? disk->failure != HOST_DISK_OLD : low;
}

/* A queue of fewer entries than a request has is of no use. */
static uint32_t queue_max(const struct host_disk *disk, const struct state *state)
{
	return state->queue_sel >= QUEUES ? 0 : disk->failure == HOST_DISK_SMALL_QUEUE ? 2 : 256;
}

static uint32_t configuration(const struct host_disk *disk, struct state *state, uint64_t at)
{
	uint64_t capacity = disk->sectors;

	if (disk->failure == HOST_DISK_SHRINKS)
		capacity += state->capacity_reads++;
	switch (at) {
	case 0:
		return (uint32_t)capacity;
	case 4:
		return (uint32_t)(capacity >> 32);
	case 8:
		return disk->size_max;
	case 20:
		return disk->block_size;
	default:
		return 0;
	}
}

static uint32_t read_mmio(const struct host_disk *disk, struct state *state, uint64_t at)
{
	static const uint32_t magic = 0x74726976, block = 2;

	switch (at) {
	case 0x00:
		return magic;
	case 0x04:
		return legacy(disk) ? 1 : disk->failure == HOST_DISK_VERSION ? 3 : 2;
	case 0x08:
		return block;
	case 0x10:
		return features(disk, state);
	case 0x34:
		return queue_max(disk, state);
	case 0x70:
		return status_of(disk, state);
	default:
		return at < MMIO_CONFIG ? 0 : configuration(disk, state, at - MMIO_CONFIG);
	}
}

static void set_half(uint64_t *address, bool high, uint32_t value)
{
	if (high)
		*address = (*address & UINT32_MAX) | (uint64_t)value << 32;
	else
		*address = (*address & ~(uint64_t)UINT32_MAX) | value;
}

/* Of the old interface: all of a queue by its first page. */
static void place_queue(struct queue *queue, uint32_t page)
{
	queue->address[0] = (uint64_t)page * PAGE_SIZE;
	queue->address[2] = queue->address[0] + PAGE_SIZE;
	queue->enabled = 1;
}

static void write_mmio(const struct host_disk *disk, struct state *state, uint64_t at,
		       uint32_t value)
{
	struct queue *queue = &state->queue[state->queue_sel % QUEUES];

	switch (at) {
	case 0x14:
		state->features_sel = value;
		return;
	case 0x30:
		state->queue_sel = value;
		return;
	case 0x40:
		place_queue(queue, value);
		return;
	case 0x44:
		queue->enabled = value;
		return;
	case 0x50:
		notify(disk, state, value);
		return;
	case 0x70:
		set_status(state, value);
		return;
	}
	if (at >= 0x80 && at < 0xa8)
		set_half(&queue->address[(at - 0x80) / 0x10 % 3], at & 4, value);
}

static uint32_t read_bar(const struct host_disk *disk, struct state *state, uint64_t at)
{
	if (at >= BAR_CONFIG)
		return at < BAR_NOTIFY ? configuration(disk, state, at - BAR_CONFIG) : 0;
	switch (at) {
	case 0x04:
		return features(disk, state);
	case 0x10:
		return QUEUES << 16;
	case 0x14:
		return status_of(disk, state) | state->queue_sel << 16;
	case 0x18:
		return queue_max(disk, state);
	case 0x1c: /* where it is notified: by its number, or, as a lie, anywhere */
		return disk->failure == HOST_DISK_FAR_NOTIFY ? 0xffff0000 : state->queue_sel << 16;
	default:
		return 0;
	}
}

static void write_bar(const struct host_disk *disk, struct state *state, uint64_t at,
		      uint32_t value)
{
	struct queue *queue = &state->queue[state->queue_sel % QUEUES];

	if (at >= BAR_NOTIFY) {
		notify(disk, state, value);
		return;
	}
	if (at == 0x00)
		state->features_sel = value;
	if (at == 0x14)
		set_status(state, value & 0xff);
	if (at == 0x16)
		state->queue_sel = value & 0xffff;
	if (at == 0x1c)
		queue->enabled = value & 0xffff;
	if (at >= 0x20 && at < 0x38)
		set_half(&queue->address[(at - 0x20) / 8], at & 4, value);
}

/* Whose registers are there: a slot of virtio-mmio, or where a function was told to have them. */
static struct state *owner(uint64_t address, uint64_t *offset)
{
	for (unsigned int i = 0; i < host.disks; i++) {
		const uint8_t *config = states[i].config;
		uint64_t base = HOST_VIRTIO + (FIRST_SLOT + i) * HOST_VIRTIO_SLOT;
		uint64_t size = HOST_VIRTIO_SLOT;

		if (on_pci(&host.disk[i])) {
			base = le32(config + 0x20) & ~0xfU;
			base |= (uint64_t)le32(config + 0x24) << 32;
			size = config[4] & 2 ? BAR_SIZE : 0;
		}
		*offset = address < base ? size : address - base;
		if (*offset < size)
			return &states[i];
	}
	return NULL;
}

bool disk_read(uint64_t address, uint32_t *value)
{
	uint64_t at;
	struct state *state = owner(address, &at);
	const struct host_disk *disk;

	if (!state)
		return false;
	disk = &host.disk[state - states];
	*value = on_pci(disk) ? read_bar(disk, state, at) : read_mmio(disk, state, at);
	return true;
}

bool disk_write(uint64_t address, uint32_t value)
{
	uint64_t at;
	struct state *state = owner(address, &at);
	const struct host_disk *disk;

	if (!state)
		return false;
	disk = &host.disk[state - states];
	if (on_pci(disk))
		write_bar(disk, state, at, value);
	else
		write_mmio(disk, state, at, value);
	return true;
}

void disks_reset(void)
{
	memset(states, 0, sizeof(states));
	for (unsigned int i = 0; i < host.disks; i++)
		reset_config(&host.disk[i], states[i].config);
}

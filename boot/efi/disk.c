/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The disk for EFI applications: the whole of it and each partition as a device of blocks and of
 * bytes, for reading (UEFI 2.10, 13.7 and 13.9).
 */
#include <string.h>
#include "boot/core/fatal.h"
#include "environment.h"
#include "error.h"
#include "le.h"

#define MEDIA_ID	 1
#define BLOCK_REVISION	 0x10000
#define BYTES_REVISION	 0x10000
#define DISK_NODE	 20 /* bytes of a vendor's hardware with its GUID */
#define PARTITION_NODE	 42
#define PARTITION_BY_GPT 2
#define PARTITION_BY_MBR 1

static const struct efi_guid block_guid = {
	0x964e5b21, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid bytes_guid = {
	0xce345171, 0xba0b, 0x11d2, {0x8e, 0x4f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
/* What the disk is on its device path, with its number behind: forearm's own, made up once. */
static const struct efi_guid disk_guid = {
	0x0e1f7c52, 0x3a55, 0x4d1b, {0x9c, 0x27, 0x5f, 0x6a, 0x0d, 0x4b, 0x11, 0x00}};

efi_status efi_status_of(int error)
{
	switch (error) {
	case 0:
		return EFI_SUCCESS;
	case ERR_NO_FILE:
		return EFI_NOT_FOUND;
	case ERR_NO_ROOM:
	case ERR_FULL:
		return EFI_OUT_OF_RESOURCES;
	case ERR_UNKNOWN:
	case ERR_MACHINE:
	case ERR_UNSUPPORTED:
		return EFI_UNSUPPORTED;
	case ERR_TOO_LONG:
		return EFI_INVALID_PARAMETER;
	default:
		return EFI_DEVICE_ERROR;
	}
}

static efi_status read_bytes(const struct efi_block *block, uint32_t id, uint64_t offset,
			     uint64_t size, void *to)
{
	if (id != MEDIA_ID)
		return EFI_MEDIA_CHANGED;
	if (!to || !fits_in(offset, size, block->size))
		return EFI_INVALID_PARAMETER;
	return efi_status_of(
		block_read(&efi_environment->disk->disk, block->start + offset, size, to));
}

static efi_status read_blocks(const struct efi_block *block, uint32_t id, uint64_t number,
			      uint64_t size, void *to)
{
	uint32_t block_size = block->media.block_size;

	if (size % block_size)
		return EFI_BAD_BUFFER_SIZE;
	if (!size)
		return EFI_SUCCESS;
	if (number > block->media.last)
		return EFI_INVALID_PARAMETER;
	return read_bytes(block, id, number * block_size, size, to);
}

static const struct efi_block *block_of_bytes(const void *bytes)
{
	return (const void *)((const uint8_t *)bytes - offsetof(struct efi_block, bytes));
}

static efi_status read_disk(const void *bytes, uint32_t id, uint64_t offset, uint64_t size,
			    void *to)
{
	return read_bytes(block_of_bytes(bytes), id, offset, size, to);
}

static efi_status write_nothing(void)
{
	return EFI_WRITE_PROTECTED;
}

static efi_status succeed(void)
{
	return EFI_SUCCESS;
}

static uint8_t *put_disk_node(uint8_t *at)
{
	at[0] = EFI_PATH_HARDWARE;
	at[1] = EFI_PATH_VENDOR;
	put_le16(at + 2, DISK_NODE);
	memcpy(at + 4, &disk_guid, sizeof(disk_guid));
	at[DISK_NODE - 1] = (uint8_t)(efi_environment->disk->number & 0xff);
	return at + DISK_NODE;
}

/* Numbers count in blocks; of an MBR its signature is what it is known by. */
static uint8_t *put_partition_node(uint8_t *at, const struct partition *partition)
{
	const struct disk_source *disk = efi_environment->disk;
	bool gpt = disk->partitions.scheme == PARTITIONS_GPT;

	at[0] = EFI_PATH_MEDIA;
	at[1] = EFI_PATH_DRIVE;
	put_le16(at + 2, PARTITION_NODE);
	put_le32(at + 4, partition->number);
	put_le64(at + 8, partition->start / disk->disk.block_size);
	put_le64(at + 16, partition->size / disk->disk.block_size);
	memset(at + 24, 0, GUID_SIZE);
	memcpy(at + 24, partition->id, gpt ? GUID_SIZE : 4);
	at[40] = gpt ? PARTITION_BY_GPT : PARTITION_BY_MBR;
	at[41] = at[40];
	return at + PARTITION_NODE;
}

static void put_end(uint8_t *at)
{
	at[0] = EFI_PATH_END;
	at[1] = EFI_PATH_WHOLE;
	put_le16(at + 2, EFI_PATH_NODE);
}

static void add_block(uint64_t start, uint64_t size, const struct partition *partition)
{
	struct efi_environment *env = efi_environment;
	struct efi_block *block = &env->block[env->blocks++];
	uint32_t block_size = env->disk->disk.block_size;
	uint8_t *path;

	block->start = start;
	block->size = size - size % block_size;
	block->partition = partition ? partition->number : 0;
	block->media.id = MEDIA_ID;
	block->media.present = block->media.read_only = true;
	block->media.partition = partition;
	block->media.block_size = block_size;
	block->media.last = sub_capped(block->size / block_size, 1);
	block->io.revision = BLOCK_REVISION;
	block->io.media = &block->media;
	block->io.service[0] = succeed;
	block->io.service[1] = read_blocks;
	block->io.service[2] = write_nothing;
	block->io.service[3] = succeed;
	block->bytes.revision = BYTES_REVISION;
	block->bytes.service[0] = read_disk;
	block->bytes.service[1] = write_nothing;
	path = put_disk_node(block->path);
	if (partition)
		path = put_partition_node(path, partition);
	put_end(path);
	efi_provide_protocol(&block->handle, &efi_guid_path, block->path);
	efi_provide_protocol(&block->handle, &block_guid, &block->io);
	efi_provide_protocol(&block->handle, &bytes_guid, &block->bytes);
}

/* The volume there, if it is one that files are read from. */
static struct volume *volume_of(unsigned int partition)
{
	struct disk_source *disk = efi_environment->disk;

	for (unsigned int i = 0; i < disk->volumes; i++)
		if (disk->volume[i].partition == partition &&
		    disk->volume[i].volume.kind == VOLUME_FAT)
			return &disk->volume[i].volume;
	return NULL;
}

#define PARTITIONS_SHOWN 24 /* what there are handles for, beside those with files */
#define PROTOCOLS	 4  /* of each */

_Static_assert((1 + PARTITIONS_SHOWN + DISK_VOLUMES) * PROTOCOLS <= EFI_INTERFACES / 2 &&
		       1 + PARTITIONS_SHOWN + DISK_VOLUMES <= EFI_HANDLES / 2,
	       "applications have room for theirs");

void efi_disk_init(void)
{
	struct efi_environment *env = efi_environment;
	const struct partitions *partitions = &env->disk->partitions;

	if (partitions->count > PARTITIONS_SHOWN)
		log_note("disk %u has %u partitions: boot loaders see the first %u, and those "
			 "whose files forearm reads",
			 env->disk->number, partitions->count, PARTITIONS_SHOWN);
	env->blocks = 0;
	add_block(0, block_bytes(&env->disk->disk), NULL);
	for (unsigned int i = 0; i < partitions->count; i++)
		if (i < PARTITIONS_SHOWN || volume_of(partitions->partition[i].number))
			add_block(partitions->partition[i].start, partitions->partition[i].size,
				  &partitions->partition[i]);
	for (unsigned int i = 0; i < env->blocks; i++) {
		env->block[i].volume = volume_of(env->block[i].partition);
		if (env->block[i].volume)
			efi_files_init(&env->block[i]);
	}
}

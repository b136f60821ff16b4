/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI functions whose configuration space is played: capabilities, and addresses that nobody
 * assigned. */
#include <string.h>
#include "test.h"

#define mmio_read8	pci_space_read8
#define mmio_read16	pci_space_read16
#define mmio_read32	pci_space_read32
#define mmio_write8	pci_space_write8
#define mmio_write16	pci_space_write16
#define mmio_write32	pci_space_write32
#define vm_map_device	pci_space_map
#define arch_probe_read pci_space_probe
#include "drivers/pci.c"
#include "drivers/virtio/pci.c"

#define CONFIG 0x10000000UL
#define MIB    0x100000UL

/* One device, of number 3, with functions 0 and 2. */
static struct {
	uint32_t word[2][64];
	uint64_t size[BAR_COUNT / 2]; /* of BARs 0, 2, 4, which are 64 bits wide */
} space;

static struct platform_pcie host;
static struct pci_function function;

/* What a virtio device has behind BAR 0: the last place that was notified, and by what. */
static struct {
	uint16_t notify_off;
	uintptr_t notified;
	uint16_t number;
	unsigned int accesses;
} memory;

static uint32_t *word_at(uintptr_t address)
{
	uintptr_t number = (address - CONFIG) / 0x1000, at = (address - CONFIG) % 0x1000;

	CHECK(address >= CONFIG && address < CONFIG + MIB && at < 256);
	return number == 24 ? &space.word[0][at / 4] : number == 26 ? &space.word[1][at / 4] : NULL;
}

static bool is_memory(uintptr_t address)
{
	bool is = in_range(address, 1, &host.mem32);

	memory.accesses += is;
	return is;
}

uint8_t pci_space_read8(uintptr_t address)
{
	return (uint8_t)!CHECK(is_memory(address));
}

uint16_t pci_space_read16(uintptr_t address)
{
	CHECK(is_memory(address) && address % 2 == 0);
	return memory.notify_off;
}

void pci_space_write8(uintptr_t address, uint8_t value)
{
	(void)value;
	CHECK(is_memory(address));
}

int pci_space_map(uint64_t pa, uint64_t size)
{
	CHECK(in_range(pa, size, &host.mem32));
	return 0;
}

bool pci_space_probe(uintptr_t address, uint32_t *value)
{
	*value = 0;
	return is_memory(address);
}

uint32_t pci_space_read32(uintptr_t address)
{
	const uint32_t *word = is_memory(address) ? NULL : word_at(address);

	if (in_range(address, 1, &host.mem32))
		return 0;
	CHECK_EQ(address % 4, 0);
	return word ? *word : UINT32_MAX;
}

void pci_space_write32(uintptr_t address, uint32_t value)
{
	uint32_t *word = is_memory(address) ? NULL : word_at(address);
	unsigned int bar = (unsigned int)(address % 0x1000 - BARS) / 4;
	uint64_t mask;

	if (in_range(address, 1, &host.mem32) || !CHECK(word && bar < BAR_COUNT))
		return;
	CHECK_EQ(space.word[0][1] & 2, 0); /* it must not answer there meanwhile */
	mask = space.size[bar / 2] ? ~(space.size[bar / 2] - 1) : 0;
	*word = value & (uint32_t)(bar & 1 ? mask >> 32 : mask);
	*word |= bar & 1 ? 0 : BAR_64;
}

void pci_space_write16(uintptr_t address, uint16_t value)
{
	uint32_t *word = is_memory(address) ? NULL : word_at(address);

	if (in_range(address, 1, &host.mem32)) {
		CHECK_EQ(address % 2, 0);
		memory.notified = address;
		memory.number = value;
		return;
	}

	if (CHECK(word) && CHECK_EQ(address % 0x1000, COMMAND))
		*word = (*word & 0xffff0000) | value;
}

static void have_device(void)
{
	memset(&space, 0, sizeof(space));
	space.word[0][0] = 0x10421af4;
	space.word[0][1] = STATUS_LIST;
	space.word[0][3] = HEADER_MULTI;
	space.word[0][4] = space.word[0][6] = space.word[0][8] = BAR_64;
	space.word[0][LIST / 4] = 0x40;
	space.word[0][0x40 / 4] = 0x00005009; /* ID 9, next at 0x50 */
	space.word[0][0x50 / 4] = 0x00006011;
	space.word[0][0x60 / 4] = 0x00000009;
	space.word[1][0] = 0x10431af4;
	space.size[0] = 0x4000;
	space.size[1] = 0x1000000;
	host = (struct platform_pcie) {.config = {CONFIG, MIB},
				       .ecam = true,
				       .mem32 = {0x20000000, 0x100000},
				       .mem32_bus = 0x80000000,
				       .mem64 = {0x4000000000, 0x40000000},
				       .mem64_bus = 0x8000000000};
	CHECK(pci_function(&function, &host, 24));
}

TEST(pci_functions_are_found)
{
	have_device();
	CHECK(!pci_has_more(&host, 16));
	CHECK(pci_has_more(&host, 24) && pci_has_more(&host, 26));
	for (unsigned int i = 0; i < PCI_FUNCTIONS; i++)
		CHECK_EQ(pci_function(&function, &host, i), i == 24 || i == 26);
	CHECK(pci_function(&function, &host, 26));
	CHECK_EQ(pci_id(&function), 0x10431af4);
	CHECK_EQ(pci_number(&function), 26);
	space.word[0][3] = 0; /* it has one function, whatever answers */
	CHECK(!pci_has_more(&host, 24));
	CHECK(!pci_function(&function, &host, 26));
	space.word[0][3] = 1 << 16; /* a bridge */
	CHECK(!pci_function(&function, &host, 24));
}

static void check_capabilities(uint8_t id, unsigned int first, unsigned int second)
{
	struct pci_walk walk = {0, 0};

	CHECK_EQ(pci_capability(&function, id, &walk), first);
	CHECK_EQ(pci_capability(&function, id, &walk), second);
	CHECK_EQ(pci_capability(&function, id, &walk), 0);
}

TEST(pci_capabilities_are_found_and_end)
{
	struct pci_walk walk = {0, 0};
	unsigned int found = 0;

	have_device();
	check_capabilities(9, 0x40, 0x60);
	check_capabilities(0x11, 0x50, 0);
	check_capabilities(5, 0, 0);
	space.word[0][0x60 / 4] = 0x00004009; /* round and round */
	check_capabilities(5, 0, 0);
	while (found < 1000 && pci_capability(&function, 9, &walk))
		found++;
	CHECK_EQ(found, LIST_MAX * 2 / 3);
	space.word[0][LIST / 4] = 0x10; /* in the header */
	check_capabilities(9, 0, 0);
	space.word[0][1] = 0;
	check_capabilities(9, 0, 0);
}

/* What nobody has assigned gets the end of a window, and does not keep it. */
TEST(pci_addresses_are_lent)
{
	uint64_t at, again;

	have_device();
	pci_open(&function);
	CHECK_EQ(space.word[0][1] & 0xffff, COMMAND_USED);
	at = pci_memory(&function, 0, 0x1000, 0x38);
	CHECK(in_range(at, 0x38, &host.mem32));
	CHECK_EQ(at % 0x4000, 0x1000);
	CHECK_EQ(space.word[0][4], (0x80000000 + (at - 0x1000 - 0x20000000)) | BAR_64);
	CHECK_EQ(pci_memory(&function, 0, 0, 4), at - 0x1000); /* it has one now */
	CHECK_EQ(pci_memory(&function, 0, 0x4000, UINT32_MAX), 0);
	CHECK_EQ(pci_memory(&function, 2, 0, 4), 0); /* 16 MiB of 1 */
	CHECK_EQ(pci_memory(&function, 4, 0, 4), 0); /* there is none */
	CHECK_EQ(pci_memory(&function, 6, 0, 4), 0);
	CHECK_EQ(pci_memory(&function, 0, 0, 0), 0);
	pci_close(&function);
	CHECK_EQ(space.word[0][1], STATUS_LIST);
	CHECK_EQ(space.word[0][4], BAR_64);
	pci_open(&function);
	again = pci_memory(&function, 0, 0, 4);
	CHECK(again && again != at - 0x1000); /* that may still be somebody's */
}

TEST(pci_addresses_of_the_vmm_stay)
{
	have_device();
	space.word[0][4] = 0x00004000 | BAR_64;
	space.word[0][5] = 0x80;
	pci_open(&function);
	CHECK_EQ(pci_memory(&function, 0, 8, 4), 0x4000004008);
	space.word[0][5] = 0x90; /* in no window */
	CHECK_EQ(pci_memory(&function, 0, 8, 4), 0);
	host.probe_only = true;
	CHECK_EQ(pci_memory(&function, 2, 0, 4), 0);
	pci_close(&function);
	CHECK_EQ(space.word[0][4], 0x00004000 | BAR_64);
	CHECK_EQ(space.word[0][6], BAR_64);
}

/* -- virtio's capabilities ---------------------------------------------------------------------
 */

static struct virtio_device device;

static void put_capability(unsigned int at, unsigned int next, uint8_t kind, uint32_t offset,
			   uint32_t length)
{
	uint32_t *word = &space.word[0][at / 4];

	word[0] = (uint32_t)kind << 24 | 0x14U << 16 | next << 8 | 9;
	word[1] = 0;
	word[2] = offset;
	word[3] = length;
}

static void have_virtio(uint32_t step)
{
	have_device();
	memset(&memory, 0, sizeof(memory));
	put_capability(0x40, 0x54, KIND_COMMON, 0, 0x38);
	put_capability(0x54, 0x68, KIND_NOTIFY, 0x1000, 0x100);
	space.word[0][0x64 / 4] = step;
	put_capability(0x68, 0, KIND_CONFIG, 0x2000, 0x100);
	CHECK(virtio_pci_open(&device, &host, 24, VIRTIO_BLOCK));
}

static bool open_it(void)
{
	return device.transport->open(&device);
}

TEST(virtio_pci_opens)
{
	have_virtio(4);
	REQUIRE(CHECK(open_it()));
	CHECK_EQ(device.notify, device.registers + 0x1000);
	CHECK_EQ(device.config, device.registers + 0x2000);
	CHECK_EQ(device.config_size, 0x100);
	device.transport->close(&device);
}

/* A list that never ends has the registers, or not. */
TEST(virtio_pci_circular_list)
{
	have_virtio(4);
	put_capability(0x68, 0x40, KIND_CONFIG, 0x2000, 0x100);
	CHECK(open_it());
	device.transport->close(&device);
	put_capability(0x40, 0x40, KIND_CONFIG, 0, 0x38);
	CHECK(!open_it());
	device.transport->close(&device);
}

/* No register of 16 bits is at an odd address. */
TEST(virtio_pci_notifies)
{
	static const uint32_t odd[] = {1, 3, 0x7fffffff, UINT32_MAX};
	struct virtio_rings rings = {0x1000, 0x2000, 0x3000};
	struct virtio_queue queue = {.size = 8, .number = 1};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		have_virtio(odd[i]);
		CHECK(!open_it());
		device.transport->close(&device);
	}
	for (uint32_t step = 0; step <= 4; step += 2) {
		have_virtio(step);
		REQUIRE(CHECK(open_it()));
		memory.notify_off = 3;
		CHECK(device.transport->enable(&device, &queue, &rings));
		memory.notify_off = 0xffff; /* what it says later is not asked for */
		memory.accesses = 0;
		device.transport->notify(&device, &queue);
		CHECK_EQ(memory.notified, device.notify + 3ULL * step);
		CHECK_EQ(memory.number, 1);
		CHECK_EQ(memory.accesses, 1);
		CHECK(step == 0 || !device.transport->enable(&device, &queue, &rings));
		device.transport->close(&device);
	}
}

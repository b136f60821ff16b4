/* SPDX-License-Identifier: BSD-2-Clause */
/* PCI functions whose configuration space is played: capabilities, and addresses that nobody
 * assigned. */
#include <string.h>
#include "test.h"

#define mmio_read32  pci_space_read32
#define mmio_write32 pci_space_write32
#define mmio_write16 pci_space_write16
#include "drivers/pci.c"

#define CONFIG 0x10000000UL
#define MIB    0x100000UL

/* One device, of number 3, with functions 0 and 2. */
static struct {
	uint32_t word[2][64];
	uint64_t size[BAR_COUNT / 2]; /* of BARs 0, 2, 4, which are 64 bits wide */
} space;

static struct platform_pcie host;
static struct pci_function function;

static uint32_t *word_at(uintptr_t address)
{
	uintptr_t number = (address - CONFIG) / 0x1000, at = (address - CONFIG) % 0x1000;

	CHECK(address >= CONFIG && address < CONFIG + MIB && at < 256);
	return number == 24 ? &space.word[0][at / 4] : number == 26 ? &space.word[1][at / 4] : NULL;
}

uint32_t pci_space_read32(uintptr_t address)
{
	const uint32_t *word = word_at(address);

	CHECK_EQ(address % 4, 0);
	return word ? *word : UINT32_MAX;
}

void pci_space_write32(uintptr_t address, uint32_t value)
{
	uint32_t *word = word_at(address);
	unsigned int bar = (unsigned int)(address % 0x1000 - BARS) / 4;
	uint64_t mask;

	if (!CHECK(word && bar < BAR_COUNT))
		return;
	CHECK_EQ(space.word[0][1] & 2, 0); /* it must not answer there meanwhile */
	mask = space.size[bar / 2] ? ~(space.size[bar / 2] - 1) : 0;
	*word = value & (uint32_t)(bar & 1 ? mask >> 32 : mask);
	*word |= bar & 1 ? 0 : BAR_64;
}

void pci_space_write16(uintptr_t address, uint16_t value)
{
	uint32_t *word = word_at(address);

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
	for (unsigned int i = 0; i < PCI_FUNCTIONS; i++)
		CHECK_EQ(pci_function(&function, &host, i), i == 24 || i == 26);
	CHECK(pci_function(&function, &host, 26));
	CHECK_EQ(pci_id(&function), 0x10431af4);
	space.word[0][3] = 0; /* it has one function, whatever answers */
	CHECK(!pci_function(&function, &host, 26));
	space.word[0][3] = 1 << 16; /* a bridge */
	CHECK(!pci_function(&function, &host, 24));
}

TEST(pci_capabilities_are_found_and_end)
{
	have_device();
	CHECK_EQ(pci_capability(&function, 9, 0), 0x40);
	CHECK_EQ(pci_capability(&function, 9, 0x40), 0x60);
	CHECK_EQ(pci_capability(&function, 9, 0x60), 0);
	CHECK_EQ(pci_capability(&function, 0x11, 0), 0x50);
	CHECK_EQ(pci_capability(&function, 5, 0), 0);
	space.word[0][0x60 / 4] = 0x00004009; /* round and round */
	CHECK_EQ(pci_capability(&function, 5, 0), 0);
	CHECK_EQ(pci_capability(&function, 5, 0x44), 0);
	space.word[0][LIST / 4] = 0x10; /* in the header */
	CHECK_EQ(pci_capability(&function, 9, 0), 0);
	space.word[0][1] = 0;
	CHECK_EQ(pci_capability(&function, 9, 0), 0);
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

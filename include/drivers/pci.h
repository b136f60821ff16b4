/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PCI_H
#define FOREARM_PCI_H

#include <stdbool.h>
#include <stdint.h>
#include "platform/platform.h"

/*
 * Functions of a PCI host bridge's first bus, by its configuration space (ECAM or CAM), which is
 * mapped. What lies behind bridges is not looked at: their buses have no numbers before the guest.
 */
#define PCI_FUNCTIONS	256 /* of a bus: 32 devices of 8 functions */
#define PCI_DEVICE	8   /* functions of a device */
#define PCI_BUS(host)	((host)->ecam ? 0x100000ULL : 0x10000ULL) /* bytes of its configuration */
#define PCI_CONFIG_SIZE 256 /* bytes of a function's that are used here */

struct pci_function {
	struct platform_pcie host; /* as it was when it was found */
	uintptr_t config;	   /* its configuration space */
	uint32_t bar[6];	   /* as found, where 'assigned' has the bit */
	uint16_t command;	   /* as found */
	uint8_t assigned;
	bool open;
};

/* Whether there is a function of that number, which is in *function then. Reads only. */
bool pci_function(struct pci_function *function, const struct platform_pcie *host,
		  unsigned int number);

/* Whether the device that has the function may have others: there is one, and it says so. */
bool pci_has_more(const struct platform_pcie *host, unsigned int number);

/* Its number on the bus. */
unsigned int pci_number(const struct pci_function *function);

/* Vendor in the lower half, device in the upper. */
uint32_t pci_id(const struct pci_function *function);

/*
 * A walk through the list of capabilities (PCI 3.0, section 6.7), all zeros at first. It ends on
 * lists that do not: after as many as there is room for.
 */
struct pci_walk {
	unsigned int next, seen;
};

/* The next capability of that ID: its offset; 0: no more. */
unsigned int pci_capability(const struct pci_function *function, uint8_t id, struct pci_walk *walk);

uint32_t pci_read32(const struct pci_function *function, unsigned int at);
uint8_t pci_read8(const struct pci_function *function, unsigned int at);

/* Lets it answer in memory space, and read and write memory itself. */
void pci_open(struct pci_function *function);

/*
 * The CPU's address of a place in the function's memory. A base address register that is 0 gets an
 * address at the end of a window of the host's, unless the VMM has assigned all (probe-only).
 * Returns 0 when it is none, or not in a window.
 */
uint64_t pci_memory(struct pci_function *function, unsigned int bar, uint32_t offset,
		    uint32_t length);

/* Leaves it as it was found. */
void pci_close(struct pci_function *function);

#endif

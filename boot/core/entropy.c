/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Randomness from the CPU (FEAT_RNG) or from the host (TRNG Firmware Interface, DEN0098); for the
 * guest also from a virtio device.
 */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/entropy.h"
#include "boot/core/devices.h"
#include "drivers/virtio_rng.h"
#include "error.h"
#include "lib/seed.h"
#include "psci.h"

#define TRNG_BITS 64 /* a call: three registers of 32 bits hold it */

/*
 * PSCI_FEATURES is of PSCI 1.0 (DEN0022, 5.1.12). The tree's word for that is not the last: what
 * says "arm,psci-0.2" is 1.0 or later on cloud-hypervisor, kvmtool and libkrun.
 */
static bool has_features(const struct platform_psci *psci)
{
	if (psci->version >= PSCI_1_0_BINDING)
		return true;
	return psci->version >= PSCI_0_2 &&
	       arch_smccc(psci->conduit, PSCI_VERSION, 0, 0, 0) >= PSCI_1_0;
}

/* The call may only be made where SMCCC 1.1 is known to be there. */
static uint32_t smccc_version(const struct platform_psci *psci)
{
	if (!has_features(psci) ||
	    arch_smccc(psci->conduit, PSCI_FEATURES, SMCCC_VERSION, 0, 0) < 0)
		return SMCCC_1_0;
	return (uint32_t)arch_smccc(psci->conduit, SMCCC_VERSION, 0, 0, 0);
}

static bool trng_present(const struct platform_psci *psci)
{
	return smccc_version(psci) >= SMCCC_1_1 &&
	       arch_smccc(psci->conduit, TRNG_VERSION, 0, 0, 0) >= TRNG_1_0;
}

/* Its bits come in the last registers: 31:0 in the third, 63:32 in the second. */
static bool trng(const struct platform_psci *psci, uint64_t *value)
{
	uint64_t result[3];

	if ((int32_t)arch_smccc4(psci->conduit, TRNG_RND, TRNG_BITS, result) != 0)
		return false;
	*value = (uint32_t)result[2] | result[1] << 32;
	wipe(result, sizeof(result));
	return true;
}

bool entropy(const struct platform_psci *psci, void *bytes, size_t size)
{
	bool present = false; /* is asked once, and only if the CPU gives nothing */
	uint8_t *to = bytes;

	while (size) {
		uint64_t value;
		size_t part = size < sizeof(value) ? size : sizeof(value);

		if (!arch_random(&value)) {
			present = present || trng_present(psci);
			if (!present || !trng(psci, &value))
				return false;
		}
		memcpy(to, &value, part);
		wipe(&value, sizeof(value));
		to += part;
		size -= part;
	}
	return true;
}

/* One that does not answer has cost its time: nobody waits for it, or for another one, again. */
static bool virtio_entropy(const struct platform *platform, void *bytes, size_t size)
{
	static struct virtio_device device;
	static bool none;
	unsigned int place = 0;
	int error = 0;

	while (!none && error != ERR_TIMEOUT &&
	       virtio_find(&device, platform, VIRTIO_ENTROPY, &place) == 0) {
		error = virtio_rng_read(&device, bytes, size);
		if (!error)
			return true;
	}
	none = true;
	return false;
}

bool guest_entropy(const struct boot *boot, void *bytes, size_t size)
{
	return entropy(&boot->host_psci, bytes, size) || virtio_entropy(boot->devices, bytes, size);
}

bool guest_random(const struct boot *boot, const char *purpose, uint8_t *to, size_t size)
{
	const struct platform_chosen *chosen = &boot->platform.chosen;

	if (guest_entropy(boot, to, size))
		return true;
	if (!chosen->has_rng_seed || chosen->rng_seed_len < SEED_LEAST)
		return false;
	seed_expand(chosen->rng_seed, chosen->rng_seed_len, purpose, to, size);
	return true;
}

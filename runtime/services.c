/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runtime services themselves: the clock by an Arm PL031 (DDI0224), the end of the machine by
 * PSCI (DEN0022). The guest calls them from one CPU at a time (UEFI Specification 2.10, 8.1).
 */
#include "mmio.h"
#include "services.h"

#define PL031_DATA 0x0 /* seconds now */
#define PL031_LOAD 0x8 /* sets them */

#define PSCI_SYSTEM_OFF	  0x84000008
#define PSCI_SYSTEM_RESET 0x84000009

efi_status runtime_get_time(struct efi_time *time, struct efi_time_capabilities *capabilities)
{
	if (!runtime_data.rtc)
		return EFI_UNSUPPORTED;
	if (!time)
		return EFI_INVALID_PARAMETER;
	time_from_seconds(mmio_read32(runtime_data.rtc + PL031_DATA), time);
	if (capabilities) {
		capabilities->resolution = 1;
		capabilities->accuracy = 50000000; /* 50 ppm, a usual crystal */
		capabilities->sets_to_zero = false;
	}
	return EFI_SUCCESS;
}

efi_status runtime_set_time(const struct efi_time *time)
{
	uint32_t seconds;

	if (!runtime_data.rtc)
		return EFI_UNSUPPORTED;
	if (!time || !time_to_seconds(time, &seconds))
		return EFI_INVALID_PARAMETER;
	mmio_write32(runtime_data.rtc + PL031_LOAD, seconds);
	return EFI_SUCCESS;
}

void runtime_reset_system(enum efi_reset type)
{
	if (runtime_data.conduit != CONDUIT_NONE)
		runtime_psci(runtime_data.conduit,
			     type == EFI_RESET_SHUTDOWN ? PSCI_SYSTEM_OFF : PSCI_SYSTEM_RESET);
}

efi_status runtime_unsupported(void)
{
	return EFI_UNSUPPORTED;
}

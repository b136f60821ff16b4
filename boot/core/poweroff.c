/* SPDX-License-Identifier: BSD-2-Clause */
/* Powers the machine off: by PSCI SYSTEM_OFF, or by a GPIO line of the secure world. */
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "drivers/gpio.h"
#include "psci.h"
#include "boot/core/vm.h"

void power_off(const struct boot *boot)
{
	const struct platform_psci *psci = &boot->host_psci;
	enum conduit conduit = psci->version ? psci->conduit : arch_default_conduit();

	/* A secure world's own way, as the monitor's (monitor/power.c). */
	if (boot->own.secure.off.base && !vm_map_device(boot->own.secure.off.base, GPIO_REGISTERS))
		gpio_assert(&boot->own.secure.off);
	if (psci->version != PSCI_0_1_BINDING)
		arch_smccc(conduit, PSCI_SYSTEM_OFF, 0, 0, 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of contents: what forearm does, in order. Before this, arch/ENTRY finds the device tree
 * and RAM, and turns on MMU and caches (arch/<arch>/entry.S, boot/early/init.c).
 */
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/stack_protector.h"
#include "boot/core/stage.h"
#include "boot/core/vm.h"

static struct boot state __attribute__((section(".noinit")));

_Noreturn void boot(const struct early *early)
{
	vm_init(early);
	stop_init(&state);
	stack_protector_init(NULL);

	stage("probe"); /* what machine it is, by device tree or by looking; console; free RAM */
	probe(&state, early);
	stack_protector_init(&state.platform);

	stage("options"); /* from fw_cfg files and from the command line */
	read_options(&state);

	stage("payload"); /* where the kernel is, and what it is */
	find_payload(&state);

	stage("overlays"); /* whose device tree it is, and what overlays change in it */
	apply_overlays(&state);

	stage("load"); /* choose places by the kernel's rules; read, unpack */
	load(&state);

	stage("entry"); /* exception level, state and byte order of the guest; whose PSCI */
	choose_entry(&state);

	stage("describe"); /* what the guest gets: device tree, or ACPI with EFI's tables */
	describe(&state);

	stage("hand-off"); /* the PSCI monitor if there is one; caches and MMU off; registers; go */
	hand_off(&state);
}

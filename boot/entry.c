/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "entry": at which level, in which state and byte order the guest is entered, or why not. */
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/efi.h"
#include "boot/guest.h"
#include "boot/monitor.h"

/* A file that is for one state cannot be run in the other, whatever the user wants. */
static enum execution_state wanted_state(const struct boot *boot)
{
	enum wanted_state wanted = boot->options.state;
	enum execution_state state = boot->image.state;
	bool aarch32 = state == STATE_AARCH32;

	if (wanted != STATE_AUTO && (wanted == STATE_ONLY_AARCH32) != aarch32)
		stop_error("leave forearm.state out, or give another kernel",
			   "forearm.state=%s, but this kernel (%s) is for %s",
			   aarch32 ? "aarch64" : "aarch32", image_name(&boot->image),
			   aarch32 ? "aarch32" : "aarch64");
	return state;
}

static _Noreturn void refuse_state(enum entry_refusal refusal, const char *kernel)
{
	if (refusal == ENTRY_NO_AARCH64)
		stop_error("give the VM a 64-bit CPU (QEMU: -cpu cortex-a57; KVM: without "
			   "aarch64=off) or a 32-bit kernel",
			   "a 64-bit kernel (%s), but the CPU was started in AArch32 state at %s",
			   kernel, arch_level_name());
	if (refusal == ENTRY_NO_AARCH32)
		stop_error("give the VM a CPU that has AArch32 (QEMU: -cpu cortex-a57 or "
			   "cortex-a15) or a 64-bit kernel",
			   "a 32-bit kernel (%s), but this CPU has no AArch32 state at EL1",
			   kernel);
	stop_error("start the VM in AArch32 (KVM: -cpu host,aarch64=off; QEMU: -cpu cortex-a15) or "
		   "with EL2 (QEMU: -M virt,virtualization=on), or give a 64-bit kernel",
		   "a 32-bit kernel (%s), but the CPU was started in AArch64 state at %s, from "
		   "where it cannot leave it",
		   kernel, arch_level_name());
}

static _Noreturn void refuse(const struct boot *boot, enum entry_refusal refusal)
{
	bool user = boot->options.el != EL_AUTO;
	const char *option = user ? "el" : "guest", *value = user ? "2" : boot->guest->name;
	bool aarch32 = boot->image.state == STATE_AARCH32;

	switch (refusal) {
	case ENTRY_NO_HYP:
		stop_error("leave the option out: the kernel is entered in SVC mode",
			   "forearm.%s=%s, but EL2 of this CPU is in AArch64 state, and the "
			   "kernel is a 32-bit one",
			   option, value);
	case ENTRY_NO_LEVEL_2:
		stop_error("start the VM with EL2 (QEMU: -M virt,virtualization=on), or leave the "
			   "option out",
			   "forearm.%s=%s, but the VM was started at %s and has no EL2", option,
			   value, arch_level_name());
	case ENTRY_NO_LEVEL_3:
		stop_error(
			"leave the option out, or start the VM with EL3 (QEMU: -M virt,secure=on) "
			"and a kernel for the state that its CPU is in there",
			"forearm.el=3, but the VM was started at %s, and the kernel is a %d-bit "
			"one",
			arch_level_name(), aarch32 ? 32 : 64);
	case ENTRY_NO_BIG_ENDIAN:
		stop_error("leave forearm.endian out, or give the VM another CPU",
			   "forearm.endian=big, but this CPU has only little-endian data");
	case ENTRY_NO_SECURITY:
		stop_error("start the VM with EL3 (QEMU: -M virt,secure=on), or with EL2 "
			   "(virtualization=on) on an ARMv8 CPU",
			   "forearm.guest=nommu: the CPU does not report ID_PFR1.Security, and the "
			   "VM was started at %s, where forearm cannot do so",
			   arch_level_name());
	default:
		refuse_state(refusal, image_name(&boot->image));
	}
}

/* An ELF file says what its data is. A Linux switches by itself. */
static bool big_endian(const struct boot *boot)
{
	if (boot->options.endian != ENDIAN_AUTO)
		return boot->options.endian == ENDIAN_BIG;
	return boot->image.format == IMAGE_ELF && boot->image.big_endian;
}

/* The user's word counts more than what is known of the guest. */
static unsigned int wanted_level(const struct boot *boot)
{
	if (boot->options.el != EL_AUTO)
		return boot->options.el;
	return boot->image.state == STATE_AARCH32 ? boot->guest->level32 : boot->guest->level;
}

void choose_entry(struct boot *boot)
{
	struct entry_request request = {
		.state = wanted_state(boot),
		.level = wanted_level(boot),
		.big_endian = big_endian(boot),
		.no_mmu = boot->guest->flags & GUEST_NO_MMU,
	};
	struct entry_start start;
	enum entry_refusal refusal;

	arch_entry_start(&start);
	refusal = entry_plan(&start, &request, &boot->entry);
	if (refusal)
		refuse(boot, refusal);
	if (boot->application.disk)
		application_check_entry(boot);
	if (boot->entry.monitor)
		monitor_announce(boot);
	note_guest(boot, &start);
}

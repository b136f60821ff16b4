/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of guests: what each one wants that Linux does not. */
#include "lib/guest/profiles.h"
#include "arch.h"

#define EFI .acpi = GUEST_ACPI_EFI

/* Linux's COMMAND_LINE_SIZE of arm64 and of arm (include/uapi/asm/setup.h of each). */
#define LINE64 .line = 2048
#define LINE32 .line32 = 1024

/* Whatever is not said is as for Linux, but for ACPI. */
const struct guest_profile guest_profiles[GUESTS] = {
	[GUEST_AUTO] = {.name = "auto", EFI, LINE64, LINE32},
	[GUEST_LINUX] = {.name = "linux", EFI, LINE64, LINE32},
	/* Would write its vectors to address 0 if the CPU told it of no security extensions. */
	[GUEST_NOMMU] = {.name = "nommu", .level32 = 1, .flags = GUEST_NO_MMU, LINE32},
	/* Told by its tree whether to use ACPI. Its header may say big-endian and be wrong. */
	[GUEST_NETBSD] = {.name = "netbsd", .acpi = GUEST_ACPI_NETBSD, .flags = GUEST_EFIRNG},
	/*
	 * Of the command line it takes what has this prefix, as its environment, and cuts it at
	 * LBABI_MAX_COMMAND_LINE (sys/arm64/arm64/machdep_boot.c).
	 */
	[GUEST_FREEBSD] = {.name = "freebsd",
			   .words = WORDS_FREEBSD,
			   .acpi = GUEST_ACPI_FREEBSD,
			   .flags = GUEST_NO_MAP | GUEST_NO_INITRD,
			   .line = 512},
	/*
	 * Takes the first word for the kernel's file name. Linked 512 GiB below the end of
	 * addresses, owns 64 MiB from where that base is; has its symbols behind it.
	 */
	[GUEST_OPENBSD] = {.name = "openbsd",
			   .words = WORDS_OPENBSD,
			   .acpi = GUEST_ACPI_OPENBSD,
			   .flags = GUEST_END | GUEST_NO_INITRD},
	/* An Image that knows EL1 only, and only the start of RAM plus its text_offset. */
	[GUEST_OSV] = {.name = "osv", .level = 1, .flags = GUEST_AT_BASE | GUEST_NO_INITRD},
	/* The non-secure build: fails at EL2, PSCI by HVC. Linked to the start of RAM. */
	[GUEST_ZEPHYR] = {.name = "zephyr",
			  .level = 1,
			  .conduit = CONDUIT_HVC,
			  .flags = GUEST_AT_BASE | GUEST_NO_INITRD},
	/*
	 * PSCI by SMC: there has to be an EL2 or EL3. Looks for the tree at the start of RAM. Its
	 * Image is linked to another place than its header has.
	 */
	[GUEST_NUTTX] = {.name = "nuttx",
			 .level32 = 1,
			 .tree = TREE_START,
			 .conduit = CONDUIT_SMC,
			 .flags = GUEST_AT_BASE | GUEST_NO_INITRD,
			 .offset = 0x280000},
	/* The 32-bit one says nothing at all in HYP mode. The tree as NuttX. PSCI by HVC. */
	[GUEST_LK] = {.name = "lk",
		      .level32 = 1,
		      .tree = TREE_START,
		      .conduit = CONDUIT_HVC,
		      .flags = GUEST_NO_INITRD},
	/* The port for the A57 sets up EL1 only. */
	[GUEST_FREERTOS] = {.name = "freertos", .level = 1, .flags = GUEST_GICV2 | GUEST_NO_INITRD},
	/* The tree as NuttX. x1 would be UEFI's parameters if it were not 0. */
	[GUEST_NANOS] = {.name = "nanos", .level = 1, .tree = TREE_START},
	/* The tree as NuttX. Its Image says that it runs anywhere, and does not. */
	[GUEST_UNIKRAFT] = {.name = "unikraft", .tree = TREE_START, .flags = GUEST_AT_BASE},
	/* An IFS has no header, and is linked to where Linux once was. */
	[GUEST_QNX] = {.name = "qnx", .level = 1, .flags = GUEST_RAW},
	/* kvm-unit-tests: a flat file; whatever is below the top of its stack is its own. */
	[GUEST_KUT] = {.name = "kut", .level32 = 1, .tree = TREE_ABOVE, .flags = GUEST_RAW},
	/* Hypervisors: nothing without EL2 or HYP mode. */
	[GUEST_XVISOR] = {.name = "xvisor", .level = 2, .level32 = 2, .flags = GUEST_RAW},
	[GUEST_XEN] = {.name = "xen", .level = 2, .level32 = 2},
};

const char guest_words[][9] = {"", "FreeBSD:", "bsd "};

const char guest_names[] = "auto, linux, nommu, netbsd, freebsd, openbsd, osv, zephyr, nuttx, lk, "
			   "freertos, nanos, unikraft, qnx, kut, xvisor or xen";

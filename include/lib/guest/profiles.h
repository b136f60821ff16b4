/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_GUEST_H
#define FOREARM_GUEST_H

#include <stdint.h>

/* Guests' conventions: what the stages ask for where guests differ. One table,
 * lib/guest/profiles.c. */

enum guest {
	GUEST_AUTO, /* what the file says, else as for Linux */
	GUEST_LINUX,
	GUEST_NOMMU,
	GUEST_NETBSD,
	GUEST_FREEBSD,
	GUEST_OPENBSD,
	GUEST_OSV,
	GUEST_ZEPHYR,
	GUEST_NUTTX,
	GUEST_LK,
	GUEST_FREERTOS,
	GUEST_NANOS,
	GUEST_UNIKRAFT,
	GUEST_QNX,
	GUEST_KUT,
	GUEST_XVISOR,
	GUEST_XEN,
	GUESTS
};

/* How it is told of ACPI tables. */
enum guest_acpi {
	GUEST_ACPI_NONE,
	GUEST_ACPI_EFI,	    /* by EFI's tables in memory */
	GUEST_ACPI_NETBSD,  /* by a tree of its own kind (tables/fdt/bsd.h) */
	GUEST_ACPI_FREEBSD, /* by a word of the command line */
	GUEST_ACPI_OPENBSD, /* by EFI's tables, too, and a tree of its own kind (tables/fdt/build.h)
			     */
};

/* Where its device tree goes. */
enum tree_place {
	TREE_AUTO,  /* by the kernel's format (place.h) */
	TREE_START, /* to the start of RAM, if that is free */
	TREE_ABOVE, /* above the kernel and 2 MiB behind it */
};

/* The beginning of its command line. */
enum guest_words { WORDS_NONE, WORDS_FREEBSD, WORDS_OPENBSD };
extern const char guest_words[][9];

/* Other peculiarities, a bit mask. */
#define GUEST_NO_MMU	1u   /* has to find ID_PFR1.Security (entry_plan.h) */
#define GUEST_RAW	2u   /* a file without a header is loaded as forearm.load=raw has it */
#define GUEST_AT_BASE	4u   /* an Image with text_offset goes that far from the start of RAM */
#define GUEST_END	8u   /* x0 is the end of kernel and symbols, x1 is 0, x2 is the tree */
#define GUEST_GICV2	16u  /* it drives no other interrupt controller */
#define GUEST_NO_MAP	32u  /* of what a tree reserves it honours only nodes with no-map */
#define GUEST_NO_INITRD 64u  /* it has no use for an initrd */
#define GUEST_EFIRNG	128u /* it reads random bytes in memory, and no rng-seed */

struct guest_profile {
	char name[10];
	uint8_t words;	 /* enum guest_words */
	uint8_t level;	 /* that its 64-bit kernel has to be entered at; 0: the highest */
	uint8_t level32; /* its 32-bit one */
	uint8_t acpi;	 /* enum guest_acpi */
	uint8_t tree;	 /* enum tree_place */
	uint8_t conduit; /* enum conduit of PSCI that is built into it; CONDUIT_NONE: any */
	uint8_t flags;	 /* GUEST_... */
	uint32_t offset; /* GUEST_AT_BASE: from there, if that is not what text_offset says */
	/* Bytes of a command line that it takes, terminator included; 0: not known. */
	uint16_t line, line32;
};

extern const struct guest_profile guest_profiles[GUESTS];

/* The names as one sentence, for people. */
extern const char guest_names[];

#endif

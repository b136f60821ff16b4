/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of containers that are known: how each is recognised, and who opens it. */
#include "lib/formats/container.h"
#include "lib/formats/android.h"
#include "lib/formats/cpio.h"
#include "lib/formats/fit.h"
#include "lib/formats/uimage.h"
#include "lib/formats/uki.h"
#include "lib/formats/zboot.h"

static int open_uki(const uint8_t *file, uint64_t size, const struct choices *choices,
		    struct payload *payload)
{
	struct uki_choice choice = {choices->profile, choices->compatible};

	return uki_open_as(file, size, &choice, payload);
}

static int open_zboot(const uint8_t *file, uint64_t size, const struct choices *choices,
		      struct payload *payload)
{
	(void)choices;
	return zboot_open(file, size, payload);
}

static int open_uimage(const uint8_t *file, uint64_t size, const struct choices *choices,
		       struct payload *payload)
{
	(void)choices;
	return uimage_open(file, size, payload);
}

static int open_fit(const uint8_t *file, uint64_t size, const struct choices *choices,
		    struct payload *payload)
{
	struct fit_choice choice = {choices->configuration, choices->compatible,
				    choices->compatible_size};

	return fit_open(file, size, &choice, payload);
}

static int open_android(const uint8_t *file, uint64_t size, const struct choices *choices,
			struct payload *payload)
{
	return android_open(file, size, choices->vendor.size ? choices->vendor.at : NULL,
			    choices->vendor.size, payload);
}

static int open_cpio(const uint8_t *file, uint64_t size, const struct choices *choices,
		     struct payload *payload)
{
	(void)choices;
	return cpio_open(file, size, payload);
}

/* A UKI and a zboot image are PE files, as a kernel with an EFI stub is, which is none of these. */
static const struct container containers[] = {
	{"unified kernel image", uki_is, open_uki, uki_list, false},
	{"EFI zboot image", zboot_is, open_zboot, NULL, false},
	{"uImage", uimage_is, open_uimage, NULL, false},
	{"FIT image", fit_is, open_fit, fit_list, false},
	{"Android boot image", android_is, open_android, NULL, true},
	{"cpio archive", cpio_is, open_cpio, NULL, false},
};

const struct container *container_of(const uint8_t *head, size_t head_size)
{
	for (unsigned int i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		if (containers[i].is(head, head_size))
			return &containers[i];
	return NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "containers.h"
#include "android.h"
#include "fit.h"
#include "uimage.h"
#include "uki.h"
#include "zboot.h"

static int open_fit(const uint8_t *file, uint64_t size, struct payload *payload)
{
	return fit_open(file, size, &(struct fit_choice) {0}, payload);
}

static int open_android(const uint8_t *file, uint64_t size, struct payload *payload)
{
	return android_open(file, size, NULL, 0, payload);
}

/* A UKI and a zboot image are PE files, as a kernel with an EFI stub is, which is none of these. */
static const struct container containers[] = {
	{"unified kernel image", uki_is, uki_open},
	{"EFI zboot image", zboot_is, zboot_open},
	{"uImage", uimage_is, uimage_open},
	{"FIT image", fit_is, open_fit},
	{"Android boot image", android_is, open_android},
};

const struct container *container_of(const uint8_t *head, size_t head_size)
{
	for (unsigned int i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		if (containers[i].is(head, head_size))
			return &containers[i];
	return NULL;
}

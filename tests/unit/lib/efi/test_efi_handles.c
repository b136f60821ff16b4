/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles and protocols of the EFI environment. */
#include "error.h"
#include "lib/efi/handles.h"
#include "test.h"

static const struct efi_guid first = {1, 2, 3, {4}}, second = {1, 2, 3, {5}};
static struct efi_handles handles;
static int a, b;

TEST(efi_handles)
{
	void *handle = NULL, *other = NULL;
	unsigned int place = 0;

	efi_handles_init(&handles);
	CHECK(!efi_handle_next(&handles, NULL, &place));
	CHECK_EQ(efi_handle_add(&handles, &handle, &first, &a), 0);
	CHECK(efi_handle_is(&handles, handle));
	CHECK_EQ(efi_handle_add(&handles, &handle, &first, &b), ERR_OVERLAP);
	CHECK_EQ(efi_handle_add(&handles, &handle, &second, &b), 0);
	CHECK_EQ(efi_handle_add(&handles, &other, &second, NULL), 0);
	CHECK(other != handle);
	CHECK(efi_handle_find(&handles, handle, &first)->interface == &a);
	CHECK(!efi_handle_find(&handles, other, &first));
	place = 0;
	CHECK(efi_handle_next(&handles, &second, &place) == handle);
	CHECK(efi_handle_next(&handles, &second, &place) == other);
	CHECK(!efi_handle_next(&handles, &second, &place));
	place = 0;
	CHECK(efi_interface_next(&handles, handle, &place)->interface == &a);
	CHECK(efi_interface_next(&handles, handle, &place)->interface == &b);
	CHECK(!efi_interface_next(&handles, handle, &place));
	CHECK_EQ(efi_handle_remove(&handles, handle, &first, &b), ERR_UNKNOWN);
	CHECK_EQ(efi_handle_remove(&handles, handle, &first, &a), 0);
	CHECK_EQ(efi_handle_remove(&handles, handle, &first, &a), ERR_UNKNOWN);
	CHECK(efi_handle_is(&handles, handle));
	CHECK_EQ(efi_handle_remove(&handles, handle, &second, &b), 0);
	CHECK(!efi_handle_is(&handles, handle));
}

/* What is no handle of ours is none, wherever it points. */
TEST(efi_handles_of_others)
{
	void *handle = NULL, *wrong[] = {&a,
					 NULL,
					 &handles,
					 (char *)&handles.handle[0] + 1,
					 &handles.handle[1],
					 &handles.handle[EFI_HANDLES]};

	efi_handles_init(&handles);
	REQUIRE(CHECK_EQ(efi_handle_add(&handles, &handle, &first, &a), 0));
	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		bool is_first = wrong[i] == (void *)&handles.handle[0];

		test_note("handle %u", i);
		CHECK_EQ(efi_handle_is(&handles, wrong[i]), is_first);
		if (wrong[i] && !is_first)
			CHECK_EQ(efi_handle_add(&handles, &wrong[i], &second, &b), ERR_UNKNOWN);
	}
}

TEST(efi_handles_full)
{
	void *handle, *one = NULL;

	efi_handles_init(&handles);
	for (unsigned int i = 0; i < EFI_HANDLES; i++) {
		handle = NULL;
		REQUIRE(CHECK_EQ(efi_handle_add(&handles, &handle, &first, &a), 0));
	}
	CHECK_EQ(efi_handle_add(&handles, &one, &first, &a), ERR_FULL);
	CHECK(!one);
	for (unsigned int i = 0; i < EFI_INTERFACES - EFI_HANDLES; i++) {
		struct efi_guid guid = {i + 10, 0, 0, {0}};

		REQUIRE(CHECK_EQ(efi_handle_add(&handles, &handle, &guid, &a), 0));
	}
	CHECK_EQ(efi_handle_add(&handles, &handle, &second, &a), ERR_FULL);
}

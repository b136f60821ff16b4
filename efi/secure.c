/* SPDX-License-Identifier: BSD-2-Clause */
/* Secure Boot: whether it is on, and what load options, which nobody signs, may not say then. */
#include <string.h>
#include "application.h"

/* What only some firmware answers that has no variables (UEFI 2.10, 8.2: EFI_NOT_FOUND is all). */
static bool has_none(EFI_STATUS status)
{
	return status == EFI_NOT_FOUND || status == EFI_UNSUPPORTED;
}

bool efi_is_secure(const struct application *app)
{
	static const EFI_GUID global = EFI_GLOBAL_VARIABLE;
	CHAR16 name[] = {'S', 'e', 'c', 'u', 'r', 'e', 'B', 'o', 'o', 't', 0};
	EFI_GUID guid = global;
	UINT8 value = 0;
	UINTN size = sizeof(value);
	EFI_STATUS status =
		app->system->RuntimeServices->GetVariable(name, &guid, NULL, &size, &value);

	return status ? !has_none(status) : value != 0;
}

bool efi_options_may_count(const struct application *app)
{
	static const char own[] = "forearm.";

	if (app->has_command_line)
		return true;
	for (const char *at = app->command_line; *at; at++)
		if (strncmp(at, own, sizeof(own) - 1) == 0)
			return !efi_is_secure(app);
	return true;
}

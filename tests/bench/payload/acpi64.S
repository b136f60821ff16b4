/* SPDX-License-Identifier: BSD-2-Clause */
/* The payload as a kernel that can take ACPI: with a PE header, right behind the Image header. */
#define PE_AT 64
#include "image64.S"

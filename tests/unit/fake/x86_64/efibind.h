/* SPDX-License-Identifier: BSD-2-Clause */
/* gnu-efi chooses by the compiler's machine; what the tests run has AArch64's types and calls. */
#include <aarch64/efibind.h>

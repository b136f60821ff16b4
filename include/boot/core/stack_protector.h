/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_STACK_PROTECTOR_H
#define FOREARM_BOOT_STACK_PROTECTOR_H

#include "platform/platform.h"

/*
 * Seeds the stack protector; NULL before the platform is known. Only a function that does not
 * return may call it: callers compare with the guard that they were entered under.
 */
void stack_protector_init(const struct platform *platform);

#endif

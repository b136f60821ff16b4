/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ARCH_LAYOUT_H
#define FOREARM_ARCH_LAYOUT_H

#include "layout.h"

#define WINDOW_VA WINDOW_VA_ARM64

#endif

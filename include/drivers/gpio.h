/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_GPIO_H
#define FOREARM_GPIO_H

#include "monitor.h"

/* PL061 (DDI 0190), a GPIO controller: drives one line, to its active level. */
#define GPIO_REGISTERS 0x1000 /* bytes */

/* Nothing when line->base is 0. Before or without MMU, or with the registers mapped there. */
void gpio_assert(const struct monitor_gpio *line);

#endif

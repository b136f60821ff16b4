/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VERSION_H
#define FOREARM_VERSION_H

#define FOREARM_VERSION "0.1"

#endif

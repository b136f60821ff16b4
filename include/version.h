/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VERSION_H
#define FOREARM_VERSION_H

#define FOREARM_VERSION	 "0.1"
#define FOREARM_REVISION 0x00000001   /* the same as a number: major in the upper half */
#define FOREARM_DATE	 "11/23/2026" /* of this version; month, day, year, as SMBIOS wants it */

/* For people: which commit, too, where the build knows it (scripts/version.sh). */
#ifndef FOREARM_DESCRIBED
#define FOREARM_DESCRIBED FOREARM_VERSION
#endif

#endif

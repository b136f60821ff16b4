/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel as a file of fw_cfg's; stage "options" has looked for it already. */
#include "source.h"

const char *find_file(struct boot *boot)
{
	return boot->files.kernel.given ? NULL : "no file";
}

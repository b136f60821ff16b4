# SPDX-License-Identifier: BSD-2-Clause
"""A kernel without MMU, on one CPU, where the VMM starts forearm in a state that is right for it.

It writes its vectors to address 0, where QEMU has flash, unless the CPU has the Security Extensions.
"""

import pytest

from guests import linux
from guests.linux import APPEND, NOMMU, NOMMU_INITRD, check_boot, check_summary


@pytest.mark.parametrize("program", ["qemu-system-arm", "qemu-system-aarch64"])
@pytest.mark.parametrize("memory", ["256M", "2G"])
@pytest.mark.parametrize("smp", [1, 4], ids=["1cpu", "4cpus"])
def test_kernel_start(boot, smp, memory, program):
    run = boot(
        program=program,
        machine="secure=on",
        cpu="cortex-a15",
        mode="kernel",
        smp=smp,
        memory=memory,
        kernel=NOMMU,
        initrd=NOMMU_INITRD,
        append=f"{APPEND} test=poweroff word=kernel",
    )
    check_boot(run, 1, memory, "armv7l", "SVC", "word=kernel", [linux.ONE_OF_MANY])
    check_summary(run, "Linux arm zImage", "SVC", smp)


@pytest.mark.parametrize("cpu", ["max"])
def test_hyp(boot, cpu):
    """From HYP mode the monitor answers for ID_PFR1, where HCR.TID3 works: on ARMv8 CPUs."""
    run = boot(
        program="qemu-system-arm",
        machine="virtualization=on,highmem=off",
        cpu=cpu,
        memory="256M",
        kernel=NOMMU,
        initrd=NOMMU_INITRD,
        append=f"{APPEND} forearm.guest=nommu test=poweroff word=hyp",
    )
    check_boot(run, 1, "256M", "armv7l", None, "word=hyp")
    check_summary(run, "Linux arm zImage", "SVC (from HYP)", 1)

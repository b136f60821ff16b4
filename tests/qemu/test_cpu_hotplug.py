# SPDX-License-Identifier: BSD-2-Clause
"""Debian's kernels turn every CPU but the first off and on by sysfs, 100 times, on our PSCI."""

import pytest

from guests import linux
from guests.linux import APPEND, check_boot, check_hotplug

ROUNDS = 100
A57 = {"program": "qemu-system-aarch64", "cpu": "cortex-a57"}
ARM64 = {"kernel": linux.ARM64, "initrd": linux.ARM64_INITRD}
ARMHF = {"kernel": linux.ARMHF, "initrd": linux.ARMHF_INITRD}

# Machine, guest, level, what the kernel calls the machine: the monitor at EL3, and at EL2.
STARTS = {
    "el3-el1": ("secure=on,gic-version=3", ARM64, "EL1", "aarch64"),
    "el2-svc": ("virtualization=on", ARMHF, "SVC", "armv7l"),
}


@pytest.mark.parametrize("start", STARTS)
def test_hotplug(boot, start):
    machine, guest, level, name = STARTS[start]
    run = boot(
        **A57,
        **guest,
        machine=machine,
        smp=4,
        append=f"{APPEND} test=hotplug rounds={ROUNDS} word=hotplug",
    )
    check_boot(run, 4, "1G", name, level, "word=hotplug")
    check_hotplug(run, 4, ROUNDS)

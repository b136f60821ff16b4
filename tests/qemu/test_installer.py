# SPDX-License-Identifier: BSD-2-Clause
"""Debian's installer, through forearm, to its first screen on the serial port."""

import pytest

from guests.linux import APPEND
from machines.qemu import GUESTS

CASES = {
    "arm64": ("qemu-system-aarch64", "cortex-a57", "d-i-arm64/linux", "d-i-arm64/initrd.gz"),
    "armhf": ("qemu-system-arm", "cortex-a15", "d-i-armhf/vmlinuz", "d-i-armhf/initrd.gz"),
}


@pytest.mark.parametrize("arch", CASES)
def test_installer(boot, arch):
    program, cpu, kernel, initrd = CASES[arch]
    run = boot(
        until="Choose the language to be used",
        timeout=300,
        program=program,
        cpu=cpu,
        smp=2,
        kernel=GUESTS / kernel,
        initrd=GUESTS / initrd,
        append=APPEND,
    )
    assert run.ended == "seen", "no first screen"

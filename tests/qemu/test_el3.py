# SPDX-License-Identifier: BSD-2-Clause
"""Guests that want EL3 or secure SVC mode for themselves (forearm.el=3): tests/probe/at3_*.S."""

import pytest

from guests import arches
from machines import qemu

LEVEL = {64: "at EL3", 32: "with SCR.NS 0"}
NAME = {64: "EL3", 32: "secure SVC"}


@pytest.mark.parametrize("machine", ["secure=on", "secure=on,virtualization=on"])
@pytest.mark.parametrize("arch", arches.BOTH, ids=lambda arch: arch.name)
def test_guest_at_el3(boot, arch, machine):
    """It is there, without a monitor, and finds the other CPUs where the manual says."""
    kernel = qemu.GUESTS / f"at3_{arch.bits}.img"
    run = boot(
        **arch.board(),
        machine=machine,
        smp=2,
        kernel=kernel,
        append="forearm.el=3",
        until="^at3: second CPU .*$",
        timeout=qemu.EARLY_TIMEOUT,
    )
    assert f"at3: first CPU {LEVEL[arch.bits]}" in run.lines
    assert f"at3: second CPU {LEVEL[arch.bits]}" in run.lines
    assert f", {NAME[arch.bits]}, FDT, 2 CPUs" in run.find("^forearm .* -> 0x")

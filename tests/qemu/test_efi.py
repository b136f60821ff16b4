# SPDX-License-Identifier: BSD-2-Clause
"""The runtime services that stay with an ACPI guest: the time, reset and power-off."""

import time

from guests import acpi
from guests.acpi import every_kernel

LATE = 2000000000  # in May 2033


def check_now(stamp):
    assert abs(int(stamp) - time.time()) < 120, stamp


@every_kernel
def test_time(boot, kernel):
    """The real-time clock can be read, and written."""
    words = f"test=poweroff rtc={LATE}"
    run = acpi.run(boot, kernel, show="acpi,rtc,set-rtc,warnings", words=words)
    acpi.check_boot(run)
    (name, now), (_, then) = [line.split() for line in run.values("rtc")]
    assert name == "rtc-efi"
    check_now(now)
    assert 0 <= int(then) - LATE < 30


def test_built(boot):
    """The same with our own tables, which name the clock."""
    words = "test=poweroff forearm.tables=acpi"
    run = acpi.run(boot, show="acpi,rtc,warnings", machine="acpi=off", words=words)
    acpi.check_boot(run)
    assert [line.split()[0] for line in run.values("rtc")] == ["rtc-efi"]
    check_now(run.value("rtc").split()[1])


@every_kernel
def test_reboot(boot, kernel):
    """ResetSystem: the machine starts again, in forearm."""
    run = acpi.run(boot, kernel, show="acpi", words="test=reboot", reboot=True,
                   until=r"^forearm .*\n", times=2)
    assert run.ended == "seen"
    assert run.find("Remapping and enabling EFI services")
    assert run.find("^forearm-test: rebooting$")
    assert not run.find("Internal error|Reboot failed")


def test_without_runtime(boot):
    """The guest need not use them."""
    run = acpi.run(boot, words="test=poweroff efi=noruntime")
    acpi.check_boot(run)
    assert run.values("rtc") == []


def test_map_of_odd_nodes(boot):
    """NUMA nodes that meet amid 64 KiB, where the kernel lies: it is in RAM that it may use."""
    sizes, extra = [(32 << 20) + 4096, (992 << 20) - 4096], []
    for node, size in enumerate(sizes):
        extra += ["-object", f"memory-backend-ram,id=r{node},size={size}"]
        extra += ["-numa", f"node,memdev=r{node},cpus={node}"]
    run = acpi.run(boot, words="test=poweroff efi=debug", smp=2, extra=extra)
    acpi.check_boot(run, smp=2)
    assert run.find(r"efi: +0x000040000000-0x\w+ .Conventional")
    assert not run.find(r"efi: .*.Reserved")

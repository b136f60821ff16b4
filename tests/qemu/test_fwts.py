# SPDX-License-Identifier: BSD-2-Clause
"""The Firmware Test Suite, in the guest, judges the ACPI tables that forearm builds."""

import re

import pytest

from guests import acpi
from machines import qemu

INITRD = qemu.GUESTS / "arm64" / "initrd-fwts.gz"

# Debian's kernel lets nobody map the configuration space through /dev/mem; QEMU's SMBIOS has no
# processor ID.
NOT_OURS = re.compile("MMapUnmappable|DMIValueOutOfRange: .*Processor")

MACHINES = {
    "gicv2": ("acpi=off,gic-version=2", 1, []),
    "gicv3": ("acpi=off,gic-version=3,iommu=smmuv3", 4, acpi.two_nodes("1G", 4)),
}


@pytest.mark.skipif(not INITRD.exists(), reason="no fwts of Debian's sid was fetched")
@pytest.mark.parametrize("machine", MACHINES)
def test_fwts(boot, machine):
    options, smp, extra = MACHINES[machine]
    append = "show=acpi,fwts test=poweroff forearm.tables=acpi"
    run = boot(kernel=acpi.files("6.1")[0], initrd=INITRD, append=append, machine=options, smp=smp,
               extra=extra)
    acpi.check_boot(run, smp=smp)
    failed = [line for line in run.values("fwts-failed") if not NOT_OURS.search(line)]
    assert not failed, failed
    assert int(run.value("fwts-passed")) > 100

# SPDX-License-Identifier: BSD-2-Clause
"""ACPI tables that forearm builds, for a VMM that has none: the same devices as by FDT."""

import pytest

from guests import acpi

# Machine options, CPUs, memory, and what else: NUMA nodes, a root port (which wants MSIs; without
# them a PCI disk has an interrupt of the host bridge's table).
MACHINES = {
    "gicv2": ("gic-version=2", 1, "1G", "port"),
    "gicv3-its": ("gic-version=3,virtualization=on", 4, "2G", "port numa"),
    "gicv3-smmu": ("gic-version=3,iommu=smmuv3", 2, "1G", "port"),
    "gicv3-no-its": ("gic-version=3,its=off,highmem=off", 2, "1G", ""),
}


def devices(tmp_path, smp, memory, more):
    """Options for disks: behind a root port if there is one, else all without."""
    port = "port" in more
    extra = acpi.root_port() if port else []
    extra += acpi.mmio_disk(tmp_path, "a") + acpi.pci_disk(tmp_path, "b")
    extra += acpi.pci_disk(tmp_path, "c", bus="rp0" if port else "pcie.0")
    return extra + (acpi.two_nodes(memory, smp) if "numa" in more else [])


def run_with(boot, tmp_path, tables, machine, kernel):
    options, smp, memory, more = MACHINES[machine]
    run = acpi.run(
        boot, kernel, words=f"test=poweroff forearm.tables={tables}", smp=smp, memory=memory,
        machine=f"acpi=off,{options}", extra=devices(tmp_path, smp, memory, more),
    )
    level = "EL2" if "virtualization" in options else "EL1"
    acpi.check_boot(run, smp, memory, level, acpi=tables == "acpi")
    assert acpi.description(run) == tables.upper()
    assert sorted(run.values("disk")) == [acpi.disk_line(name) for name in ("vda", "vdb", "vdc")]
    return run


def check_same_devices(boot, tmp_path, machine, kernel):
    by_fdt = run_with(boot, tmp_path, "fdt", machine, kernel)
    by_acpi = run_with(boot, tmp_path, "acpi", machine, kernel)
    assert by_acpi.values("device") == by_fdt.values("device")
    assert len(by_fdt.values("device")) > 20
    assert abs(int(by_acpi.value("mem")) - int(by_fdt.value("mem"))) < 8 << 10


@pytest.mark.parametrize("machine", MACHINES)
def test_same_devices(boot, tmp_path, machine):
    check_same_devices(boot, tmp_path, machine, "6.1")


@pytest.mark.parametrize("machine, kernel", [("gicv2", "6.12"), ("gicv3-its", "6.12"),
                                             ("gicv2", "sid"), ("gicv3-smmu", "sid")])
def test_same_devices_newer(boot, tmp_path, machine, kernel):
    check_same_devices(boot, tmp_path, machine, kernel)

# SPDX-License-Identifier: BSD-2-Clause
"""Debian's kernels in ACPI mode, by QEMU's own tables, with no option of forearm's."""

import pytest

from guests import acpi
from guests.acpi import every_kernel


def check(run, level="EL1", **expected):
    acpi.check_boot(run, level=level, **expected)
    assert acpi.description(run) == "ACPI"
    tables = run.value("tables").split()
    assert {"APIC", "DSDT", "FACP", "GTDT", "MCFG", "PPTT", "SPCR"} <= set(tables)
    assert run.find("ACPI: SPCR: console: pl011,mmio,0x9000000")
    assert [line.split()[0] for line in run.values("rtc")] == ["rtc-efi"]
    return run.values("device")


@every_kernel
def test_gicv2(boot, tmp_path, kernel):
    """One CPU at EL1; disks by virtio-mmio and by PCI, whose MSIs are the GICv2m's."""
    extra = acpi.mmio_disk(tmp_path) + acpi.pci_disk(tmp_path)
    run = acpi.run(boot, kernel, machine="gic-version=2", extra=extra)
    devices = check(run)
    assert run.values("disk") == [acpi.disk_line("vda"), acpi.disk_line("vdb")]
    assert "virtio a003e00 0x0002 virtio_blk" in devices
    assert "pci 0000:00:01.0 1af4:1001 virtio-pci msi" in devices
    assert "v2m 0x08020000-0x08020fff" in devices


@every_kernel
def test_gicv3_16_cpus(boot, tmp_path, kernel):
    """At EL2, with NUMA, a disk behind a root port, and error records (WRITE_POINTER).

    A thread for each CPU would only get in each other's way on a small machine, until the kernel
    complains of stalls.
    """
    extra = acpi.root_port() + acpi.pci_disk(tmp_path, bus="rp0") + acpi.two_nodes("2G", 16)
    machine = "gic-version=3,virtualization=on,ras=on"
    run = acpi.run(boot, kernel, machine=machine, accel="tcg,thread=single", smp=16, memory="2G",
                   extra=extra)
    devices = check(run, "EL2", smp=16, memory="2G")
    assert run.values("disk") == [acpi.disk_line("vda")]
    assert "pci 0000:01:00.0 1af4:1042 virtio-pci msi" in devices
    assert "its 0x08080000-0x0809ffff" in devices
    assert "node0 cpus=0-7 distance=10 20" in devices
    assert "node1 cpus=8-15 distance=20 10" in devices
    assert {"HEST", "SRAT"} <= set(run.value("tables").split())


@every_kernel
def test_iommu(boot, tmp_path, kernel):
    """The SMMU and the way to the ITS, by the IORT; also of a bus that no firmware has numbered."""
    extra = acpi.pci_disk(tmp_path, "a") + acpi.root_port()
    extra += acpi.pci_disk(tmp_path, "b", bus="rp0")
    run = acpi.run(boot, kernel, machine="gic-version=3,iommu=smmuv3", smp=2, extra=extra)
    devices = check(run, smp=2)
    assert sorted(run.values("disk")) == [acpi.disk_line("vda"), acpi.disk_line("vdb")]
    assert "pci 0000:00:01.0 1af4:1001 virtio-pci msi iommu" in devices
    assert "pci 0000:01:00.0 1af4:1042 virtio-pci msi iommu" in devices
    assert "iommu smmu3.0x0000000009050000" in devices


def test_command_line(boot):
    """Nothing has to be added to it: the console is the one that the tables name."""
    kernel, initrd = acpi.files("6.1")
    run = boot(kernel=kernel, initrd=initrd, append="show=acpi,rtc,warnings test=poweroff")
    check(run)


@pytest.mark.parametrize("memory", ["256M", "8G"])
def test_memory(boot, memory):
    check(acpi.run(boot, show=acpi.BRIEF, memory=memory), memory=memory)


def test_highmem_off(boot, tmp_path):
    """ECAM and PCI windows below 4 GiB."""
    extra = acpi.pci_disk(tmp_path)
    run = acpi.run(boot, machine="highmem=off,gic-version=3", memory="2G", extra=extra)
    assert "pci ecam 3f000000-3fffffff" in check(run, memory="2G")
    assert run.values("disk") == [acpi.disk_line("vda")]


def test_cpu_max(boot):
    """SVE, MTE, LPA2 and the like do not depend on the description."""
    check(acpi.run(boot, show=acpi.BRIEF, cpu="max,pauth-impdef=on", smp=2), smp=2)


@every_kernel
def test_its_off(boot, kernel):
    """QEMU's MADT has an ITS all the same, which is not there: Linux must not look at it."""
    run = acpi.run(boot, kernel, machine="gic-version=3,its=off")
    devices = check(run)
    assert not [line for line in devices if line.startswith("its ")]


# Levels below that of the start: forearm answers PSCI, and the FADT has to say by which call.
MONITORS = {
    "el3-el1": ("secure=on", "", "EL1"),
    "el3-el2": ("secure=on,virtualization=on", "", "EL2"),
    "el2-el1": ("virtualization=on", "forearm.el=1", "EL1"),
}


@pytest.mark.parametrize("acpi_from", ["vmm", "built"])
@pytest.mark.parametrize("kernel", ["6.1", "6.12"])
@pytest.mark.parametrize("start", MONITORS)
def test_monitor(boot, start, kernel, acpi_from):
    """PSCI of forearm's for CPUs and power-off, in memory that the guest leaves alone or has not."""
    machine, words, level = MONITORS[start]
    if acpi_from == "built":
        machine += ",acpi=off"
        words += " acpi=force"
    machine += ",gic-version=3"
    run = acpi.run(boot, kernel, show=acpi.BRIEF, machine=machine, smp=4,
                   words=f"{words} efi=debug test=poweroff")
    acpi.check_boot(run, smp=4, level=level)
    assert acpi.description(run) == "ACPI"
    assert run.find("psci: probing for conduit method from ACPI")
    assert run.find("psci: PSCIv1.1 detected in firmware")
    reserved = run.find(r"efi:   0x0000[0-9a-f]{8}-0x0000[0-9a-f]{8} \[Reserved ")
    assert bool(reserved) == (start == "el2-el1")

# SPDX-License-Identifier: BSD-2-Clause
"""QEMUs that are newer than this release's: one boot of each kind, and the devices that only they have."""

import re

import pytest

from files import disks
from guests import acpi
from guests import linux
from guests.linux import APPEND
from machines import newer, qemu

every_suite = pytest.mark.parametrize("suite", newer.SUITES)

A64, A32 = ("aarch64", "cortex-a57", "le64", "aarch64"), ("arm", "cortex-a15", "le32", "armv7l")
# QEMU and CPU, small kernel, what it calls the machine; the machine's options, the mode, the guest's level.
STARTS = {
    "el1": (A64, "gic-version=3", "bios", "EL1"),
    "el2-gicv2": (A64, "virtualization=on,gic-version=2", "kernel", "EL2"),
    "el3": (A64, "secure=on,virtualization=on,gic-version=3", "bios", "EL2"),
    "svc": (A32, "", "bios", "SVC"),
    "hyp": (A32, "virtualization=on", "kernel", "HYP"),
    "secure-svc": (A32, "secure=on", "bios", "SVC"),
}


@every_suite
@pytest.mark.parametrize("start", STARTS)
def test_boot(boot, suite, start):
    (emulator, cpu, name, machine), options, mode, level = STARTS[start]
    kernel, initrd = linux.built(name)
    words = f"{APPEND} test=poweroff word={start}"
    run = boot(program=newer.program(suite, emulator), cpu=cpu, machine=options, mode=mode, smp=4,
               kernel=kernel, initrd=initrd, append=words)
    linux.check_boot(run, 4, "1G", machine, level, f"word={start}")


@every_suite
def test_disk(boot, tmp_path, suite):
    """A boot entry on a virtio disk behind PCI, whose addresses nobody has assigned."""
    kernel, initrd = linux.built("le64")
    entry = disks.entry("Small", "/small/vmlinuz", "/small/initrd", f"{APPEND} test=poweroff from=disk")
    files = {"loader/entries/small.conf": entry, "small/vmlinuz": kernel, "small/initrd": initrd}
    path = disks.disk(tmp_path, (disks.ESP, files))
    extra = ["-bios", str(qemu.FIRMWARE), *disks.drive(path, "virtio-blk-pci")]
    run = boot(program=newer.program(suite, "aarch64"), mode="none", extra=extra)
    linux.check_boot(run, 1, "1G", "aarch64", "EL1", "from=disk")


def acpi_boot(boot, suite, machine, words="", show=acpi.BRIEF, smp=4, **options):
    run = acpi.run(boot, show=show, program=newer.program(suite, "aarch64"), machine=f"gic-version=3{machine}",
                   smp=smp, words=f"{words} test=poweroff", **options)
    acpi.check_boot(run, smp=smp)
    assert acpi.description(run) == "ACPI"
    return run


@every_suite
@pytest.mark.parametrize("tables", ["vmm", "built"])
def test_acpi(boot, suite, tables):
    """Debian's kernel; those that we build are made of the newer QEMU's tree."""
    machine, words = {"vmm": ("", ""), "built": (",acpi=off", "acpi=force")}[tables]
    acpi_boot(boot, suite, machine, words)


# L1 for each core, L2 for each cluster.
CACHES = "".join(f",smp-cache.{i}.cache={cache},smp-cache.{i}.topology={level}"
                 for i, (cache, level) in enumerate([("l1d", "core"), ("l1i", "core"), ("l2", "cluster")]))
CORES = ["-smp", "4,sockets=1,clusters=2,cores=2,threads=1"]
# Latency and bandwidth of memory that is near and far, and memory that survives.
HMAT = [word for target in (0, 1) for kind in ("latency", "bandwidth")
        for word in ("-numa", f"hmat-lb,initiator=0,target={target},hierarchy=memory,data-type=access-{kind},"
                     + {"latency": f"latency={10 + 10 * target}", "bandwidth": "bandwidth=100M"}[kind])]
NVDIMM = ["-object", "memory-backend-ram,id=nv,size=128M", "-device", "nvdimm,memdev=nv"]


def nodes():
    words = acpi.two_nodes("1G", 4)
    return [f"{word},initiator={word.split('ram')[1][0]}" if word.startswith("node,") else word for word in words]


def test_newest_devices(boot, tmp_path):
    """NVDIMM, HMAT, virtio's IOMMU and the CPUs' caches in the VMM's tables: the guest takes them all."""
    extra = [*CORES, "-m", "1G,slots=2,maxmem=4G", *nodes(), *HMAT, *NVDIMM, "-device", "virtio-iommu-pci"]
    run = acpi_boot(boot, "sid", f",nvdimm=on,hmat=on{CACHES}", show=acpi.ALL,
                    extra=[*extra, *acpi.pci_disk(tmp_path)])
    assert {"HMAT", "NFIT", "PPTT", "SRAT", "VIOT"} <= set(run.value("tables").split())
    assert run.find(r"acpi/hmat: +Initiator-Target\[0-1\]:20 nsec")
    assert run.values("disk") == [acpi.disk_line("vda")]
    assert not run.find("cacheinfo failed|Unable to detect cache"), "the caches are not there"


def test_caches_in_tables_that_we_build(boot):
    """The newest QEMU has them in its tree."""
    acpi_boot(boot, "sid", f",acpi=off{CACHES}", "acpi=force", extra=CORES)


def test_an_smmu_for_each_root(boot, tmp_path):
    """The VMM's tables have two PCI roots, each behind an SMMU of its own: a disk is on the first one, a
    root port on the other."""
    extra = ["-device", "pxb-pcie,id=pcie.1,bus_nr=8"]
    for root in 0, 1:
        extra += ["-device", f"arm-smmuv3,primary-bus=pcie.{root},id=smmu{root}"]
    extra += [*acpi.pci_disk(tmp_path), "-device", "pcie-root-port,id=rp1,bus=pcie.1,chassis=9"]
    run = acpi_boot(boot, "sid", "", show=acpi.ALL, extra=extra)
    assert run.count("forearm-test: device=iommu smmu3") == 2
    assert run.values("disk") == [acpi.disk_line("vda")]
    assert [line for line in run.values("device") if re.match("pci 0000:.* iommu$", line)] == [
        "pci 0000:00:02.0 1af4:1001 virtio-pci msi iommu", "pci 0000:08:00.0 1b36:000c pcieport msi iommu"]

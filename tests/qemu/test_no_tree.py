# SPDX-License-Identifier: BSD-2-Clause
"""Started as an ELF file that covers the start of RAM, forearm gets no device tree and makes one."""

import dataclasses
import re

import pytest

from files import cpio
from files import trees
from guests import acpi
from guests import linux
from guests.arches import ARM64
from guests.linux import APPEND, check_boot, kib
from guests.refusal import check_refused

NO_TREE = b"nothing"  # where a tree would be; QEMU leaves its own out
EL1, EL2 = "", "virtualization=on"
MAX = dataclasses.replace(ARM64, cpu="max,pauth-impdef=on")


def files(append="", kernel=ARM64.kernel):
    given = {"opt/org.forearm/initrd": ARM64.initrd}
    given["opt/org.forearm/cmdline"] = f"{APPEND} test=poweroff word=probed {append}"
    if kernel:
        given["opt/org.forearm/kernel"] = kernel
    return given


def start(boot, tmp_path, machine="", level=EL1, arch=ARM64, fw_cfg=None, tables="acpi=off", **options):
    machine = ",".join(filter(None, [machine, level, tables]))
    return trees.start(boot, tmp_path, arch, NO_TREE, machine=machine, fw_cfg=fw_cfg or files(), **options)


def check_probed(run, smp, memory, level=EL1, how="by probing"):
    level = "EL2" if level else "EL1"
    check_boot(run, smp, memory, "aarch64", level, "word=probed", [linux.NO_SEED])
    cpus = "1 CPU" if smp == 1 else f"{smp} CPUs"
    note = f"no device tree; {cpus}, {kib(memory) // 1024} MiB of RAM found {how}"
    assert run.said("note") == [note]


@pytest.mark.parametrize("memory,smp", [("512M", 1), ("1G", 4), ("3G", 1), ("5G", 4)])
@pytest.mark.parametrize("level", [EL1, EL2], ids=["el1", "el2"])
@pytest.mark.parametrize("gic", [2, 3], ids=["gicv2", "gicv3"])
def test_debian(boot, tmp_path, gic, level, smp, memory):
    run = start(boot, tmp_path, f"gic-version={gic}", level, smp=smp, memory=memory)
    check_probed(run, smp, memory, level)
    assert bool(run.find("ITS@0x")) == (gic == 3)
    assert bool(run.find("GICv2m: ")) == (gic == 2)


@pytest.mark.parametrize("machine", ["gic-version=2", "gic-version=3", "gic-version=3,iommu=smmuv3"])
def test_from_acpi(boot, tmp_path, machine):
    """The VMM's ACPI tables become the model, and the model a tree."""
    run = start(boot, tmp_path, machine, smp=4, tables="")
    check_probed(run, 4, "1G", how="by probing and from ACPI")
    assert bool(run.find("arm-smmu-v3 .*ias 4")) == ("smmu" in machine)


def test_acpi_behind_bridges(boot, tmp_path):
    """The IORT that the guest gets is about all buses, although it was looked at before."""
    extra = acpi.root_port() + acpi.pci_disk(tmp_path, bus="rp0")
    kernel, initrd = acpi.files("6.1")
    words = f"forearm.tables=acpi {linux.GUESTS_APPEND} show=devices,disks test=poweroff"
    given = {"opt/org.forearm/kernel": kernel, "opt/org.forearm/initrd": initrd, "opt/org.forearm/cmdline": words}
    run = start(boot, tmp_path, "gic-version=3,iommu=smmuv3", tables="", fw_cfg=given, extra=extra)
    assert run.values("disk") == [acpi.disk_line("vda")]
    assert "pci 0000:01:00.0 1af4:1042 virtio-pci msi iommu" in run.values("device")


def test_many_cpus(boot, tmp_path):
    """Two clusters of 16, the second one not full."""
    check_probed(start(boot, tmp_path, "gic-version=3", smp=20), 20, "1G")


def test_highmem_off(boot, tmp_path):
    """The bus is at another place, and has no window for 64-bit addresses."""
    run = start(boot, tmp_path, "highmem=off", memory="2G")
    check_probed(run, 1, "2G")
    assert run.find("ECAM at .mem 0x3f000000-0x3fffffff. for .bus 00-0f.")
    assert not run.find("0x8000000000|can only accommodate")


@pytest.mark.parametrize("memory", ["130M", "1000M"])
def test_odd_memory(boot, tmp_path, memory):
    check_probed(start(boot, tmp_path, memory=memory), 1, memory)


def test_random_numbers(boot, tmp_path):
    """No VMM gives seeds here; a CPU with random numbers makes up for it."""
    run = start(boot, tmp_path, "gic-version=3", arch=MAX)
    check_boot(run, 1, "1G", "aarch64", "EL1", "word=probed")
    assert run.find("KASLR enabled")


LOOK = b"""#!/bin/busybox sh
busybox mkdir -p /proc
busybox mount -t proc proc /proc
busybox cat /proc/interrupts
busybox poweroff -f
"""


def initrd_that_looks(path):
    """The test guest with another /init, which shows the interrupts in use."""
    with path.open("wb") as file:
        file.write(ARM64.initrd.read_bytes())
        cpio.skip_to(file, 4)
        cpio.add_file(file, "look", LOOK, 0o755)
        cpio.finish(file)
    return path


def wires(run):
    """The GIC's numbers of interrupts, and whose they are."""
    return re.findall(r"GIC\S+ +(\d+ (?:Level|Edge) .*)$", run.text, re.M)


def test_interrupts(boot, tmp_path):
    """They are where QEMU's own tree says, for every pin and behind the fourth device again."""
    given = files("pci=nomsi rdinit=/look")
    given["opt/org.forearm/initrd"] = initrd_that_looks(tmp_path / "initrd")
    ports = [f"pcie-root-port,id=p{i},chassis={i},addr={i}" for i in (1, 2, 3, 4, 7)]
    options = {"fw_cfg": given, "extra": [word for port in ports for word in ("-device", port)]}
    found = start(boot, tmp_path, **options)
    told = boot(mode="kernel", **options)
    assert len(wires(found)) == 8  # timer, PMU, UART, RTC, four pins
    assert wires(found) == wires(told)


MODEL = r"^forearm: +(platform|console|uart|gic|fw_cfg|rtc|pcie|virtio-mmio|ram|reserved)\b.*$"


def model(run):
    """What forearm.log=debug says of the machine."""
    return re.sub(r" +", " ", "\n".join(match.group() for match in re.finditer(MODEL, run.text, re.M)))


@pytest.mark.parametrize("machine", ["gic-version=2", "gic-version=3", "highmem=off", "gic-version=3,its=off"])
def test_same_model(boot, tmp_path, machine):
    """What is found is what QEMU's own tree says."""
    given = files("forearm.log=debug")
    found = start(boot, tmp_path, machine, smp=3, memory="1300M", fw_cfg=given)
    told = boot(mode="kernel", machine=machine, smp=3, memory="1300M", fw_cfg=given)
    assert found.said("note") and not told.said("note")
    assert model(found).count("\n") > 5
    assert model(found) == model(told)


def test_no_kernel(boot, tmp_path):
    """The console is there for messages."""
    check_refused(start(boot, tmp_path, fw_cfg=files(kernel=None)), "no kernel", "-kernel")


@pytest.mark.parametrize("level", [EL1, EL2], ids=["el1", "el2"])
def test_secure(boot, tmp_path, level):
    """At EL3 there is no PSCI to count CPUs by; the monitor's turns the machine off."""
    check_probed(start(boot, tmp_path, "secure=on", level), 1, "1G", level)

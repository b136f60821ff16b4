# SPDX-License-Identifier: BSD-2-Clause
"""Debian's guests in ACPI mode: their kernels, their disks, and what a good boot looks like."""

import hashlib
import re

import pytest

from guests import linux
from machines import qemu

# Folders of build/guests.
KERNELS = {"6.1": "arm64", "6.12": "arm64-trixie", "sid": "arm64-sid", "cloud": "arm64-cloud"}
STOCK = ["6.1", "6.12", "sid"]

every_kernel = pytest.mark.parametrize("kernel", STOCK)

# What may be said with priority warning or worse: how slow the machine is, that QEMU describes no
# caches, that it was told to have no ITS, and by FDT alone that its PCI window is large and belongs
# to no node.
BENIGN = re.compile(
    r"hrtimer: interrupt took|hogged CPU for|Early cacheinfo failed|Unable to detect cache"
    r"|Memory resource size exceeds max for 32 bits|Unknown NUMA node; performance will be reduced"
    r"|No ITS available"
)

# What must not be said with any priority.
COMPLAINTS = re.compile(
    r"ACPI (BIOS )?(Error|Warning|Exception)|ACPI:.*(failed|invalid|not found|[Uu]nable)"
    r"|efi:.*(failed|invalid|broken|[Uu]nable)|\[Firmware (Bug|Warn)|WARNING: "
    r"|KASLR disabled|smmu.*event|Call trace:"
)

DISK_SECTORS = 6144
DISK_HASHED = 1 << 20


def files(kernel):
    """Kernel and initrd. What Debian's sid has today may not have been there."""
    folder = qemu.GUESTS / KERNELS[kernel]
    if kernel == "sid" and not (folder / "vmlinuz").exists():
        pytest.skip("no kernel of Debian's sid was fetched")
    return folder / "vmlinuz", folder / "initrd-acpi.gz"


def disk_content():
    return b"".join(b"%015d\n" % i for i in range(DISK_SECTORS * 32))


def disk(tmp_path):
    path = tmp_path / "disk.img"
    if not path.exists():
        path.write_bytes(disk_content())
    return path


def disk_line(name):
    """What the guest says of a disk that it can read."""
    return f"{name} {DISK_SECTORS} {hashlib.sha256(disk_content()[:DISK_HASHED]).hexdigest()}"


def drive(tmp_path, name):
    return ["-drive", f"if=none,id={name},file={disk(tmp_path)},format=raw,readonly=on"]


def mmio_disk(tmp_path, name="m"):
    return [*drive(tmp_path, name), "-device", f"virtio-blk-device,drive={name}"]


def pci_disk(tmp_path, name="p", bus="pcie.0"):
    return [*drive(tmp_path, name), "-device", f"virtio-blk-pci,drive={name},bus={bus}"]


def root_port(name="rp0"):
    return ["-device", f"pcie-root-port,id={name},chassis=1"]


def two_nodes(memory, cpus):
    """NUMA: half of the memory and of the CPUs each."""
    size, words = linux.kib(memory) // 2, []
    for node, first, last in ((0, 0, cpus // 2 - 1), (1, cpus // 2, cpus - 1)):
        words += ["-object", f"memory-backend-ram,id=ram{node},size={size}K"]
        words += ["-numa", f"node,memdev=ram{node},cpus={first}-{last}"]
    return words


ALL = "acpi,devices,disks,rtc,warnings"
BRIEF = "acpi,rtc,warnings"  # where nobody looks at the devices, which take as long as the boot


def run(boot, kernel="6.1", show=ALL, words="test=poweroff", **options):
    """Boots a guest that reports what `show` names."""
    image, initrd = files(kernel)
    append = f"{linux.GUESTS_APPEND} show={show} {words}"
    return boot(kernel=image, initrd=initrd, append=append, **options)


def summary(run):
    """forearm's own line."""
    own = [line for line in run.lines if line.startswith("forearm ")]
    assert len(own) == 1, own
    return own[0]


def description(run):
    """What the summary line says that the guest was given."""
    found = re.search(r", (?:EL\d|SVC|HYP)(?: \(from [^)]+\))?, ([A-Z]\w*( and \w+)?), ", summary(run))
    assert found, summary(run)
    return found[1]


def check_quiet(run):
    """No message that somebody should look into."""
    warnings = [line for line in run.values("warning") if not BENIGN.search(line)]
    assert not warnings, warnings
    lines = [line for line in run.lines if COMPLAINTS.search(line) and not BENIGN.search(line)]
    assert not lines, lines


def check_boot(run, smp=1, memory="1G", level="EL1", acpi=True):
    """Userspace in the expected mode, all CPUs and memory, no complaint, a clean end."""
    linux.check_boot(run, smp, memory, "aarch64", level, "test=poweroff")
    assert run.value("acpi") == ("yes" if acpi else "no")
    assert run.find("^forearm-test: end of report$")
    assert not run.value("error")
    check_quiet(run)

# SPDX-License-Identifier: BSD-2-Clause
"""Boot loaders that are EFI applications, on disks: systemd-boot, GRUB, shim, Linux's own stubs, forearm itself."""

import struct

import pytest

from files import disks
from files import formats
from guests import linux
from guests.arches import ARM
from guests.refusal import check_refused
from machines import qemu

DEPS = qemu.BUILD / "deps" / "arm64" / "usr" / "lib"
SYSTEMD_BOOT = DEPS / "systemd" / "boot" / "efi" / "systemd-bootaa64.efi"
STUB = DEPS / "systemd" / "boot" / "efi" / "linuxaa64.efi.stub"
GRUB = DEPS / "grub" / "arm64-efi" / "monolithic" / "grubaa64.efi"
SHIM = DEPS / "shim" / "shimaa64.efi"
DEFAULT = "EFI/BOOT/BOOTAA64.EFI"
LINE = f"{linux.GUESTS_APPEND} test=poweroff"
BANNER = r"^forearm \S+: \\EFI\\BOOT\\BOOTAA64.EFI on disk 0, partition 1, "
KERNEL, INITRD = linux.ARM64, linux.ARM64_INITRD


def start(boot, path, by="efi", tables="fdt", device="virtio-blk-device", words=None, **options):
    files = {"opt/org.forearm/boot": by, "opt/org.forearm/tables": tables}
    if words:
        files["opt/org.forearm/cmdline"] = words
    return boot(mode="none", extra=["-bios", str(qemu.FIRMWARE), *disks.drive(path, device)], fw_cfg=files, **options)


def check(run, level="EL1", tables="FDT", smp=1):
    """To userspace by the boot loader and the kernel's stub, with nothing to complain of."""
    linux.check_boot(run, smp, "1G", "aarch64", None, "test=poweroff", allowed=[linux.NO_SEED])
    assert run.find(rf"{BANNER}{level}, {tables}, {smp} CPU")
    assert run.find("^EFI stub: Exiting boot services")
    assert run.find(r"efi: EFI v2\.70 by forearm")
    assert not run.said("error")


def systemd_boot(**files):
    loader = {DEFAULT: SYSTEMD_BOOT, "loader/loader.conf": b"timeout 0\n"}
    return loader | {path.replace("__", "/"): content for path, content in files.items()}


def type_1():
    return {**systemd_boot(), "debian/vmlinuz": KERNEL, "debian/initrd": INITRD,
            "loader/entries/debian.conf": disks.entry("Debian", "/debian/vmlinuz", "/debian/initrd", LINE)}


def uki(folder, ukify):
    path = folder / "debian.efi"
    done = ukify("build", "--stub", STUB, "--efi-arch", "aa64", "--uname", "6.1", "--linux", KERNEL, "--initrd", INITRD,
                 "--cmdline", LINE, "--os-release", "ID=debian\nVERSION_ID=12\n", "--output", path)
    assert done.returncode == 0, done.stderr
    return path


def grub(folder, loader):
    """As Debian has it: a grub.cfg on the EFI system partition that leads to the one beside the kernels, on ext4."""
    lines = ["set timeout=0", "menuentry Debian {", f"linux /boot/vmlinuz {LINE}", "initrd /boot/initrd", "}", ""]
    root = {"boot/vmlinuz": KERNEL, "boot/initrd": INITRD, "boot/grub/grub.cfg": "\n".join(lines).encode()}
    first = f"search.fs_uuid {disks.UUID} root\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n"
    return disks.disk(folder, (disks.ESP, {**loader, "EFI/debian/grub.cfg": first.encode()}), (disks.LINUX, root, "ext4"))


@pytest.mark.parametrize("machine, level, tables, smp", [
    ("", "EL1", "fdt", 1), ("virtualization=on,gic-version=3", "EL2", "acpi", 2)])
def test_systemd_boot(boot, tmp_path, machine, level, tables, smp):
    path = disks.disk(tmp_path, (disks.ESP, type_1()))
    run = start(boot, path, tables=tables, machine=machine, smp=smp)
    check(run, level, tables.upper(), smp)


def test_systemd_boot_uki(boot, tmp_path, ukify):
    """By systemd's stub, from a disk on PCI."""
    files = systemd_boot() | {"EFI/Linux/debian.efi": uki(tmp_path, ukify)}
    check(start(boot, disks.disk(tmp_path, (disks.ESP, files)), device="virtio-blk-pci"))


def test_grub(boot, tmp_path):
    check(start(boot, grub(tmp_path, {DEFAULT: GRUB})))


def test_shim(boot, tmp_path):
    run = start(boot, grub(tmp_path, {DEFAULT: SHIM, "EFI/BOOT/grubaa64.efi": GRUB}))
    check(run)
    assert run.find("^forearm: note: EFI variables are not kept")


def test_auto(boot, tmp_path, ukify):
    """Where there is no entry the boot loader is started, without a word of the user's."""
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: uki(tmp_path, ukify)}))
    check(start(boot, path, by="auto"))


def ext(folder, text, loader):
    """An EFI system partition with a boot loader, and grub.cfg beside a kernel on ext4."""
    files = {"vmlinuz": KERNEL, "boot/grub/grub.cfg": f"menuentry Debian {{\nlinux /vmlinuz {LINE}\n}}\n{text}".encode()}
    return disks.disk(folder, (disks.ESP, {DEFAULT: loader}), (disks.LINUX, files, "ext4"))


NEEDS_GRUB = "menuentry Other {\nchainloader /other.efi\n}\nset default=1\n"


def test_auto_prefers_entries(boot, tmp_path):
    """Of any disk to a boot loader of any."""
    first = disks.disk(tmp_path, (disks.ESP, {DEFAULT: SYSTEMD_BOOT}))
    second = disks.disk(tmp_path, (disks.ESP, type_1()), name="second.img")
    extra = ["-bios", str(qemu.FIRMWARE), *disks.drive(second, number=1), *disks.drive(first)]
    for drives in (extra, extra[:2] + extra[6:] + extra[2:6]):
        run = boot(mode="none", extra=drives, until=r"^forearm \S+: .*\n", timeout=60)
        assert run.find(r"^forearm \S+: Debian \(debian.conf on disk [01], partition 1\): Linux")


def test_default_needs_grub(boot, tmp_path):
    """The disk's boot loader has it, unless the user names an entry, or the VM was started at EL3."""
    path = ext(tmp_path, NEEDS_GRUB, GRUB)
    run = start(boot, path, by="auto", until=r"^forearm \d\S*: .*\n", timeout=60)
    assert run.find("^forearm: note: disk 0 is booted by its own boot loader: its default entry needs GRUB")
    assert run.find(BANNER)
    cause = "the entry Other cannot be started without GRUB"
    refused(start(boot, path, by="auto", words="forearm.entry=Other"), cause, "forearm.entry=NAME")
    refused(start(boot, path, by="auto", machine="secure=on"), cause, "forearm.entry=NAME")


def test_level_of_the_user(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: SYSTEMD_BOOT}))
    run = start(boot, path, machine="virtualization=on", words="forearm.el=1")
    refused(run, "level that the VM was started at, and that is EL2", "leave forearm.el and forearm.guest out")


def test_what_does_not_count(boot, tmp_path):
    """The user's words for a kernel, and its byte order."""
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: SYSTEMD_BOOT}))
    run = start(boot, path, words="quiet", until=r"^forearm \S+: .*\n", timeout=60)
    assert run.find("^forearm: note: the boot loader has its own command line and initrd: those that were given do not count")
    refused(start(boot, path, words="forearm.endian=big"), "is little-endian", "leave forearm.endian out")


def test_forearm(boot, tmp_path):
    """A bundle, which takes the machine over as it does on other EFIs."""
    path = formats.bundle(tmp_path, qemu.BUILD / "forearm-bundle", KERNEL, INITRD, "--cmdline", LINE)
    run = start(boot, disks.disk(tmp_path, (disks.ESP, {DEFAULT: path})))
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff", allowed=[linux.NO_SEED])
    assert run.count("(?m)^forearm [0-9]") == 2


def test_application_ends(boot, tmp_path):
    """forearm without a kernel says so, and gives up."""
    run = start(boot, disks.disk(tmp_path, (disks.ESP, {DEFAULT: qemu.FIRMWARE})))
    assert run.find(BANNER)
    assert "has ended with an error, EFI status 0x8" in run.text
    assert run.ended == "exit" and run.count("forearm: stopped") == 1


STORES = (0x10000001, 0xf900203f, 0xd2800000, 0xd65f03c0)  # to 64 bytes behind its first, and returns 0
READ, WRITE, CODE = 0x40000000, 0x80000000, 0x20000020


def application(*sections):
    """A PE file of an EFI application with its code at 0x1000, and a section for each (address, flags)."""
    head = bytearray(0x1000)
    head[:2], head[0x3c] = b"MZ", 0x40
    struct.pack_into("<4sHHIIIHH", head, 0x40, b"PE", 0xaa64, len(sections), 0, 0, 0, 240, 0x22e)
    struct.pack_into("<HHIIIII", head, 0x58, 0x20b, 0, 0x1000, 0, 0, 0x1000, 0x1000)
    struct.pack_into("<QII", head, 0x70, 0, 0x1000, 0x200)
    struct.pack_into("<IIIH", head, 0x90, 0x3000, 0x1000, 0, 10)
    struct.pack_into("<I", head, 0xc4, 16)
    for number, (address, flags) in enumerate(sections):
        struct.pack_into("<8sIIIIIIHHI", head, 0x148 + 40 * number, b".s", 0x1000, address, 0x1000, 0x1000, 0, 0, 0, 0, flags)
    return bytes(head) + struct.pack("<4I", *STORES).ljust(0x1000, b"\0")


@pytest.mark.parametrize("flags, writes", [(READ | WRITE | CODE, True), (READ | CODE, False)], ids=["writable", "read-only"])
def test_code(boot, tmp_path, flags, writes):
    """Code that says so may be written to, and no other."""
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: application((0x1000, flags))}))
    run = start(boot, path)
    assert ("has ended, and has not started an operating system" in run.text) == writes
    assert run.ended == "exit"


def test_overlapping_sections(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: application((0x1000, READ | CODE), (0x1000, READ | WRITE))}))
    refused(start(boot, path), "cannot be loaded: it is no EFI application", "boot loader")


def test_many_partitions(boot, tmp_path):
    """One with files is seen wherever it is."""
    others = [(disks.LINUX, {"a": b"a"})] * 27
    path = disks.disk(tmp_path, *others, (disks.ESP, {DEFAULT: application((0x1000, READ | WRITE | CODE))}))
    run = start(boot, path)
    assert run.find("^forearm: note: disk 0 has 28 partitions: boot loaders see the first 24, and those whose files forearm reads")
    assert "has ended, and has not started an operating system" in run.text


def refused(run, cause, remedy):
    check_refused(run, cause, remedy)


def test_no_application(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, {"a": b"a"}))
    refused(start(boot, path), r"disk 0, partition 1: no \\EFI\\BOOT\\BOOTAA64.EFI", "give one")


def test_native(boot, tmp_path):
    """What has no entry is not booted if the user wants no boot loader."""
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: SYSTEMD_BOOT}))
    refused(start(boot, path, by="native"), "disk: disk 0, partition 1: no boot entry", "give one")


@pytest.mark.parametrize("content", [b"MZ nothing", bytes(5000)], ids=["short", "zeros"])
def test_damaged(boot, tmp_path, content):
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: content}))
    refused(start(boot, path), "cannot be loaded: it is no EFI application", "boot loader")


def test_el3(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: SYSTEMD_BOOT}))
    refused(start(boot, path, machine="secure=on"), "level that the VM was started at, and that is EL3", "without secure=on")


def test_32_bit(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, {DEFAULT: SYSTEMD_BOOT}))
    refused(start(boot, path, **ARM.board()), "forearm.boot=efi, but the CPU was started in AArch32", "64-bit CPU")

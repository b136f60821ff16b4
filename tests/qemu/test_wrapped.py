# SPDX-License-Identifier: BSD-2-Clause
"""Kernels and initrds with something around or behind them that they are found in nevertheless."""

import gzip
import struct
import subprocess
import zlib

import pytest

from files import formats
from files import images
from guests import linux
from guests.arches import ARM, ARM64
from guests.refusal import check_refused
from machines import qemu

KERNEL = "opt/org.forearm/kernel"
APPEND = f"{linux.APPEND} test=poweroff"
NOT_USED = "^forearm: note: the device tree that comes with the kernel is not used: the VMM's is$"


def tree(folder, text='/dts-v1/; / { compatible = "appended"; };'):
    path = folder / "appended.dtb"
    path.write_bytes(subprocess.run(["dtc", "-q"], input=text.encode(), capture_output=True, check=True).stdout)
    return path.read_bytes()


def bgzip(data):
    """Members of 2,000 bytes with BGZF's extra field, and the empty one at the end."""
    empty = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
    parts = [gzip.compress(data[at : at + 2000]) for at in range(0, len(data), 2000)]
    return b"".join(part[:3] + b"\4" + part[4:10] + b"\6\0BC\2\0" + struct.pack("<H", len(part) + 7) + part[10:]
                    for part in parts) + empty


def android(kernel):
    """A boot image of version 0 with 2 KiB pages."""
    head = b"ANDROID!" + struct.pack("<10I", len(kernel), 0x10008000, 0, 0, 0, 0, 0x10000100, 2048, 0, 0)
    return head.ljust(2048, b"\0") + kernel.ljust(-len(kernel) % 2048 + len(kernel), b"\0")


BEHIND = {
    "nothing": (lambda data, dtb: gzip.compress(data), False),
    "zeros": (lambda data, dtb: gzip.compress(data) + bytes(32), False),
    "one-zero": (lambda data, dtb: gzip.compress(data) + bytes(1), False),
    "samsung": (lambda data, dtb: gzip.compress(data) + b"SEANDROIDENFORCE", False),
    "tree": (lambda data, dtb: gzip.compress(data) + dtb, True),
    "tree-in-boot-image": (lambda data, dtb: android(gzip.compress(data) + dtb), True),
    "two-members": (lambda data, dtb: gzip.compress(data[:2048]) + gzip.compress(data[2048:]), False),
    "two-members-and-tree": (
        lambda data, dtb: gzip.compress(data[:2048]) + gzip.compress(data[2048:]) + dtb, True,
    ),
    "bgzip": (lambda data, dtb: bgzip(data), False),
    "size-that-lies": (lambda data, dtb: gzip.compress(data) + struct.pack("<I", len(data)), False),
}


@pytest.mark.parametrize("name", BEHIND)
def test_gzip(boot, tmp_path, name):
    """Two halves of the same size as two members, too: once the first half was booted."""
    make, has_tree = BEHIND[name]
    file = tmp_path / "kernel"
    file.write_bytes(make(images.tiny(), tree(tmp_path)))
    run = boot(fw_cfg={KERNEL: file}, timeout=20)
    assert run.find("^tiny: entered$") and run.ended == "exit", run.text
    assert run.find("^forearm .*: Linux arm64 Image")
    assert bool(run.find(NOT_USED)) == has_tree


@pytest.mark.parametrize("packer, behind", [("gzip", b""), ("zstd", b""), ("lz4", b""), ("lz4", b"size")])
def test_tree_behind(boot, tmp_path, packer, behind):
    """It is the machine's tree where that is asked for: one without CPUs, which the VMM's has."""
    data = tmp_path / "data"
    data.write_bytes(images.tiny())
    file = formats.packed(tmp_path, data, *formats.PACKERS[packer])
    with open(file, "ab") as out:
        out.write(behind + tree(tmp_path))
    run = boot(fw_cfg={KERNEL: file, "opt/org.forearm/dtb": "payload"}, timeout=20)
    assert run.find("^forearm .*, 0 CPUs") and not run.find(NOT_USED), run.text


def test_whole_gzip_kernel(boot, tmp_path):
    """Debian's, which says how large it is, in two members with a tree behind them."""
    data = linux.ARM64.read_bytes()
    half = len(data) // 2
    file = tmp_path / "Image.gz-dtb"
    file.write_bytes(gzip.compress(data[:half], 1) + gzip.compress(data[half:], 1) + tree(tmp_path))
    run = boot(fw_cfg={KERNEL: file, "opt/org.forearm/initrd": linux.ARM64_INITRD,
                       "opt/org.forearm/cmdline": APPEND})
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")
    assert run.find(NOT_USED)


# -- initrds --------------------------------------------------------------------------------------


def uimage(folder, initrd):
    path = folder / "uInitrd"
    formats.tool("mkimage", "-A", "arm64", "-O", "linux", "-T", "ramdisk", "-C", "gzip", "-n", "rootfs",
                 "-d", initrd, path)
    return path


def uimage_of_nobody(folder, initrd):
    """Made without -A, which Linux people do: mkimage says PowerPC."""
    path = folder / "uInitrd"
    formats.tool("mkimage", "-T", "ramdisk", "-C", "none", "-d", initrd, path)
    return path


def empty_uimage(folder, _):
    """mkimage refuses to make one."""
    header = struct.pack(">7I4B32s", 0x27051956, 0, 0, 0, 0, 0, 0, 5, 22, 3, 0, b"empty")
    path = folder / "uInitrd"
    path.write_bytes(header[:4] + struct.pack(">I", zlib.crc32(header)) + header[8:])
    return path


def init_boot(folder, initrd):
    """Header version 4, as Android's own mkbootimg makes it of nothing but a ramdisk."""
    path, data = folder / "init_boot.img", initrd.read_bytes()
    head = b"ANDROID!" + struct.pack("<9I", 0, len(data), 0, 1584, 0, 0, 0, 0, 4)
    path.write_bytes(head.ljust(4096, b"\0") + data.ljust(-len(data) % 4096 + len(data), b"\0"))
    return path


WRAPPERS = {"uimage": uimage, "init-boot": init_boot}
ARCHES = {"arm64": (ARM64, "aarch64"), "arm": (ARM, "armv7l")}


def in_fw_cfg(folder, wrapped, arch):
    return {"kernel": arch.kernel, "initrd": wrapped}


def in_ram(folder, wrapped, arch):
    """The VMM has put it there, for a forearm that is its kernel (QEMU unwraps a uImage itself)."""
    return {"mode": "none", "extra": ["-kernel", str(qemu.FIRMWARE), "-initrd", str(wrapped)],
            "fw_cfg": {KERNEL: arch.kernel}}


def in_bundle(folder, wrapped, arch):
    path = formats.bundle(folder, qemu.BUILD / "forearm-bundle", arch.kernel, wrapped, "--cmdline", APPEND)
    return {"mode": "none", "append": None, "extra": ["-bios", str(path)]}


def in_fit(folder, wrapped, arch):
    return {"kernel": formats.fit(folder, arch.kernel, wrapped, arch.name)}


SOURCES = {"fw_cfg": in_fw_cfg, "ram": in_ram, "bundle": in_bundle, "fit": in_fit}
INITRDS = [("arm64", wrapper, source) for wrapper in WRAPPERS for source in SOURCES]
INITRDS += [("arm", "uimage", "ram"), ("arm", "init-boot", "fw_cfg")]


@pytest.mark.parametrize("arch, wrapper, source", INITRDS)
def test_initrd(boot, tmp_path, arch, wrapper, source):
    board, machine = ARCHES[arch]
    wrapped = WRAPPERS[wrapper](tmp_path, board.initrd)
    options = SOURCES[source](tmp_path, wrapped, board)
    run = boot(**{**board.board(), "append": APPEND, **options})
    linux.check_boot(run, 1, "1G", machine, None, "test=poweroff")


@pytest.mark.parametrize("source", ["fw_cfg", "ram"])
def test_initrd_of_no_architecture(boot, tmp_path, source):
    options = SOURCES[source](tmp_path, uimage_of_nobody(tmp_path, linux.ARM64_INITRD), ARM64)
    run = boot(**{**ARM64.board(), "append": APPEND, **options})
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


@pytest.mark.parametrize("source", ["fw_cfg", "bundle"])
def test_initrd_of_nothing(boot, tmp_path, source):
    """The only one, a ramdisk without bytes: the kernel starts, and there is none."""
    kernel = tmp_path / "kernel"
    kernel.write_bytes(images.tiny())
    empty = empty_uimage(tmp_path, None)
    if source == "fw_cfg":
        run = boot(kernel=kernel, initrd=empty, append="", timeout=20)
    else:
        path = formats.bundle(tmp_path, qemu.BUILD / "forearm-bundle", kernel, empty)
        run = boot(mode="none", append=None, extra=["-bios", str(path)], timeout=20)
    assert run.find("^tiny: entered$") and run.ended == "exit", run.text
    assert "initrd" not in run.find("^forearm .* -> 0x")


def flipped(folder, initrd):
    return images.flip(uimage(folder, initrd), folder / "flipped", 1000)


def cut(folder, initrd):
    return images.cut(uimage(folder, initrd), folder / "cut", 1000)


def without(folder, _):
    empty = folder / "empty"
    empty.write_bytes(b"")
    return init_boot(folder, empty)


REFUSED = {
    "flipped": (flipped, "a hash or checksum is wrong"),
    "cut": (cut, "the file is cut short"),
    "without": (without, "there is no initrd in it"),
}


# QEMU itself takes a uImage's header away from what it puts into RAM, and looks at no checksum.
@pytest.mark.parametrize("name, source", [("flipped", "fw_cfg"), ("cut", "fw_cfg"), ("without", "fw_cfg"),
                                           ("without", "ram")])
def test_initrd_refused(boot, tmp_path, name, source):
    make, why = REFUSED[name]
    kernel = tmp_path / "kernel"
    kernel.write_bytes(images.tiny())
    wrapped = make(tmp_path, linux.ARM64_INITRD)
    options = {"kernel": kernel, "initrd": wrapped}
    if source == "ram":
        options = in_ram(tmp_path, wrapped, ARM64)
        options["fw_cfg"] = {KERNEL: kernel}
    run = boot(append="quiet", timeout=20, **options)
    check_refused(run, f"the initrd cannot be used: {why}", "given as initrd")

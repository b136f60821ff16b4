# SPDX-License-Identifier: BSD-2-Clause
"""What forearm cannot start is named, and what a container says of its kernel is heeded."""

import hashlib
import struct
import zlib
from pathlib import Path

import pytest

from files import formats
from files import images
from guests.refusal import check_refused
from machines import qemu

CASES = Path(__file__).parent / "cases"
KERNEL = "opt/org.forearm/kernel"

REFUSED = {
    "F3-uImage-bzip2": "said to be compressed with bzip2, and that cannot be undone",
    "F3-mtk-header.img": "MediaTek header",
    "F4-md5.itb": "its hashes are of kinds not known here: md5",
    "F4-sha512.itb": "its hashes are of kinds not known here: sha512",
    "dict.zst": "needs a dictionary",
    "bomb2.zst": "corrupt|free RAM",
    "huge.elf": "no free RAM|larger|impossible",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(boot, name):
    check_refused(boot(fw_cfg={KERNEL: CASES / name}, timeout=20), REFUSED[name], ".")


@pytest.mark.parametrize("name", ["F3-lzma.itb", "F3-xz.itb", "F3-uImage-lzma", "F5-gz-overlay.itb", "F6-qcdt.img"])
def test_taken(boot, name):
    """Kernels by lzma and xz, a FIT with a gzip overlay, a boot image with the size of a table where versions are."""
    run = boot(fw_cfg={KERNEL: CASES / name}, timeout=20)
    assert run.find("^tiny: entered$") and run.ended == "exit", run.text


MAGICS = {
    "bzip2": (0, b"BZh9", "a bzip2 file"),
    "ext4": (0x438, b"\x53\xef\1\0", "ext4"),
    "bzImage": (0x202, b"HdrS", "x86"),
    "riscv": (0x30, b"RISCV\0\0\0", "RISC-V"),
    "iso": (32769, b"CD001", "ISO"),
    "gpt": (512, b"EFI PART", "disk image"),
    "qcow2": (0, b"QFI\xfb", "QCOW2"),
    "squashfs": (0, b"hsqs", "SquashFS"),
    "web": (0, b"<!DOCTYPE html>", "web page"),
}


@pytest.mark.parametrize("name", MAGICS)
def test_magic(boot, tmp_path, name):
    at, magic, text = MAGICS[name]
    file = tmp_path / "file"
    file.write_bytes((bytes(at) + magic).ljust(0x9000, b"\0"))
    check_refused(boot(fw_cfg={KERNEL: file}, timeout=20), f"the kernel is .*{text}", "another file")


def test_iso_with_partitions(boot, tmp_path):
    """As installers have them; in memory, too: in a bundle."""
    file = tmp_path / "file"
    data = bytearray(0x9000)
    data[446:452] = b"\x80\0\0\0\xcd\0"
    data[510:520] = b"\x55\xaaEFI PART"
    data[32769:32774] = b"CD001"
    file.write_bytes(data)
    check_refused(boot(fw_cfg={KERNEL: file}, timeout=20), "the kernel is an ISO image", "as a disk")
    bundle = formats.bundle(tmp_path, qemu.BUILD / "forearm-bundle", file, None)
    run = boot(mode="none", append=None, extra=["-bios", str(bundle)], timeout=20)
    check_refused(run, "the kernel is an ISO image", "as a disk")


def test_disk_as_initrd(boot, tmp_path):
    kernel, file = tmp_path / "kernel", tmp_path / "file"
    kernel.write_bytes(images.tiny())
    file.write_bytes((bytes(32769) + b"CD001").ljust(0x9000, b"\0"))
    run = boot(kernel=kernel, initrd=file, append="", timeout=20)
    assert run.find("^tiny: entered$") and "the initrd is an ISO image" in " ".join(run.said("note")), run.text


def uimage(folder, arch, kind, packing, data):
    code = folder / "code"
    code.write_bytes(data)
    path = folder / "uImage"
    formats.tool("mkimage", "-A", arch, "-O", "linux", "-T", kind, "-C", packing, "-a", "0x40400000", "-e",
                 "0x40400000", "-n", "test", "-d", code, path)
    return path


RAW = images.tiny()[:0x38] + bytes(4) + images.tiny()[0x3C:]  # without its magic number


@pytest.mark.parametrize("kind, packing", [("kernel", "none"), ("standalone", "none"), ("kernel", "gzip")])
def test_code_in_uimage(boot, tmp_path, kind, packing):
    """Code without a header goes where a container says that is for code of this architecture."""
    data = zlib.compress(RAW, wbits=31) if packing == "gzip" else RAW
    run = boot(fw_cfg={KERNEL: uimage(tmp_path, "arm64", kind, packing, data)}, timeout=20)
    assert run.find("^forearm .*: raw file .* -> 0x40400000$") and run.find("^tiny: entered$"), run.text


@pytest.mark.parametrize("arch", ["mips", "riscv", "powerpc"])
def test_foreign_uimage(boot, tmp_path, arch):
    file = uimage(tmp_path, arch, "kernel", "none", RAW)
    check_refused(boot(fw_cfg={KERNEL: file}, timeout=20), f"for another architecture: {arch}", "mkimage -A arm64")


def test_uimage_without_architecture(boot, tmp_path):
    """mkimage, when it is not told, says PowerPC: for a kernel that counts."""
    code, path = tmp_path / "code", tmp_path / "uImage"
    code.write_bytes(images.tiny())
    formats.tool("mkimage", "-T", "kernel", "-C", "none", "-d", code, path)
    check_refused(boot(fw_cfg={KERNEL: path}, timeout=20), "says .* another architecture: powerpc", "mkimage -A arm64")
    formats.tool("mkimage", "-A", "arm64", "-T", "kernel", "-C", "none", "-d", code, path)
    assert boot(fw_cfg={KERNEL: path}, timeout=20).find("^tiny: entered$")


def test_long_names_in_fit(boot, tmp_path):
    """Many properties that share one name of 1 MB would take libfdt minutes."""
    source, path = tmp_path / "fit.dts", tmp_path / "fit.itb"
    long = "n" * 1000
    source.write_text(f'/dts-v1/; / {{ images {{ k {{ {long}; data = "k"; type = "kernel"; }}; }}; }};')
    formats.tool("dtc", "-q", "-f", "-o", path, source)
    check_refused(boot(fw_cfg={KERNEL: path}, timeout=20), "name of a node or a property has more than 255", ".")


def test_packing_that_is_none(boot, tmp_path):
    """Said to be gzip, and is not."""
    file = uimage(tmp_path, "arm64", "kernel", "gzip", RAW)
    check_refused(boot(fw_cfg={KERNEL: file}, timeout=20), "said to be compressed with gzip, and", ".")


@pytest.mark.parametrize("load, at", [(None, None), ("raw", 0x40080000), ("0x40300000", 0x40300000)])
def test_code_in_boot_image(boot, tmp_path, load, at):
    """Its addresses are those of somebody's board: only the user can say that it is code."""
    file = tmp_path / "boot.img"
    head = b"ANDROID!" + struct.pack("<10I", len(RAW), 0x40400000, 0, 0, 0, 0, 0, 2048, 0, 0)
    file.write_bytes(head.ljust(2048, b"\0") + RAW)
    files = {KERNEL: file, **({"opt/org.forearm/load": load} if load else {})}
    run = boot(fw_cfg=files, timeout=20)
    if at:
        assert run.find(f"^forearm .*: raw file .* -> 0x{at:x}$") and run.find("^tiny: entered$"), run.text
    else:
        check_refused(run, "no known format", "forearm.guest=NAME.*forearm.load=")


def test_many_hashes(boot, tmp_path):
    """1,000 hashes of a kernel are no more work than one of each kind."""
    kernel, path = tmp_path / "kernel", tmp_path / "fit.itb"
    kernel.write_bytes(images.tiny(size=1 << 20, image_size=1 << 20))
    value = hashlib.sha1(kernel.read_bytes()).hexdigest()
    hashes = "".join(f'hash-{i} {{ algo = "sha1"; value = [{value}]; }}; ' for i in range(1000))
    source = tmp_path / "fit.dts"
    source.write_text(
        f'/dts-v1/; / {{ images {{ k {{ data = /incbin/("{kernel}"); type = "kernel"; arch = "arm64"; '
        f'compression = "none"; load = <0x40400000>; {hashes} }}; }}; configurations {{ c {{ kernel = "k"; }}; }}; }};'
    )
    formats.tool("dtc", "-q", "-o", path, source)
    run = boot(fw_cfg={KERNEL: path}, timeout=20)
    assert run.find("^tiny: entered$"), run.text


def test_many_configurations(boot, tmp_path):
    """1,000 of them, each with a tree that none of 1,000 images is."""
    kernel = tmp_path / "kernel"
    kernel.write_bytes(images.tiny())
    trees = "".join(f'f{i} {{ data = [00]; type = "flat_dt"; arch = "arm64"; compression = "none"; }}; '
                    for i in range(1000))
    configurations = "".join(f'c{i} {{ kernel = "k"; fdt = "f{999 - i}"; }}; ' for i in range(1000))
    source, path = tmp_path / "fit.dts", tmp_path / "fit.itb"
    source.write_text(
        f'/dts-v1/; / {{ images {{ k {{ data = /incbin/("{kernel}"); type = "kernel"; arch = "arm64"; '
        f'compression = "none"; load = <0x40400000>; }}; {trees} }}; configurations {{ {configurations} }}; }};'
    )
    formats.tool("dtc", "-q", "-o", path, source)
    run = boot(fw_cfg={KERNEL: path}, timeout=20)
    assert run.find("^tiny: entered$"), run.text

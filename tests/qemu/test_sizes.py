# SPDX-License-Identifier: BSD-2-Clause
"""Files that say they are larger than any machine. Nothing is written for them: where such sizes
wrapped around, a file of 4 KiB overwrote forearm itself."""

import gzip
import struct

import pytest

from files import formats
from files import images
from guests.arches import ARM64, BOTH
from guests.refusal import check_refused
from machines import qemu
from machines.qemu import EARLY_TIMEOUT

KERNEL = "opt/org.forearm/kernel"
LAST = (1 << 64) - 1
MIB = images.MIB
TOO_LARGE = r"larger than RAM: .* needs \d+ KiB"
TELLS_TOO_MUCH = "says that it holds 18014398509481983 KiB, more than"
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


EXECUTABLE, ANYWHERE = 2, 3


def elf(segments, kind=ANYWHERE, code_memory=0x100):
    """Of AArch64, code at 0; further segments are (address, content, bytes of memory)."""
    segments = [(0, struct.pack("<I", 0x14000000) * 64, code_memory), *segments]
    head = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", kind, 183, 1, 0, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    body, at = b"", 0x1000
    for address, content, memory in segments:
        head += struct.pack("<IIQQQQQQ", 1, 7, at, address, address, len(content), memory, 1)
        body += content
        at += len(content)
    return head.ljust(0x1000, b"\0") + body


# A frame of 5 bytes that says it has 2^64 - 1, and one that does not say how many.
ZSTD = b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8 + b"\x29\0\0AAAAA"
ZSTD_UNTOLD = b"\x28\xb5\x2f\xfd\0\x58\x15\0\0\0\0"
LZ4 = b"\x04\x22\x4d\x18\x68\x40" + b"\xff" * 8 + b"\xa7\0\0\0\0"
LZ4_UNTOLD = b"\x04\x22\x4d\x18\x60\x40\x82\2\0\0\0\x10A\0\0\0\0"

FILES = {
    "elf-memory": (elf([], ANYWHERE, LAST - 0xFFE), TOO_LARGE),
    "elf-fixed": (elf([], EXECUTABLE, LAST - 0xFFE), TOO_LARGE),
    "elf-to-the-end": (elf([(LAST - 0x10, b"", 0x10)]), TOO_LARGE),
    "elf-writes": (elf([(0x3000, b"ABCD", 4), (LAST - 0x10, b"", 0x10)]), TOO_LARGE),
    "elf-last-page": (elf([(LAST - 0xFFF, b"ABCD", 0xFFF)]), TOO_LARGE),
    "image": (images.arm64_header((1 << 40) - 4096).ljust(4096, b"\0"), TOO_LARGE),
    "zstd": (ZSTD, TELLS_TOO_MUCH),
    "zstd-bomb": (ZSTD + ZSTD_UNTOLD, TELLS_TOO_MUCH),
    "lz4": (LZ4, TELLS_TOO_MUCH),
    "lz4-bomb": (LZ4 + LZ4_UNTOLD, TELLS_TOO_MUCH),
    "gzip-elf": (gzip.compress(elf([(LAST - 0x10, b"", 0x10)])), TOO_LARGE),
}


@pytest.fixture
def start(boot):
    return lambda arch, **options: boot(**{**arch.board(), "timeout": EARLY_TIMEOUT, **options})


@both
@pytest.mark.parametrize("name", FILES)
def test_file(start, tmp_path, arch, name):
    content, cause = FILES[name]
    path = tmp_path / "kernel"
    path.write_bytes(content)
    check_refused(start(arch, fw_cfg={KERNEL: path}), cause, "memory")


@both
def test_zimage(start, tmp_path, arch):
    path = images.sparse(tmp_path / "kernel", 8192, images.zimage_header(0xFFFFFFF0))
    check_refused(start(arch, fw_cfg={KERNEL: path}), "cut short", "again")


def test_raw(start, tmp_path):
    path = images.sparse(tmp_path / "kernel", 200 * MIB)
    files = {KERNEL: path, "opt/org.forearm/load": "raw"}
    run = start(ARM64, memory="128M", fw_cfg=files)
    check_refused(run, TOO_LARGE, "memory")


# -- in containers -------------------------------------------------------------------------------

TOOL = qemu.BUILD / "forearm-bundle"
MAKERS = {
    "uimage": lambda f, kernel: formats.uimage(f, kernel, kernel, "arm64"),
    "fit": lambda f, kernel: formats.fit(f, kernel, kernel, "arm64"),
    "android": lambda f, kernel: formats.android(f, kernel, kernel, 2),
    "uki": lambda f, kernel: formats.bundle(f, TOOL, kernel, None),
}


@pytest.mark.parametrize("name", MAKERS)
def test_container(start, tmp_path, name):
    """An ELF file and a compressed one, each in it."""
    for inner in ("elf-writes", "zstd-bomb"):
        content, cause = FILES[inner]
        path = tmp_path / "inner"
        path.write_bytes(content)
        run = start(ARM64, fw_cfg={KERNEL: MAKERS[name](tmp_path, path)})
        check_refused(run, cause, "memory")


@both
@pytest.mark.parametrize("address", [0xFFFFFFFFFFFFF000, 0xFFFFF000, 0x41FFFFF000])
def test_fit_at_the_end_of_memory(start, tmp_path, arch, address):
    """Code without a header, and where it would go."""
    code, source, path = tmp_path / "code", tmp_path / "fit.its", tmp_path / "fit.itb"
    code.write_bytes(b"\0" * 0x2000)
    place = f"<{address >> 32:#x} {address & 0xffffffff:#x}>"
    source.write_text(
        '/dts-v1/; / { description = "d"; #address-cells = <2>; images { k {'
        f' description = "k"; data = /incbin/("{code}"); type = "kernel"; arch = "{arch.name}";'
        f' os = "u-boot"; compression = "none"; load = {place}; entry = {place}; }}; }};'
        ' configurations { default = "c"; c { description = "c"; kernel = "k"; }; }; };'
    )
    formats.tool("mkimage", "-f", source, path)
    check_refused(start(arch, fw_cfg={KERNEL: path}), f"belongs to {address:#x}, .* no RAM", ".")

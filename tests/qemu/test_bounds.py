# SPDX-License-Identifier: BSD-2-Clause
"""What the worst files of each format cost that we know how to make: instructions to the kernel's first one, as the
bench's plugin counts them, for each byte of the file and of what it unpacks to. docs/performance.md has the bounds, which are those of here."""

import struct
import subprocess
import zlib

import pytest

import machine
from files import cpio
from files import disks
from files import formats
from files import images
from machines import qemu

MARKER = int(machine.MARKERS["arm64"], 16)
KERNEL = struct.pack("<I", MARKER) + images.tiny(image_size=16 << 20)[4:]
MIB = 1 << 20


class Bits:
    """RFC 1951, 3.1.1: from the least significant bit of each byte on."""

    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, width):
        self.value |= value << self.count
        self.count += width

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def empty_block(bits, last):
    """With trees of its own, of one symbol each: 90 bits, after which a decoder makes its tables anew."""
    bits.put(last | 2 << 1, 3)
    bits.put(0 | 0 << 5 | 14 << 10, 14)  # 257 and 1 lengths, by 18 lengths of their code:
    for symbol in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1):
        bits.put(symbol in (18, 1), 3)
    for zeros in (138, 118):
        bits.put(1 | (zeros - 11) << 1, 8)
    bits.put(0, 3)  # the end of block and the only distance have one bit each; the end of block


def gzip_member(deflated, data):
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    return head + deflated + struct.pack("<II", zlib.crc32(data), len(data))


def stored(data, last):
    return bytes([last]) + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data


def gzip_blocks(folder):
    bits = Bits()
    for i in range(8000):
        empty_block(bits, i == 7999)
    return gzip_member(stored(KERNEL, 0) + bits.bytes(), KERNEL), len(KERNEL)


def gzip_members(folder):
    return gzip_member(stored(KERNEL, 1), KERNEL) + 8000 * gzip_member(b"\x03\0", b""), len(KERNEL)


def packed(folder, data, *command):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def text(size):
    """Letters, in no order that repeats."""
    value, letters = 1, bytearray()
    for _ in range(size):
        value = value * 69069 + 1 & 0xFFFFFFFF
        letters.append(97 + (value >> 16) % 26 * (value >> 24) // 256)
    return bytes(letters)


def zstd_block(last):
    """RFC 8878, 3.1.1.3: no literals, one sequence of three bytes, and for it the largest tables that there are, with
    one symbol in each place but one."""
    tables = b"".join((log - 5 | (2 << log) - 2 << 4 | 3 << log + 5).to_bytes(2, "little") for log in (9, 8, 9))
    block = b"\0\1\xa8" + tables + struct.pack("<I", 1 << 26)  # the last are the states that it begins with
    return (last | 2 << 1 | len(block) << 3).to_bytes(3, "little") + block


def zstd_blocks(folder):
    raw = (len(KERNEL) << 3).to_bytes(3, "little") + KERNEL
    blocks = b"".join(zstd_block(i == 3999) for i in range(4000))
    return struct.pack("<IBB", 0xFD2FB528, 0, 0x58) + raw + blocks, len(KERNEL) + 4000 * 3


def zstd_frames(folder):
    """Each with tables of its own for some text."""
    frame = packed(folder, text(400), "zstd", "-q", "-19", "--no-check", "-c")
    return packed(folder, KERNEL, "zstd", "-q", "-c") + 3000 * frame, len(KERNEL) + 3000 * 400


def lz4_sequences(folder):
    """A byte, and four that are the same, in the legacy format."""
    head = bytes([0xF0, *[255] * ((len(KERNEL) - 15) // 255), (len(KERNEL) - 15) % 255])
    block = head + KERNEL + b"\1\0" + 200000 * b"\x10x\1\0" + b"\x50" + bytes(5)
    return struct.pack("<II", 0x184C2102, len(block)) + block, len(KERNEL) + 4 + 1000000 + 5


def xz_blocks(folder):
    """Of 16 zeros, and each begins with the most probabilities that there are."""
    data = KERNEL + bytes(16 * 4000)
    options = "-T1", "--check=none", "--block-size=16", "--lzma2=preset=0,lc=4"
    return packed(folder, data, "xz", *options, "-c"), len(data)


def xz_noise(folder, *options):
    data = KERNEL + text(MIB // 4)
    return packed(folder, data, "xz", "-0", *options, "-c"), len(data)


def lzma_noise(folder):
    return xz_noise(folder, "--format=lzma")


def fit_of(folder, kernel, text):
    source, path = folder / "fit.dts", folder / "fit.itb"
    (folder / "code").write_bytes(kernel)
    source.write_text(f"/dts-v1/; / {{ {text.replace('CODE', str(folder / 'code'))} }};")
    formats.tool("dtc", "-q", "-o", path, source)
    return path.read_bytes(), len(kernel)


NODE = 'k {{ data = /incbin/("CODE"); type = "kernel"; arch = "arm64"; compression = "none"; load = <0x40400000>; {} }};'


def fit_hashes(folder):
    """The CRC-32 of a kernel 1,000 times."""
    kernel = KERNEL.ljust(MIB // 4, b"\0")
    hashes = "".join(f'hash-{i} {{ algo = "crc32"; value = <{zlib.crc32(kernel):#x}>; }}; ' for i in range(1000))
    return fit_of(folder, kernel, f"images {{ {NODE.format(hashes)} }}; configurations {{ c {{ kernel = \"k\"; }}; }};")


def fit_configurations(folder):
    """1,000 with a tree each, that are looked for among 1,000 images."""
    trees = "".join(f'f{i} {{ data = [00]; type = "flat_dt"; arch = "arm64"; compression = "none"; }}; '
                    for i in range(1000))
    choices = "".join(f'c{i} {{ kernel = "k"; fdt = "f{999 - i}"; }}; ' for i in range(1000))
    return fit_of(folder, KERNEL, f"images {{ {NODE.format('')} {trees} }}; configurations {{ {choices} }};")


def cpio_entries(folder):
    """20,000 empty files before the kernel."""
    path = folder / "archive"
    with path.open("wb") as file:
        for i in range(20000):
            cpio.add_file(file, f"f{i}", b"")
        cpio.add_file(file, "boot/vmlinuz", KERNEL)
        cpio.finish(file)
    return path.read_bytes(), len(KERNEL)


# maker, and what it may cost for each byte
BOUNDS = {
    gzip_blocks: 1000,
    gzip_members: 1150,
    zstd_blocks: 4200,
    zstd_frames: 32,
    lz4_sequences: 6,
    xz_blocks: 300,
    xz_noise: 105,
    lzma_noise: 105,
    fit_hashes: 14,
    fit_configurations: 850,
    cpio_entries: 5,
}
ENTRY_BOUND = 40000  # instructions for each boot entry on a disk


def instructions(folder, name, *args):
    bench = qemu.TOP / "tests" / "bench"
    subprocess.run(["make", "-s", "-C", bench, f"OUT={folder}", f"{folder}/count.so"], check=True)
    args = ["-bios", str(qemu.FIRMWARE), *args]
    for option in ("tables", "fdt"), ("log", "quiet"):
        args += qemu.fw_cfg_option("opt/org.forearm/" + option[0], option[1])
    return machine.run(args, str(folder), name, io=False, timeout=120, marker=hex(MARKER))["insns"]


def of_file(folder, name, data):
    file = folder / name
    file.write_bytes(data)
    return instructions(folder, name, *qemu.fw_cfg_option("opt/org.forearm/kernel", file))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Of a kernel as it is."""
    return of_file(tmp_path_factory.mktemp("plain"), "kernel", KERNEL)


@pytest.mark.parametrize("make", BOUNDS, ids=lambda make: make.__name__)
def test_worst(tmp_path, plain, make):
    data, unpacked = make(tmp_path)
    cost = (of_file(tmp_path, make.__name__, data) - plain) / (len(data) + unpacked)
    print(f"{make.__name__}: {cost:.1f} for each of {len(data)} + {unpacked} bytes")
    assert cost < BOUNDS[make]


def of_entries(folder, count):
    """A disk with so many boot entries, one of which boots."""
    entries = folder / f"entries{count}"
    entries.mkdir()
    for i in range(count):
        (entries / f"entry{i}.conf").write_bytes(disks.entry(f"Entry {i}", "/kernel.img"))
    volume = disks.ESP, {"kernel.img": KERNEL, "loader/entries": entries}
    return instructions(folder, f"count{count}", *disks.drive(disks.disk(folder, volume, name=f"{count}.img")))


def test_many_boot_entries(tmp_path):
    cost = (of_entries(tmp_path, 400) - of_entries(tmp_path, 20)) / 380
    print(f"{cost:.0f} for each boot entry")
    assert cost < ENTRY_BOUND

# SPDX-License-Identifier: BSD-2-Clause
"""Starts forearm beside a device tree of the test's making, instead of QEMU's own.

QEMU checks and corrects what it is given by -dtb, so the tree goes to the start of RAM as a segment
of an ELF file, and forearm above it as another. For such a file QEMU leaves all registers at 0.
"""

import struct
import subprocess

import elf
import qemu

RAM = 0x40000000
LOAD = 0x40200000


def dump(path, arch, memory="1G"):
    """The tree that QEMU makes for its virt machine."""
    words = [arch.program, "-M", f"virt,dumpdtb={path}", "-cpu", arch.cpu, "-m", memory]
    words += ["-display", "none", "-nic", "none"]
    subprocess.run(words, check=True, timeout=30, capture_output=True)
    return path


def fdtput(path, options, *words):
    """Changes a tree file in place, as fdtput OPTIONS FILE WORDS."""
    subprocess.run(["fdtput", *options.split(), str(path), *words], check=True, timeout=30)


def start(boot, tmp_path, arch, tree, at=RAM, **options):
    """Runs forearm with the bytes of tree at the address at."""
    make = elf.elf32 if arch.bits == 32 else elf.elf64
    file = tmp_path / "start.elf"
    file.write_bytes(make(LOAD, [(LOAD, qemu.FIRMWARE.read_bytes()), (at, tree)]))
    return boot(program=arch.program, cpu=arch.cpu, mode="none", kernel=file, **options)


# The header's 32-bit big-endian words.
MAGIC, TOTALSIZE, OFF_STRUCT, OFF_STRINGS, OFF_RSVMAP = 0, 4, 8, 12, 16
VERSION, LAST_COMP, BOOT_CPU, SIZE_STRINGS, SIZE_STRUCT = 20, 24, 28, 32, 36


def get(tree, offset):
    return struct.unpack_from(">I", tree, offset)[0]


def put(tree, offset, value):
    changed = bytearray(tree)
    struct.pack_into(">I", changed, offset, value)
    return bytes(changed)


def fill_struct(tree, word):
    """The whole structure block overwritten with one token."""
    start, size = get(tree, OFF_STRUCT), get(tree, SIZE_STRUCT)
    return tree[:start] + struct.pack(">I", word) * (size // 4) + tree[start + size :]

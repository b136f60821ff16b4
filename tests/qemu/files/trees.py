# SPDX-License-Identifier: BSD-2-Clause
"""Starts forearm beside a device tree of the test's making, instead of QEMU's own.

QEMU checks and corrects what it is given by -dtb, so the tree goes to the start of RAM as a segment
of an ELF file, and forearm above it as another. For such a file QEMU leaves all registers at 0.
"""

import struct
import subprocess

from files import elf
from machines import qemu

RAM = 0x40000000
LOAD = 0x40200000


def dump(path, arch, memory="1G", machine="", smp=1, mode="none"):
    """The tree that QEMU makes for its virt machine; with mode "bios", that of one with a firmware."""
    wanted = ",".join(filter(None, [machine, f"dumpdtb={path}"]))
    words = qemu.command(
        program=arch.program, machine=wanted, cpu=arch.cpu, memory=memory, smp=smp, mode=mode
    )
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


# Power states of CPU_SUSPEND in its original format: bit 16, power down; PSCI 5.4.2.
STANDBY, POWER_DOWN = 0, 1 << 16
PHANDLE = 0x9001  # QEMU counts from 0x8000


def add_idle_states(path, smp, states=(STANDBY, POWER_DOWN)):
    """Lets Linux use CPU_SUSPEND, in a tree file for smp CPUs: the VMM's trees have no idle states."""
    top = "/cpus/idle-states"
    fdtput(path, "-cp", top)
    fdtput(path, "-ts", top, "entry-method", "psci")
    for number, state in enumerate(states):
        node = f"{top}/state-{number}"
        fdtput(path, "-cp", node)
        fdtput(path, "-ts", node, "compatible", "arm,idle-state")
        values = {"arm,psci-suspend-param": state, "phandle": PHANDLE + number}
        values |= {"entry-latency-us": 20, "exit-latency-us": 40, "min-residency-us": 100}
        for name, value in values.items():
            fdtput(path, "-ti", node, name, str(value))
    handles = [str(PHANDLE + number) for number in range(len(states))]
    for cpu in range(smp):
        fdtput(path, "-ti", f"/cpus/cpu@{cpu}", "cpu-idle-states", *handles)
    return path

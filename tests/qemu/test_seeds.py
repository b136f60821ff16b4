# SPDX-License-Identifier: BSD-2-Clause
"""Randomness for the guest's kernel is in the guest's tree, and nowhere else in RAM, when it starts."""

import re
import struct
import subprocess

import pytest

from files import elf
from files import images
from files import trees
from guests.arches import ARM64, BOTH
from machines import gdbstub
from machines import qemu
from machines.qemu import EARLY_TIMEOUT

RAM, SIZE = 0x40000000, 128 << 20
MAGIC = b"\xd0\x0d\xfe\xed"
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


@pytest.fixture
def kernel(tmp_path, arch):
    return images.sparse(tmp_path / "kernel", 4096, images.header(arch, 4096))


def ram_at_entry(boot, tmp_path_factory, arch, **options):
    """All RAM, when nothing is left to do but to switch the MMU off and to jump."""
    folder = tmp_path_factory.mktemp("gdb")
    file = folder / "ram"
    options = {**arch.board(), "memory": f"{SIZE >> 20}M", "timeout": EARLY_TIMEOUT, **options}
    elf = qemu.BUILD / ("forearm.elf" if arch is ARM64 else "arm.elf")
    with gdbstub.attach(boot, folder / "socket", arch.bits, **options) as (cpu, _):
        cpu.run_to(gdbstub.symbols(elf)["enter_guest"] & ~1)
        cpu.ask("qRcmd," + f'pmemsave {RAM:#x} {SIZE:#x} "{file}"'.encode().hex())
        cpu.kill()
    return file.read_bytes()


def found(ram, tmp_path):
    """{(first, last): {property: bytes}} of each device tree in it."""
    result = {}
    for match in re.finditer(re.escape(MAGIC), ram):
        at = match.start()
        size = struct.unpack_from(">I", ram, at + 4)[0]
        if at % 8 or not 64 < size <= 4 << 20 or struct.unpack_from(">I", ram, at + 20)[0] != 17:
            continue
        tree = tmp_path / "found.dtb"
        tree.write_bytes(ram[at : at + size])
        seeds = {}
        for name in ("kaslr-seed", "rng-seed"):
            words = ["fdtget", "-t", "bx", str(tree), "/chosen", name]
            got = subprocess.run(words, capture_output=True, text=True)
            seeds[name] = bytes(int(byte, 16) for byte in got.stdout.split())
        result[at, at + size] = seeds
    return result


def check(ram, tmp_path, trees_left):
    """The guest's tree is the one whose seeds are still there. Any eight bytes of them count."""
    all_trees = found(ram, tmp_path)
    alive = {place: seeds for place, seeds in all_trees.items() if any(map(any, seeds.values()))}
    assert len(alive) == 1, alive
    (first, last), seeds = next(iter(alive.items()))
    assert len(seeds["kaslr-seed"]) == 8 and len(seeds["rng-seed"]) == 32
    assert len(all_trees) - 1 >= trees_left
    for seed in seeds.values():
        for part in range(0, len(seed), 8):
            for match in re.finditer(re.escape(seed[part : part + 8]), ram):
                assert first <= match.start() < last, hex(RAM + match.start())


@both
def test_seeds_of_the_vmm(boot, tmp_path, tmp_path_factory, arch, kernel):
    check(ram_at_entry(boot, tmp_path_factory, arch, kernel=kernel), tmp_path, 1)


@both
def test_seeds_with_an_overlay(boot, tmp_path, tmp_path_factory, arch, kernel):
    """One more tree."""
    source = tmp_path / "overlay.dts"
    source.write_text('/dts-v1/; / { fragment@0 { target-path = "/"; __overlay__ { extra { }; }; }; };')
    overlay = tmp_path / "overlay.dtbo"
    subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o", str(overlay), str(source)], check=True)
    ram = ram_at_entry(boot, tmp_path_factory, arch, kernel=kernel,
                       fw_cfg={"opt/org.forearm/overlay": overlay})
    check(ram, tmp_path, 2)


@pytest.mark.parametrize("arch", [ARM64], ids=["arm64"])
def test_seeds_beside_acpi(boot, tmp_path, tmp_path_factory, arch, kernel):
    """One more tree: the VMM's has no CPUs, so another one is made by its ACPI tables in RAM."""
    forearm, tables = RAM + (4 << 20), RAM + (2 << 20)
    tree = trees.dump(tmp_path / "virt.dtb", arch, memory=f"{SIZE >> 20}M")
    subprocess.run([str(qemu.BUILD / "acpi" / "mktables"), str(tree), str(tmp_path), hex(tables)], check=True, timeout=30)
    trees.fdtput(tree, "-r", "/cpus")
    segments = [(forearm, qemu.FIRMWARE.read_bytes()), (RAM, tree.read_bytes()),
                (tables, (tmp_path / "whole.bin").read_bytes())]
    start = tmp_path / "start.elf"
    start.write_bytes(elf.elf64(forearm, segments))
    ram = ram_at_entry(boot, tmp_path_factory, arch, mode="none", kernel=start,
                       fw_cfg={"opt/org.forearm/kernel": kernel, "opt/org.forearm/tables": "fdt"})
    check(ram, tmp_path, 2)


@pytest.mark.parametrize("arch", [ARM64], ids=["arm64"])
def test_seeds_of_the_cpu(boot, tmp_path, tmp_path_factory, arch, kernel):
    """No seed by the VMM: those that forearm makes leave no trace either."""
    ram = ram_at_entry(boot, tmp_path_factory, arch, kernel=kernel, cpu="max", machine="dtb-randomness=off")
    check(ram, tmp_path, 0)


@both
def test_seeds_of_virtio(boot, tmp_path, tmp_path_factory, arch, kernel):
    """Neither by the VMM nor by the CPU: a virtio device's leave no trace either."""
    ram = ram_at_entry(boot, tmp_path_factory, arch, kernel=kernel, machine="dtb-randomness=off",
                       extra=["-device", "virtio-rng-device"])
    check(ram, tmp_path, 0)


@pytest.mark.parametrize("arch", [ARM64], ids=["arm64"])
def test_seed_of_zeros(boot, tmp_path, tmp_path_factory, arch, kernel):
    """As kvmtool writes it, which has none: the CPU's randomness takes its place."""
    tree = trees.dump(tmp_path / "virt.dtb", arch, machine="dtb-randomness=off", mode="bios", memory="128M")
    trees.fdtput(tree, "-t x", "/chosen", "kaslr-seed", "0", "0")
    ram = ram_at_entry(boot, tmp_path_factory, arch, kernel=kernel, cpu="max",
                       machine="dtb-randomness=off", extra=["-dtb", str(tree)])
    check(ram, tmp_path, 0)

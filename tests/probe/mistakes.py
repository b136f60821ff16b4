# SPDX-License-Identifier: BSD-2-Clause
"""One thing wrong at a time in a hand-over, and the items that must then fail.

Each function takes a badloader.Handover and spoils it. RULES holds for each probe, by the
function's name: the function, the items that fail, and those that the probe cannot reach then.
"""
import struct
import zlib

import badloader
import fdtree
import probeguest

FAR = badloader.RAM + (800 << 20)  # behind what a 32-bit kernel maps

# What cannot be made wrong on QEMU's machine, and why.
NEVER_FAIL = {
    "counter-virtual": "no level can stop the virtual counter",
    "gic-system-registers": "QEMU has the system registers always on",
    "smp-masked": "QEMU resets the CPUs that it starts",
    "smp-mmu-off": "QEMU resets the CPUs that it starts",
    "smp-byte-order": "QEMU resets the CPUs that it starts",
    "smp-stack": "QEMU resets the CPUs that it starts",
    "bss-usable": "there is no memory that forgets: without RAM it is a crash",
}

RULES = {}  # of each probe: name of the mistake -> (what to do, items that fail, items not reached)


def mistake(probes, fails, unreached="", a32=""):
    """Registers a function that makes the hand-over wrong; a32: what else fails there."""

    def add(change):
        for probe in probes.split():
            items = f"{fails} {a32}" if probeguest.is_a32(probe) else fails
            rules = RULES.setdefault(probe, {})
            assert change.__name__ not in rules
            rules[change.__name__] = (change, set(items.split()), set(unreached.split()))
        return change

    return add


NO_BASE = "image-in-zone fdt-in-lowmem initrd-in-lowmem"  # from a start of RAM that is not known
A64 = "el1 el2"
A32 = "svc hyp"
EACH = "el1 svc"  # one of each architecture is enough for what does not depend on the level


def registers(number, probes, item):
    def change(h):
        h.args[number] = 0x123

    change.__name__ = f"register_{item}"
    mistake(probes, item)(change)


for n in (1, 2, 3):
    registers(n, A64, f"x{n}")
for n in (0, 1):
    registers(n, A32, f"r{n}")


def sctlr(probes, bit, item, field="sctlr"):
    def change(h):
        setattr(h, field, 1 << bit)

    change.__name__ = f"{field}_bit{bit}"
    mistake(probes, item)(change)


sctlr(f"{A64} svc", 0, "sctlr-mmu-off")
sctlr("hyp", 0, "sctlr-mmu-off")
sctlr(f"{A64} {A32}", 2, "sctlr-dcache-off")
sctlr(f"{A64} {A32}", 25, "sctlr-byte-order")
sctlr("el1", 24, "sctlr-byte-order")
sctlr(A32, 30, "sctlr-arm-exceptions")
sctlr(A32, 13, "sctlr-low-vectors")
sctlr(A32, 5, "sctlr-legacy", "sctlr_clear")
sctlr("hyp", 0, "hsctlr-mmu-off", "hsctlr")
sctlr("hyp", 2, "hsctlr-dcache-off", "hsctlr")
sctlr("hyp", 25, "hsctlr-byte-order", "hsctlr")
sctlr("hyp", 30, "hsctlr-arm-exceptions", "hsctlr")


@mistake(A64, "daif-masked")
def interrupts_on(h):
    h.masks = 0


@mistake(A64, "daif-masked")
def fiq_on(h):
    h.masks &= ~0x40


@mistake(A32, "aif-masked")
def abort_on(h):
    h.masks &= ~0x100


@mistake(A64, "spsel")
def stack_of_el0(h):
    h.spsel = 0


@mistake("el2", "hcr-stage2-off")
def stage2_on(h):
    h.hcr = 1


@mistake("el2 hyp", "cntvoff smp-counter-offset")
def virtual_time_shifted(h):
    h.cntvoff = 0x1000


@mistake(A32, "arm-state")
def thumb(h):
    h.thumb = 1


@mistake(A32, "cpsr-byte-order")
def big_endian(h):
    h.big_endian = 1


@mistake(f"{A64} {A32}", "counter-frequency smp-frequency")
def no_counter_frequency(h):
    h.cntfrq = 0


# Placement


@mistake(A64, "image-placement")
def image_shifted(h):
    h.image_at += 0x1000


@mistake(EACH, "image-intact")
def image_changed(h):
    h.image = h.image[:-5000] + bytes([h.image[-5000] ^ 1]) + h.image[-4999:]


@mistake(EACH, "image-size image-intact")
def image_cut_short(h):
    h.image = h.image[:-4096]


def memory(h, start, size):
    h.tree.child("memory").props["reg"] = fdtree.cells64(start, size)


@mistake(EACH, "fdt-in-ram")
def fdt_not_in_ram(h):
    memory(h, badloader.RAM, badloader.FDT - badloader.RAM)
    h.move_initrd(badloader.INITRD - (64 << 20))


@mistake(EACH, "image-in-ram", "bss-usable", a32=NO_BASE)
def bss_over_end_of_ram(h):
    end = badloader.IMAGE + len(h.image) + 0x1000
    reg = [badloader.RAM, end - badloader.RAM, end + 0x1000000, 0x30000000]
    h.tree.child("memory").props["reg"] = fdtree.cells64(*reg)


@mistake("svc", "image-above-tables")
def image_where_tables_go(h):
    memory(h, badloader.IMAGE - 0x7000, 0x20000000)


@mistake("svc", "image-in-zone")
def image_too_high(h):
    h.image_at = badloader.RAM + (192 << 20)


@mistake(EACH, "fdt-clear-of-image", "bss-usable")
def fdt_in_bss(h):
    h.move_fdt((badloader.IMAGE + len(h.image) + 0x18000) & ~7)


@mistake("svc", "fdt-in-lowmem")
def fdt_too_high(h):
    h.move_fdt(FAR)


@mistake("svc", "fdt-clear-of-kernel")
def fdt_under_kernel(h):
    h.move_fdt(badloader.RAM + (16 << 20))


# The FDT


@mistake(EACH, "fdt-aligned")
def fdt_misaligned(h):
    h.move_fdt(badloader.FDT + 4)


@mistake(EACH, "fdt-one-block")
def fdt_across_boundary(h):
    h.move_fdt(badloader.FDT - 0x1000)


@mistake(EACH, "fdt-packed")
def fdt_padded(h):
    h.padding = 0x1000


@mistake(EACH, "fdt-size fdt-one-block fdt-packed")
def fdt_too_large(h):
    h.padding = 2 << 20


@mistake(EACH, "fdt-version")
def fdt_of_other_version(h):
    h.compatible = 17


def rest_of_tree(fdt):
    """All the items behind the FDT item that stops the probe."""
    behind = "fdt-packed fdt-in-ram memory-node cpus-node psci-node chosen-node boot-cpu-listed"
    behind += f" access nothing-resident {probeguest.IMAGE} {probeguest.CHOSEN} {probeguest.PSCI} {probeguest.SMP}"
    behind += f" {probeguest.INITRD} {probeguest.A32_INITRD} {probeguest.A64_GICV3} image-placement"
    return f"{fdt} {behind} image-above-tables image-in-zone fdt-in-lowmem fdt-clear-of-kernel"


@mistake(EACH, "fdt-magic", rest_of_tree("fdt-size fdt-one-block fdt-version fdt-structure"))
def no_fdt(h):
    h.fdt = bytes(4096)


@mistake(EACH, "fdt-structure", rest_of_tree(""))
def fdt_damaged(h):
    h.fdt = h.flatten()
    at = struct.unpack_from(">I", h.fdt, 8)[0] + 8
    h.fdt = h.fdt[:at] + b"\0\0\0\7" + h.fdt[at + 4 :]


@mistake(EACH, "fdt-structure", rest_of_tree(""))
def fdt_truncated(h):
    h.fdt = bytearray(h.flatten())
    struct.pack_into(">I", h.fdt, 4, len(h.fdt) - 64)


NO_RAM = "memory-node fdt-in-ram image-in-ram initrd-in-ram"


@mistake(EACH, NO_RAM, "bss-usable initrd-header initrd-intact", a32=NO_BASE)
def no_memory_node(h):
    h.tree.remove("memory")


@mistake(EACH, NO_RAM, "bss-usable initrd-header initrd-intact", a32=NO_BASE)
def memory_disabled(h):
    h.tree.child("memory").props["status"] = b"disabled\0"


@mistake(EACH, "cpus-node boot-cpu-listed", probeguest.SMP)
def no_cpus_node(h):
    h.tree.remove("cpus")


@mistake(EACH, "boot-cpu-listed")
def other_boot_cpu(h):
    h.tree.child("cpus").child("cpu@0").props["reg"] = fdtree.cells(0x77)


@mistake(f"{A64} {A32}", probeguest.SMP)
def cpu_that_is_not_there(h):
    cpu = fdtree.Node("cpu@9")
    cpu.props = {**h.tree.child("cpus").child("cpu@0").props, "reg": fdtree.cells(9)}
    h.tree.child("cpus").children.append(cpu)


@mistake(EACH, "psci-node", f"psci-version {probeguest.SMP}")
def no_psci_node(h):
    h.tree.remove("psci")


@mistake(EACH, "nothing-resident")
def memreserve(h):
    h.reserves = [(badloader.LOADER, 0x1000)]


@mistake(EACH, "nothing-resident")
def reserved_memory(h):
    node, child = fdtree.Node("reserved-memory"), fdtree.Node("firmware@60000000")
    node.props = {"#address-cells": fdtree.cells(2), "#size-cells": fdtree.cells(2), "ranges": b""}
    child.props = {"reg": fdtree.cells64(badloader.LOADER, 0x1000), "no-map": b""}
    node.children.append(child)
    h.tree.children.append(node)


# /chosen


@mistake(
    EACH,
    "chosen-node bootargs stdout-path kaslr-seed rng-seed",
    f"bootargs-no-forearm {probeguest.INITRD} {probeguest.A32_INITRD}",
)
def no_chosen_node(h):
    h.tree.remove("chosen")


@mistake(EACH, "bootargs initrd-absent", f"bootargs-no-forearm {probeguest.INITRD}")
def bootargs_without_end(h):
    h.chosen["bootargs"] = b"quiet"


@mistake(EACH, "bootargs-no-forearm")
def option_left_in_bootargs(h):
    h.chosen["bootargs"] = h.chosen["bootargs"][:-1] + b" forearm.log=quiet\0"


@mistake(EACH, "stdout-path")
def no_stdout_path(h):
    del h.chosen["stdout-path"]


@mistake(EACH, "kaslr-seed")
def kaslr_seed_of_zeros(h):
    h.chosen["kaslr-seed"] = bytes(8)


@mistake(EACH, "kaslr-seed")
def no_kaslr_seed(h):
    del h.chosen["kaslr-seed"]


@mistake(EACH, "rng-seed")
def rng_seed_short(h):
    h.chosen["rng-seed"] = h.chosen["rng-seed"][:16]


@mistake(EACH, "rng-seed")
def rng_seed_of_zeros(h):
    h.chosen["rng-seed"] = bytes(64)


# The initrd

INITRD_REST = probeguest.INITRD.replace("initrd-present", "")


@mistake(EACH, "initrd-present", f"{INITRD_REST} {probeguest.A32_INITRD}")
def initrd_without_end(h):
    del h.chosen["linux,initrd-end"]


@mistake(EACH, "initrd-absent", probeguest.INITRD)
def initrd_that_nobody_gave(h):
    h.chosen["bootargs"] = b"quiet\0"


@mistake(EACH, "initrd-size initrd-header initrd-intact")
def initrd_too_short(h):
    h.name_initrd(h.initrd_at, h.initrd_at + len(h.initrd) - 4)


@mistake(EACH, "initrd-header")
def initrd_header_changed(h):
    h.initrd = h.initrd[:8] + b"\0\0" + h.initrd[10:]


@mistake(EACH, "initrd-intact")
def initrd_changed(h):
    h.initrd = h.initrd[:-1] + bytes([h.initrd[-1] ^ 1])


@mistake(EACH, "initrd-in-ram", "initrd-header initrd-intact")
def initrd_not_in_ram(h):
    memory(h, badloader.RAM, badloader.INITRD - badloader.RAM)


@mistake(
    EACH, "initrd-in-ram initrd-window", "initrd-header initrd-intact", a32="initrd-in-lowmem"
)
def initrd_far_away(h):
    h.name_initrd(40 << 30, (40 << 30) + len(h.initrd))


@mistake(EACH, "initrd-clear-of-image initrd-header initrd-intact")
def initrd_in_bss(h):
    h.move_initrd(badloader.IMAGE + len(h.image) + 0x18000)


@mistake(EACH, "initrd-clear-of-fdt")
def fdt_in_initrd(h):
    at, fdt = 0x1000, h.flatten()
    body = h.initrd[16:at] + fdt + h.initrd[at + len(fdt) :]
    h.initrd = h.initrd[:12] + struct.pack("<I", zlib.crc32(body)) + body
    h.move_fdt(h.initrd_at + at)
    h.fdt = b""


@mistake("svc", "initrd-in-lowmem")
def initrd_too_high(h):
    h.move_initrd(FAR)


@mistake("svc", "initrd-clear-of-kernel")
def initrd_under_kernel(h):
    h.move_initrd(badloader.RAM + (16 << 20))

# SPDX-License-Identifier: BSD-2-Clause
"""Enters a probe through loader64.S or loader32.S: in the right way, or with one thing wrong."""
import struct

import probeguest
from fdtree import flatten

RAM = 0x40000000
IMAGE = 0x42000000
FDT = 0x48000000
INITRD = 0x4A000000
LOADER = 0x60000000
TABLE = 0x60100000  # aligned to its 16 KiB

DAIF_ALL = 0x3C0
CNTFRQ = 62500000
CPTR_TFP = 3 << 10  # floating point; both bits are used by HCPTR alone
TCR_EL1 = 25 | 1 << 23  # 39 bits of address; no walks by TTBR1
TCR_EL2 = 25 | 1 << 31 | 1 << 23
CPTR_RES1 = 0x33FF
MAIR = 0x00FF  # 0: normal memory, 1: device


class Handover:
    """All that a loader decides; right at first, for the tests to make wrong."""

    def __init__(self, probe, image, tree, initrd):
        self.probe = probe
        self.image, self.image_at = image, IMAGE
        self.tree, self.fdt_at = tree, FDT
        self.initrd, self.initrd_at = initrd, INITRD
        self.fdt = None  # the bytes, when the tree is not just to be flattened
        self.reserves, self.padding, self.compatible = (), 0, 16
        self.args = [0, 0xFFFFFFFF, FDT, 0] if probeguest.is_a32(probe) else [FDT, 0, 0, 0]
        self.masks = DAIF_ALL if not probeguest.is_a32(probe) else 0x1C0
        self.spsel = 1
        self.big_endian = 0  # CPSR.E
        self.thumb = 0
        self.sctlr, self.sctlr_clear, self.hsctlr, self.hcr = 0, 0, 0, 0
        self.cntfrq, self.cntvoff = CNTFRQ, 0
        self.down, self.cnthctl, self.cptr = False, 3, CPTR_RES1

    @property
    def chosen(self):
        return self.tree.child("chosen").props

    def move_fdt(self, at):
        self.fdt_at = at
        self.args[2 if probeguest.is_a32(self.probe) else 0] = at

    def move_initrd(self, at):
        self.initrd_at = at
        self.name_initrd(at, at + len(self.initrd))

    def name_initrd(self, start, end):
        self.chosen["linux,initrd-start"] = struct.pack(">Q", start)
        self.chosen["linux,initrd-end"] = struct.pack(">Q", end)

    def parameters(self):
        if probeguest.is_a32(self.probe):
            words = [*self.args, self.image_at | self.thumb, self.masks, self.big_endian]
            words += [self.sctlr, self.hsctlr, self.sctlr_clear, self.cntfrq, self.cntvoff]
            words += [TABLE, MAIR, self.cnthctl if self.down else 0xFFFFFFFF, self.cptr]
            return struct.pack(f"<{len(words)}I", *words)
        tcr = TCR_EL2 if self.probe == "el2" else TCR_EL1
        words = [*self.args, self.image_at, self.masks, self.spsel, MAIR, tcr, TABLE]
        words += [self.sctlr, self.hcr, self.cntvoff, self.cntfrq, self.down, self.cnthctl, self.cptr]
        return struct.pack(f"<{len(words)}Q", *words)

    def table(self):
        """A map of the first 4 GiB, one to one, for a loader that leaves the MMU on."""
        if self.probe == "svc":
            kinds = [0x1C0E if at >= RAM >> 20 else 0x0C06 for at in range(4096)]
            return struct.pack("<4096I", *(at << 20 | kind for at, kind in enumerate(kinds)))
        normal, device = (0x701, 0x405) if self.probe == "el1" else (0x741, 0x445)
        blocks = [at << 30 | (normal if at else device) for at in range(4)]
        return struct.pack("<512Q", *blocks, *[0] * 508)

    def pieces(self, loader):
        """What to put where: (name, address, bytes)."""
        fdt = self.flatten() if self.fdt is None else self.fdt
        yield "loader", LOADER, loader + self.parameters()
        yield "table", TABLE, self.table()
        yield "image", self.image_at, self.image
        if fdt:
            yield "fdt", self.fdt_at, fdt
        if self.initrd:
            yield "initrd", self.initrd_at, self.initrd

    def flatten(self):
        return flatten(self.tree, self.reserves, self.padding, self.compatible)


def options(handover, loader, folder):
    """QEMU's options that put everything in memory and start the CPU in the loader."""
    words = []
    for name, at, data in handover.pieces(loader):
        file = folder / name
        file.write_bytes(data)
        cpu = ",cpu-num=0" if name == "loader" else ""
        words += ["-device", f"loader,file={file},addr={at:#x},force-raw=on{cpu}"]
    return words

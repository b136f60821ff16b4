# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel on a disk costs: device accesses from reset to its first instruction, and instructions
without those that wait for the disk, which are as many as the host is slow."""
import os
import sys

import hot
import machine
import shapes

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "qemu"))
from files import disks, formats  # noqa: E402, the makers that the tests use

WAITS = "virtio_request"  # and little else
DEVICES = {"mmio": "virtio-blk-device", "PCI": "virtio-blk-pci"}


def type_1(folder, kernel):
    return {"loader/entries/debian.conf": disks.entry("Debian", "/debian/vmlinuz"), "debian/vmlinuz": kernel}


def uki(folder, kernel):
    return {"EFI/Linux/debian.efi": formats.bundle(folder, formats.qemu.BUILD / "forearm-bundle", kernel, None)}


ENTRIES = {"type 1": type_1, "UKI": uki}


class Disks:
    def __init__(self, build, work, failures):
        self.build, self.work, self.failures = build, work, failures
        self.folder = formats.qemu.Path(work) / "disks"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.kernel = formats.qemu.GUESTS / "arm64" / "vmlinuz"

    def count(self, label, image, device):
        """The plugin's report, with 'work': instructions that do not wait."""
        counts = os.path.join(self.work, "disk-hot")
        args = ["-bios", os.path.join(self.build, "forearm.bin"), *disks.drive(image, device)]
        for option in ("tables", "fdt"), ("log", "quiet"):
            args += ["-fw_cfg", "name=opt/org.forearm/%s,string=%s" % option]
        try:
            found = machine.run(args, self.work, "disk", timeout=120, marker=shapes.first_word(self.kernel), hot=counts)
        except machine.Failed as e:
            self.failures.append("%s: %s" % (label, e))
            return None
        found["work"] = found["insns"] - self.waits(counts)
        return found

    def waits(self, counts):
        symbols = hot.symbols(os.path.join(self.build, "forearm.elf"), "aarch64-linux-gnu-nm")
        found = hot.by_function(hot.hits(counts), symbols, symbols[-1][0] + 4096, [symbols[0][0]])[WAITS]
        if not found:
            self.failures.append("disks: nothing waits in %s()" % WAITS)
        return found

    def measure(self):
        """Lines: name, transport, counts or None."""
        lines = []
        for name, make in ENTRIES.items():
            file = name.replace(" ", "-") + ".img"
            (self.folder / file).unlink(missing_ok=True)
            image = disks.disk(self.folder, (disks.ESP, make(self.folder, self.kernel)), name=file)
            lines += [(name, bus, self.count("%s on %s" % (name, bus), image, device)) for bus, device in DEVICES.items()]
        return lines


def table(lines):
    head = ["kernel of 33 MB on FAT32", "disk on", "instructions without waiting", "device accesses"]
    return [head] + [[name, bus, "{:,}".format(c["work"]) if c else "failed", str(c.accesses) if c else "-"]
                     for name, bus, c in lines]

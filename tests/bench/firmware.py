# SPDX-License-Identifier: BSD-2-Clause
"""The firmwares side by side: which file each is, and how it is told what to boot."""
import lzma
import os
import shutil

UBOOT = {"arm64": "/usr/lib/u-boot/qemu_arm64/u-boot.bin", "arm": "/usr/lib/u-boot/qemu_arm/u-boot.bin"}
EDK2 = {"arm64": "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"}
QUIET = "forearm.log=quiet"


class Firmware:
    """QEMU's direct boot, and what all rows share."""

    name = "QEMU -kernel (no firmware)"
    key = "direct"
    package = None
    payload = "img"  # which build of the payload it loads
    ours = False
    monitor = False  # it stays as the guest's PSCI
    mode = False  # a row of the table of modes; the payload and PSCI are measured, nothing else
    virtualization = False
    board = ""  # what the machine has besides
    cases = None  # which cases are measured; None: all

    def __init__(self, arch, image=None):
        self.arch, self.image, self.guest = arch, image, arch

    def missing(self):
        """What to say when its image is not there."""
        if self.image is None or os.path.exists(self.image):
            return None
        return "%s is missing (%s)" % (self.image, self.remedy())

    def remedy(self):
        return "install Debian's package %s" % self.package

    def prepare(self, work):
        pass

    def args(self, kernel, initrd, append):
        return ["-kernel", kernel, *(["-initrd", initrd] if initrd else []),
                *(["-append", append] if append else [])]

    def sizes(self):
        """Bytes of the file, without its padding, and compressed; None where there is no file."""
        if self.image is None:
            return None
        data = open(self.image, "rb").read()
        used = max(len(data.rstrip(b"\0")), 1) if data.endswith(b"\0") else len(data.rstrip(b"\xff"))
        return len(data), used, len(lzma.compress(data, preset=9))


class Forearm(Firmware):
    """By device tree; of itself it would take ACPI here, since QEMU's -bios machine has a GED."""

    name = "forearm (-bios)"
    key = "forearm"
    ours = True
    tables = "fdt"
    words = ""

    def remedy(self):
        return "run make first"

    def prepare(self, work):
        """A copy, so that a build under way cannot change it between two runs."""
        self.image = shutil.copy(self.image, os.path.join(work, "forearm.bin"))

    def args(self, kernel, initrd, append):
        words = " ".join(w for w in (append, "forearm.tables=" + self.tables, self.words, QUIET) if w)
        return ["-bios", self.image, *super().args(kernel, initrd, words)]


class ForearmKernel(Forearm):
    """Started as a kernel: QEMU then keeps its fw_cfg keys for itself, and opt/ files carry the payload."""

    name = "forearm (-kernel)"
    key = "forearm-kernel"

    def args(self, kernel, initrd, append):
        files = ["-fw_cfg", "name=opt/org.forearm/kernel,file=" + kernel]
        if initrd:
            files += ["-fw_cfg", "name=opt/org.forearm/initrd,file=" + initrd]
        words = " ".join(w for w in (append, QUIET) if w)
        return ["-kernel", self.image, "-append", words, *files]


class ForearmHyp(Forearm):
    name = "forearm (-bios), EL2/HYP"
    key = "forearm-hyp"
    virtualization = True


class ForearmAcpi(Forearm):
    """With the VMM's ACPI tables, brought into memory and kept there."""

    name = "forearm, VMM's ACPI"
    key = "forearm-acpi"
    payload = "acpi"
    cases = ("tiny", "cpus", "all")
    tables = "acpi"


class ForearmBuilt(ForearmAcpi):
    name = "forearm, ACPI built"
    key = "forearm-built"
    board = ",acpi=off"


class ForearmAcpiEl3(ForearmAcpi):
    """The monitor beside the tables."""

    name = "forearm, VMM's ACPI, EL3"
    key = "forearm-acpi-el3"
    board = ",secure=on,virtualization=on"
    cases = ("tiny", "cpus")


class DirectEl2(Firmware):
    name = "QEMU -kernel, EL2/HYP"
    key = "direct-el2"
    mode = True
    virtualization = True
    cases = ("tiny", "cpus")


class ForearmMode(Forearm):
    """One of MODES: where the machine starts, and where the guest runs."""

    mode = True
    monitor = True
    cases = ("tiny", "cpus")

    def __init__(self, arch, image, key, name, board, words, guest):
        super().__init__(arch, image)
        self.key, self.name, self.board, self.words = "forearm-" + key, "forearm, " + name, board, words
        self.guest = guest


EL2, EL3 = ",virtualization=on", ",secure=on"
MODES = {  # key, name, board, options, guest; all of them with a monitor
    "arm64": [
        ("el2-el1", "EL2, guest at EL1", EL2, "forearm.el=1", "arm64"),
        ("el2-32", "EL2, 32-bit guest", EL2, "", "arm"),
        ("el3", "EL3", EL3, "", "arm64"),
        ("el3-v2", "EL3, GICv2", EL3 + ",gic-version=2", "", "arm64"),
        ("el3-el2", "EL3, guest at EL2", EL3 + EL2, "", "arm64"),
        ("el3-32", "EL3, 32-bit guest", EL3, "", "arm"),
    ],
    "arm": [
        ("hyp-svc", "HYP, guest at SVC", EL2, "forearm.el=1", "arm"),
        ("secure", "secure SVC", EL3, "", "arm"),
        ("secure-hyp", "secure SVC, guest at HYP", EL3 + EL2, "", "arm"),
    ],
}


class UBoot(Firmware):
    name = "U-Boot 2023.01"
    key = "u-boot"
    package = "u-boot-qemu"

    def prepare(self, work):
        """A copy that does not wait two seconds for a key."""
        data = open(self.image, "rb").read()
        if data.count(b"\0bootdelay=2\0") != 1:
            raise SystemExit("bench: %s has no bootdelay=2 to take out" % self.image)
        self.image = os.path.join(work, "u-boot-%s.bin" % self.arch)
        with open(self.image, "wb") as f:
            f.write(data.replace(b"\0bootdelay=2\0", b"\0bootdelay=0\0"))

    def args(self, kernel, initrd, append):
        return ["-bios", self.image, *super().args(kernel, initrd, append)]


class Edk2(Firmware):
    name = "EDK2 2022.11"
    key = "edk2"
    package = "qemu-efi-aarch64"
    payload = "efi"

    def args(self, kernel, initrd, append):
        return ["-bios", self.image, *super().args(kernel, initrd, append)]


def firmwares(arch, forearm):
    """Every row of an architecture's table, in order."""
    rows = [Firmware(arch), Forearm(arch, forearm), ForearmKernel(arch, forearm),
            ForearmHyp(arch, forearm)]
    if arch == "arm64":
        rows += [ForearmAcpi(arch, forearm), ForearmBuilt(arch, forearm), ForearmAcpiEl3(arch, forearm)]
    rows += [DirectEl2(arch)] + [ForearmMode(arch, forearm, *mode) for mode in MODES[arch]]
    if arch in UBOOT:
        rows.append(UBoot(arch, UBOOT[arch]))
    if arch in EDK2:
        rows.append(Edk2(arch, EDK2[arch]))
    return rows

# SPDX-License-Identifier: BSD-2-Clause
"""What each kernel format costs: instructions from reset to the first one of a real kernel, per byte
of that kernel; and the code that the format takes in either half of forearm."""
import os
import re
import struct
import subprocess
import sys
import zlib

import machine

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "qemu"))
from files import formats  # noqa: E402, the makers that the tests use

GZIP = ["unpack/gzip", "unpack/inflate", "hash/crc32", "libdeflate"]
FIT = ["formats/fit", "hash/sha"]
PLAIN_NAME = {"arm64": "Image", "arm": "zImage, by its own decompressor"}
SMALL = os.path.join(HERE, "budgets.py")  # for formats that want an initrd, too
RAW_AT = 0x40008000  # where a zImage unpacks its kernel to, which is without a header

# name, maker of (folder, kernel, architecture), the objects in lib/ and the libraries that it needs
SHAPES = {
    "arm64": [
        ("gzip", lambda f, k, a: formats.packed(f, k, *formats.PACKERS["gzip"]), GZIP),
        ("LZ4", lambda f, k, a: formats.packed(f, k, *formats.PACKERS["lz4"]), ["unpack/lz4", "hash/xxhash", "liblz4"]),
        ("zstd", lambda f, k, a: formats.packed(f, k, *formats.PACKERS["zstd"]), ["unpack/zstd", "libzstd"]),
        ("xz", lambda f, k, a: formats.packed(f, k, *formats.PACKERS["xz"]), ["unpack/xz", "liblzma"]),
        ("lzma", lambda f, k, a: formats.packed(f, k, *formats.PACKERS["lzma"]), ["unpack/xz", "liblzma"]),
        ("uImage (CRC-32)", lambda f, k, a: formats.uimage(f, k, None, a), ["formats/uimage", "hash/crc32"]),
        ("FIT (SHA-256)", lambda f, k, a: formats.fit(f, k, SMALL, a), FIT),
        ("FIT, gzip", lambda f, k, a: formats.fit(f, k, SMALL, a, "gzip"), FIT + GZIP),
        ("UKI", None, ["formats/uki", "formats/pe"]),
        ("Android v2 (boot.img)", lambda f, k, a: formats.android(f, k, SMALL, 2), ["formats/android"]),
        ("ELF", lambda f, k, a: formats.elf(f, k, a, 0x40200000, room=4 << 20), ["formats/elf"]),
    ],
    "arm": [("gzip, raw, by forearm", lambda f, k, a: formats.packed(f, k, *formats.PACKERS["gzip"]), GZIP)],
}


def first_word(path):
    with open(path, "rb") as file:
        return hex(struct.unpack("<I", file.read(4))[0])


def unzipped(zimage, to):
    """The kernel that a zImage unpacks, which gzip has packed."""
    data = open(zimage, "rb").read()
    kernel = zlib.decompressobj(31).decompress(data[data.index(b"\x1f\x8b\x08\0"):])
    to.write_bytes(kernel)
    return to


def code_bytes(build, half, objects):
    """Text and constants, as the compiler makes them of each file by itself (WHOLE=), and what is
    linked of the libraries."""
    build = os.path.abspath(build)
    folder = os.path.join(build, "bench", "sizes")
    libraries = [name for name in objects if "/" not in name]
    files = [os.path.join(folder, half, "lib", name + ".c.o") for name in objects if name not in libraries]
    subprocess.run(["make", "-s", "-C", formats.qemu.TOP, "BUILD=" + folder, "WHOLE=",
                    "DEPS64=%s/deps/arm64/usr" % build, "DEPS32=%s/deps/armhf/usr" % build, *files],
                   stdout=subprocess.DEVNULL, check=True)
    sizes = subprocess.run(["size", *files], capture_output=True, text=True, check=True).stdout
    own = sum(int(line.split()[0]) for line in sizes.splitlines()[1:])
    return own + sum(library_bytes(build, half, name) for name in libraries)


def library_bytes(build, half, name):
    """By the linker's map: sections that come out of the archive, and stay."""
    with open(os.path.join(build, {"arm64": "forearm", "arm": "arm"}[half] + ".map")) as file:
        text = file.read().partition("Linker script and memory map")[2]
    found = re.findall(r"^ \.(?:text|rodata)\S*\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) \S*/%s\.a\(" % name, text, re.M)
    return sum(int(size, 16) for address, size in found if int(address, 16))


class Shapes:
    def __init__(self, build, work, failures):
        self.build, self.work, self.failures = build, work, failures
        self.firmware = os.path.join(work, "forearm.bin")
        self.folder = formats.qemu.Path(work) / "shapes"
        self.folder.mkdir(parents=True, exist_ok=True)

    def guest(self, arch):
        """The kernel as its first instruction is reached, and what is given to forearm as it is."""
        if arch == "arm64":
            kernel = formats.qemu.GUESTS / "arm64" / "vmlinuz"
            return kernel, kernel
        plain = formats.qemu.GUESTS / "le32" / "vmlinuz"
        return unzipped(plain, self.folder / "kernel32"), plain

    def missing(self):
        return [str(path) + " is missing (run make setup first)"
                for path in (formats.qemu.GUESTS / name / "vmlinuz" for name in ("arm64", "le32"))
                if not path.exists()]

    def uki(self, folder, kernel, arch):
        return formats.bundle(folder, formats.qemu.BUILD / "forearm-bundle", kernel, None)

    def count(self, arch, name, file, kernel, load=None):
        # QEMU would unpack some of a -kernel by itself.
        options = ["tables=fdt", "log=quiet", *(["load=" + load] if load else [])]
        args = ["-bios", self.firmware, "-fw_cfg", "name=opt/org.forearm/kernel,file=%s" % file]
        for name_value in options:
            args += ["-fw_cfg", "name=opt/org.forearm/%s,string=%s" % tuple(name_value.split("="))]
        label = "shape-%s-%s" % (arch, name.split()[0].strip(","))
        try:
            return machine.run(args, self.work, label, arch=arch, io=False, timeout=120,
                               marker=first_word(kernel))["insns"]
        except machine.Failed as e:
            self.failures.append("%s (%s): %s" % (name, arch, e))
            return None

    def measure(self, arch):
        """Lines: name, bytes of the file, instructions, code in either half."""
        kernel, plain = self.guest(arch)
        load = "%#x" % RAW_AT if arch == "arm" else None
        lines = [(PLAIN_NAME[arch], os.path.getsize(plain), self.count(arch, "plain", plain, kernel), None, None)]
        for name, make, objects in SHAPES[arch]:
            file = (make or self.uki)(self.folder, kernel, arch)
            insns = self.count(arch, name, file, kernel, load)
            code = [code_bytes(self.build, half, objects) for half in ("arm64", "arm")]
            lines.append((name, os.path.getsize(file), insns, *code))
        return os.path.getsize(kernel), lines


def table(size, lines):
    """MB/s are those of a CPU that executes a thousand million instructions in a second."""
    head = ["format", "bytes of the file", "instructions", "per byte of the kernel", "MB/s at 1 G/s",
            "code, 64-bit", "32-bit"]
    cells = [[name, "{:,}".format(file), "{:,}".format(insns), "%.2f" % (insns / size), "%.0f" % (1e3 * size / insns),
              *("{:,}".format(n) if n else "-" for n in code)]
             for name, file, insns, *code in lines if insns]
    return [head, *cells]

#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Seeds of fuzz_boot: machines, kernels in each format, trees and options that tests boot with.

    boot_seeds.py OUT CORPUS DTS OVERLAYS

OUT is where they go, CORPUS has the seeds of the other targets and the cases, DTS the VMMs' trees,
OVERLAYS compiled overlays. Real tools pack what is to be packed; QEMU gives its ACPI tables.
"""

import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import disk_seeds
import found as packs

LIMIT = 60000
SETUP, RECORD = 8, 4  # bytes: about the machine, and before each record
OUT, CORPUS, DTS, OVERLAYS = map(Path, sys.argv[1:])
WORK = Path(tempfile.mkdtemp())
os.environ["SOURCE_DATE_EPOCH"] = "1700000000"  # mkimage writes down when it ran


def run(*command, data=None):
    return subprocess.run(list(map(str, command)), input=data, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


# -- the container ---------------------------------------------------------------------------------


def setup(level=1, aarch32=False, no_tree=False, el2=True, both=True, random=False, tree=0, image=0,
          gic=3, trng=False, as_it_is=False, fw_cfg=True, cpus=2, pa=0, ram=0, second=False, vmm=0,
          failure=0, extra=7, quirks=0, aarch32_el1=None, aarch32_el2=None):
    el1, el2_32 = (both if one is None else one for one in (aarch32_el1, aarch32_el2))
    return bytes([
        level - 1 | aarch32 << 2 | no_tree << 3 | el2 << 4 | el1 << 5 | el2_32 << 6 | random << 7,
        tree | image << 2 | (gic == 2) << 4 | trng << 5 | as_it_is << 6 | (not fw_cfg) << 7,
        cpus - 1 | pa << 5, ram | second << 3 | vmm << 4, failure, extra, quirks & 255, quirks >> 8])


def record(kind, content):
    return kind + struct.pack("<I", len(content))[:3] + content


def named(name, content):
    name = name if name.startswith("etc/") else "opt/org.forearm/" + name
    return record(b"F", name.encode() + b"\0" + content)


def item(number, content):
    return record(b"I", struct.pack("<H", number) + content)


def blob(address, content):
    return record(b"B", struct.pack("<Q", address) + content)


def seed(name, *records, **options):
    content = setup(**options) + b"".join(records)
    if len(content) <= LIMIT:
        (OUT / name).write_bytes(content)


def kernel(name, content, *more, line="quiet", **options):
    records = [named("kernel", content), *more]
    seed(name, *records, *([named("cmdline", line.encode())] if line else []), **options)


# -- kernels ---------------------------------------------------------------------------------------


def image64(size=4096, memory=0x10000, flags=0xA, efi=True, offset=0):
    head = bytearray(size)
    head[:8] = b"MZ" + bytes(2) + b"\x00\x00\x00\x14"
    struct.pack_into("<QQQ", head, 8, offset, memory, flags)
    head[0x38:0x3C] = b"ARM\x64"
    if efi:
        struct.pack_into("<I", head, 0x3C, 0x40)
        head[0x40:0x44] = b"PE\0\0"
        struct.pack_into("<HH", head, 0x44, 0xAA64, 0)
    return bytes(head)


def zimage(size=4096, tail=b""):
    head = bytearray(size)
    struct.pack_into("<IIIII", head, 0x24, 0x016F2818, 0, size, 0x04030201, 0)
    return bytes(head) + tail


def elf64(segments, kind=2, entry=0x40200000, machine=183, sections=()):
    """'sections' has the types and contents of some that are in no segment."""
    at, headers, content = 64 + 56 * len(segments) + 64 * len(sections), b"", b""
    rows = b""
    for section, data in sections:
        rows += struct.pack("<IIQQQQIIQQ", 1, section, 0, 0, at + len(content), len(data), 0, 0, 8, 0)
        content += data
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", kind, machine, 1, entry, 64,
                       64 + 56 * len(segments), 0, 64, 56, len(segments), 64, len(sections), 0)
    for kind_, address, data, memory in segments:
        headers += struct.pack("<IIQQQQQQ", kind_, 5, at + len(content), address, address,
                               len(data), memory, 8)
        content += data
    return head + headers + rows + content


def vmm_tree(source, *changes):
    """A tree of tests/unit/dts, with regular expressions replaced in its source."""
    text = (DTS / source).read_text()
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text, count=1, flags=re.S)
        assert count, pattern
    return run("dtc", "-q", "-I", "dts", "-O", "dtb", data=text.encode())


def in_file(name, content):
    (WORK / name).write_bytes(content)
    return WORK / name


def made(*command):
    run(*command, WORK / "out")
    return (WORK / "out").read_bytes()


FREEBSD = 0xFFFF000000000000  # what its kernel is linked to
IMAGE = image64()
ZIMAGE = zimage()
TREE = vmm_tree("cloud-hypervisor.dts")
INITRD = b"initrd\n" * 20

PACKERS = {
    "gzip": ["gzip", "-nc"], "zstd": ["zstd", "-qc"], "zstd-stream": ["zstd", "-qc", "--no-check"],
    "lz4": ["lz4", "-qc"], "lz4-size": ["lz4", "-qc", "--content-size"], "lz4-legacy": ["lz4", "-qlc"],
    "xz": ["xz", "-c", "--lzma2=dict=64KiB"], "lzma": ["xz", "-c", "--format=lzma", "--lzma1=dict=64KiB"],
}


def packed(content, name):
    return run(*PACKERS[name], data=content)


def uimage(content, *options, arch="arm64"):
    return made("mkimage", "-A", arch, "-O", "linux", *options, "-d", content)


def fit(kernel_options, *more, trees="none"):
    source = f"""/dts-v1/; / {{ description = "fuzz"; images {{
        kernel {{ data = /incbin/("{WORK}/kernel"); type = "kernel"; arch = "arm64"; os = "linux";
            {kernel_options} hash {{ algo = "crc32"; }}; hash-2 {{ algo = "sha256"; }}; }};
        ramdisk {{ data = /incbin/("{WORK}/initrd"); type = "ramdisk"; arch = "arm64"; os = "linux";
            compression = "none"; hash-1 {{ algo = "sha1"; }}; }};
        fdt {{ data = /incbin/("{WORK}/tree"); type = "flat_dt"; arch = "arm64";
            compression = "{trees}"; }};
        overlay {{ data = /incbin/("{WORK}/overlay"); type = "flat_dt"; arch = "arm64";
            compression = "{trees}"; }};
        }}; configurations {{ default = "conf-1";
        conf-1 {{ kernel = "kernel"; ramdisk = "ramdisk"; fdt = "fdt", "overlay"; }};
        conf-2 {{ kernel = "kernel"; compatible = "linux,dummy-virt"; loadables = "overlay"; }};
        }}; }};"""
    return made("mkimage", *more, "-f", in_file("its", source.encode()))


def android(version, *options):
    return made("mkbootimg", "--header_version", version, "--kernel", WORK / "kernel", "--ramdisk",
                WORK / "initrd", *options, "-o")


def bundle(sections):
    """A PE file with forearm's own section and those of a bundle behind it, in small."""
    names = [(".text", b"code")] + sections
    head, body = bytearray(0x1000), b""
    head[:2] = b"MZ"
    struct.pack_into("<I", head, 0x3C, 0x80)
    head[0x80:0x84] = b"PE\0\0"
    struct.pack_into("<HHIIIHH", head, 0x84, 0xAA64, len(names), 0, 0, 0, 112, 0x226)
    struct.pack_into("<H", head, 0x98, 0x20B)
    struct.pack_into("<III", head, 0x98 + 32, 0x1000, 0x200, 0)
    struct.pack_into("<III", head, 0x98 + 56, 0x100000, 0x1000, 0)
    for i, (name, content, *size) in enumerate(names):
        size = size[0] if size else len(content)
        struct.pack_into("<8sIIII", head, 0x98 + 112 + 40 * i, name.encode(), size,
                         0x1000 * (i + 1), size, 0x1000 + len(body))
        body += content
    return bytes(head) + body


# -- QEMU's own tables -----------------------------------------------------------------------------


class Qemu:
    """fw_cfg of a machine that never runs, by QEMU's qtest protocol."""

    def __init__(self, machine, *options):
        self.qemu = subprocess.Popen(
            ["qemu-system-aarch64", "-M", f"virt,{machine}", "-cpu", "cortex-a57", "-m", "512M",
             "-smp", "2", "-nic", "none", "-display", "none", "-serial", "none", "-monitor", "none",
             "-qtest", "stdio", "-qtest-log", "none", "-S", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.qemu.stdin.write(command + "\n")
        self.qemu.stdin.flush()
        return self.qemu.stdout.readline().split()

    def read(self, number, size):
        access = struct.pack(">IIQ", number << 16 | 0xA, size, 0x41000000)
        self.ask(f"write 0x40ff0000 {len(access)} 0x{access.hex()}")
        self.ask(f"writeq 0x9020010 0x{int.from_bytes(struct.pack('>Q', 0x40ff0000), 'little'):x}")
        return bytes.fromhex(self.ask(f"read 0x41000000 {size}")[1][2:])

    def files(self):
        count = struct.unpack(">I", self.read(0x19, 4))[0]
        rows = self.read(0x19, 4 + 64 * count)[4:]
        for i in range(count):
            size, number, _, name = struct.unpack(">IHH56s", rows[64 * i:64 * i + 64])
            yield name.rstrip(b"\0").decode(), self.read(number, size) if size else b""

    def close(self):
        self.qemu.kill()
        self.qemu.wait()


def unpadded(content):
    """QEMU makes room for more tables, and entries of 128 bytes."""
    if len(content) < 4096:
        return content
    used = content.rstrip(b"\0")
    return used + bytes(-len(used) % 128)


def qemu_files(machine, *options):
    qemu = Qemu(machine, *options)
    files = dict(qemu.files())
    qemu.close()
    wanted = [n for n in files if n.startswith(("etc/acpi", "etc/table", "etc/smbios"))]
    return [named(n, unpadded(files[n])) for n in wanted]


# -- all of them -----------------------------------------------------------------------------------


def machines():
    for vmm in range(12):
        kernel(f"vmm-{vmm}", IMAGE, vmm=vmm)
    for level in (1, 2, 3):
        for state in (False, True):
            for name, content in (("image", IMAGE), ("zimage", ZIMAGE)):
                kernel(f"start-{name}-{level}-{'a32' if state else 'a64'}", content, level=level,
                       aarch32=state, trng=True)
    for place in range(4):
        kernel(f"tree-{place}", IMAGE, tree=place, image=place, second=True)
        kernel(f"small-{place}", IMAGE, tree=place, image=3, ram=4 + place)
    for failure in range(1, 9):
        kernel(f"failure-{failure}", IMAGE, named("initrd", INITRD), failure=failure)
    secure = record(b"T", vmm_tree("qemu-gicv3.dts", (r"\};\s*$", """ secram@e000000 {
        device_type = "memory"; reg = <0 0xe000000 0 0x1000000>; status = "disabled";
        secure-status = "okay"; }; };""")))
    for state in (False, True):
        kernel(f"secure-ram-{state}", ZIMAGE if state else IMAGE, secure, level=3, aarch32=state)
    kernel("no-el2", IMAGE, el2=False, both=False, level=3, gic=2)
    for gic in (2, 3):
        kernel(f"no-tree-{gic}", IMAGE, no_tree=True, gic=gic, level=2)
        kernel(f"no-tree-acpi-{gic}", IMAGE, named("cmdline", b"acpi=on"), *qemu_files(
            f"gic-version={gic}"), no_tree=True, gic=gic, line=None)
    seed("no-fw-cfg", fw_cfg=False)
    seed("nothing")


def formats():
    in_file("kernel", IMAGE)
    in_file("initrd", INITRD)
    in_file("tree", TREE)
    in_file("overlay", (OVERLAYS / "devices.dtb").read_bytes())
    for name in PACKERS:
        kernel(f"packed-{name}", packed(IMAGE, name))
        kernel(f"packed-zimage-{name}", packed(ZIMAGE, name), aarch32=True)
    kernel("packed-twice", packed(packed(IMAGE, "gzip"), "zstd"))
    kernel("zimage-tree", zimage(tail=TREE), aarch32=True)
    kernel("zimage-tree-used", zimage(tail=TREE), aarch32=True, line="forearm.dtb=payload")
    kernel("zimage-tree-packed", packed(zimage(tail=TREE), "lz4"), aarch32=True)
    for flags in (0, 2, 0xA, 0xB, 0xC, 0xE):
        kernel(f"image-flags-{flags}", image64(flags=flags, efi=flags & 1, offset=0x80000))
    kernel("elf", elf64([(1, 0x40200000, b"code" * 40, 0x3000), (1, 0x40300000, b"data", 4)]))
    kernel("elf-base", elf64([(1, 0x40000000, b"code", 0x100000)], entry=0x40000000))
    kernel("elf-pie", elf64([(1, 0, b"code", 0x3000)], kind=3, entry=0))
    kernel("elf-in-the-way", elf64([(1, 0x40080000, b"code", 0x3000)], entry=0x40080000), image=1)
    kernel("elf-end", elf64([(1, 0, b"code", 8), (1, 2**64 - 4096, b"", 4095)], kind=3, entry=0))
    kernel("elf-wrap", elf64([(1, 0, b"code", 2**64 - 4095)], kind=3, entry=0))
    bsd = [(1, 0xFFFFFF8000200000, b"code", 0x3000), (0x65A3DBE6, 0xFFFFFF8000201000, b"", 64)]
    for name, sections in (("plain", ()), ("symbols", ((0, b""), (2, b"symbols!"), (3, b"names"))),
                           ("no-symbols", ((1, b"text"), (3, b"names")))):
        for line in ("quiet", "forearm.tables=acpi -s", "forearm.tables=acpi forearm.el=1"):
            kernel(f"openbsd-{name}-{len(line)}", elf64(bsd, entry=0xFFFFFF8000200000, sections=sections), line=line,
                   level=2 if "el=" in line else 1)
        herring = (3, FREEBSD, b"/red/herring\0", 13)
        for size in (0x3000, 0x3F000000):
            file = elf64([(1, FREEBSD, b"code", size), herring, (2, FREEBSD + 0x1000, b"", 16)], entry=FREEBSD,
                         sections=sections)
            for tables in ("fdt", "acpi"):
                line = f"-sv -S9600 boot_mute=no x x=2 forearm.tables={tables}"
                kernel(f"freebsd-elf-{name}-{size}-{tables}", file, named("initrd", INITRD), line=line)
    for name in ("kernel", "multi"):
        files = f"{WORK}/kernel:{WORK}/initrd:{WORK}/tree" if name == "multi" else WORK / "kernel"
        kernel(f"uimage-{name}", uimage(files, "-T", name, "-C", "none", "-a", "0x40080000", "-e",
                                        "0x40080000"))
    kernel("uimage-raw", uimage(in_file("raw", b"code" * 64), "-T", "kernel_noload", "-C", "none",
                                "-e", "8"))
    kernel("uimage-raw-early", uimage(WORK / "raw", "-T", "kernel", "-C", "none", "-a", "0x40080000",
                                      "-e", "0x40000000"))
    in_file("kernel", packed(IMAGE, "gzip"))
    kernel("uimage-gzip", uimage(WORK / "kernel", "-T", "kernel", "-C", "gzip", "-a", "0x40080000",
                                 "-e", "0x40080000"))
    kernel("fit-gzip", fit('compression = "gzip"; load = <0x40080000>; entry = <0x40080000>;'))
    in_file("kernel", IMAGE)
    place = 'compression = "none"; load = <0x40080000>; entry = <0x40080000>;'
    kernel("fit", fit(place))
    kernel("fit-external", fit(place, "-E"), line="forearm.config=conf-2")
    kernel("fit-tree", fit(place), line="forearm.dtb=payload")
    for version in range(4):
        more = ["--dtb", WORK / "tree"] if version == 2 else []
        kernel(f"android-{version}", android(version, "--cmdline", "from=boot", *more))
    vendor = made("mkbootimg", "--header_version", 3, "--vendor_ramdisk", WORK / "initrd", "--dtb",
                  WORK / "tree", "--vendor_cmdline", "androidboot.a=b bootconfig", "--vendor_boot")
    kernel("android-vendor", android(3), named("initrd", vendor))
    kernel("android-not-given", IMAGE, named("initrd", vendor))
    kernel("fit-no-choice", fit(place), line="forearm.config=conf-9 forearm.log=debug")
    kernel("mbr", bytes(446) + bytes([0, 0, 0, 0, 0x83]) + bytes(59) + b"\x55\xaa" + bytes(512))


def sources():
    sections = [(".linux", IMAGE), (".initrd", INITRD), (".cmdline", b"from=bundle"),
                (".dtb", TREE)]
    for image in (0, 2):
        seed(f"bundle-{image}", record(b"M", bundle(sections)), image=image, tree=1)
    long = [(".linux", IMAGE), (".initrd", INITRD, 0x20000000), (".more", INITRD)]
    for image in (0, 1, 3):
        seed(f"bundle-too-long-{image}", record(b"M", bundle(long)), image=image, tree=1)
    kernel("uki", bundle(sections), line="forearm.dtb=payload")
    initrd = [(r"chosen \{", "chosen { linux,initrd-start = <0x44000000>; "
               "linux,initrd-end = <0x44001000>;")]
    tree = record(b"T", vmm_tree("qemu-gicv3.dts", *initrd))
    seed("in-initrd", tree, blob(0x44000000, IMAGE))
    kernel("vmm-initrd", IMAGE, tree, blob(0x44000000, INITRD))
    kernel("vmm-initrd-in-forearm", IMAGE, tree, image=2, tree=1)
    module = "chosen {\\1 module@44000000 { compatible = \"multiboot,kernel\", \"multiboot,module\"; " \
        "reg = <0 0x44000000 0 0x1000>; bootargs = \"a b\"; }; module@45000000 { compatible = " \
        "\"multiboot,ramdisk\", \"multiboot,module\"; reg = <0 0x45000000 0 0x100>; }; };"
    seed("modules", record(b"T", vmm_tree("qemu-gicv3.dts", (r"chosen \{(.*?)\};", module))),
         blob(0x44000000, IMAGE), blob(0x45000000, INITRD))
    for name, content in (("image", IMAGE), ("gzip", packed(IMAGE, "gzip")), ("fit", fit(
            'compression = "none"; load = <0x40080000>; entry = <0x40080000>;'))):
        seed(f"flash-{name}", record(b"R", content))
        seed(f"flash-{name}-asked", record(b"R", content), named("payload", b"flash"))
        seed(f"at-{name}", blob(0x48000000, content), named("payload", b"0x48000000"))
        seed(f"at-size-{name}", blob(0x48000000, content),
             named("payload", f"0x48000000,{len(content):#x}".encode()))
    seed("legacy", item(0x11, IMAGE), item(0x12, INITRD), item(0x15, b"console=ttyAMA0\0"))


OPTIONS = """log=debug log=quiet on-error=park tables=acpi tables=both tables=fdt guest=netbsd
guest=freebsd guest=openbsd guest=nommu guest=lk guest=zephyr guest=freertos guest=nuttx guest=osv
el=1 el=2 el=3 state=aarch64 state=aarch32 dtb=payload endian=big endian=little load=raw
load=0x40400000 load=0x40000000 config=conf-1 profile=1 payload=fw_cfg payload=initrd
payload=modules payload=bundle nonsense=1 tables=wrong""".split()


def options():
    for word in OPTIONS:
        kernel(f"option-{word}", IMAGE, line=f"a forearm.{word} \"b c\" acpi=on", level=2)
        kernel(f"option-{word}-zimage", ZIMAGE, line=f"forearm.{word}", aarch32=True, level=3)
    for length in (2100, 4096, 8192):
        kernel(f"option-long-{length}", IMAGE, line="a" * length)
        seed(f"bundle-long-{length}", record(b"M", bundle([(".linux", IMAGE), (
            ".cmdline", b"a" * length)])), image=2, tree=1)
    kernel("option-raw", b"code" * 100, line="forearm.load=raw forearm.tables=fdt")
    kernel("option-raw-at", b"code" * 100, line="forearm.load=0x44000000")
    kernel("smbios-oem", IMAGE, named("smbios-oem", b"one\ntwo\n"), line="forearm.tables=acpi")
    for name, machine in (("gicv3", "gic-version=3"), ("smmu", "gic-version=3,iommu=smmuv3")):
        files = qemu_files(machine, "-smbios", "type=1,serial=1", "-device", "pxb-pcie,bus_nr=8")
        for words in ("tables=acpi", "tables=both", "tables=acpi forearm.guest=freebsd",
                      "tables=acpi forearm.guest=netbsd"):
            kernel(f"acpi-{name}-{words.split('=')[-1]}", IMAGE, *files,
                   line=f"forearm.{words} acpi=force",
                   vmm=3 if name == "smmu" else 0)
        kernel(f"acpi-{name}-el3", IMAGE, *files, line="forearm.tables=acpi", level=3)
    for path in sorted(OVERLAYS.glob("*.dtb")):
        kernel(f"overlay-{path.stem}", IMAGE, named("overlay", path.read_bytes()))
        kernel(f"overlay-{path.stem}-acpi", IMAGE, named("overlay1", path.read_bytes()),
               line="forearm.tables=acpi")


def trees():
    memory = r"reg = <0x00 0x40000000 0x00 0x40000000>"
    changes = {
        "mem2G": (memory, "reg = <0 0x40000000 0 0x80000000>"),
        "mem-huge": (memory, "reg = <0 0x40000000 0x10 0>"),
        "mem-small": (memory, "reg = <0 0 0 4 0 0x40000000 0 0x20000000 0 0x80000000 0 4>"),
        "mem-last": (memory, "reg = <0 0x40000000 0 0x20000000 0xffffffff 0xfffffff8 0 7>"),
        "mem-wrap": (memory, "reg = <0 0x40000000 0xffffffff 0xf0000000>"),
        "fw-cfg-in-ram": (r"reg = <0x00 0x9020000 0x00 0x18>", "reg = <0 0x48000000 0 0x18>"),
        "uart-in-image": (r"reg = <0x00 0x9000000 0x00 0x1000>", "reg = <0 0x1002000 0 0x1000>"),
        "uart-in-workspace": (r"reg = <0x00 0x9000000 0x00 0x1000>",
                              "reg = <0 0x5fff0000 0 0x1000>"),
        "uart-in-flash": (r"reg = <0x00 0x9000000 0x00 0x1000>", "reg = <0 0x4000000 0 0x1000>"),
        "initrd-out": (r"chosen \{", "chosen { linux,initrd-start = <0x90000000>; "
                       "linux,initrd-end = <0x90001000>;"),
        "initrd-huge": (r"chosen \{", "chosen { linux,initrd-start = <0 0x44000000>; "
                        "linux,initrd-end = <0x1000 0x44001000>;"),
    }
    for name, pattern in (("cpus", r"cpu@1(.*?)reg = <0x01>"), ("cpus-none", r"cpu@0(.*?)reg = <0x00>")):
        tree = vmm_tree("qemu-gicv3.dts", (pattern, r"cpu@7\1reg = <0x00>"))
        kernel(f"tree-{name}", IMAGE, record(b"T", tree))
        kernel(f"tree-{name}-el3", IMAGE, record(b"T", tree), level=3)
    for level in (1, 2, 3):
        kernel(f"secure-{level}", IMAGE, vmm=2, level=level)
    for name, change in changes.items():
        fits = [] if name.startswith("mem") else [(memory, "reg = <0 0x40000000 0 0x20000000>")]
        tree = vmm_tree("qemu-gicv3.dts", change, *fits)
        kernel(f"tree-{name}", IMAGE, record(b"T", tree), blob(0x48000010, b"QEMU CFG"),
               as_it_is=True)


def cases():
    for folder in sorted(p for p in CORPUS.iterdir() if p.is_dir() and p.name not in ("boot", "found")):
        if folder.name in ("options", "place", "platform_acpi", "psci", "smbios"):
            continue
        for path in sorted(folder.iterdir()):
            content = path.read_bytes()
            skip = 1 if folder.name in ("unpack", "inflate") else 0
            kernel(f"{folder.name}-{path.name}", content[skip:])
    for name in ("uInitrd", "init_boot"):
        for path in CORPUS.glob(f"cases/*{name}*"):
            kernel(f"initrd-{path.name}", IMAGE, named("initrd", path.read_bytes()))
    for path in CORPUS.glob("cases/*.dtbo"):
        kernel(f"overlay-{path.name}", IMAGE, named("overlay", path.read_bytes()))


# -- what is refused, and what a machine may lack --------------------------------------------------

NO_DMA, OLD_PSCI, TRNG_EMPTY, NO_UART, NO_GIC, NO_PMU = (1 << i for i in range(6))
SELECTOR, IS_XEN, XEN_FAILS, BUSY, MANY_FILES, DMA_HANGS, RANDOM_ENDS = (256 << i for i in range(7))
MEMORY = r"reg = <0x00 0x40000000 0x00 0x40000000>"
FITS = (MEMORY, "reg = <0 0x40000000 0 0x20000000>")


def linked(files, at, tables):
    """QEMU's ACPI tables as its script has them put into memory: (RSDP at 'at', the others)."""
    name_of = lambda entry, offset: entry[offset:offset + 56].split(b"\0")[0].decode()
    script = files["etc/table-loader"]
    memory = {name: bytearray(files[name].rstrip(b"\0").ljust(36, b"\0") + bytes(64))
              for name in ("etc/acpi/rsdp", "etc/acpi/tables")}
    place = {"etc/acpi/rsdp": at, "etc/acpi/tables": tables}
    for entry in (script[i:i + 128] for i in range(0, len(script), 128)):
        command, name = struct.unpack_from("<I", entry)[0], name_of(entry, 4)
        if command == 2:
            offset, size = struct.unpack_from("<IB", entry, 116)
            old = int.from_bytes(memory[name][offset:offset + size], "little")
            memory[name][offset:offset + size] = (old + place[name_of(entry, 60)]).to_bytes(size, "little")
        elif command == 3:
            offset, start, size = struct.unpack_from("<III", entry, 60)
            memory[name][offset] = (memory[name][offset] - sum(memory[name][start:start + size])) & 255
    return blob(at, memory["etc/acpi/rsdp"]), blob(tables, memory["etc/acpi/tables"])


def acpi_in_ram():
    """As cloud-hypervisor has them behind the tree, and as Xen announces them."""
    qemu = Qemu("gic-version=3")
    files = dict(qemu.files())
    qemu.close()
    def xen(at):
        return vmm_tree("xen.dts", (r"module@20000000 \{(.*?)reg = <0 0x20000000 0 0x200000>",
                                    rf"module@20000000 {{\1reg = <0 {at:#x} 0 0x10000>"))

    wild = linked(files, 0x40200000, 0x5FFF0000)
    broken = linked(files, 0x40200000, 0x30000000)[:1]
    for line in ("acpi=on", "quiet", "forearm.tables=acpi", "forearm.tables=both acpi=force",
                 "forearm.tables=acpi forearm.guest=netbsd", "forearm.tables=acpi forearm.guest=freebsd"):
        name = re.sub(r"\W+", "-", line)
        near = linked(files, 0x40200000, 0x40201000)
        kernel(f"acpi-near-{name}", IMAGE, *near, line=line)
        kernel(f"acpi-near-broken-{name}", IMAGE, *broken, line=line)
        kernel(f"acpi-far-{name}", IMAGE, *wild, line=line)
        kernel(f"acpi-near-overlay-{name}", IMAGE, *near, line=line, level=3, *())
        kernel(f"acpi-near-added-{name}", IMAGE, *near, named(
            "overlay", (OVERLAYS / "devices.dtb").read_bytes()), line=line)
        for at in (0x20000000, 0x40800000):
            tree = xen(at)
            kernel(f"acpi-xen-{at:x}-{name}", IMAGE, record(b"T", tree), *linked(files, at, at + 0x1000), line=line)
        kernel(f"acpi-xen-none-{name}", IMAGE, record(b"T", xen(0x20000000)), line=line)


def acpi_files():
    """Scripts that write back, and some that do not work."""
    files = qemu_files("gic-version=3")
    script = next(i for i, file in enumerate(files) if b"etc/table-loader" in file)
    for name, offset in (("fits", 0), ("wrong", 4)):
        entries = struct.pack("<I56sIB63x", 1, b"etc/hardware_errors", 8, 2) + struct.pack(
            "<I56s56sIIB3x", 4, b"etc/hardware_errors_addr", b"etc/hardware_errors", offset, 0, 8)
        ras = [*files[:script], record(b"F", files[script][RECORD:] + entries), *files[script + 1:],
               named("etc/hardware_errors", bytes(64)), named("etc/hardware_errors_addr", bytes(8))]
        for line in ("forearm.tables=acpi", "acpi=on", "forearm.tables=acpi forearm.guest=netbsd"):
            kernel(f"acpi-ras-{name}-{zlib.crc32(line.encode()):x}", IMAGE, *ras, line=line)
        kernel(f"acpi-ras-no-tree-{name}", IMAGE, *ras, no_tree=True, level=2)
    kernel("acpi-hotplug", IMAGE, *qemu_files("gic-version=3", "-bios", in_file("bios", bytes(4096))))
    for line in ("quiet", "forearm.tables=acpi", "acpi=on", "forearm.tables=acpi forearm.guest=netbsd"):
        name = re.sub(r"\W+", "-", line)
        kernel(f"acpi-no-its-{name}", IMAGE, record(b"T", vmm_tree("qemu-gicv3.dts", FITS, (
            "arm,gic-v3-its", "arm,gic-v3-not"))), *files, line=line)
        for old, new in ((b"FACP", b"FACX"), (b"DSDT", b"DSDX"), (b"APIC", b"APIX")):
            kernel(f"acpi-{new.decode()}-{name}", IMAGE, *(file.replace(old, new) for file in files), line=line)
        kernel(f"acpi-no-rsdp-{name}", IMAGE, *files[:script], record(
            b"F", files[script][RECORD:RECORD + 128 + len("etc/table-loader\0")]), *files[script + 1:], line=line)
        for i in range(len(files)):
            kernel(f"acpi-without-{i}-{name}", IMAGE, *files[:i], *files[i + 1:], line=line)
            content = files[i]
            end = content.index(b"\0", RECORD) + 1
            kernel(f"acpi-empty-{i}-{name}", IMAGE, *files[:i], record(b"F", content[RECORD:end]),
                   *files[i + 1:], line=line)
            kernel(f"acpi-short-{i}-{name}", IMAGE, *files[:i], record(b"F", content[RECORD:end + 40]),
                   *files[i + 1:], line=line)
        for failure in range(1, 30):
            kernel(f"acpi-failure-{failure}-{name}", IMAGE, *files, line=line, failure=failure)
    for quirks in (1, 2, 4, 8, 16, 32):
        kernel(f"acpi-no-tree-quirk-{quirks}", IMAGE, *ras, no_tree=True, level=2, quirks=quirks)


def refusals():
    """Each level and state, with each request."""
    for level in (1, 2, 3):
        for state in (False, True):
            for a32 in range(4):
                for el in ("auto", 1, 2, 3):
                    for image in (IMAGE, ZIMAGE):
                        kernel(f"level-{level}-{state}-{a32}-{el}-{image == IMAGE}", image,
                               line=f"forearm.el={el}", level=level, aarch32=state,
                               aarch32_el1=a32 & 1, aarch32_el2=a32 >> 1, el2=level != 1)
        kernel(f"level-{level}-no-el2", IMAGE, line="forearm.el=2", level=level, el2=False)
        kernel(f"level-{level}-endian", IMAGE, line="forearm.endian=big", level=level, extra=6)
        kernel(f"level-{level}-security", ZIMAGE, line="forearm.guest=nommu", level=level, extra=5,
               aarch32=True)
    for guest in ("linux nommu netbsd freebsd openbsd osv zephyr nuttx lk freertos nanos unikraft qnx "
                  "kut xvisor xen").split():
        for content in ("image", "zimage", "elf", "raw"):
            file = {"image": IMAGE, "zimage": ZIMAGE, "raw": b"code" * 100, "elf": elf64(
                [(1, 0x40200000, b"code" * 40, 0x3000)])}[content]
            for level in (1, 2, 3):
                kernel(f"guest-{guest}-{content}-{level}", file, named("initrd", INITRD), level=level,
                       line=f"forearm.guest={guest} forearm.load={'auto' if content != 'raw' else 'raw'}",
                       aarch32=content == "zimage", gic=3 - (level == 3))
        kernel(f"guest-{guest}-el2", IMAGE, level=3, el2=False, line=f"forearm.guest={guest} forearm.el=1")
        kernel(f"guest-{guest}-acpi", IMAGE, line=f"forearm.guest={guest} forearm.tables=acpi", vmm=5)
        kernel(f"guest-{guest}-long", IMAGE, line=f"forearm.guest={guest} " + "a" * 2070)
        kernel(f"guest-{guest}-longest", IMAGE, line=f"forearm.guest={guest} " + "a" * (4075 - len(guest)))
        kernel(f"guest-{guest}-gicv2", IMAGE, vmm=1, gic=2, line=f"forearm.guest={guest}")
        for level in (1, 2, 3):
            kernel(f"guest-{guest}-smc-{level}", IMAGE, vmm=2, level=level,
                   line=f"forearm.guest={guest} forearm.el={min(level, 2)}")
    for quirks in (*(1 << i for i in range(6)), 6):
        for level in (1, 2, 3):
            kernel(f"quirk-{quirks}-{level}", IMAGE, level=level, quirks=quirks, trng=True)
            kernel(f"quirk-{quirks}-{level}-no-tree", IMAGE, level=level, quirks=quirks, no_tree=True,
                   trng=True, gic=2)
    for i, flags in enumerate((0xB, 0xA)):
        for tables in ("acpi", "both"):
            kernel(f"acpi-for-{tables}-{i}", image64(flags=flags, efi=not i), line=f"forearm.tables={tables}")
            kernel(f"acpi-for-{tables}-zimage-{i}", ZIMAGE, aarch32=True, line=f"forearm.tables={tables}")
            kernel(f"acpi-for-{tables}-elf-{i}", elf64([(1, 0x40200000, b"code", 0x3000)]),
                   line=f"forearm.tables={tables}")
    for word in ("acpi=off", "acpi=force", "a" * 2100, "forearm.guest=linux " + "a" * 2100):
        kernel(f"words-{word[:8]}-{len(word)}", IMAGE, line=word)
        kernel(f"words-elf-{word[:8]}-{len(word)}", elf64([(1, 0x40200000, b"code", 0x3000)]), line=word)
    kernel("size-is-address", image64(memory=0x41000000))
    kernel("size-is-address-high", image64(memory=0x4100000000000000))
    for level, pa in ((2, 0), (2, 1), (3, 0), (2, 2), (2, 3)):
        kernel(f"far-{level}-{pa}", IMAGE, second=True, level=level, pa=pa, line="forearm.el=1")


def refused_files():
    """Containers, initrds and overlays that something is wrong with."""
    for size in (0, 8, 17, 4095):
        kernel(f"kernel-of-{size}", IMAGE[:size])
        kernel(f"initrd-of-{size}", IMAGE, named("initrd", bytes(size)))
    kernel("initrd-empty", IMAGE, named("initrd", b""))
    for kind in ("gzip", "zstd", "lz4-size"):
        much = packed(bytes(40 << 20), kind)
        kernel(f"too-much-{kind}", much, ram=4)
        kernel(f"too-much-{kind}-tiny", much, ram=7)
        kernel(f"half-{kind}", packed(IMAGE, kind)[:-20])
        kernel(f"behind-{kind}", packed(IMAGE, kind) + TREE, line="forearm.dtb=payload")
        kernel(f"inner-{kind}", packed(b"nothing at all " * 300, kind))
        kernel(f"disk-{kind}", packed(bytes(510) + b"\x55\xaa" + bytes(40000), kind))
    kernel("gpt", bytes(450) + b"\xee" + bytes(59) + b"\x55\xaa" + b"EFI PART" + bytes(4000))
    for name, content in (("ext4", bytes(1080) + b"\x53\xef" + bytes(4000)), ("squashfs", b"hsqs" + bytes(4000)),
                          ("iso", bytes(0x8001) + b"CD001" + bytes(4000)), ("gpt", bytes(450) + b"\xee" + bytes(
                              59) + b"\x55\xaa" + b"EFI PART" + bytes(4000))):
        kernel(f"disk-{name}", content)
        for guest in ("linux", "netbsd"):
            kernel(f"disk-initrd-{name}-{guest}", IMAGE, named("initrd", content), line=f"forearm.guest={guest}")
    for machine in (3, 8, 62, 243):
        kernel(f"elf-for-{machine}", elf64([(1, 0x40200000, b"code", 0x3000)], machine=machine))
    in_file("kernel", IMAGE)
    for arch in ("mips", "riscv", "x86_64", "ppc"):
        kernel(f"uimage-{arch}", uimage(WORK / "kernel", "-T", "kernel", "-C", "none", "-a", "0x40080000",
                                        "-e", "0x40080000", arch=arch))
    place = 'compression = "none"; load = <0x40080000>; entry = <0x40080000>;'
    kernel("fit-state", fit(place), line="forearm.state=aarch32")
    for state in ("aarch32", "aarch64"):
        kernel(f"raw-{state}", b"code" * 100, line=f"forearm.load=raw forearm.state={state}")
    for kind in ("gzip", "zstd"):
        in_file("tree", packed(TREE, kind))
        in_file("overlay", packed((OVERLAYS / "devices.dtb").read_bytes(), kind))
        both = fit(place, trees=kind)
        kernel(f"fit-packed-{kind}", both)
        kernel(f"fit-packed-{kind}-used", both, line="forearm.dtb=payload")
        in_file("tree", packed(TREE, kind)[:-30] + bytes(30))
        in_file("overlay", packed(bytes(100000), kind))
        kernel(f"fit-broken-{kind}", fit(place, trees=kind))
        kernel(f"fit-broken-{kind}-used", fit(place, trees=kind), line="forearm.dtb=payload")
    in_file("tree", TREE)
    in_file("overlay", (OVERLAYS / "devices.dtb").read_bytes())
    for line in ("forearm.el=3", "forearm.dtb=payload", "forearm.log=loud", "forearm.lgo=debug",
                 "half \"a pair", "nul\0behind", "a" * 4000):
        text = line.encode()
        kernel(f"text-{zlib.crc32(text):08x}", bundle([(".linux", IMAGE), (".cmdline", text)]),
               line="user " + "b" * 200)
        seed(f"own-text-{zlib.crc32(text):08x}", record(b"M", bundle([(".linux", IMAGE), (".cmdline", text)])),
             image=2, tree=1)
    kernel("texts", android(3, "--cmdline", "from=boot " + "c" * 600))
    kernel("texts-too-long", android(3, "--cmdline", "c" * 1500), named("initrd", vendor_boot(
        INITRD, b"", b"d" * 2040)), line="e" * 1000)
    kernel("uki-no-profile", bundle([(".linux", IMAGE), (".profile", b"ID=a"), (".cmdline", b"b")]),
           line="forearm.profile=9")
    for number in ("", "1", "9", "x", "10"):
        kernel(f"overlay{number}-empty", IMAGE, named(f"overlay{number}", b""))
    source = "/dts-v1/; /plugin/; / { fragment@0 { target-path = \"/memory@40000000\"; __overlay__ { %s }; }; };"
    for name, change in (("less", "reg = <0 0x40000000 0 0x1000000>;"), ("none", 'device_type = "other";'),
                         ("odd", "reg = <0 0x40000000 0 0x20000000 0 0 1>;")):
        overlay = run("dtc", "-q", "-@", "-I", "dts", "-O", "dtb", data=(source % change).encode())
        kernel(f"overlay-memory-{name}", IMAGE, named("overlay", overlay))
    words = run("dtc", "-q", "-@", "-I", "dts", "-O", "dtb", data=source.replace(
        "/memory@40000000", "/chosen").encode() % b'bootargs = "others";')
    kernel("overlay-words", IMAGE, named("overlay", words))
    kernel("overlay-other-words", IMAGE, record(b"T", vmm_tree(
        "qemu-gicv3.dts", FITS, (r"chosen \{", 'chosen { bootargs = "one";'))), named("overlay", words), line=None)
    for size, text in ((61500, b"\0"), (600, b"a\n"), (300, b"\x07")):
        content = setup() + b"".join((named("kernel", IMAGE[:2048]), named("smbios-oem", text * size),
                                      named("cmdline", b"forearm.tables=acpi")))
        (OUT / f"oem-{size}").write_bytes(content)


def elves():
    """Position-independent files that need what is not done."""
    def dynamic(*entries):
        table = b"".join(struct.pack("<QQ", *e) for e in (*entries, (0, 0)))
        return elf64([(1, 0, b"code" * 64, 0x3000), (1, 0x1000, table + bytes(256), 0x3000),
                      (2, 0x1000, table, len(table))], kind=3, entry=0)
    for name, entries in {
            "needed": ((1, 1),), "plt-rela": ((20, 7), (23, 0x1100), (2, 24)), "plt-rel": ((20, 17), (23, 0x1100), (2, 16)),
            "plt-within": ((20, 7), (23, 0x1100), (2, 24), (7, 0x1100), (8, 24), (9, 24)),
            "relr": ((36, 0x1100), (35, 16), (37, 8)), "relr-out": ((36, 0x9000), (35, 16), (37, 8)),
            "relr-odd": ((36, 0x1100), (35, 12), (37, 8)), "rela-out": ((7, 0x9000), (8, 24), (9, 24)),
            "rela-odd": ((7, 0x1100), (8, 25), (9, 24)), "rel-out": ((17, 0x9000), (18, 16), (19, 16))}.items():
        kernel(f"elf-{name}", dynamic(*entries))
    kernel("elf-dynamic-out", elf64([(1, 0, b"code" * 64, 0x3000), (2, 0x90000, b"", 16)], kind=3, entry=0))
    kernel("openbsd-elsewhere", elf64([(1, 0xFFFFFF8000200000, b"code", 0x3000), (
        0x65A3DBE6, 0xFFFFFF8000100000, b"", 64)], entry=0xFFFFFF8000200000))
    for random_ in (False, True):
        for seed_ in (r"rng-seed = <[^>]*>;", r"kaslr-seed = <[^>]*>;"):
            tree = vmm_tree("qemu-gicv3.dts", FITS, (seed_, ""))
            for line in ("quiet", "acpi=on", "forearm.tables=acpi forearm.guest=netbsd"):
                kernel(f"seeds-{random_}-{seed_[:3]}-{line[-5:]}", IMAGE, record(b"T", tree), line=line, random=random_)
            kernel(f"seeds-{random_}-{seed_[:3]}-openbsd", elf64([
                (1, 0xFFFFFF8000200000, b"code", 0x3000), (0x65A3DBE6, 0xFFFFFF8000201000, b"", 64)],
                entry=0xFFFFFF8000200000), record(b"T", tree), random=random_)


def vendor_boot(initrd, config, line=b"a=b bootconfig"):
    """Header version 4, which packaged tools do not make."""
    page, entry = 4096, struct.pack("<III32s64x", len(initrd), 0, 1, b"a")
    head = struct.pack("<8sIIIII2048sI16sIIQIIII", b"VNDRBOOT", 4, page, 0, 0, len(initrd), line,
                       0, b"", 2128, len(TREE), 0, len(entry), 1, len(entry), len(config))
    return b"".join(part + bytes(-len(part) % page) for part in (head, initrd, TREE, entry, config))


def more_sources():
    """Kernels in initrds and in flash, or nothing in them."""
    chosen = (r"chosen \{", "chosen { linux,initrd-start = <0x44000000>; linux,initrd-end = <0x44001000>;")
    tree = record(b"T", vmm_tree("qemu-gicv3.dts", FITS, chosen))
    in_file("kernel", IMAGE)
    for name, content in (("elf", elf64([(1, 0x40200000, b"code", 0x3000)])), ("gzip", packed(IMAGE, "gzip")),
                          ("uimage", uimage(WORK / "kernel", "-T", "ramdisk", "-C", "none")), ("head", IMAGE[:64]),
                          ("zimage", ZIMAGE), ("nothing", bytes(4096)), ("erased", b"\xff" * 4096),
                          ("text", b"no kernel " * 300), ("lied", image64(memory=0x40))):
        for line in ("quiet", "forearm.payload=initrd", "forearm.payload=flash", "forearm.payload=0x44000000",
                     "forearm.payload=0x44000000,0x800", "forearm.payload=0x5fffffe0", "forearm.payload=0x90000000"):
            words = named("cmdline", line.encode())
            short = line.split("=")[-1].replace(",", "-")
            seed(f"in-initrd-{name}-{short}", tree, blob(0x44000000, content), words, as_it_is=True)
            seed(f"in-flash-{name}-{short}", record(b"R", content), words)
            seed(f"in-flash-{name}-{short}-padded", record(b"R", content + b"\xff" * 9000), words)
            kernel(f"beside-{name}-{short}", IMAGE, tree, blob(0x44000000, content), line=line,
                   as_it_is=True)
    for size in ("0x20000000", "0x4000001"):
        large = vmm_tree("qemu-gicv3.dts", FITS, (r"0x4000000 0x00 0x4000000>", f"0x4000000 0 {size}>"))
        seed(f"flash-of-{size}", record(b"T", large), record(b"R", IMAGE), as_it_is=True)
    for path in sorted((CORPUS / "cpio").iterdir()):
        seed(f"in-initrd-{path.name}", tree, blob(0x44000000, path.read_bytes()), as_it_is=True)
    vendor = made("mkbootimg", "--header_version", 3, "--vendor_ramdisk", in_file("initrd", INITRD),
                  "--dtb", in_file("tree", TREE), "--vendor_cmdline", "androidboot.a=b bootconfig", "--vendor_boot")
    for name, part in (("vendor", vendor), ("config", vendor_boot(INITRD, b"androidboot.x=y\nandroidboot.z=1\n")),
                       ("config-odd", vendor_boot(INITRD, b"\0\xff" * 100))):
        kernel(f"android-with-{name}", android(3, "--cmdline", "from=boot"), named("initrd", part))
        kernel(f"android-in-ram-{name}", android(3), tree, blob(0x44000000, part), as_it_is=True)
        kernel(f"android-in-bundle-{name}", bundle([(".linux", android(3)), (".initrd", part)]))
        kernel(f"android-wrong-{name}", android(1), named("initrd", part))


def odd_trees():
    """Machines whose trees say little, or too much."""
    banks = " ".join(f"0 {0x40000000 + i * 0x1000000:#x} 0 0x800000" for i in range(12))
    changes = {
        "banks": [(MEMORY, f"reg = <{banks}>")],
        "reserved": [FITS, (r"\};\s*$", """ reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
            a@48000000 { reg = <0 0x48000000 0 0x100000>; no-map; }; b@49000000 { reg = <0 0x49000000 0 0x1000>;
            status = "disabled"; }; c@1 { reg = <1 2 3>; }; }; };""")],
        "growing": [(MEMORY, "reg = <" + " ".join(f"0 {0x40000000 + i * 0x1000000:#x} 0 {i + 1}00000"
                                                  for i in range(9)) + ">")],
        "reserves": [FITS, (r"/dts-v1/;", "/dts-v1/;" + " /memreserve/ 0x48000000 0x1000;" * 60)],
        "reserve-at-0": [FITS, (r"/dts-v1/;", "/dts-v1/; /memreserve/ 0 0x1000; /memreserve/ 0x5ff00000 0x1000;")],
        "memory-child": [FITS, (r'device_type = "memory";', 'device_type = "memory"; a { reg = <1>; b { }; };')],
        "status-open": [FITS, (r'device_type = "memory";', 'device_type = "memory"; status = [6f 6b];')],
        "no-reg": [FITS, (r"(kaslr-seed = <[^>]*>;)", r"\1 module@1 { reh = <0 0 0 0>; };")],
        "virtios": [FITS, (r"\};\s*$", "".join(f'v@{i} {{ compatible = "virtio,mmio"; reg = <0 {i:#x}000 0 512>; }};'
                                               for i in range(0x20000, 0x20100)) + "};")],
        "no-model": [FITS, (r'model = "[^"]*";', "")],
        "no-memory": [(r'device_type = "memory";', "")],
        "memory-off": [FITS, (r'device_type = "memory";', 'device_type = "memory"; status = "disabled";')],
        "memory-okay": [FITS, (r'device_type = "memory";', 'device_type = "memory"; status = "okay";')],
        "cells": [FITS, (r"#size-cells = <0x02>;", "#size-cells = <0>;")],
        "cells-3": [FITS, (r"#address-cells = <0x02>;", "#address-cells = <3>;")],
        "uart-width": [FITS, (r'"arm,pl011(.*?)";', r'"ns16550a"; reg-io-width = <3>;')],
        "uart-none": [FITS, (r'compatible = "arm,pl011', 'compatible = "arm,pl999')],
        "psci-old": [FITS, (r"psci \{.*?\};", "psci { compatible = \"arm,psci\"; method = \"hvc\"; cpu_on = <1>; };")],
        "no-psci": [FITS, (r"psci \{.*?\};", "")],
        "fw-cfg-far": [FITS, (r"reg = <0x00 0x9020000 0x00 0x18>", "reg = <0x1000 0x9020000 0x00 0x18>")],
        "fw-cfg-empty": [FITS, (r"reg = <0x00 0x9020000 0x00 0x18>", "reg = <0 0x9020000 0 0>")],
        "seed-short": [FITS, (r"rng-seed = <[^>]*>", "rng-seed = <1 2>")],
        "no-modules": [FITS, (r"(kaslr-seed = <[^>]*>;)", r'\1 module@1 { compatible = "multiboot,module"; '
                              "reg = <0 0 0 0>; };")],
    }
    for name, change in changes.items():
        tree = vmm_tree("qemu-gicv3.dts", *change)
        for level in (1, 3):
            for line in ("quiet", "acpi=on", "forearm.log=debug"):
                kernel(f"odd-{name}-{level}-{line[-5:]}", IMAGE, record(b"T", tree), level=level, line=line, as_it_is=True)
        kernel(f"odd-{name}-32", ZIMAGE, record(b"T", tree), aarch32=True)
    secure = [("0xe000000 0 0x1000000", f"{new}") for new in (
        "0x44000000 0 0x1000000", "0xe000000 0xffffffff 0xffff0000", "0xe000000 0 0x1000", "0x1000000 0 0x100000")]
    secure += [("0x9040000 0 0x1000", new) for new in (
        "0x44000000 0 0x1000", "0x9040000 0xffffffff 0xfffff000", "0xe000000 0 0x1000", "0x1000000 0 0x1000",
        "0x9040000 0 0")]
    for i, change in enumerate(secure):
        tree = vmm_tree("qemu-secure.dts", ("0x40000000 0 0x40000000", "0x40000000 0 0x20000000"), change)
        for state in (False, True):
            kernel(f"odd-secure-{i}-{state}", ZIMAGE if state else IMAGE, record(b"T", tree), level=3, aarch32=state,
                   as_it_is=True)
    for vmm in range(12):
        for line in ("forearm.log=debug", "forearm.tables=acpi", "forearm.tables=both", "forearm.guest=xen forearm.el=2",
                     "forearm.on-error=park forearm.el=3"):
            for level in (1, 2, 3):
                kernel(f"vmm-{vmm}-{line.split('=')[-1]}-{line[8:12]}-{level}", IMAGE, named("initrd", INITRD),
                       vmm=vmm, line=line, level=level)


def hosts():
    """Other consoles, another fw_cfg, and a machine on which everything takes its time."""
    uart = (r'compatible = "arm,pl011.*?";', 'compatible = "ns16550a"; reg-shift = <{}>; reg-io-width = <{}>;')
    for name, at, shift, width in (("bytes", 0x9081000, 0, 1), ("words", 0x9080000, 2, 4), ("halves", 0x9080800, 1, 2),
                                   ("nothing", 0x90F0000, 0, 1), ("odd", 0x9081000, 0, 3), ("none", 0x9081000, 0, 0)):
        tree = vmm_tree("qemu-gicv3.dts", FITS, (uart[0], uart[1].format(shift, width)),
                        ("reg = <0x00 0x9000000 0x00 0x1000>", f"reg = <0 {at:#x} 0 0x1000>"))
        for quirks in (0, BUSY):
            kernel(f"ns16550-{name}-{quirks}", IMAGE, record(b"T", tree), quirks=quirks, as_it_is=True)
    for quirks in (IS_XEN, IS_XEN | XEN_FAILS, IS_XEN | TRNG_EMPTY, IS_XEN | BUSY):
        for ring in ("", "full", "wrong", "alone"):
            counts = {"full": (0, 0, 0, 2048, 0), "wrong": (0, 0, 0, 5000, 0), "alone": (0, 0, 0, 0, 1)}
            more = [blob(0x20800000, bytes(3072) + struct.pack("<IIIIB", *counts[ring]))] if ring else []
            for level in (1, 2):
                kernel(f"xen-console-{quirks}-{ring}-{level}", IMAGE, *more, vmm=8, quirks=quirks, level=level, line="forearm.log=debug")
            seed(f"xen-console-none-{quirks}-{ring}", *more, vmm=8, quirks=quirks)
    for quirks in (SELECTOR, MANY_FILES, DMA_HANGS, BUSY, SELECTOR | MANY_FILES, RANDOM_ENDS):
        for failure in (0, 1, 2, 3, 5, 8):
            kernel(f"host-{quirks}-{failure}", packed(IMAGE, "zstd"), named("initrd", INITRD), quirks=quirks, failure=failure,
                   random=True, line="acpi=on forearm.tables=acpi" if failure == 3 else "quiet")
    no_seed = vmm_tree("qemu-gicv3.dts", FITS, (r"rng-seed = <[^>]*>;", ""), (r"kaslr-seed = <[^>]*>;", ""))
    no_uart = vmm_tree("qemu-gicv3.dts", FITS, ('"arm,pl011', '"arm,pl999'), (r"rng-seed = <[^>]*>;", ""))
    named_console = vmm_tree("qemu-gicv3.dts", FITS, ("/pl011@9000000", "/virtio_mmio@a000000"))
    for virtio in range(16):
        for name, tree in (("seed", no_seed), ("uart", no_uart), ("named", named_console)):
            kernel(f"virtio-{name}-{virtio}", IMAGE, record(b"T", tree), extra=7 | virtio << 4)
    large = image64(40000) + random.Random(2).randbytes(9000)
    for name in ("gzip", "lz4", "zstd", "xz"):
        kernel(f"busy-{name}", packed(large, name), quirks=BUSY)
    in_file("kernel", large)
    kernel("busy-fit", fit('compression = "none"; load = <0x40080000>; entry = <0x40080000>;'), quirks=BUSY)
    in_file("kernel", IMAGE)
    seed("busy-flash", record(b"R", large), quirks=BUSY)


def guests():
    """Files that only one guest's can be."""
    def head(code0, code1, offset, memory, flags, size=0x2000, more=b""):
        return (struct.pack("<IIQQQ24x", code0, code1, offset, memory, flags) + b"ARMd" + bytes(4)).ljust(size, b"\0") + more

    files = {
        "netbsd": head(0x14000010, 0, 0x200000, 0x10000, 9), "netbsd-big": head(0x14000010, 0, 0x200000, 0x10000, 1),
        "netbsd-not": head(0x14000010, 0, 0x1000, 0x10000, 9), "netbsd-flags": head(0x14000010, 0, 0x200000, 0x10000, 2),
        "netbsd-code": head(0x14000010, 1, 0x200000, 0x10000, 9),
        "freebsd": head(0x14000400, 0, 0, 0x10000, 8), "freebsd-text": head(0x14000400, 0, 0, 0x10000, 8)[:64] + b"x" * 4096,
        "freebsd-offset": head(0x14000400, 0, 4096, 0x10000, 8), "freebsd-flags": head(0x14000400, 0, 0, 0x10000, 10),
        "freebsd-near": head(0x14000010, 0, 0, 0x10000, 8), "freebsd-far": head(0x1500ffff, 0, 0, 0x10000, 8),
        "nuttx": head(0x91005A4D, 0x14000400, 0x480000, 0x10000, 10), "nuttx-not": head(0x91005A4D, 0x14000400, 0x80000, 0x10000, 10),
        "unikraft": head(0x14000400, 0, 0x100000 - 64, 0x10000, 10), "zephyr": head(0x14000400, 0, 0, 0x41000000, 2),
        "zephyr-small": head(0x14000400, 0, 0, 0x10000, 2),
    }
    texts = (b"*** Booting Zephyr OS build", b"NuttShell (NSH) NuttX-12", b"welcome to lk/MP", b"U-Boot 2023.01", b"*** Boo", b"w" * 40)
    for i, text in enumerate(texts):
        for kind in (2, 3):
            files[f"text-{i}-{kind}"] = elf64([(1, 0x40200000 if kind == 2 else 0, bytes(100) + text, 0x3000)], kind=kind,
                                              entry=0x40200000 if kind == 2 else 0)
    for i, (offset, text) in enumerate(((0, b"/red/herring\0"), (1 << 40, b"/red/herring\0"), (0, b"/lib/ld.so.1\0"), (0, b"/short\0"))):
        file = bytearray(elf64([(1, FREEBSD, b"code", 0x3000), (3, FREEBSD, text, len(text))], entry=FREEBSD))
        if offset:
            struct.pack_into("<Q", file, 64 + 56 + 8, offset)
        files[f"herring-{i}"] = bytes(file)
    for name, content in files.items():
        for line in ("quiet", "forearm.tables=acpi", "forearm.load=raw"):
            kernel(f"is-{name}-{line[-4:]}", content, line=line)
    for words in ((0x40080123,), (0x48000000, 0x40210000), (0x4FFFFFFC,), (0,)):
        kernel(f"raw-at-{words[0]:x}", struct.pack(f"<{len(words)}I", *words) * 20, line="forearm.load=auto")


def places():
    """Whatever a tree names, where something else is."""
    base = {"rtc": "0x00 0x9010000 0x00 0x1000", "gpio": "0x00 0x9030000 0x00 0x1000", "its": "0x00 0x8080000 0x00 0x20000",
            "gic": "0x00 0x8000000 0x00 0x10000", "redist": "0x00 0x80a0000 0x00 0xf60000", "uart": "0x00 0x9000000 0x00 0x1000",
            "fw-cfg": "0x00 0x9020000 0x00 0x18", "ecam": "0x40 0x10000000 0x00 0x10000000", "virtio": "0x00 0xa000000 0x00 0x200",
            "flash": "0x00 0x4000000 0x00 0x4000000", "flash-0": "<0x00 0x00 0x00 0x4000000"}
    others = {"ram": "0 0x48000000 0 0x1000", "wraps": "0xffffffff 0xfffff000 0 0x10000", "odd": "0 0x9050002 0 0x1000",
              "forearm": "0 0x1000000 0 0x1000", "none": "0 0x9050000 0 0", "end": "0 0x5ffff000 0 0x2000",
              "far": "0x4000 0 0 0x1000", "secure": "0 0xe000000 0 0x1000", "other": "0 0x9010000 0 0x1000"}
    for name, old in base.items():
        for why, new in others.items():
            tree = vmm_tree("qemu-gicv3.dts", FITS, (re.escape(old), ("<" if old[0] == "<" else "") + new))
            kernel(f"place-{name}-{why}", IMAGE, record(b"T", tree), as_it_is=True)
            if name in ("gic", "redist", "uart", "gpio"):
                kernel(f"place-{name}-{why}-el3", IMAGE, record(b"T", tree), level=3, as_it_is=True)
    four = [0x8000000, 0x8010000, 0x8030000, 0x8040000]
    for i in range(4):
        for why, new in (("ram", 0x48000000), ("far", 0x90F0000)):
            reg = " ".join(f"0 {new if i == j else at:#x} 0 0x10000" for j, at in enumerate(four))
            tree = vmm_tree("qemu-gicv2.dts", FITS, (r"reg = <0x00 0x8000000 [^>]*>", f"reg = <{reg}>"))
            for level in (1, 3):
                kernel(f"place-v2-{i}-{why}-{level}", IMAGE, record(b"T", tree), gic=2, level=level, as_it_is=True)
    tree = vmm_tree("qemu-gicv2.dts", FITS, ("reg = <0x00 0x8020000 0x00 0x1000>", "reg = <0 0x48000000 0 0x1000>"))
    kernel("place-v2m", IMAGE, record(b"T", tree), gic=2, as_it_is=True)
    for old, new in (("0x48000000", "0x44000000"), ("0x1000100", "0x44000000"), ("0x90000000", "0x44000000")):
        chosen = "chosen {\\1" + "".join(f' module@{i} {{ compatible = "multiboot,module"; reg = <0 {at} 0 0x1000>; }};'
                                      for i, at in enumerate((old, new))) + " };"
        tree = vmm_tree("qemu-gicv3.dts", FITS, (r"chosen \{(.*?)\};", chosen))
        kernel(f"place-module-{old}", IMAGE, record(b"T", tree), as_it_is=True)
    lines = """gpio@9080000 { compatible = "arm,pl061"; reg = <0 0x90b0000 0 0x1000>; phandle = <0x9000>; #gpio-cells = <2>; };
        off { compatible = "gpio-poweroff"; gpios = <PHANDLE 0 0>; }; on { compatible = "gpio-restart"; gpios = <PHANDLE 1 1>; };
        secram@e000000 { device_type = "memory"; reg = <0 0xe000000 0 0x1000000>; status = "disabled"; secure-status = "okay"; }; };"""
    changes = {"all": [], "pin": [("<PHANDLE 0 0>", "<PHANDLE 9 0>")], "short": [("<PHANDLE 0 0>", "<PHANDLE 0>")],
               "none": [("gpios = <PHANDLE 0 0>;", "")], "other": [("<PHANDLE 0 0>", "<0x9999 0 0>")],
               "ok": [("= \"okay\"; };", "= \"ok\"; };")], "off": [("secure-status = \"okay\"", "secure-status = \"disabled\"")],
               "ram-off": [("reg = <0 0xe000000 0 0x1000000>;", "")], "ram-wraps": [("0xe000000 0 0x1000000", "0xe000000 0xffffffff 0xffffffff")],
               "line-off": [('"gpio-poweroff";', '"gpio-poweroff"; status = "disabled";')],
               "no-reg": [("reg = <0 0x90b0000 0 0x1000>;", "")], "gpio-off": [('"arm,pl061"; reg', '"arm,pl061"; status = "disabled"; reg')],
               "in-ram": [("0x90b0000", "0x48000000")], "in-secure": [("0x90b0000", "0xe000000")], "in-image": [("0x90b0000", "0x1000000")],
               "many": [("off {", "".join(f'o{i} {{ compatible = "gpio-poweroff"; gpios = <1 0 0>; }}; g{i} {{ compatible = "arm,pl061"; '
                                           f'reg = <0 {0x9100000 + i * 4096:#x} 0 0x1000>; }};' for i in range(12)) + "off {")]}
    for name, change in changes.items():
        text = lines
        for old, new in change:
            assert old in text, old
            text = text.replace(old, new)
        tree = vmm_tree("qemu-gicv3.dts", FITS, (r"\};\s*$", text.replace("PHANDLE", "0x9000")))
        for level in (1, 3):
            for state in (False, True):
                kernel(f"lines-{name}-{level}-{state}", ZIMAGE if state else IMAGE, record(b"T", tree), level=level, aarch32=state)


# -- disks -----------------------------------------------------------------------------------------

CHAIN = b"search.fs_uuid 01234567-89ab-cdef-0123-456789abcdef root hd0,gpt2\nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n"


def entry(title="a", kernel="/a.img", *more):
    return "\n".join([f"title {title}", f"linux {kernel}", *more, ""]).encode()


def on_disk(name, image, *more, line="forearm.payload=disk", options=None, **how):
    """A machine that has the disk; with 'pci' or other words about it."""
    words = [named("cmdline", line.encode())] if line else []
    seed(f"disk-{name}", record(b"D", disk_seeds.disk(image, **how)), *words, *more, **(options or {}))


def osrel(text):
    return bundle([(".linux", IMAGE), (".osrel", text), (".cmdline", b"from=uki"), (".initrd", INITRD)])


def disk_files():
    """{name: files}: what a volume may have on it."""
    small = {"a.img": IMAGE, "b.img": packed(IMAGE, "gzip"), "i": INITRD, "j": INITRD, "t.dtb": TREE,
             "o.dtbo": (OVERLAYS / "devices.dtb").read_bytes(), "empty": b"", "folder/x": b"x"}
    one = {"loader/entries/a.conf": entry()}
    many = {f"loader/entries/e{i}.conf": entry(f"e{i}", "/a.img", "sort-key k", f"version {i}.1~rc{i}", "machine-id m")
            for i in range(9)}
    lines = ["initrd /i", "initrd /j", "options a b", "options c", "devicetree /t.dtb", "devicetree-overlay /o.dtbo /o.dtbo",
             "architecture aa64", "# remark", "", "nonsense x"]
    sets = {
        "one": one, "many": many, "full": {"loader/entries/a.conf": entry("Full", "/b.img", *lines)},
        "missing": {"loader/entries/a.conf": entry("a", "/none"), "loader/entries/b.conf": entry("b", "/b.img")},
        "all-missing": {"loader/entries/a.conf": entry("a", "/none"), "loader/entries/b.conf": entry("b", "/empty")},
        "folder": {"loader/entries/a.conf": entry("a", "/folder"), "loader/entries/c.conf/d": b"x"},
        "too-many": {"loader/entries/a.conf": entry("a", "/a.img", *["initrd /i"] * 9)},
        "eight": {"loader/entries/a.conf": entry("a", "/a.img", *["initrd /i"] * 8, *["options x"] * 8)},
        "other-cpu": {"loader/entries/a.conf": entry("a", "/a.img", "architecture x64"),
                      "loader/entries/b.conf": entry("b", "/a.img", "architecture arm")},
        "wrong-words": {"loader/entries/a.conf": entry("a", "/a.img", "options forearm.nonsense=1")},
        "kinds": {**one, "EFI/Linux/u.efi": osrel(b'NAME=x\nPRETTY_NAME="A b"\nVERSION_ID=1\nID=d\n'),
                  "EFI/Linux/none.efi": b"MZ none", "EFI/Linux/x.txt": b""},
        "uki": {"EFI/Linux/u+3-1.efi": osrel(b"IMAGE_ID=i\nIMAGE_VERSION=2\nBUILD_ID=q\n"), "EFI/Linux/v.efi": osrel(b"")},
        "no-loader": {"loader/entries": b"a file"},
        "counted": {"loader/entries/a+0-3.conf": entry(), "loader/entries/b+2.conf": entry("b"),
                    "loader/entries/c+x.conf": entry("c"), "loader/entries/+1.conf": entry("d")},
        "large": {"loader/entries/a.conf": entry() + b"#" * 70000, "loader/entries/b.conf": entry("b")},
        "extlinux": {"extlinux/extlinux.conf": b"DEFAULT l1\nTIMEOUT 3\nLABEL l0\n KERNEL /a.img\n APPEND x\nLABEL l1\n"
                     b" MENU LABEL Second\n LINUX /b.img\n INITRD /i,/j\n FDT /t.dtb\n FDTOVERLAYS /o.dtbo\n"
                     b"LABEL l2\n LINUX\n"},
        "extlinux-odd": {"extlinux/extlinux.conf": b"LABEL a\nLINUX /a.img\n" * 200},
        "nothing": {"x": b"x"},
    }
    for name, text in {"default": "default e3\n", "preferred": "preferred e[2-4]*\ndefault e0\n", "none": "timeout 9\n",
                       "pattern": "default ?[!0-7]*\n", "odd": "default [\n"}.items():
        sets[f"loader-{name}"] = {**many, "loader/loader.conf": text.encode()}
    return {name: {**small, **files} for name, files in sets.items()}


def grub_scripts():
    debian, _, environment = (CORPUS / "grub" / "debian").read_bytes().partition(b"\0")
    menu = b"menuentry 'a' --id ida {\nlinux /boot/a.img x $y\ninitrd /boot/i /boot/j\ndevicetree /boot/t.dtb\n}\n"
    texts = {
        "debian": debian, "menu": menu, "wrong": b"if true; then\n", "deep": b"{ " * 40,
        "first": b"menuentry x {\nchainloader /x\n}\n" + menu, "none": b"set x=1\n", "empty": b"",
        "env": b"load_env\nset default=$saved_entry\n" + menu * 2, "next": b"load_env\nset default=$next_entry\n" + menu,
        "tests": b"if [ -d /boot -a -f /boot/a.img -a -s /boot/i -a ! -e /none ]; then\n" + menu + b"fi\n"
                 b"if [ 1 -lt 2 -o a = b ]; then set default=0; fi\nif test -d /boot/a.img; then false; else true; fi\n",
        "search": b"search --file /boot/a.img --set=r\nsearch --label root --set r\nsearch -u 1234-5678\n"
                  b"search.file /none\nsearch.fs_label ESP x\nsearch --no-floppy --label none\n" + menu,
        "named": b"set root=hd0\nset root='hd0,msdos2'\n" + menu.replace(b"linux /", b"linux (hd0,gpt2)/"),
        "elsewhere": menu.replace(b"initrd /", b"initrd (hd0,gpt1)/") + menu.replace(b"linux /", b"linux (hd1,gpt1)/"),
        "notes": b"one\ntwo\nthree\nfour\nfive\nfor x in a; do b; done\n" + menu,
        "bls": b"load_env\nset default=\"${saved_entry}\"\nset a=b\nblscfg\n",
        "custom": menu + b"if [ -f ${config_directory}/custom.cfg ]; then source ${config_directory}/custom.cfg; fi\n",
        "arguments": b"function f { if [ $# -eq 2 ]; then set x=$1$2; set y=$@; fi; }\nf a 'b c'\n" + menu,
    }
    kernels = {"boot/a.img": IMAGE, "boot/vmlinuz": IMAGE, "boot/i": INITRD, "boot/j": INITRD, "boot/t.dtb": TREE,
               "boot/initrd": INITRD}
    for name, text in texts.items():
        for folder in ("boot/grub", "grub2"):
            yield f"{name}-{folder[-1]}", {**kernels, f"{folder}/grub.cfg": text, f"{folder}/custom.cfg": b"set q=1\n",
                f"{folder}/grubenv": environment or b"saved_entry=ida\nnext_entry=1\n",
                "loader/entries/b.conf": entry("b", "/boot/a.img", "options $a ${default} x")}


PLACES = {"mmio": {}, "legacy": {"legacy": True}, "pci": {"pci": True}, "pci-old": {"pci": True, "legacy": True}}


def lines_of(path):
    return [b"/virtio-mmio@%016x/disk@0,0\n" % path if path >= 0 else b"/pci@i0cf8/scsi@%x/disk@0,0\n" % -path]


def disks():
    sets = disk_files()
    volumes = {name: disk_seeds.fat(files, 160 if name == "large" else 64) for name, files in sets.items()}
    one = disk_seeds.gpt((disk_seeds.ESP, volumes["one"]))
    for place, how in PLACES.items():
        for level in (1, 2, 3):
            on_disk(f"{place}-{level}", one, options={"level": level}, **how)
        on_disk(f"{place}-auto", one, line="", **how)
        on_disk(f"{place}-32", disk_seeds.gpt((disk_seeds.ESP, volumes["full"])), options={"aarch32": True}, **how)
        for failure in range(13):
            for at in (0, 1, 2, 3, 5, 8, 12, 16, 20, 24, 28):
                on_disk(f"{place}-fails-{failure}-{at}", one, failure=failure, fails_at=at, **how)
        for block in range(8):
            on_disk(f"{place}-block-{block}", one, block=block, size_max=1 + block % 3, **how)
        on_disk(f"{place}-small", one[:20000], **how)
        on_disk(f"{place}-cut", one, sectors=80, **how)
        on_disk(f"{place}-empty", b"", **how)
    for name, volume in volumes.items():
        image = disk_seeds.gpt((disk_seeds.ESP, volume))
        for word in ("", "forearm.entry=1", "forearm.entry=a", "forearm.entry=none", "forearm.entry=e*",
                     "forearm.log=debug forearm.dtb=payload"):
            short = word.split("=")[-1].replace("*", "x")
            on_disk(f"esp-{name}-{short}", image, line=f"forearm.payload=disk {word}")
        on_disk(f"whole-{name}", volume)
        on_disk(f"boot-{name}", disk_seeds.gpt((disk_seeds.LINUX, volumes["nothing"]), (disk_seeds.XBOOTLDR, volume)))
    for word in ("disk:0", "disk:1", "disk:7", f"disk:PARTUUID={disk_seeds.PARTUUID}",
                 f"disk:PARTUUID={disk_seeds.PARTUUID[:-1]}1", "disk:PARTUUID=none"):
        two = disk_seeds.gpt((disk_seeds.BASIC, volumes["one"]), (disk_seeds.LINUX, volumes["many"]))
        on_disk(f"named-{zlib.crc32(word.encode()):x}", two, line=f"forearm.payload={word}")
        on_disk(f"named-mbr-{zlib.crc32(word.encode()):x}", disk_seeds.mbr((0xC, volumes["one"])), line=f"forearm.payload={word}")
    application = (CORPUS / "efi_image" / "application").read_bytes()
    for name, file in {"": application, "-damaged": bytes(600)}.items():
        volume = disk_seeds.fat({"EFI/BOOT/BOOTAA64.EFI": file})
        for by in ("auto", "native", "efi"):
            for level in (1, 2, 3):
                on_disk(f"application{name}-{by}-{level}", disk_seeds.gpt((disk_seeds.ESP, volume)),
                        line=f"forearm.boot={by}", options={"level": level})
        on_disk(f"application{name}-acpi", volume, line="forearm.tables=acpi", pci=True)
        on_disk(f"application{name}-32", volume, line="forearm.boot=efi", options={"aarch32": True})
    kernel("disk-beside", IMAGE, record(b"D", disk_seeds.disk(one)), line="forearm.entry=0")
    disk_tables(volumes)
    disk_systems(sets, volumes)
    disk_orders(volumes)
    disk_configurations(one)


def disk_tables(volumes):
    """Partition tables, whole and damaged."""
    one, many = volumes["one"], volumes["many"]
    table = disk_seeds.gpt((disk_seeds.ESP, one))
    for name, at, data in (("magic", 512, b"X"), ("sum", 512 + 16, b"XXXX"), ("rows", 1024, b"X" * 16),
                           ("size", 512 + 84, struct.pack("<I", 96)), ("count", 512 + 80, b"\xff\xff\xff\xff"),
                           ("both", 512, b"X" * 512), ("none", 446, bytes(66))):
        image = bytearray(table)
        image[at:at + len(data)] = data
        on_disk(f"table-{name}", bytes(image))
        if name == "both":
            image[-512:] = b"X" * 512
            on_disk("table-lost", bytes(image))
    for name, rows, logical in (("esp", [(0xEF, one)], ()), ("fat", [(0xC, one), (0x6, many)], ()),
                                ("logical", [(0x83, many)], [(0xC, one), (0x83, many), (0xEF, many)]),
                                ("linux", [(0x83, one)], ()), ("foreign", [(0xA5, one)], ()), ("late", [(7, b"x" * 512)], [(5, one)])):
        on_disk(f"mbr-{name}", disk_seeds.mbr(*rows, logical=logical))
    on_disk("mbr-out", disk_seeds.mbr((0xC, one)), sectors=40)
    on_disk("basic", disk_seeds.gpt((disk_seeds.BASIC, one), (disk_seeds.BASIC, many)))
    on_disk("linux-fat", disk_seeds.gpt((disk_seeds.LINUX, one)))
    on_disk("esp-damaged", disk_seeds.gpt((disk_seeds.ESP, bytes(8192)), (disk_seeds.XBOOTLDR, one)))
    on_disk("esps", disk_seeds.gpt(*[(disk_seeds.ESP, volumes["nothing"])] * 5, (disk_seeds.ESP, one), (disk_seeds.ESP, one)))
    on_disk("fat16", disk_seeds.fat({"loader/entries/a.conf": entry(), "a.img": IMAGE}, 4400, 16))
    on_disk("fat32", disk_seeds.fat({"loader/entries/a.conf": entry(), "a.img": IMAGE}, 33500, 32))
    for folder in ("fat", "ext4"):
        for path in sorted((CORPUS / folder).iterdir()):
            on_disk(f"{folder}-{path.name}", path.read_bytes().ljust(0x18000, b"\0"))


def disk_systems(sets, volumes):
    """ext2 to ext4, and GRUB's scripts on them."""
    root = {"boot/vmlinuz-6.1": IMAGE, "boot/initrd.img-6.1": INITRD, "vmlinuz": "boot/vmlinuz-6.1",
            "initrd.img": "/boot/initrd.img-6.1", "boot/extlinux/extlinux.conf":
            b"default l0\nlabel l0\n menu label Debian 12\n linux /vmlinuz\n initrd /initrd.img\n append x\n",
            "boot/loader/entries/a.conf": entry("b", "/boot/vmlinuz-6.1")}
    for kind, options in (("ext2", ()), ("ext3", ()), ("ext4", ()), ("ext4", ("-O", "^metadata_csum,64bit")),
                          ("ext4", ("-I", "256", "-O", "inline_data")), ("ext4", ("-O", "encrypt")), ("ext4", ("-b", "4096"))):
        image = disk_seeds.ext(root, kind, options, 512 if "4096" in options else 128)
        name = f"{kind}{''.join(options)}".replace("^", "no-")
        on_disk(f"root-{name}", image)
        on_disk(f"root-{name}-partition", disk_seeds.gpt((disk_seeds.LINUX, image)), pci=True)
    gaps = bytearray(IMAGE.ljust(300 << 10, b"\0"))
    for at in range(32768, len(gaps), 32768):
        gaps[at] = 1
    large = {**root, "boot/vmlinuz-6.1": bytes(gaps), **{f"boot/{'n' * 60}{i}": b"" for i in range(60)}}
    groups = ("-g", "256", "-N", "256")
    for kind, options, size in (("ext2", (), 700), ("ext4", (), 700), ("ext4", ("-O", "^metadata_csum,^dir_index"), 700),
                                ("ext4", (*groups, "-O", "meta_bg,^resize_inode"), 2048),
                                ("ext4", (*groups, "-O", "meta_bg,64bit,metadata_csum,metadata_csum_seed"), 2048),
                                ("ext4", (*groups, "-O", "sparse_super2"), 2048), ("ext2", (*groups, "-O", "^sparse_super"), 2048)):
        image = disk_seeds.ext(large if size < 2048 else root, kind, ("-N", "128", *options), size)
        name = f"{kind}{''.join(options)}{size}".replace("^", "no-")
        on_disk(f"large-{name}", image)
        on_disk(f"large-{name}-entry", image, line="forearm.payload=disk forearm.entry=none")
    for name, change in (("dirty", ["feature needs_recovery"]), ("links", [f"symlink a{i} a{i + 1}" for i in range(12)]),
                         ("damaged", ["set_inode_field /boot/vmlinuz-6.1 block[0] 99999", "set_inode_field /boot/vmlinuz-6.1 flags 0"]),
                         ("size", ["set_inode_field /boot/vmlinuz-6.1 size 0x7fffffffffff"]), ("magic", ["ssv magic 0"])):
        on_disk(f"root-{name}", disk_seeds.ext({**root, "boot/loader/entries/z.conf": entry("z", "/a0")}, change=change))
    small = {path: content for path, content in sets["one"].items() if path != "o.dtbo"}
    for name, files in grub_scripts():
        image = disk_seeds.ext(files, size=160)
        disk = disk_seeds.gpt((disk_seeds.ESP, disk_seeds.fat({"EFI/debian/grub.cfg": CHAIN, "EFI/BOOT/x": b""})),
                              (disk_seeds.LINUX, image))
        on_disk(f"grub-{name}", image)
        on_disk(f"grub-{name}-chain", disk)
        for word in ("ida", "1", "none"):
            on_disk(f"grub-{name}-entry-{word}", image, line=f"forearm.payload=disk forearm.entry={word}")
    for name, text in (("esp", b"menuentry a {\nlinux /a.img\n}\n"), ("none", b"configfile /none\n"), ("loop", b"source /EFI/x/grub.cfg\n")):
        on_disk(f"grub-{name}", disk_seeds.fat({**small, "EFI/x/grub.cfg": text, **{f"EFI/s{i}/y": b"" for i in range(3)}}))


def disk_orders(volumes):
    """Two or three disks, and which one comes first."""
    first, second = (disk_seeds.gpt((disk_seeds.ESP, volumes[name])) for name in ("one", "nothing"))
    slot = 0x0A000000 + 4 * 0x200
    orders = {"none": b"", "mmio": b"".join(lines_of(slot + 0x200) + lines_of(slot)), "pci": b"".join(lines_of(-3) + lines_of(-2)),
              "other": b"/pci@i0cf8/ethernet@1/ethernet-phy@0\n" + lines_of(slot)[0] * 40, "function": b"/pci@i0cf8/scsi@2,1/disk@0,0\n"
              b"/pci@i0cf8/scsi@3/disk@0,0\n/nothing/disk@0\n", "long": b"x" * 3000, "end": lines_of(slot)[0][:-1]}
    for name, order in orders.items():
        for place, how in PLACES.items():
            for line in ("", "forearm.payload=disk", "forearm.payload=disk:1"):
                one, two = (record(b"D", disk_seeds.disk(image, **how)) for image in (first, second))
                words = [named("cmdline", line.encode())] if line else []
                words += [record(b"F", b"bootorder\0" + order)] if order else []
                for i, pair in enumerate(((one, two), (two, one))):
                    seed(f"disk-order-{name}-{place}-{line[-1:]}-{i}", *pair, *words)
                if line:
                    for failure in range(1, 12):
                        seed(f"disk-order-{name}-{place}-{line[-1:]}-{failure}", two, one, *words, failure=failure)


def disk_configurations(image):
    """PCI functions that are odd, and capabilities that lead nowhere."""
    def cap(after, kind, bar, offset, size, step=4, length=20):
        return struct.pack("<BBBBB3xIII", 9, after, length, kind, bar, offset, size, step)

    changes = {
        "bar32": [(0x10, b"\0" * 4), *((at, cap(at + 32 if at < 0x80 else 0, kind, 0, place, 4096)) for at, kind, place in (
            (0x40, 1, 0), (0x60, 4, 0x2000), (0x80, 2, 0x3000)))],
        "io": [(0x10, b"\1\0\0\0"), (0x40, cap(0x60, 1, 0, 0, 4096))],
        "given": [(0x20, struct.pack("<Q", 0x1100000C))], "given-high": [(0x20, struct.pack("<Q", 0x800110000C))],
        "given-ram": [(0x20, struct.pack("<Q", 0x4000000C))], "given-end": [(0x20, struct.pack("<Q", 0x3EFEF00C))],
        "loop": [(0x80, b"\x09\x40")], "self": [(0x40, b"\x09\x40")], "none": [(6, b"\0")], "low": [(0x34, b"\x10")],
        "odd": [(0x34, b"\x43")], "other": [(0x40, b"\x05")], "bar-7": [(0x44, b"\7")], "bar-5": [(0x44, b"\5"), (0x24, b"\x0c")],
        "short": [(0x4C, b"\x10\0\0\0")], "long": [(0x4C, b"\xff\xff\xff\xff")], "empty": [(0x4C, bytes(4))],
        "step-odd": [(0x90, b"\3")], "step-0": [(0x90, b"\0")], "step-far": [(0x90, b"\0\x10\0\1")],
        "unaligned": [(0x48, b"\2")], "twice": [(0x60, cap(0x80, 1, 4, 0x1000, 0x1000))], "last": [(0x34, b"\xf8"), (0xF8, b"\x09\x40")],
        "bridge": [(0x0E, b"\1")], "multi": [(0x0E, b"\x80")], "vendor": [(0, b"\x86\x80")], "network": [(2, b"\x41\x10")],
        "old-network": [(2, b"\x00\x10")], "absent": [(0, b"\xff\xff\xff\xff")], "no-notify": [(0x60, cap(0, 4, 4, 0x2000, 4096))],
        "no-config": [(0x60, cap(0x80, 9, 4, 0x2000, 4096))], "notify-2": [(0x60, cap(0x80, 2, 4, 0x3000, 4096))],
        "config-2": [(0x80, cap(0xA0, 4, 4, 0x1000, 4096)), (0xA0, cap(0, 2, 4, 0x3000, 4096))],
    }
    for name, change in changes.items():
        for vmm in (0, 1):
            on_disk(f"pci-{name}-{vmm}", image, pci=True, config=change, options={"vmm": vmm, "gic": 3 - vmm})
    for window in ("0x10000000 0x00 0x10000000 0x00 0x2eff0000", "0x10000000 0 0x10000000 0 0", "0x10000000 0 0x48000000 0 0x1000",
                   "0x10000000 0 0x10000000 0 0x1000", "0xf0000000 1 0x10000000 0 0x1000000"):
        tree = vmm_tree("qemu-gicv3.dts", FITS, ("0x10000000 0x00 0x10000000 0x00 0x2eff0000", window))
        for probe_only in ("", "linux,pci-probe-only = <1>;"):
            changed = vmm_tree("qemu-gicv3.dts", FITS, ("0x10000000 0x00 0x10000000 0x00 0x2eff0000", window),
                               (r"chosen \{", "chosen { " + probe_only))
            for kind in ("given", "bar32", "none"):
                name = f"{zlib.crc32((window + probe_only).encode()):x}-{kind}"
                on_disk(f"window-{name}", image, record(b"T", changed), pci=True, config=changes[kind])


# -- seeds of the targets for one module each ------------------------------------------------------

SIZE = 4000  # of these, as those targets take 4096 bytes
TREE_SIZE = 8192


def other(target, name, content, limit=SIZE):
    folder = OUT.parent / target
    folder.mkdir(parents=True, exist_ok=True)
    if len(content) <= limit:
        (folder / name).write_bytes(content)


def texts():
    """Data that packers treat differently: text, noise, runs, distances, codes of 15 bits."""
    noise = random.Random(1)
    source = Path(__file__).read_bytes()
    fibonacci = [1, 1]
    while len(fibonacci) < 17:
        fibonacci.append(sum(fibonacci[-2:]))
    skewed = [i for i, count in enumerate(fibonacci) for _ in range(count)]
    noise.shuffle(skewed)
    return {
        "text": source[:6000], "short": source[:300], "noise": noise.randbytes(600),
        "run": b"a" * 40000, "runs": b"".join(bytes([i]) * (i * 7) for i in range(90)),
        "skewed": bytes(skewed), "numbers": "".join(f"{i} " for i in range(1500)).encode(),
        "far": noise.randbytes(500) + source[:2000] + noise.randbytes(500) + source[:2100],
        "words": b"".join(struct.pack("<I", i * i) for i in range(700)), "nothing": b"",
    }


MORE_PACKERS = {
    **{f"zstd-{level}": ["zstd", "-qc", f"-{level}"] for level in (1, 3, 9, 19)},
    "zstd-ultra": ["zstd", "-qc", "--ultra", "-22"], "zstd-fast": ["zstd", "-qc", "--fast=5"],
    "zstd-literals": ["zstd", "-qc", "-19", "--no-compress-literals"],
    "zstd-small": ["zstd", "-qc", "--zstd=wlog=10", "--no-check"],
    **{f"lz4-{level}": ["lz4", "-qc", f"-{level}"] for level in (1, 9, 12)},
    "lz4-dependent": ["lz4", "-qc", "-BD", "-B4", "-BX"], "lz4-size": ["lz4", "-qc", "--content-size"],
    "lz4-legacy": ["lz4", "-qlc"], "lz4-plain": ["lz4", "-qc", "--no-frame-crc"],
    **{f"gzip-{level}": ["gzip", f"-nc{level}"] for level in (1, 9)},
    **{f"xz-{check}": ["xz", "-c", "--lzma2=dict=4KiB", f"--check={check}"] for check in ("none", "crc32", "sha256")},
    "xz-blocks": ["xz", "-c", "--lzma2=dict=4KiB", "--block-size=500", "--check=none"],
    "xz-filters": ["xz", "-c", "--arm", "--delta=dist=4", "--lzma2=dict=4KiB", "--check=none"],
    "lzma": ["xz", "-c", "--format=lzma", "--lzma1=dict=4KiB"],
}


def raw_deflate(content, level, strategy):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return packer.compress(content) + packer.flush()


def decoders():
    for kind, content in texts().items():
        for name, command in MORE_PACKERS.items():
            result = run(*command, data=content)
            other("unpack", f"{kind}-{name}", result + b"\xff\xff")
            if name.startswith("gzip"):
                other("gzip", f"{kind}-{name}", result + b"\xff\xff")
        for level in (0, 1, 6, 9):
            for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_FIXED, zlib.Z_RLE):
                other("inflate", f"{kind}-{level}-{strategy}", raw_deflate(content, level, strategy))
    for machine in ("gic-version=2", "gic-version=3,iommu=smmuv3"):
        qemu = Qemu(machine)
        script = dict(qemu.files())["etc/table-loader"].rstrip(b"\0")
        qemu.close()
        other("acpi_loader", machine, b"\0" + script + bytes(-len(script) % 128))


def fdt_trees():
    """IDs that begin before the requesters' do, buses of PCI and of addresses that end before 0 or
    behind 2^64."""
    tree = vmm_tree("qemu-smmu.dts", (r"iommu-map = <0x00 (\S+) 0x00", r"iommu-map = <0x100 \1 0x10"),
                    (r"msi-map = <0x00 (\S+) 0x00", r"msi-map = <0x200 \1 0x20"))
    other("fdt", "made-ids-behind", tree, TREE_SIZE)
    for name, buses in (("none", "1 0"), ("below", "16 17")):
        tree = vmm_tree("qemu-gicv2.dts", (r"bus-range = <0x00 0xff>", f"bus-range = <{buses}>"),
                        (r"reg = <0x40 0x10000000 0x00 0x10000000>", "reg = <0 0x900000 0 0x200000>"))
        other("fdt", f"made-buses-{name}", tree, TREE_SIZE)
    tree = vmm_tree("qemu-gicv2.dts", (
        r"0x3000000 0x80 0x00 0x80 0x00 0x80 0x00",
        "0x3000000 0xffffffff 0xffff0000 0x80 0x00 0x00 0x10000"))
    other("fdt", "made-window-at-the-end", tree, TREE_SIZE)
    tree = vmm_tree("qemu-gicv3.dts", (
        r'ranges = <0x00 0x00 0xc000000 (.*?)"qemu,platform\\0simple-bus";',
        r'ranges = <0 0xffffffff 0xffffffff \1"simple-bus"; '
        'uart@1000 { compatible = "arm,pl011"; reg = <0x1000 0x1000>; };'))
    other("fdt", "made-bus-at-the-end", tree, TREE_SIZE)


def containers():
    """What the cases are to the readers of one format."""
    targets = {"itb": "fit", "img": "android", "elf": "elf", "zst": "unpack"}
    for path in sorted((CORPUS / "cases").iterdir()):
        target = "uimage" if path.name.startswith("uImage") else targets.get(path.suffix[1:])
        if target:
            other(target, f"case-{path.name}", path.read_bytes() + b"\xff\xff")
    for kind in ("fit", "uimage", "openbsd", "elf", "android"):
        for path in sorted(OUT.glob(f"{kind}*")):
            content = path.read_bytes()[SETUP + RECORD + len("opt/org.forearm/kernel."):]
            other("elf" if kind == "openbsd" else kind, path.name, content)


def found():
    """Inputs that longer runs have found, of each target."""
    for path in sorted((CORPUS / "found").iterdir()):
        folder = OUT.parent / path.stem
        folder.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(packs.read(path)):
            (folder / f"found-{number}").write_bytes(content)


OUT.mkdir(parents=True, exist_ok=True)
for part in (machines, formats, sources, options, trees, acpi_in_ram, acpi_files, refusals,
             refused_files, elves, more_sources, odd_trees, hosts, guests, places, disks, cases, decoders, fdt_trees, containers,
             found):
    part()

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
          failure=0, extra=7):
    return bytes([
        level - 1 | aarch32 << 2 | no_tree << 3 | el2 << 4 | both << 5 | both << 6 | random << 7,
        tree | image << 2 | (gic == 2) << 4 | trng << 5 | as_it_is << 6 | (not fw_cfg) << 7,
        cpus - 1 | pa << 5, ram | second << 3 | vmm << 4, failure, extra, 0, 0])


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


def fit(kernel_options, *more):
    source = f"""/dts-v1/; / {{ description = "fuzz"; images {{
        kernel {{ data = /incbin/("{WORK}/kernel"); type = "kernel"; arch = "arm64"; os = "linux";
            {kernel_options} hash {{ algo = "crc32"; }}; hash-2 {{ algo = "sha256"; }}; }};
        ramdisk {{ data = /incbin/("{WORK}/initrd"); type = "ramdisk"; arch = "arm64"; os = "linux";
            compression = "none"; hash-1 {{ algo = "sha1"; }}; }};
        fdt {{ data = /incbin/("{WORK}/tree"); type = "flat_dt"; arch = "arm64";
            compression = "none"; }};
        overlay {{ data = /incbin/("{WORK}/overlay"); type = "flat_dt"; arch = "arm64";
            compression = "none"; }};
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
        kernel(f"openbsd-{name}", elf64(bsd, entry=0xFFFFFF8000200000, sections=sections))
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


def carriers():
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
    for folder in sorted(p for p in CORPUS.iterdir() if p.is_dir() and p.name != "boot"):
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
    """Inputs that longer runs have found, one behind the other: a length of 32 bits, the input."""
    content, number = (CORPUS / "boot.found").read_bytes(), 0
    while content:
        size = 4 + struct.unpack_from("<I", content)[0]
        (OUT / f"found-{number}").write_bytes(content[4:size])
        content, number = content[size:], number + 1


OUT.mkdir(parents=True, exist_ok=True)
for part in (machines, formats, carriers, options, trees, cases, decoders, fdt_trees, containers,
             found):
    part()

# SPDX-License-Identifier: BSD-2-Clause
"""Kernels in every shape, made by the tools that people make them with."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from machines import qemu

WORD = "from=container"
UKIFY = qemu.BUILD / "deps" / "arm64-trixie" / "usr" / "bin" / "ukify"
STUBS = qemu.BUILD / "deps" / "arm64" / "usr" / "lib" / "systemd" / "boot" / "efi"
SYSTEMD_STUB = STUBS / "linuxaa64.efi.stub"
LINUX_SOURCE = Path("/usr/src/linux-source-6.1.tar.xz")


def tool(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, timeout=300, **options)
    assert done.returncode == 0, (words, done.stderr.decode())
    return done.stdout


def packed(folder, kernel, *packer):
    """The kernel through a packer, in a file of the caller's own.

    A guest of all tests is packed once: a packer takes as long as a boot.
    """
    path, kept, kernel = folder / "packed", None, Path(kernel)
    if qemu.GUESTS in kernel.parents:
        seen = kernel.stat()
        key = repr((str(kernel), seen.st_mtime_ns, seen.st_size, packer))
        kept = qemu.BUILD / "packed" / hashlib.sha256(key.encode()).hexdigest()
    if not kept or not kept.exists():
        with open(path, "wb") as to, open(kernel, "rb") as source:
            subprocess.run(packer, stdin=source, stdout=to, timeout=300, check=True)
        if kept:
            keep(path, kept)
    else:
        shutil.copyfile(kept, path)
    return path


def keep(path, kept):
    """A copy that is there as a whole or not at all: several processes test."""
    kept.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as copy:
        copy.write(path.read_bytes())
    os.replace(copy.name, kept)


PACKERS = {
    "gzip": ("gzip", "-n", "-6"),
    "zstd": ("zstd", "-q", "-3"),
    "lz4": ("lz4", "-q"),
    "lz4-legacy": ("lz4", "-q", "-l", "-", "-"),
    "xz": ("xz", "-0", "--check=crc64"),  # what is fast to pack; the decoder is the same
    "xz-linux": ("xz", "-0", "--check=crc32", "--lzma2=preset=0,dict=32MiB"),  # as the kernel's build
    "lzma": ("xz", "-0", "--format=lzma"),
}


def uimage(folder, kernel, initrd, arch, kind="kernel", packing="none"):
    data = packed(folder, kernel, *PACKERS[packing]) if packing != "none" else kernel
    path = folder / "uImage"
    parts = f"{data}:{initrd}" if kind == "multi" else data
    # Addresses of a board with RAM elsewhere: Linux knows better.
    tool("mkimage", "-A", arch, "-O", "linux", "-T", kind, "-C", packing, "-a", "0x80008000",
         "-e", "0x80008000", "-n", "unit", "-d", parts, path)
    return path


def fit(folder, kernel, initrd, arch, packing="none", external=False):
    data = packed(folder, kernel, *PACKERS[packing]) if packing != "none" else kernel
    source, path = folder / "fit.its", folder / "fit.itb"
    node = '{} {{ data = /incbin/("{}"); type = "{}"; arch = "{}"; os = "linux"; {} hash-1 {{ algo = "{}"; }}; }};'
    addresses = f'compression = "{packing}"; load = <0x80008000>; entry = <0x80008000>;'
    images = node.format("kernel", data, "kernel", arch, addresses, "sha256")
    images += node.format("ramdisk", initrd, "ramdisk", arch, 'compression = "none";', "crc32")
    source.write_text(
        f'/dts-v1/; / {{ description = "test"; images {{ {images} }}; configurations {{'
        ' default = "one"; one { kernel = "kernel"; ramdisk = "ramdisk"; }; }; };'
    )
    tool("mkimage", *(["-E"] if external else []), "-f", source, path)
    return path


def android(folder, kernel, initrd, version):
    path = folder / "boot.img"
    tool("mkbootimg", "--kernel", kernel, "--ramdisk", initrd, "--header_version", str(version),
         "--cmdline", WORD, "--output", path, *(["--dtb", initrd] if version == 2 else []))
    return path


def bundle(folder, tool_path, kernel, initrd, *more):
    path = folder / "bundle"
    words = [*(["--kernel", kernel] if kernel else []), *(["--initrd", initrd] if initrd else [])]
    tool(tool_path, *words, *more, "--output", path)
    return path


def cpio(folder, files, kind="newc", before=b""):
    """An archive of {name: file}, by cpio(1), behind the archive `before`."""
    tree, path = folder / "tree", folder / "archive.cpio"
    shutil.rmtree(tree, ignore_errors=True)
    for name, file in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).symlink_to(file)
    names = "".join(f"{name}\n" for name in files).encode()
    path.write_bytes(before + tool("cpio", "--quiet", "-oL", "-H", kind, input=names, cwd=tree))
    return path


CROSS = {"arm64": "aarch64-linux-gnu-", "arm": "arm-linux-gnueabihf-"}


def elf(folder, kernel, arch, address, *flags, room=0):
    """The file as the only segment of an ELF executable, and zeros behind it."""
    source, path = folder / "elf.S", folder / "kernel.elf"
    source.write_text(f'.text\n.incbin "{kernel}"\n.bss\n.space {room}\n')
    tool(f"{CROSS[arch]}gcc", "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,-N",
         f"-Wl,-Ttext={address:#x},-e,{address:#x}", *flags, "-o", path, source)
    return path


def ukify_command():
    """Debian's, which is in trixie; None where the mirrors had none."""
    if shutil.which("ukify"):
        return ["ukify"]
    return ["/usr/bin/python3", str(UKIFY)] if UKIFY.exists() else None


def ukify(*words):
    return subprocess.run([*ukify_command(), *(str(word) for word in words)], capture_output=True, timeout=60)


LIBSTUB = "linux-source-6.1/drivers/firmware/efi/libstub"
ZBOOT_PARTS = [f"{LIBSTUB}/zboot-header.S", f"{LIBSTUB}/zboot.lds", "linux-source-6.1/include/linux/pe.h"]


def zboot_source():
    """ZBOOT_PARTS of the kernel's source, unpacked once: it takes longer than a boot."""
    kept = qemu.BUILD / "zboot" / str(LINUX_SOURCE.stat().st_mtime_ns)
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            source = Path(folder) / "source"
            source.mkdir()
            tool("tar", "-C", source, "--strip-components=1", "--occurrence=1", "-xf", LINUX_SOURCE, *ZBOOT_PARTS)
            try:
                source.rename(kept)
            except OSError:  # another process was here first
                assert kept.exists()
    return kept


def zboot_maker(folder):
    """make(TO, KERNEL, PACKING) makes a kernel a vmlinuz.efi, as drivers/firmware/efi/libstub/Makefile.zboot
    of Debian's kernel source does, but for the EFI application, which nobody runs here."""
    shutil.copytree(zboot_source(), folder)
    (folder / "include/linux/types.h").write_text("")  # of which assembly needs nothing
    stub = folder / "drivers/firmware/efi/libstub"
    code = folder / "code.S"
    code.write_text(".text\n.globl __efistub_efi_zboot_entry\n__efistub_efi_zboot_entry:\nret\n"
                    ".section .gzdata, \"a\"\n.incbin PACKED\n.data\n.quad 0\n")

    def make(to, kernel, packing):
        data = packed(to, kernel, *PACKERS[packing])
        if packing != "gzip":  # whose own last word it is
            with open(data, "ab") as file:
                file.write(os.path.getsize(kernel).to_bytes(4, "little"))
        path = to / "vmlinuz.efi"
        words = [f'-DCOMP_TYPE="{packing}"', f"-DZBOOT_SIZE_LEN={0 if packing == 'gzip' else 4}",
                 "-DMACHINE_TYPE=IMAGE_FILE_MACHINE_ARM64", "-DCONFIG_64BIT", f'-DPACKED="{data}"']
        tool(f"{CROSS['arm64']}gcc", "-nostdinc", "-nostdlib", "-static", "-Wl,--build-id=none,--no-warn-rwx-segments",
             "-I", folder / "include", "-D__ASSEMBLY__", *words, "-T", stub / "zboot.lds", "-o",
             to / "zboot.elf", stub / "zboot-header.S", code)
        tool(f"{CROSS['arm64']}objcopy", "-O", "binary", to / "zboot.elf", path)
        return path

    return make

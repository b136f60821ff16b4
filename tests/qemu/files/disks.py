# SPDX-License-Identifier: BSD-2-Clause
"""Disks with kernels on them, made by sgdisk, mkfs.fat, mtools and mke2fs."""

import os
import shutil
import subprocess

MIB = 1 << 20
ESP, XBOOTLDR, LINUX = "EF00", "BC13C2FF-59E6-4262-A352-B275FD6F7172", "8300"
UUID = "01234567-89ab-cdef-0123-456789abcdef"
PARTUUID = "6F1B4C3A-0102-0304-0506-0708090A0B0C"
ENVIRONMENT = {**os.environ, "MTOOLS_SKIP_CHECK": "1", "PATH": os.environ["PATH"] + ":/usr/sbin"}


def tool(*words):
    subprocess.run([str(word) for word in words], check=True, env=ENVIRONMENT, timeout=60,
                   stdout=subprocess.DEVNULL)


def mib(files):
    """What a volume needs for them, in MiB."""
    sizes = [len(c) if isinstance(c, bytes) else c.stat().st_size for c in files.values()]
    return sum(sizes) // MIB + len(files) // 16 + 40


def folders_of(files):
    """What has to be there first: a folder of the host's comes as a whole."""
    return sorted({parent for path in files for parent in parents(path)})


def fill(image, files, kind="32"):
    """A FAT volume with {path: Path or bytes}, in a file of its own; a Path may be a folder."""
    tool("truncate", "-s", f"{mib(files)}M", image)
    tool("mkfs.fat", "-F", kind, "-s", "1" if kind == "32" else "8", image)
    for folder in folders_of(files):
        tool("mmd", "-i", image, f"::/{folder}")
    for path, content in files.items():
        source = content
        if isinstance(content, bytes):
            source = image.with_name("content")
            source.write_bytes(content)
        tool("mcopy", "-s", "-i", image, source, f"::/{path}")


def link(target):
    """A symbolic link, as a file of fill_ext()."""
    return str(target)


def fill_ext(image, files, kind="ext4", options=()):
    """An ext2, ext3 or ext4 volume with {path: Path, bytes or link()}, in a file of its own."""
    tree = image.with_name(image.name + ".tree")
    for path, content in files.items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            file.symlink_to(content)
        elif isinstance(content, bytes):
            file.write_bytes(content)
        else:
            shutil.copyfile(content, file)
    size = mib({path: content for path, content in files.items() if not isinstance(content, str)})
    tool("truncate", "-s", f"{size}M", image)
    tool("mke2fs", "-q", "-F", "-t", kind, *options, "-U", UUID, "-d", tree, image)
    shutil.rmtree(tree)


def parents(path):
    words = path.split("/")[:-1]
    return ("/".join(words[:count]) for count in range(1, len(words) + 1))


def disk(folder, *volumes, name="disk.img"):
    """A GPT disk with a partition for each (type, files), which end at MiBs; (type, files, kind of ext) if it is
    none of FAT."""
    path, at, words = folder / name, 1, []
    parts = []
    for number, (kind, files, *ext) in enumerate(volumes, 1):
        part = folder / f"{name}.{number}"
        if ext:
            fill_ext(part, files, *ext)
        else:
            fill(part, files)
        size = part.stat().st_size // MIB
        words += [f"--new={number}:{at}M:+{size}M", f"--typecode={number}:{kind}"]
        parts.append((at, part))
        at += size
    tool("truncate", "-s", f"{at + 1}M", path)
    tool("sgdisk", "--clear", *words, f"--partition-guid=1:{PARTUUID}", path)
    for start, part in parts:
        tool("dd", f"if={part}", f"of={path}", "bs=1M", f"seek={start}", "conv=notrunc,sparse", "status=none")
        part.unlink()
    return path


def entry(title, kernel, initrd=None, options="", **more):
    """A type 1 entry."""
    lines = [f"title {title}", f"linux {kernel}"]
    lines += [f"initrd {initrd}"] if initrd else []
    lines += [f"options {options}"] if options else []
    lines += [f"{key.replace('_', '-')} {value}" for key, value in more.items()]
    return ("\n".join(lines) + "\n").encode()


def drive(path, device="virtio-blk-device", number=0):
    return ["-drive", f"if=none,format=raw,readonly=on,id=d{number},file={path}",
            "-device", f"{device},drive=d{number}"]


def write(path, offset, data):
    with path.open("r+b") as file:
        file.seek(offset if offset >= 0 else path.stat().st_size + offset)
        file.write(data)

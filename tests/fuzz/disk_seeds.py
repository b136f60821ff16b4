# SPDX-License-Identifier: BSD-2-Clause
"""Small disks for the seeds of fuzz_boot (boot_seeds.py): volumes by the real tools, the same on every machine."""

import os
import struct
import subprocess
import tempfile
from pathlib import Path

SECTOR = 512
ESP, XBOOTLDR, LINUX, BASIC = "EF00", "BC13C2FF-59E6-4262-A352-B275FD6F7172", "8300", "0700"
UUID = "01234567-89ab-cdef-0123-456789abcdef"
PARTUUID = "6f1b4c3a-0102-0304-0506-0708090a0b0c"
CONFIG = 0xFF000000  # a piece's place that is one in PCI's configuration
PIECES, PIECE = 64, 0xFE00
# mke2fs and debugfs wait until all is on the disk, which is not there.
WORK = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
NOW = "1700000000"
ENVIRONMENT = {**os.environ, "MTOOLS_SKIP_CHECK": "1", "PATH": os.environ["PATH"] + ":/usr/sbin", "TZ": "UTC",
               "SOURCE_DATE_EPOCH": NOW, "E2FSPROGS_FAKE_TIME": NOW}


def tool(*words):
    subprocess.run([str(word) for word in words], check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def parents(files):
    return sorted({"/".join(path.split("/")[:i]) for path in files for i in range(1, path.count("/") + 1)})


def source(content):
    path = WORK / "content"
    path.write_bytes(content)
    os.utime(path, (int(NOW), int(NOW)))
    return path


def fat(files, size=64, kind=12, label="ESP"):
    """A FAT volume of so many KiB with {path: content}."""
    image = WORK / "fat"
    image.unlink(missing_ok=True)
    tool("truncate", "-s", f"{size}K", image)
    sectors = ["-s", "1", "-r", "64"] if kind == 12 else ["-s", "1"]
    tool("mkfs.fat", "-F", kind, *sectors, "-f", "1", "-i", "12345678", "-n", label, "--invariant", image)
    for folder in parents(files):
        tool("mmd", "-i", image, f"::/{folder}")
    for path, content in files.items():
        tool("mcopy", "-m", "-i", image, source(content), f"::/{path}")
    return image.read_bytes()


def ext(files, kind="ext4", options=(), size=128, change=()):
    """An ext volume of so many KiB with {path: content, or a link's text}; 'change': what debugfs does to it then."""
    image, commands = WORK / "ext", []
    image.unlink(missing_ok=True)
    tool("truncate", "-s", f"{size}K", image)
    tool("mke2fs", "-q", "-F", "-t", kind, "-b", "1024", "-I", "128", "-N", "32", "-m", "0", "-E",
         f"hash_seed={UUID},nodiscard", "-O", "^has_journal,^resize_inode", "-U", UUID, "-L", "root", *options, image)
    for folder in parents(files):
        commands.append(f"mkdir {folder}")
    for i, (path, content) in enumerate(files.items()):
        if isinstance(content, str):
            commands.append(f"symlink {path} {content}")
            continue
        (WORK / f"file{i}").write_bytes(content)
        commands.append(f"write {WORK}/file{i} {path}")
    (WORK / "commands").write_text("\n".join([*commands, *change]) + "\n")
    tool("debugfs", "-w", "-f", WORK / "commands", image)
    return image.read_bytes()


def gpt(*volumes):
    """A GPT disk of (type, volume), the first of which has PARTUUID."""
    image, words, at = WORK / "gpt", [], 34
    image.unlink(missing_ok=True)
    content = bytes(34 * SECTOR)
    for number, (kind, volume) in enumerate(volumes, 1):
        sectors = len(volume) // SECTOR
        words += [f"--new={number}:{at}:{at + sectors - 1}", f"--typecode={number}:{kind}"]
        words += [f"--partition-guid={number}:{PARTUUID[:-1]}{number - 1 if number > 1 else 'c'}"]
        at += sectors
        content += volume
    image.write_bytes(content + bytes(34 * SECTOR))
    tool("sgdisk", "--set-alignment=1", "--clear", f"--disk-guid={UUID}", *words, image)
    return image.read_bytes()


def mbr(*volumes, logical=()):
    """A disk with an MBR: (type, volume), and of those in 'logical' an extended partition."""
    table, content, at = b"", b"", 1

    def row(kind, start, size):
        return struct.pack("<4sB3sII", b"\0\0\2\0", kind, b"\0\3\0", start, size)

    for kind, volume in volumes:
        table += row(kind, at, len(volume) // SECTOR)
        content += volume
        at += len(volume) // SECTOR
    if logical:
        begin, size = at, sum(1 + len(volume) // SECTOR for _, volume in logical)
        table += row(5, at, size)
        for i, (kind, volume) in enumerate(logical):
            sectors = len(volume) // SECTOR
            rows = row(kind, 1, sectors)
            if i + 1 < len(logical):
                rows += row(5, at + 1 + sectors - begin, 1 + len(logical[i + 1][1]) // SECTOR)
            content += bytes(446) + rows.ljust(64, b"\0") + b"\x55\xaa" + volume
            at += 1 + sectors
    return bytes(440) + b"DISK\0\0" + table.ljust(64, b"\0") + b"\x55\xaa" + content


def pieces(image):
    """What is not zeros on it, as few pieces as may be; gaps that are small are in there, too."""
    used = [i for i in range(len(image) // SECTOR) if any(image[i * SECTOR:(i + 1) * SECTOR])]
    for gap in (1, 2, 4, 8, 16):
        runs = []
        for i in used:
            if runs and i - runs[-1][1] <= gap and (i + 1 - runs[-1][0]) * SECTOR <= PIECE:
                runs[-1][1] = i
            else:
                runs.append([i, i])
        if len(runs) <= PIECES - 4:
            break
    return [(first, image[first * SECTOR:(last + 1) * SECTOR]) for first, last in runs]


def disk(image, pci=False, legacy=False, failure=0, fails_at=0, block=0, size_max=0, config=(), sectors=None):
    """The content of a disk's record: as fuzz_boot.c has it. 'config': (offset, bytes) of PCI's configuration."""
    sectors = len(image) // SECTOR if sectors is None else sectors
    head = bytes([pci | legacy << 1 | bool(size_max) << 2 | failure << 3, fails_at, block | size_max << 3])
    content = head + struct.pack("<I", sectors)[:3]
    for sector, data in [*pieces(image), *((CONFIG + at, data) for at, data in config)]:
        content += struct.pack("<IH", sector, len(data)) + data
    return content

# SPDX-License-Identifier: BSD-2-Clause
"""Writes newc cpio archives for initrds, sparse on the disk where the content is."""

import io


def header(name, mode, size):
    """inode, mode, uid, gid, links, mtime, size, device numbers, length of the name, checksum."""
    fields = (0, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    return head + bytes(-len(head) % 4)


def skip_to(file, alignment):
    file.seek(-file.tell() % alignment, 1)


def add_file(file, name, content, mode=0o644):
    file.write(header(name, 0o100000 | mode, len(content)) + content)
    skip_to(file, 4)


def add_marked_file(file, name, size, step):
    """A file of zeros with its own offset written at every multiple of step."""
    file.write(header(name, 0o100644, size))
    start = file.tell()
    for offset in range(0, size, step):
        file.seek(start + offset)
        file.write(marker(offset))
    file.seek(start + size)
    skip_to(file, 4)


def marker(offset):
    return b"%015d\n" % offset


def finish(file):
    file.write(header("TRAILER!!!", 0, 0))


def archive(files):
    """The bytes of an archive of {name: content}."""
    file = io.BytesIO()
    for name, content in files.items():
        add_file(file, name, content)
    finish(file)
    return file.getvalue()

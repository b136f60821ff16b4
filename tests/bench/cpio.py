# SPDX-License-Identifier: BSD-2-Clause
"""An initrd with one program, in the newc format."""


def record(name, mode, data=b""):
    path = name.encode() + b"\0"
    fields = (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
    head = b"070701" + b"".join(b"%08x" % f for f in fields) + path
    return align(head, 4) + align(data, 4)


def align(data, to):
    return data + b"\0" * (-len(data) % to)


def write_initrd(path, program):
    with open(program, "rb") as f:
        archive = record("dev", 0o40755) + record("init", 0o100755, f.read())
    with open(path, "wb") as f:
        f.write(align(archive + record("TRAILER!!!", 0), 512))

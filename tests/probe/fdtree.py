# SPDX-License-Identifier: BSD-2-Clause
"""Flattened device trees: read, changed and written for the probe tests."""
import struct
import zlib

BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
CHOSEN = "chosen"


class Node:
    """A node: its properties by name (bytes), and its children in order."""

    def __init__(self, name):
        self.name = name
        self.props = {}
        self.children = []

    def child(self, name):
        """The child of that name, with or without its unit address; None if there is none."""
        found = [c for c in self.children if name in (c.name, c.name.split("@")[0])]
        return found[0] if found else None

    def remove(self, name):
        self.children.remove(self.child(name))


def cells(*values):
    return struct.pack(f">{len(values)}I", *values)


def cells64(*values):
    return struct.pack(f">{len(values)}Q", *values)


def string_at(blob, at):
    return blob[at : blob.index(b"\0", at)]


def parse(blob):
    """The root node of a flattened tree."""
    at, strings = struct.unpack_from(">2I", blob, 8)
    top = Node(None)
    path = [top]
    while True:
        token = struct.unpack_from(">I", blob, at)[0]
        at += 4
        if token == BEGIN_NODE:
            name = string_at(blob, at)
            at += len(name) + 4 & ~3
            path.append(Node(name.decode()))
            path[-2].children.append(path[-1])
        elif token == END_NODE:
            path.pop()
        elif token == PROP:
            size, name = struct.unpack_from(">2I", blob, at)
            key = string_at(blob, strings + name).decode()
            path[-1].props[key] = blob[at + 8 : at + 8 + size]
            at += 8 + (size + 3 & ~3)
        elif token == END:
            return top.children[0]
        elif token != NOP:
            raise ValueError(f"token {token} in a device tree")


def padded(data):
    return data + bytes(-len(data) % 4)


def flatten_node(node, strings):
    out = cells(BEGIN_NODE) + padded(node.name.encode() + b"\0")
    for name, value in node.props.items():
        if name not in strings:
            strings[name] = sum(len(s) + 1 for s in strings)
        out += cells(PROP, len(value), strings[name]) + padded(value)
    for child in node.children:
        out += flatten_node(child, strings)
    return out + cells(END_NODE)


def flatten(root, reserves=(), padding=0, compatible=16):
    """The tree as bytes, with /memreserve/ entries, and with unused bytes at the end."""
    strings = {}
    structs = flatten_node(root, strings) + cells(END)
    names = b"".join(name.encode() + b"\0" for name in strings)
    reserve = b"".join(cells64(*entry) for entry in [*reserves, (0, 0)])
    at = 40 + len(reserve)
    total = at + len(structs) + len(names)
    head = (0xD00DFEED, total + padding, at, at + len(structs), 40, 17, compatible, 0)
    return cells(*head, len(names), len(structs)) + reserve + structs + names + bytes(padding)


def census(node, depth=0, path=0):
    """Nodes and properties, and a hash of all but /chosen, as the probe counts (tree.c)."""
    path = zlib.crc32(b"/", zlib.crc32(node.name.encode(), path))
    nodes, props = 1, len(node.props)
    chosen = depth == 1 and node.name == CHOSEN
    total = 0 if chosen else path
    for name, value in node.props.items():
        if not chosen:
            total += zlib.crc32(value, zlib.crc32(name.encode() + b"\0", path))
    for child in node.children:
        below = census(child, depth + 1, path)
        nodes, props = nodes + below[0], props + below[1]
        total += 0 if chosen else below[2]
    return nodes, props, total & 0xFFFFFFFF

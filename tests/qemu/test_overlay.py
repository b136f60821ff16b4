# SPDX-License-Identifier: BSD-2-Clause
"""Device tree overlays: applied to the VMM's tree, seen by the guest; refused with name and reason."""

import gzip

import pytest

import cpio
import formats
import linux
import qemu
import trees
from arches import ARM, ARM64, BOTH
from refusal import check_refused

TOOL = qemu.BUILD / "forearm-bundle"

# A guest's /report: the value of each property of tree=PATH,PATH... in hexadecimal digits.
REPORT = b"""
for file in $(word tree | tr , ' '); do
	say "tree=$file $(od -An -tx1 -v "/sys/firmware/devicetree/base$file" | tr -d ' \\n')"
done
"""

CLOCK = """/dts-v1/; /plugin/; / { fragment@0 { target-path = "/"; __overlay__ {
	added_clock: added-clock {
		compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <0x12345>;
	};
	added-user { compatible = "forearm,test"; clocks = <&added_clock>; };
}; }; };"""
FASTER = "/dts-v1/; /plugin/; &added_clock { clock-frequency = <0x54321>; };"
SHOW = ["/added-clock/clock-frequency", "/added-clock/phandle", "/added-user/clocks"]


def compiled(folder, name, source):
    path = folder / f"{name}.dtbo"
    formats.tool("dtc", "-@", "-q", "-O", "dtb", "-o", path, "-", input=source.encode())
    return path


def reporting(folder, a):
    """The guest's initrd, and a report behind it."""
    path = folder / "initrd"
    path.write_bytes(a.initrd.read_bytes() + gzip.compress(cpio.archive({"report": REPORT})))
    return path


def append(shown):
    return f"{linux.APPEND} test=poweroff tree={','.join(shown)}"


def check_tree(run, a, frequency):
    """The clock is there with this frequency, and its user refers to it."""
    linux.check_boot(run, 1, "1G", {"arm64": "aarch64", "arm": "armv7l"}[a.name], None, "test=poweroff")
    found = dict(value.split(" ") for value in run.values("tree"))
    assert set(found) == set(SHOW)
    assert int(found[SHOW[0]], 16) == frequency
    assert int(found[SHOW[1]], 16) == int(found[SHOW[2]], 16) > 0


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("a", BOTH, ids=lambda a: a.name)
def test_fw_cfg(boot, tmp_path, a, mode):
    """Two files; the second one changes what the first one has brought."""
    files = {"overlay9": compiled(tmp_path, "b", FASTER), "overlay": compiled(tmp_path, "a", CLOCK)}
    run = boot(**a.board(), mode=mode, kernel=a.kernel, initrd=reporting(tmp_path, a), append=append(SHOW),
               fw_cfg={f"opt/org.forearm/{name}": path for name, path in files.items()})
    check_tree(run, a, 0x54321)


def fit(folder, a, overlays):
    """A tree, which is not used, and overlays."""
    source, path = folder / "fit.its", folder / "fit.itb"
    node = '{} {{ data = /incbin/("{}"); type = "{}"; arch = "{}"; compression = "none"; }};'
    tree = trees.dump(folder / "board.dtb", a)
    images = node.format("kernel", a.kernel, "kernel", a.name) + node.format("fdt-0", tree, "flat_dt", a.name)
    for i, overlay in enumerate(overlays):
        images += node.format(f"fdt-{i + 1}", overlay, "flat_dt", a.name)
    names = ", ".join(f'"fdt-{i}"' for i in range(len(overlays) + 1))
    source.write_text(
        f'/dts-v1/; / {{ description = "test"; images {{ {images} }}; configurations {{'
        f' default = "one"; one {{ kernel = "kernel"; fdt = {names}; }}; }}; }};'
    )
    formats.tool("mkimage", "-f", source, path)
    return path


@pytest.mark.parametrize("a", BOTH, ids=lambda a: a.name)
def test_fit(boot, tmp_path, a):
    overlays = [compiled(tmp_path, "a", CLOCK), compiled(tmp_path, "b", FASTER)]
    run = boot(**a.board(), kernel=fit(tmp_path, a, overlays), initrd=reporting(tmp_path, a),
               append=append(SHOW))
    check_tree(run, a, 0x54321)


@pytest.mark.parametrize("a", BOTH, ids=lambda a: a.name)
def test_bundle(boot, tmp_path, a):
    """fw_cfg's come behind the bundle's."""
    path = formats.bundle(tmp_path, TOOL, a.kernel, reporting(tmp_path, a), "--cmdline", append(SHOW),
                          "--overlay", compiled(tmp_path, "a", CLOCK))
    run = boot(**a.board(), mode="none", extra=["-bios", str(path)],
               fw_cfg={"opt/org.forearm/overlay": compiled(tmp_path, "b", FASTER)})
    check_tree(run, a, 0x54321)


def test_kernel_in_the_way(boot, tmp_path):
    """The VMM's tree, forearm and the changed tree give way to a kernel with a fixed place."""
    kernel, initrd = linux.built("le64")
    path = formats.elf(tmp_path, kernel, "arm64", 0x40000000, room=4 << 20)
    run = boot(mode="kernel", kernel=path, initrd=initrd, append=f"{linux.APPEND} test=poweroff",
               fw_cfg={"opt/org.forearm/overlay": compiled(tmp_path, "a", CLOCK)})
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")


def test_reserved(boot, tmp_path):
    """Memory that an overlay reserves is reserved for forearm, too: the kernel goes elsewhere."""
    source = """/dts-v1/; /plugin/; / { fragment@0 { target-path = "/"; __overlay__ {
        reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
            kept@40200000 { reg = <0 0x40200000 0 0x100000>; no-map; }; }; }; }; };"""
    run = boot(kernel=linux.ARM64, initrd=linux.ARM64_INITRD, append=append([]),
               fw_cfg={"opt/org.forearm/overlay": compiled(tmp_path, "a", source)})
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")
    assert run.find(r"^forearm .* -> 0x40400000$")


BAD = {
    "label": (FASTER, "overlay cannot be applied: the tree has no such label: added_clock"),
    "target": (CLOCK.replace('"/"', '"/nowhere"'), "no such node: /nowhere"),
    "tree": ("/dts-v1/; / { };", "it is no overlay"),
    "memory": (CLOCK.replace("added-user {", 'memory@40000000 { reg = <0 0x40000000 0 0x1000>;'),
               "takes away RAM .* 0x40000000"),
    "cells": (CLOCK.replace("added-user {", 'memory@1 { device_type = "memory"; reg = <(~0) (~0) 0 2>;'),
              "cannot be used with its overlays: .*impossible value"),
}


@pytest.mark.parametrize("a", BOTH, ids=lambda a: a.name)
@pytest.mark.parametrize("case", BAD)
def test_refused(boot, tmp_path, case, a):
    source, cause = BAD[case]
    files = {"opt/org.forearm/overlay": compiled(tmp_path, "bad", source)}
    check_refused(boot(**a.board(), kernel=a.kernel, append="quiet", fw_cfg=files), cause, "correct|memory")


def test_refused_in_bundle(boot, tmp_path):
    """By its number."""
    overlays = [compiled(tmp_path, "a", CLOCK), compiled(tmp_path, "c", FASTER.replace("added", "no"))]
    path = formats.bundle(tmp_path, TOOL, ARM64.kernel, None, "--overlay", overlays[0], "--overlay", overlays[1])
    run = boot(mode="none", extra=["-bios", str(path)])
    check_refused(run, "of the kernel, number 2 cannot be applied: .*label: no_clock", "target-path")


DAMAGED = {
    "magic": (lambda data: b"\0" + data[1:], "no device tree magic"),
    "cut": (lambda data: data[:-40], "size is impossible|outside"),
    "length": (lambda data: data.replace(b"\0\0\0\x03\0\0\0\x0c", b"\0\0\0\x03\xff\xff\xff\xf4"), "damaged"),
    "empty": (lambda data: b"", "empty"),
    "large": (lambda data: data + bytes(0x10000), "larger than 64 KiB"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged(boot, tmp_path, case):
    change, cause = DAMAGED[case]
    path = compiled(tmp_path, "a", CLOCK)
    path.write_bytes(change(path.read_bytes()))
    run = boot(**ARM.board(), kernel=ARM.kernel, append="quiet", fw_cfg={"opt/org.forearm/overlay5": path})
    check_refused(run, f"overlay5 cannot be applied: .*({cause})", "correct it")

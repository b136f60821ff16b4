# SPDX-License-Identifier: BSD-2-Clause
"""Device tree overlays: applied to the VMM's tree, seen by the guest; refused with name and reason."""

import gzip

import pytest

from files import cpio
from files import formats
from files import trees
from guests import acpi
from guests import linux
from guests.arches import ARM, ARM64, BOTH
from guests.refusal import check_refused
from machines import qemu

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


SLOTS_MOVED = "".join(f"""fragment@{n} {{ target-path = "/virtio_mmio@{0xa000000 + n * 0x200:x}"; __overlay__ {{
	reg = <0 0x0f000000 0 0x200>; }}; }};
""" for n in range(32))


@pytest.mark.parametrize("a", BOTH, ids=lambda a: a.name)
def test_devices_stay(boot, tmp_path, a):
    """Whatever an overlay says of virtio: forearm asks the device that the VMM has named for a seed."""
    overlay = compiled(tmp_path, "moved", f"/dts-v1/; /plugin/; / {{\n{SLOTS_MOVED}}};")
    shown = "/chosen/kaslr-seed"
    run = boot(**a.board(), machine="dtb-randomness=off", kernel=a.kernel, initrd=reporting(tmp_path, a), append=append([shown]),
               extra=["-device", "virtio-rng-device"], fw_cfg={"opt/org.forearm/overlay": overlay})
    assert run.values("tree")[0].startswith(f"{shown} ") and len(run.values("tree")[0].split()[1]) == 16


def fit(folder, a, overlays, tree=None):
    """A tree, which is not used by default, and overlays."""
    source, path = folder / "fit.its", folder / "fit.itb"
    node = '{} {{ data = /incbin/("{}"); type = "{}"; arch = "{}"; compression = "none"; }};'
    tree = tree or trees.dump(folder / "board.dtb", a)
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


# Nothing answers there.
MOVED = """/dts-v1/; /plugin/; / {
	fragment@0 { target-path = "/pcie@10000000"; __overlay__ { reg = <0 0x0f000000 0 0x1000000>; }; };
	fragment@1 { target-path = "/pl031@9010000"; __overlay__ { reg = <0 0x0f000000 0 0x1000>; }; };
};"""


def test_what_forearm_touches(boot, tmp_path):
    """Bridges that get numbers and the clock of EFI's services are where the VMM says, not a container."""
    kernel, initrd = acpi.files("6.1")
    append = f"{linux.GUESTS_APPEND} show=acpi,rtc,warnings test=poweroff"
    path = formats.bundle(tmp_path, TOOL, kernel, initrd, "--cmdline", append, "--option", "tables=acpi",
                          "--overlay", compiled(tmp_path, "moved", MOVED))
    run = boot(**ARM64.board(), mode="none", machine="iommu=smmuv3", extra=["-bios", str(path)])
    acpi.check_boot(run)
    assert [line.split()[0] for line in run.values("rtc")] == ["rtc-efi"]


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
    "large": (lambda data: data + bytes(0x10000), "larger than forearm takes: 64 KiB"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged(boot, tmp_path, case):
    change, cause = DAMAGED[case]
    path = compiled(tmp_path, "a", CLOCK)
    path.write_bytes(change(path.read_bytes()))
    run = boot(**ARM.board(), kernel=ARM.kernel, append="quiet", fw_cfg={"opt/org.forearm/overlay5": path})
    check_refused(run, f"overlay5 cannot be applied: .*({cause})", "correct it")


# -- devices for ACPI ----------------------------------------------------------------------------

# Loads the modules, lists the devices that came as PRP0001, with their registers, and has the disk's
# driver use the last of QEMU's virtio-mmio transports by the one that an overlay has added.
ACPI_REPORT = b"""
while read -r name; do
	insmod "/modules/$name.ko"
done </modules/order
for device in /sys/bus/platform/devices/PRP0001:*; do
	[ -e "$device" ] || continue
	name=$(basename "$device")
	say "added=$(sed 's/.*TC/C/' "$device/modalias") $(sed -n "s/^ *\\([^ ]*\\) : $name/\\1/p" /proc/iomem | head -n 1)"
	! grep -q Cvirtio,mmio "$device/modalias" || disk=$name
done
driver=/sys/bus/platform/drivers/virtio-mmio
for device in "$driver"/LNRO0005:*; do
	[ ! -e "$device" ] || basename "$device" >"$driver/unbind"
done
say "disks=$(ls /sys/block | xargs)"
[ -z "$disk" ] || echo "$disk" >"$driver/bind"
say "disk=vda $(cat /sys/block/vda/size) $(head -c 1048576 /dev/vda | sha256sum | cut -c 1-64)"
say "interrupts=$(grep -c 'virtio0$' /proc/interrupts)"
"""

DEVICES = """/dts-v1/; /plugin/; / { fragment@0 { target-path = "/"; __overlay__ {
	disk@a003e00 {
		compatible = "virtio,mmio"; reg = <0 0x0a003e00 0 0x200>; interrupts = <0 47 4>; dma-coherent;
	};
	plain@b000000 { compatible = "forearm,plain", "forearm,any"; reg = <0 0xb000000 0 0x2000>; number = <5>; };
	added_clock: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <5>; };
	clocked@b010000 { compatible = "forearm,clocked"; reg = <0 0xb010000 0 0x1000>; clocks = <&added_clock>; };
}; }; };"""
NOTES = ["ACPI does not have clock of an overlay: it has no registers",
         "ACPI does not have clocked@b010000 of an overlay: it refers to other nodes"]


def run_acpi(boot, tmp_path, kernel, source, machine, words=""):
    image, initrd = acpi.files(kernel)
    path = tmp_path / "initrd"
    path.write_bytes(initrd.read_bytes() + gzip.compress(cpio.archive({"report": ACPI_REPORT})))
    run = boot(kernel=image, initrd=path, append=f"{linux.GUESTS_APPEND} test=poweroff {words}", machine=machine,
               fw_cfg={"opt/org.forearm/overlay": compiled(tmp_path, "d", source)},
               extra=acpi.mmio_disk(tmp_path))
    linux.check_boot(run, 1, "1G", "aarch64", None, "test=poweroff")
    assert acpi.description(run) == "ACPI"
    assert not [line for line in run.lines if acpi.COMPLAINTS.search(line)]
    return run


@pytest.mark.parametrize("kernel", ["6.1", "6.12"])
@pytest.mark.parametrize("machine", ["gic-version=2", "gic-version=3"])
def test_acpi_of_the_vmm(boot, tmp_path, machine, kernel):
    """A disk by the device that an overlay has added to QEMU's ACPI tables: registers, interrupt, coherency.

    QEMU's DSDT has the same interrupt, as a level; Linux takes it with one kind of trigger only.
    """
    run = run_acpi(boot, tmp_path, kernel, DEVICES, machine)
    assert sorted(run.values("added")) == ["Cforearm,plainCforearm,any 0b000000-0b001fff",
                                           "Cvirtio,mmio 0a003e00-0a003fff"]
    assert run.value("disks") == "" and run.value("disk") == acpi.disk_line("vda")
    assert run.value("interrupts") == "1"
    assert sorted(run.said("note")) == NOTES


def test_acpi_built(boot, tmp_path):
    """Where forearm builds the tables, a device that these know, too, is there once."""
    run = run_acpi(boot, tmp_path, "6.1", DEVICES, "acpi=off", "forearm.tables=acpi")
    assert run.values("added") == ["Cforearm,plainCforearm,any 0b000000-0b001fff"]
    assert sorted(run.said("note")) == NOTES


def test_acpi_built_with_change(boot, tmp_path):
    """The tables that forearm builds are of the changed tree: without a transport that an overlay disables."""
    off = """/dts-v1/; /plugin/; / { fragment@0 { target-path = "/virtio_mmio@a003e00"; __overlay__ {
        status = "disabled"; }; }; };"""
    run = run_acpi(boot, tmp_path, "6.1", off, "acpi=off", "forearm.tables=acpi")
    assert not run.values("added") and not run.said("note")
    assert not run.find("virtio_blk virtio0") and not run.find(r"virtio-mmio LNRO0005:1f")


# -- the container's own tree --------------------------------------------------------------------


def board(folder, a, mode="bios"):
    """A tree of the machine as if it were a board's: other RAM, no PSCI, and a word of its own."""
    path = trees.dump(folder / "board.dtb", a, memory="256M", mode=mode)
    trees.fdtput(path, "-r", "/psci")
    trees.fdtput(path, "-ts", "/", "model", "a board")
    trees.fdtput(path, "-cp", "/added-clock")
    trees.fdtput(path, "-ti", "/added-clock", "clock-frequency", str(0x777))
    data = path.read_bytes()
    formats.tool("dtc", "-q", "-I", "dtb", "-O", "dtb", "-o", path, "-", input=data)
    return path


def check_board(run, a, smp):
    """The guest has the board's tree, all CPUs and memory of the machine, and can turn it off."""
    linux.check_boot(run, smp, "1G", {"arm64": "aarch64", "arm": "armv7l"}[a.name], None, "test=poweroff")
    assert run.value("tree") == "/added-clock/clock-frequency 00000777"
    assert run.find("Machine model: a board|OF: fdt: Machine model: a board")


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("a", BOTH, ids=lambda a: a.name)
def test_own_tree(boot, tmp_path, a, mode):
    path = formats.bundle(tmp_path, TOOL, a.kernel, reporting(tmp_path, a), "--cmdline", append(SHOW[:1]),
                          "--dtb", board(tmp_path, a, mode), "--option", "dtb=payload")
    check_board(boot(**a.board(), mode="none", extra=[f"-{mode}", str(path)]), a, 1)


def test_own_tree_of_a_fit(boot, tmp_path):
    """With an overlay on top, in the guest of a monitor: PSCI is what that provides."""
    board(tmp_path, ARM64)
    faster = CLOCK.replace("0x12345", "0x54321")
    run = boot(kernel=fit(tmp_path, ARM64, [compiled(tmp_path, "a", faster)], tmp_path / "board.dtb"),
               machine="virtualization=on", initrd=reporting(tmp_path, ARM64),
               append=append(SHOW) + " forearm.dtb=payload forearm.el=1")
    check_tree(run, ARM64, 0x54321)
    assert run.find("Machine model: a board")


@pytest.mark.parametrize("stub", ["systemd", "forearm"])
def test_chosen_tree(boot, tmp_path, ukify, stub):
    """Of several .dtbauto the one for the machine, in a UKI and in a bundle that ukify made."""
    path, trees_for = tmp_path / "uki.efi", {}
    for name in ("other,board", "linux,dummy-virt"):
        trees_for[name] = board(tmp_path, ARM64).rename(tmp_path / name)
        trees.fdtput(trees_for[name], "-ts", "/", "compatible", name)
    trees.fdtput(trees_for["other,board"], "-ts", "/", "model", "another board")
    stubs = {"systemd": formats.SYSTEMD_STUB, "forearm": qemu.FIRMWARE}
    own = " forearm.dtb=payload" if stub == "forearm" else ""
    done = ukify("build", "--stub", stubs[stub], "--efi-arch", "aa64", "--uname", "6.1", "--linux", ARM64.kernel,
                 "--initrd", reporting(tmp_path, ARM64), "--cmdline", append(SHOW[:1]) + own,
                 *[f"--devicetree-auto={tree}" for tree in trees_for.values()], "--output", path)
    assert done.returncode == 0, done.stderr
    users = {"opt/org.forearm/dtb": "payload"}
    files = {"kernel": path, "fw_cfg": users} if stub == "systemd" else {"mode": "none", "extra": ["-bios", str(path)]}
    check_board(boot(**files), ARM64, 1)


def with_tree(folder, a, tree):
    path = folder / "zImage-dtb"
    path.write_bytes(a.kernel.read_bytes() + tree.read_bytes())
    return path


@pytest.mark.parametrize("packing", ["", "gzip"])
def test_appended(boot, tmp_path, packing):
    """A zImage with a tree behind it: the option says whether that counts."""
    path = with_tree(tmp_path, ARM, board(tmp_path, ARM))
    if packing:
        path = formats.packed(tmp_path, path, *formats.PACKERS[packing])
    options = {**ARM.board(), "kernel": path, "initrd": reporting(tmp_path, ARM)}
    run = boot(append=append(SHOW[:1]) + " forearm.dtb=payload", **options)
    check_board(run, ARM, 1)
    run = boot(append=append(SHOW[:1]), **options)
    linux.check_boot(run, 1, "1G", "armv7l", None, "test=poweroff")
    assert run.find("Machine model: linux,dummy-virt") and run.value("tree").strip() == SHOW[0]
    assert len(run.said("note")) == 1 and "is not used: the VMM's is" in run.said("note")[0]


def test_no_own_tree(boot):
    run = boot(kernel=ARM64.kernel, append="forearm.dtb=payload")
    check_refused(run, "dtb=payload, but .* without a device tree", "forearm-bundle --dtb")


def test_damaged_own_tree(boot, tmp_path):
    tree = board(tmp_path, ARM)
    tree.write_bytes(tree.read_bytes()[:-100])
    run = boot(**ARM.board(), kernel=with_tree(tmp_path, ARM, tree), append="forearm.dtb=payload")
    check_refused(run, "that comes with the kernel cannot be used: .*size", "leave forearm.dtb=payload out")

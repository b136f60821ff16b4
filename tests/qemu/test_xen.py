# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Xen as the payload, and Debian's kernel as its first domain, to userspace; forearm in a domain of Xen's."""

import re

import pytest

from files import formats
from files import trees
from guests import linux
from guests.arches import ARM64, BOTH
from machines import qemu

XEN = qemu.BUILD / "deps" / "arm64" / "boot" / "xen-4.17-arm64"
TOOL = qemu.BUILD / "forearm-bundle"
XENS_WORDS = "console=dtuart dom0_mem=1G"
DOM0 = "console=hvc0 earlycon=xen panic=-1 test=poweroff"


def start(boot, gic=3, machine="", cpu="cortex-a57", smp=2, **options):
    """What the first domain boots is in RAM, and the device tree says so."""
    machine = f"virtualization=on,gic-version={gic}{machine}"
    extra = ["-device", f"guest-loader,addr=0x50000000,kernel={linux.ARM64},bootargs={DOM0}"]
    extra += ["-device", f"guest-loader,addr=0x58000000,initrd={linux.ARM64_INITRD}"]
    options["extra"] = extra + options.get("extra", [])
    run = boot(machine=machine, cpu=cpu, smp=smp, memory="2G", **options)
    assert run.find(r"^forearm .*: Linux arm64 Image .*, EL2( \(from EL3\))?, FDT, ")
    assert run.find(r"^\(XEN\) Loading d0 kernel from boot module @ 0*50000000$")
    assert run.find(r"^\(XEN\) Loading ramdisk from boot module @ 0*58000000$")
    linux.check_boot(run, smp, "1G", "aarch64", None, "console=hvc0")


@pytest.mark.parametrize("gic, cpu", [(2, "cortex-a72"), (3, "cortex-a57")])
def test_bios(boot, gic, cpu):
    start(boot, gic, cpu=cpu, kernel=XEN, append=XENS_WORDS)


def test_kernel_start(boot):
    start(boot, mode="kernel", kernel=XEN, append=XENS_WORDS)


def test_bundle(boot, tmp_path):
    path = formats.bundle(tmp_path, TOOL, XEN, None, "--cmdline", XENS_WORDS)
    start(boot, mode="none", extra=["-kernel", str(path)])


def test_secure(boot):
    """With our PSCI below it."""
    start(boot, machine=",secure=on", kernel=XEN, append=XENS_WORDS)


# -- in a domain that Xen starts without a first one ----------------------------------------------

MODULE = 0x50000000
CONSOLES = {  # words for the domain's node; what its lines begin with; Debian's words for it
    "vpl011": (["vpl011"], "(XEN) DOM1: ", "console=ttyAMA0"),
    "xen": (["-ts", "xen,enhanced", "no-xenstore"], "(d1) ", "earlycon=xenboot keep_bootcon console=hvc0"),
    "unsaid": (None, "(d1) ", ""),  # the tree does not say either that there is a Xen
}


def domain(tmp_path, file, console):
    """QEMU's tree, in which a file that is in RAM is one domain's kernel."""
    tree, node, words = tmp_path / "xen.dtb", "/chosen/domU1", CONSOLES[console][0]
    module = f"{node}/module@{MODULE:x}"
    trees.dump(tree, ARM64, memory="2G", mode="bios", machine="virtualization=on,gic-version=3")
    trees.fdtput(tree, "-cp", node)
    trees.fdtput(tree, "-cp", module)
    trees.fdtput(tree, "-ts", "/chosen", "xen,xen-bootargs", "console=dtuart guest_loglvl=debug")
    trees.fdtput(tree, "-ts", node, "compatible", "xen,domain")
    for name, value in {"#address-cells": ["2"], "#size-cells": ["2"], "memory": ["0", "0x60000"], "cpus": ["1"]}.items():
        trees.fdtput(tree, "-ti", node, name, *value)
    if words:
        trees.fdtput(tree, *([words[0], node, *words[1:]] if len(words) > 1 else ["-tx", node, *words]))
    trees.fdtput(tree, "-ts", module, "compatible", "multiboot,kernel", "multiboot,module")
    trees.fdtput(tree, "-tx", module, "reg", "0", hex(MODULE), "0", hex(file.stat().st_size))
    return tree


def start_domain(boot, tmp_path, file, arch, console, until):
    """The lines of the domain. Xen takes what is no 64-bit Image for a 32-bit zImage, as which forearm can be taken, too."""
    copy, prefix = tmp_path / "domain.bin", CONSOLES[console][1]
    data = bytearray(file.read_bytes())
    if arch.bits == 32:
        data[0x38:0x3C] = bytes(4)
    copy.write_bytes(data)
    extra = ["-dtb", str(domain(tmp_path, copy, console)), "-device", f"loader,file={copy},addr={MODULE:#x},force-raw=on"]
    machine = "virtualization=on,gic-version=3"
    run = boot(machine=machine, memory="2G", kernel=XEN, extra=extra, until=until, end=re.compile(b"(?!)"))
    return [line.removeprefix(prefix) for line in run.lines if line.startswith(prefix)]


@pytest.mark.parametrize("arch, console", [(BOTH[0], "vpl011"), (BOTH[0], "unsaid"), (BOTH[1], "xen")],
                         ids=lambda value: getattr(value, "name", value))
def test_domain_tells_errors(boot, tmp_path, arch, console):
    lines = start_domain(boot, tmp_path, qemu.FIRMWARE, arch, console, "forearm: stopped")
    lines = [line for line in lines if line.startswith("forearm: ")]  # Xen breaks long ones of vpl011
    assert [line.split(":")[1].strip() for line in lines] == ["error", "remedy", "stopped"]
    assert "no kernel was given" in lines[0]


@pytest.mark.parametrize("arch, console", [(BOTH[0], "xen"), (BOTH[1], "vpl011")],
                         ids=lambda value: getattr(value, "name", value))
def test_domain_boots(boot, tmp_path, arch, console):
    words = f"{CONSOLES[console][2]} panic=-1 test=poweroff"
    file = formats.bundle(tmp_path, TOOL, arch.kernel, arch.initrd, "--cmdline", words)
    lines = start_domain(boot, tmp_path, file, arch, console, "forearm-test: powering off")
    text = "\n".join(lines)
    assert lines[0].startswith("forearm ") and " -> 0x" in lines[0]
    assert "forearm-test: userspace" in text and "forearm-test: timer" in text
    assert f"forearm-test: machine={'aarch64' if arch.bits == 64 else 'armv7l'}" in text

# SPDX-License-Identifier: BSD-2-Clause
"""Debian's Xen as the payload, and Debian's kernel as its first domain, to userspace."""

import pytest

import formats
import linux
import qemu

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

# SPDX-License-Identifier: BSD-2-Clause
"""UARTs that are not QEMU virt's: what forearm says comes out of a 16550 (QEMU's orangepi-pc has one)."""

import pytest

import formats
import linux
import qemu
from refusal import check_refused

TOOL = qemu.BUILD / "forearm-bundle"
# The board in short: what Debian's kernel needs of it to reach userspace.
BOARD = """/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>; compatible = "xunlong,orangepi-pc"; interrupt-parent = <&gic>;
    chosen { stdout-path = "serial0:115200n8"; };
    aliases { serial0 = "/soc/serial@1c28000"; };
    memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; };
    psci { compatible = "arm,psci-0.2"; method = "smc"; };
    cpus { #address-cells = <1>; #size-cells = <0>;
        cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a7"; reg = <0>; enable-method = "psci"; }; };
    timer { compatible = "arm,armv7-timer";
        interrupts = <1 13 0xf08>, <1 14 0xf08>, <1 11 0xf08>, <1 10 0xf08>; };
    soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
        serial@1c28000 { compatible = "%s"; reg = <0x1c28000 0x400>; interrupts = <0 0 4>; %s
            clock-frequency = <24000000>; };
        gic: interrupt-controller@1c81000 { compatible = "arm,gic-400"; interrupt-controller; #interrupt-cells = <3>;
            reg = <0x1c81000 0x1000>, <0x1c82000 0x2000>; }; }; };"""
WORDS = "reg-shift = <2>; reg-io-width = <4>;"


@pytest.fixture
def orangepi(boot, tmp_path):
    """Boots a file as the kernel of the board, whose UART is described by these words."""

    def start(kernel, compatible="snps,dw-apb-uart", registers=WORDS):
        tree = tmp_path / "board.dtb"
        formats.tool("dtc", "-q", "-O", "dtb", "-o", tree, "-", input=(BOARD % (compatible, registers)).encode())
        extra = ["-M", "orangepi-pc", "-kernel", str(kernel), "-dtb", str(tree), "-append", "console=ttyS0,115200 test=poweroff"]
        return boot(program="qemu-system-arm", cpu="cortex-a7", smp=4, mode="none", extra=extra)

    return start


def test_16550_boots(orangepi, tmp_path):
    run = orangepi(formats.bundle(tmp_path, TOOL, linux.ARMHF, linux.ARMHF_INITRD))
    assert run.find(r"^forearm .*: Linux arm zImage .* -> 0x")
    assert run.find("^forearm-test: userspace$") and run.find("^forearm-test: timer$")
    assert run.find("reboot: Power down")


@pytest.mark.parametrize("compatible, registers", [
    ("snps,dw-apb-uart", WORDS), ("ns16550a", "reg-shift = <2>;"), ("ns16550", "reg-shift = <2>; reg-io-width = <1>;"),
], ids=["word", "byte", "byte-said"])
def test_16550_tells_errors(orangepi, compatible, registers):
    check_refused(orangepi(qemu.FIRMWARE, compatible, registers), "no kernel was given", "give one", off=False)


def test_16550_that_nobody_understands(orangepi):
    """Registers of no known layout are left alone: nothing is said, and the machine ends or waits all the same."""
    assert orangepi(qemu.FIRMWARE, registers="reg-shift = <1>; reg-io-width = <4>;").text.count("forearm") == 0

# SPDX-License-Identifier: BSD-2-Clause
"""Consoles that are not QEMU virt's PL011: a 16550 (QEMU's orangepi-pc has one), and virtio's where no UART answers."""

import pytest

from files import formats
from files import trees
from guests import linux
from guests.arches import ARM64, BOTH
from guests.refusal import check_refused
from machines import qemu

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


# -- virtio's, and UARTs that do not answer --------------------------------------------------------

BUSES = {
    "legacy": ["-device", "virtio-serial-device"],
    "modern": ["-global", "virtio-mmio.force-legacy=off", "-device", "virtio-serial-device"],
    "one": ["-device", "virtio-serial-device,max_ports=1"],
    "pci": ["-device", "virtio-serial-pci"],
    "pci-high": ["-device", "virtio-serial-pci,disable-legacy=on"],
}


def without_uart(tmp_path, arch, machine=""):
    """QEMU's tree, but for its UART."""
    tree = trees.dump(tmp_path / "virt.dtb", arch, mode="bios", machine=machine)
    trees.fdtput(tree, "-r", "/pl011@9000000")
    trees.fdtput(tree, "-d", "/chosen", "stdout-path")
    return tree


def by_virtio(tmp_path, bus="legacy"):
    """QEMU's words for a virtio console, and the file that has what comes out of it."""
    said = tmp_path / "said"
    return said, [*BUSES[bus], "-chardev", f"file,id=said,path={said}", "-device", "virtconsole,chardev=said"]


@pytest.mark.parametrize("bus, arch", [
    *((bus, arch) for bus in ("legacy", "modern", "one", "pci") for arch in BOTH), ("pci-high", ARM64),
], ids=lambda value: getattr(value, "name", value))
def test_virtio_console_tells_errors(boot, tmp_path, arch, bus):
    said, words = by_virtio(tmp_path, bus)
    machine = "highmem=off" if bus == "pci" else ""
    run = boot(program=arch.program, cpu=arch.cpu, timeout=qemu.EARLY_TIMEOUT, machine=machine,
               extra=["-dtb", str(without_uart(tmp_path, arch, machine)), *words])
    assert "forearm" not in run.text and run.ended == "exit" and run.code == 0
    lines = said.read_text().splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["error", "remedy", "stopped"]
    assert "no kernel was given" in lines[0]


@pytest.mark.parametrize("bus, arch", [("legacy", ARM64), ("legacy", BOTH[1]), ("pci-high", ARM64)],
                         ids=lambda value: getattr(value, "name", value))
def test_virtio_console_boots(boot, tmp_path, arch, bus):
    """The device is the guest's again when that begins."""
    said, words = by_virtio(tmp_path, bus)
    append = f"{linux.APPEND} keep_bootcon test=poweroff"
    run = boot(program=arch.program, cpu=arch.cpu, kernel=arch.kernel, initrd=arch.initrd, append=append,
               extra=["-dtb", str(without_uart(tmp_path, arch)), *words])
    assert run.find("forearm-test: timer")
    assert said.read_text().startswith("forearm ") and " -> 0x" in said.read_text().splitlines()[-1]


def test_virtio_console_is_left_alone(boot, tmp_path):
    """Where a UART answers, all goes there."""
    said, words = by_virtio(tmp_path)
    check_refused(boot(timeout=qemu.EARLY_TIMEOUT, extra=words), "no kernel was given", "give one")
    assert said.read_text() == ""


@pytest.mark.parametrize("there", [True, False], ids=["there", "absent"])
def test_virtio_console_of_stdout_path(boot, tmp_path, there):
    """What stdout-path leads to comes before a UART; where there is no console, the UART does."""
    tree = trees.dump(tmp_path / "virt.dtb", ARM64, mode="bios")
    trees.fdtput(tree, "-ts", "/chosen", "stdout-path", f"/virtio_mmio@{'a003e00' if there else 'a003c00'}")
    said, words = by_virtio(tmp_path)
    run = boot(timeout=qemu.EARLY_TIMEOUT, extra=["-dtb", str(tree), *words])
    text, other = (said.read_text(), run.text) if there else (run.text, said.read_text())
    assert "no kernel was given" in text and "forearm" not in other


# Where nothing is, in QEMU's virt.
NOTHING = """
    serial@b000000 { compatible = "ns16550a"; reg = <0 0xb000000 0 0x1000>; };"""


def test_uart_that_does_not_answer(boot, tmp_path):
    """A 16550 that is not there, before a PL011 that is: without stdout-path, what is first is tried first."""
    tree = trees.dump(tmp_path / "virt.dtb", ARM64, mode="bios")
    trees.fdtput(tree, "-d", "/chosen", "stdout-path")
    text = formats.tool("dtc", "-q", "-I", "dtb", "-O", "dts", str(tree)).decode()
    text = text.replace("\tpl011@9000000 {", NOTHING + "\n\tpl011@9000000 {", 1)
    formats.tool("dtc", "-q", "-O", "dtb", "-o", str(tree), "-", input=text.encode())
    run = boot(timeout=qemu.EARLY_TIMEOUT, extra=["-dtb", str(tree)])
    check_refused(run, "no kernel was given", "give one")

# SPDX-License-Identifier: BSD-2-Clause
"""Device trees that name what is not there, or one thing where another is: said, and the end of it."""

import struct

import pytest

from files import trees
from guests.arches import ARM64, BOTH
from guests.refusal import check_refused
from machines import qemu
from machines.qemu import EARLY_TIMEOUT

both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)
pytestmark = both

MEMORY, CHOSEN, UART, FW_CFG, RTC = (
    "/memory@40000000", "/chosen", "/pl011@9000000", "/fw-cfg@9020000", "/pl031@9010000"
)
FLASH, GIC, PCIE = "/flash@0", "/intc@8000000", "/pcie@10000000"
UNUSABLE = "^the device tree at 0x40000000 cannot be used: "
HOLE = 0x0F000000  # nothing answers there
HIDDEN = 0x70000000  # RAM, in a machine of 1 GiB, that a tree of 512 MiB does not name
FAR = 0x500000000


@pytest.fixture
def tree(tmp_path, arch):
    return trees.dump(tmp_path / "virt.dtb", arch)


@pytest.fixture
def start(boot, tmp_path, arch):
    def run(tree, **options):
        options = {"timeout": EARLY_TIMEOUT, **options}
        return trees.start(boot, tmp_path, arch, tree.read_bytes(), **options)

    return run


def cells(*numbers):
    """Each as two cells, for fdtput -t x."""
    return [f"{half:x}" for number in numbers for half in (number >> 32, number & 0xFFFFFFFF)]


def set_reg(tree, node, *numbers):
    trees.fdtput(tree, "-t x", node, "reg", *cells(*numbers))


def set_initrd(tree, first, end):
    trees.fdtput(tree, "-t x", CHOSEN, "linux,initrd-start", *cells(first))
    trees.fdtput(tree, "-t x", CHOSEN, "linux,initrd-end", *cells(end))


def load(address, value, size=4):
    return ["-device", f"loader,addr={address:#x},data={value:#x},data-len={size}"]


NOT_THERE = {
    "larger": (0x40000000, 0x80000000),
    "beyond-32-bits": (0x40000000, 0x4000000000),
    "no-end": (0x40000000, (1 << 64) - 0x40000001),
    "all": (0, (1 << 64) - 1),
    "earlier": (0x3F000000, 0x41000000),
    "second-bank": (0x40000000, 0x40000000, 0x90000000, 0x10000000),
    "first-bank": (0x90000000, 0x10000000, 0x40000000, 0x40000000),
}


@pytest.mark.parametrize("banks", NOT_THERE)
def test_ram_that_is_not_there(start, tree, banks):
    """There is 1 GiB from 0x40000000 on."""
    set_reg(tree, MEMORY, *NOT_THERE[banks])
    check_refused(start(tree), UNUSABLE, "-m|-dtb")


def test_ram_over_everything(start, tree):
    set_reg(tree, MEMORY, 0, 0x80000000)
    check_refused(start(tree), UNUSABLE, "-dtb")


SOUND = {
    "unaligned": (0x40000123, 0x3FFF0001),
    "twice": (0x40000000, 0x40000000, 0x40000000, 0x40000000),
    "overlapping": (0x40000000, 0x20000000, 0x48000000, 0x38000000),
    "empty": (0x40000000, 0x40000000, 0x50000000, 0),
    "many": [n for i in range(20) for n in (0x48000000 + i * 0x2000, 0x1000)] + [0x60000000, 0x10000000],
}


@pytest.mark.parametrize("banks", SOUND)
def test_odd_banks(start, tree, banks):
    """Unusual, but all of it is RAM."""
    set_reg(tree, MEMORY, *SOUND[banks])
    check_refused(start(tree), "no kernel", "-kernel")


INITRDS = {
    "outside": (FAR, FAR + 0x100000),
    "before": (0x3FFFF000, 0x40200000),
    "behind": (0x7FFFF000, 0x80001000),
    "endless": (0x48000000, (1 << 64) - 1),
    "at-the-end": ((1 << 64) - 0x1000, (1 << 64) - 1),
    "null": (0, 0x1000),
}


@pytest.mark.parametrize("initrd", INITRDS)
def test_initrd_outside_of_ram(start, tree, initrd):
    first, end = INITRDS[initrd]
    set_initrd(tree, first, end)
    what = f"the initrd at {first:#x}, {end - first} bytes, is not in RAM"
    check_refused(start(tree), UNUSABLE + what, "-dtb")


def test_initrd_backwards(start, tree):
    set_initrd(tree, 0x48000000, 0x47000000)
    check_refused(start(tree), UNUSABLE + ".*impossible value", "-dtb")


def test_initrd_right_behind_forearm(start, tree):
    """Where a VMM may put it that goes by the size in the header."""
    behind = trees.LOAD + struct.unpack_from("<I", qemu.FIRMWARE.read_bytes(), 0x2C)[0]
    set_initrd(tree, behind, behind + 0x1000)
    check_refused(start(tree), "no kernel was given", "-kernel")
    set_initrd(tree, behind - 1, behind + 0x1000)
    check_refused(start(tree), UNUSABLE + "the initrd at .* is where forearm is", "-dtb")


def test_module_outside_of_ram(start, tree):
    """As Xen's binding has them."""
    node = f"{CHOSEN}/module@0"
    trees.fdtput(tree, "-cp", node)
    trees.fdtput(tree, "-ts", node, "compatible", "multiboot,module")
    trees.fdtput(tree, "-t x", node, "reg", *cells(0x20000000, 0x1000))
    check_refused(start(tree), UNUSABLE + "a module at 0x20000000, 4096 bytes, is not in RAM", "-dtb")


DEVICES = {
    "a UART": (UART, [0x1000]),
    "fw_cfg": (FW_CFG, [0x18]),
    "the real-time clock": (RTC, [0x1000]),
    "flash memory": (FLASH, [0x4000000]),
    "the interrupt controller": (GIC, [0x10000, 0x8010000, 0x10000]),
    "the PCI host bridge": (PCIE, [0x1000000]),
}


@pytest.mark.parametrize("what", DEVICES)
def test_device_in_ram(start, tree, what):
    node, rest = DEVICES[what]
    set_reg(tree, node, 0x44000000, *rest)
    check_refused(start(tree), f"{UNUSABLE}{what} at 0x44000000, {rest[0]} bytes, is in RAM", "-dtb")


def test_pci_window_in_ram(start, tree):
    window = ["2000000", *cells(0x44000000), *cells(0x44000000), *cells(0x1000000)]
    trees.fdtput(tree, "-t x", PCIE, "ranges", *window)
    check_refused(start(tree), UNUSABLE + "a window of the PCI host bridge at 0x44000000", "-dtb")


# In flash; in our own file, which is RAM here; where the clock is
PLACES = {"flash": (0x100000, "where flash"), "file": (trees.LOAD, "in RAM"), "clock": (0x9010000, "another")}


@pytest.mark.parametrize("node", [UART, FW_CFG])
@pytest.mark.parametrize("place", PLACES)
def test_device_where_another_is(start, tree, node, place):
    address, why = PLACES[place]
    set_reg(tree, node, address, 0x1000)
    check_refused(start(tree), f"{UNUSABLE}.* at {address:#x}, 4096 bytes, is .*{why}", "-dtb")


def test_uart_in_rom(boot, tree, arch):
    """In the flash that forearm runs in; QEMU puts the tree to the start of RAM by itself."""
    set_reg(tree, UART, 0, 0x1000)
    run = boot(**arch.board(), extra=["-dtb", str(tree)], timeout=EARLY_TIMEOUT)
    check_refused(run, UNUSABLE + "a UART at 0x0, 4096 bytes, is where flash memory or forearm is", "-dtb")


def check_silent(run):
    """Nothing can be said, and the machine is off."""
    assert not run.text.strip()
    assert run.ended == "exit" and run.code == 0, "the machine stayed on"


def test_uart_that_is_not_there(start, tree):
    set_reg(tree, UART, HOLE, 0x1000)
    check_silent(start(tree))


def test_uart_that_is_stuck(start, tree):
    """Its flag register says for ever that there is no room: RAM that the tree does not name."""
    set_reg(tree, MEMORY, 0x40000000, 0x20000000)
    set_reg(tree, UART, HIDDEN, 0x1000)
    check_silent(start(tree, extra=load(HIDDEN + 0x18, 1 << 5)))


def test_fw_cfg_that_is_not_there(start, tree):
    set_reg(tree, FW_CFG, HOLE, 0x18)
    check_refused(start(tree), "no kernel", "-kernel")


def test_fw_cfg_that_never_gets_done(start, tree):
    """It identifies itself, and that is all: RAM that the tree does not name."""
    set_reg(tree, MEMORY, 0x40000000, 0x20000000)
    set_reg(tree, FW_CFG, HIDDEN, 0x18)
    signature = int.from_bytes(b"QEMU CFG", "little")
    run = start(tree, extra=load(HIDDEN + 0x10, signature, 8))
    check_refused(run, "fw_cfg cannot be read: the device does not get done", "VMM")


def test_cpu_named_twice(start, tmp_path, arch):
    tree = trees.dump(tmp_path / "virt.dtb", arch, smp=2)
    trees.fdtput(tree, "-t x", "/cpus/cpu@1", "reg", "0")
    check_refused(start(tree, smp=2), UNUSABLE + "a CPU at 0x0, 0 bytes, is named twice", "-dtb")


def test_everything_reserved(start, tree):
    top = "/reserved-memory"
    trees.fdtput(tree, "-cp", f"{top}/all@0")
    trees.fdtput(tree, "-t x", top, "#address-cells", "2")
    trees.fdtput(tree, "-t x", top, "#size-cells", "2")
    trees.fdtput(tree, "-t x", f"{top}/all@0", "reg", *cells(0, (1 << 64) - 1))
    check_refused(start(tree), UNUSABLE + "no free RAM", "-dtb")


def test_flash_that_is_not_there(start, tree):
    set_reg(tree, FLASH, HOLE, 0x100000)
    check_refused(start(tree), "no kernel.*flash: nothing answers", "-kernel")


def test_flash_without_an_end(start, tree, arch):
    """No more of it is looked at than can be looked at."""
    set_reg(tree, FLASH, 0x100000000 if arch is ARM64 else 0x90000000, 0x60000000)
    check_refused(start(tree), "no kernel.*flash: too large", "-kernel")

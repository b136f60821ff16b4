# SPDX-License-Identifier: BSD-2-Clause
"""Many boots in a row, restarts from inside, and the largest initrd that a distribution has."""

import hashlib
import re

import pytest

from files import cpio
from guests import linux
from guests.arches import ARM64, BOTH
from guests.linux import APPEND
from machines.qemu import EARLY_TIMEOUT

MIB = 1 << 20
BOOTS = 50
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)
modes = pytest.mark.parametrize("mode", ["bios", "kernel"])


def test_50_boots(boot):
    """Every start of QEMU has other seeds in its FDT, and other host addresses. Debian's kernel, ten
    times the size, has ten boots of them, and each boot of all other tests."""
    for number in range(BOOTS):
        kernel, initrd = (ARM64.kernel, ARM64.initrd) if number % 10 < 2 else linux.built("le64")
        run = boot(
            machine="gic-version=3",
            smp=1 + number % 2,
            kernel=kernel,
            initrd=initrd,
            append=f"{APPEND} quiet test=poweroff",
        )
        assert run.find("forearm-test: timer"), f"boot {number + 1}"
        assert run.ended == "exit" and run.code == 0, f"boot {number + 1}"


@both
@modes
def test_50_starts(boot, arch, mode):
    """forearm alone, to its message that there is no kernel."""
    for number in range(BOOTS):
        run = boot(**arch.board(), mode=mode, smp=4, timeout=EARLY_TIMEOUT)
        assert run.count("forearm: error:") == 1, f"start {number + 1}"
        assert run.ended == "exit" and run.code == 0, f"start {number + 1}"


@both
@modes
def test_reboot(boot, arch, mode):
    """PSCI's reset, twice, comes back through forearm: with a ROM at reset, and with used RAM."""
    kernel, initrd = (arch.kernel, arch.initrd) if arch is ARM64 else linux.built("le32")
    run = boot(
        **arch.board(),
        until="^forearm-test: timer",
        times=3,
        mode=mode,
        smp=2,
        kernel=kernel,
        initrd=initrd,
        append=f"{APPEND} test=reboot",
        reboot=True,
    )
    assert run.ended == "seen", "it did not come back"
    boots = run.text.split("forearm-test: timer")[:3]
    assert [len(re.findall(r"^forearm\b.* -> 0x", text, re.M)) for text in boots] == [1, 1, 1]
    assert [text.count("forearm-test: rebooting") for text in boots] == [0, 1, 1]


def big_initrd(path, size):
    """Our initrd, then an uncompressed archive with a big file and a small one behind it."""
    with path.open("wb") as file:
        file.write(ARM64.initrd.read_bytes())
        cpio.skip_to(file, 4)
        cpio.add_marked_file(file, "big", size, MIB)
        cpio.add_file(file, "token", b"all-there\n")
        cpio.finish(file)
    markers = b"".join(cpio.marker(offset) for offset in range(0, size, MIB))
    return hashlib.sha256(markers).hexdigest()


@modes
def test_500_mib_initrd(boot, tmp_path, mode):
    initrd = tmp_path / "initrd"
    expected = big_initrd(initrd, 500 * MIB)
    run = boot(
        mode=mode,
        memory="2G",
        kernel=ARM64.kernel,
        initrd=initrd,
        append=f"{APPEND} test=poweroff",
    )
    initrd.unlink()
    assert run.value("token") == "all-there"
    assert run.value("big") == expected
    assert run.ended == "exit" and run.code == 0

# SPDX-License-Identifier: BSD-2-Clause
"""Linux's own PSCI checker, here on the PSCI of the VMM: what forearm must not stand in the way of."""

import pytest

from files import trees
from guests.arches import ARM, ARM64
from guests.linux import (
    APPEND,
    CHECKER32,
    CHECKER32_INITRD,
    CHECKER64,
    CHECKER64_INITRD,
    check_boot,
    check_psci_checker,
)

# 32-bit Linux never lets its first CPU go, which its checker does not know: it tries the CPUs one by
# one, then those of the cluster.
FIRST_CPU = ["Error occurred (-1) while trying to power down CPU 0"] * 2

LEVELS64 = {"": "EL1", "virtualization=on": "EL2"}
LEVELS32 = {"": "SVC", "virtualization=on": "HYP"}
ARCHES = {
    "arm64": (ARM64, CHECKER64, CHECKER64_INITRD, "aarch64", LEVELS64, []),
    "arm": (ARM, CHECKER32, CHECKER32_INITRD, "armv7l", LEVELS32, FIRST_CPU),
}


@pytest.mark.parametrize("machine", ["", "virtualization=on"], ids=["el1", "el2"])
@pytest.mark.parametrize("arch", ARCHES)
def test_of_the_vmm(boot, tmp_path, arch, machine):
    """QEMU's CPU_SUSPEND is a WFI whatever is asked for, so standby is the only idle state."""
    board, kernel, initrd, name, levels, errors = ARCHES[arch]
    tree = trees.dump(tmp_path / "virt.dtb", board, "512M", machine, 4, "bios")
    trees.add_idle_states(tree, 4, [trees.STANDBY])
    run = boot(
        **board.board(),
        machine=machine,
        smp=4,
        memory="512M",
        kernel=kernel,
        initrd=initrd,
        append=f"{APPEND} test=poweroff word=checked",
        extra=["-dtb", str(tree)],
    )
    check_boot(run, 4, "512M", name, levels[machine], "word=checked")
    check_psci_checker(run, 4, 1, errors)


# Machine, options, level: every kind of monitor, with both kinds of idle state.
OWN = {
    "el2-el1": ("arm64", "virtualization=on", "forearm.el=1", "EL1"),
    "el3-el1": ("arm64", "secure=on", "", "EL1"),
    "el3-el2": ("arm64", "secure=on,virtualization=on", "", "EL2"),
    "hyp-svc": ("arm", "virtualization=on", "forearm.el=1", "SVC"),
    "secure-svc": ("arm", "secure=on", "", "SVC"),
    "secure-hyp": ("arm", "secure=on,virtualization=on", "", "HYP"),
}
# Passed on to QEMU's CPU_SUSPEND, which knows standby only.
RELAYS = ("el2-el1", "hyp-svc")


@pytest.mark.parametrize("start", OWN)
def test_of_the_monitor(boot, tmp_path, start):
    name, machine, options, level = OWN[start]
    board, kernel, initrd, reported, _, errors = ARCHES[name]
    states = [trees.STANDBY] if start in RELAYS else [trees.STANDBY, trees.POWER_DOWN]
    tree = trees.dump(tmp_path / "virt.dtb", board, "512M", machine, 4, "bios")
    trees.add_idle_states(tree, 4, states)
    run = boot(
        **board.board(),
        machine=machine,
        smp=4,
        memory="512M",
        kernel=kernel,
        initrd=initrd,
        append=f"{APPEND} {options} test=poweroff word=checked",
        extra=["-dtb", str(tree)],
    )
    check_boot(run, 4, "512M", reported, level, "word=checked")
    check_psci_checker(run, 4, len(states), errors)

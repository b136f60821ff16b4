# SPDX-License-Identifier: BSD-2-Clause
"""Entries that the architecture or the machine does not allow: each is refused with the reason."""

import pytest

from guests.arches import ARM, ARM64
from guests.linux import ARMHF
from guests.refusal import check_refused
from machines.qemu import EARLY_TIMEOUT

EL2 = "virtualization=on"
EL3 = "secure=on"
BOTH = f"{EL3},{EL2}"


@pytest.fixture
def refused(boot):
    """Boots, and looks for the message; the machine must go off."""

    def start(arch, machine, cause, remedy, **options):
        run = boot(**{**arch.board(), "timeout": EARLY_TIMEOUT, "machine": machine, **options})
        check_refused(run, cause, remedy)

    return start


def test_32bit_kernel_at_el1(refused):
    refused(ARM64, "", "32-bit kernel.*AArch64 state at EL1", "aarch64=off", kernel=ARMHF)


@pytest.mark.parametrize("machine", ["", EL2, EL3, BOTH], ids=["svc", "hyp", "secure", "secure-hyp"])
def test_64bit_kernel_in_aarch32(refused, machine):
    refused(ARM, machine, "64-bit kernel.*AArch32 state", "cortex-a57", kernel=ARM64.kernel)


@pytest.mark.parametrize("machine", ["", EL2], ids=["el1", "el2"])
@pytest.mark.parametrize("arch", [ARM64, ARM], ids=lambda arch: arch.name)
def test_no_el3(refused, arch, machine):
    options = {"kernel": arch.kernel, "append": "forearm.el=3"}
    refused(arch, machine, "el=3.*started at", "secure=on", **options)


def test_32bit_kernel_at_el3(refused):
    refused(ARM64, EL3, "el=3.*EL3.*32-bit", "leave the option", kernel=ARMHF, append="forearm.el=3")


@pytest.mark.parametrize("machine", ["", EL3], ids=["el1", "el3"])
@pytest.mark.parametrize("arch", [ARM64, ARM], ids=lambda arch: arch.name)
def test_no_el2(refused, arch, machine):
    options = {"kernel": arch.kernel, "append": "forearm.el=2"}
    refused(arch, machine, "el=2.*no EL2", "virtualization=on", **options)


def test_32bit_kernel_at_el2_of_a_64bit_start(refused):
    options = {"kernel": ARMHF, "append": "forearm.el=2"}
    refused(ARM64, EL2, "el=2.*AArch64", "SVC", **options)


@pytest.mark.parametrize("arch, state", [(ARM64, "aarch32"), (ARM, "aarch64")])
def test_state_that_is_not_the_kernels(refused, arch, state):
    options = {"kernel": arch.kernel, "append": f"forearm.state={state}"}
    refused(arch, "", f"state={state}.*for aarch", "forearm.state", **options)


def test_nommu_without_security(refused):
    """In SVC mode of a CPU without security extensions nobody can pretend that it has them."""
    options = {"kernel": ARMHF, "append": "forearm.guest=nommu"}
    refused(ARM, "", "nommu.*ID_PFR1.Security", "virtualization=on", **options)

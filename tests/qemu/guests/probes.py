# SPDX-License-Identifier: BSD-2-Clause
"""The guests of tests/probe, the machines and levels that they start at, and what a good report is."""

import probeguest
from machines import qemu

QUIET = "forearm.log=quiet"
EL2, EL3, EL3_EL2 = "virtualization=on", "secure=on", "secure=on,virtualization=on"

# What QEMU does by itself: (guest's bits, machine, CPU)
QEMU = {
    "el1": (64, "virtualization=off", "cortex-a57"),
    "el2": (64, EL2, "cortex-a57"),
    "svc": (32, "virtualization=off", "cortex-a15"),
    "hyp": (32, EL2, "cortex-a15"),
}
# What forearm does: (guest's bits, machine, CPU, options, conduits)
OWN = {
    "el3-el1": (64, EL3, "cortex-a57", "", "smc"),
    "el3-el2": (64, EL3_EL2, "cortex-a57", "", "smc"),
    "el3-el2-el1": (64, EL3_EL2, "cortex-a57", "forearm.el=1", "both"),
    "el2-el1": (64, EL2, "cortex-a57", "forearm.el=1", "both"),
    "monitor-svc": (32, EL3, "cortex-a15", "", "smc"),
    "monitor-hyp": (32, EL3_EL2, "cortex-a15", "", "smc"),
    "monitor-hyp-svc": (32, EL3_EL2, "cortex-a15", "forearm.el=1", "both"),
    "hyp-svc": (32, EL2, "cortex-a15", "forearm.el=1", "both"),
    "el3-svc": (32, EL3, "cortex-a57", "", "smc"),
    "el3-el2-hyp": (32, EL3_EL2, "cortex-a57", "", "smc"),
    "el3-el2-svc": (32, EL3_EL2, "cortex-a57", "forearm.el=1", "both"),
    "el2-svc": (32, EL2, "cortex-a57", "", "both"),
}

# Monitors at EL2 and in HYP mode, which pass calls on
RELAYS = ("el2-el1", "hyp-svc", "el2-svc")

# Where something of the monitor's is in RAM: all of it at EL2; EL2's vectors below a guest at EL1. And
# tables that keep the guest from that.
RESIDENT = (*RELAYS, "el3-el2-el1", "monitor-hyp-svc", "el3-el2-svc")

MACHINES = [(1, 2), (4, 2), (4, 3), (8, 3)]
MACHINE_IDS = [f"{smp}cpus-gicv{gic}" for smp, gic in MACHINES]

HYP = {"el2", "hyp", "el3-el2", "monitor-hyp", "el3-el2-hyp"}

PROBES = ["el1", "el2", "svc", "hyp"]
WORDS = "console=ttyAMA0 root=/dev/vda1 ro"
RESIDENT_LIMIT = 32 << 10  # bytes that a monitor may take


def image_of(probe):
    suffix = "zimg" if probeguest.is_a32(probe) else "img"
    return qemu.GUESTS / f"probe-{probe}.{suffix}"


def board(probe, gic=2):
    """QEMU's options for a machine that starts in the state the probe is built for."""
    level = "virtualization=on" if probe in ("el2", "hyp") else "virtualization=off"
    if probeguest.is_a32(probe):
        return {"program": "qemu-system-arm", "machine": level, "cpu": "cortex-a15"}
    return {"machine": f"{level},gic-version={gic}", "cpu": "cortex-a57"}


def given(mode, probe, initrd, append):
    """Kernel, initrd and command line, in the way that each start of forearm takes them."""
    options = {"mode": mode, "kernel": image_of(probe), "append": append}
    return {**options, "initrd": initrd} if initrd else options


def check_report(run, wanted):
    """Every item reported, once, and ok; and the guest turned the machine off."""
    report = probeguest.Report(run.text)
    assert not report.crashed
    assert report.failed == {}
    assert set(report.names) == wanted
    assert report.complete()
    assert run.ended == "exit" and run.code == 0
    return report

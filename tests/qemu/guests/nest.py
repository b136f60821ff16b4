# SPDX-License-Identifier: BSD-2-Clause
"""Machines with real KVM: in a guest that QEMU emulates at EL2, whose kernel is their hypervisor.

One guest runs a list of machines, one after the other, since it takes a while to get there.
"""

import gzip
import re
import shlex
import subprocess
from dataclasses import dataclass, field

from files import cpio
from guests import linux
from machines import qemu

HOST_INITRD = qemu.GUESTS / "arm64" / "initrd-kvm.cpio"
VMM = qemu.BUILD / "vmm" / "vmm"  # tests/vmm
VMM_INIT = qemu.TOP / "scripts" / "init.vmm"
PROBES = [qemu.GUESTS / "probe-el1.img", qemu.GUESTS / "probe-svc.zimg"]
MEMORY = "512M"

# Each character on the console of a machine takes the emulated hypervisor half a millisecond: the
# kernels print no more than warnings, and of the rest the initrd shows what a test looks for.
APPEND = f"{linux.GUESTS_APPEND.split()[0]} panic=-1 loglevel=5 cryptomgr.notests test=poweroff"
REPORT = b"dmesg | grep -F 'CPU: All CPU(s) started'\n"

HOST = {
    "machine": "virtualization=on,gic-version=3",
    "cpu": "cortex-a57",
    "smp": 4,  # as many as a machine has: see scripts/init.kvm
    "memory": "2G",
    "append": "forearm.tables=fdt console=ttyAMA0 quiet panic=-1 cryptomgr.notests test=poweroff",
}
TIMEOUT = 1200  # seconds for all; two idle processors need 90
SILENCE = 240  # seconds; the kernels say little
NEVER = re.compile(rb"(?!)")  # the end of one machine is not that of its host


@dataclass
class Machine:
    """options are those of qemu.command(); its files are put into the host."""

    smp: int = 1
    cpu: str = "host"
    options: dict = field(default_factory=dict)

    def command(self):
        return qemu.command(machine="gic-version=host", cpu=self.cpu, accel="kvm", smp=self.smp,
                            memory=MEMORY, **self.options)


def with_report(initrd):
    """The initrd and a second archive behind it, with what init is to do besides."""
    data = initrd.read_bytes()
    archive = cpio.archive({"report": REPORT})
    return data + bytes(-len(data) % 4) + archive


def files():
    """Every file that a command may name: its path here, its name in the host, its content."""
    yield qemu.FIRMWARE, "forearm.bin", qemu.FIRMWARE.read_bytes()
    for arch, kernel, initrd in (("arm64", linux.ARM64, linux.ARM64_INITRD),
                                 ("arm", linux.ARMHF, linux.ARMHF_INITRD)):
        yield kernel, f"kernel-{arch}", kernel.read_bytes()
        yield initrd, f"initrd-{arch}", with_report(initrd)
    for probe in PROBES:
        yield probe, probe.name, probe.read_bytes()


def in_host(command, names):
    """The command with the names that its files have in the host."""
    for path in sorted(names, reverse=True):  # a name may be the start of another
        command = [word.replace(str(path), f"/{names[path]}") for word in command]
    return shlex.join(command)


def write_initrd(path, initrd, content):
    """The host's: the initrd and, behind it, files."""
    data = initrd.read_bytes()
    path.write_bytes(data + bytes(-len(data) % 4) + cpio.archive(content))


def qemu_files(machines):
    """Forearm and the guests, and the list of machines."""
    names, content = {}, {}
    for source, name, data in files():
        names[source] = name
        content[name] = data
    lines = [f"{name} {machine.smp} {in_host(machine.command(), names)}\n"
             for name, machine in machines.items()]
    content["machines"] = "".join(lines).encode()
    return content


def bundle(folder, kernel, initrd):
    path = folder / "bundle"
    tool = [qemu.BUILD / "forearm-bundle", "--kernel", kernel, "--initrd", initrd, "--output", path]
    subprocess.run(tool, check=True, stderr=subprocess.DEVNULL)
    return path.read_bytes()


def vmm_files(folder, machines):
    """The test VMM, forearm alone, with a small kernel and with Debian's, and {name: the VMM's words}."""
    packed = folder / "vmlinuz.gz"
    packed.write_bytes(gzip.compress(linux.VMM64.read_bytes(), 6))
    lines = [f"{name} {shlex.join(words)}\n" for name, words in machines.items()]
    return {"vmm": VMM.read_bytes(), "report": VMM_INIT.read_bytes(),
            "forearm.bin": qemu.FIRMWARE.read_bytes(),
            "bundle": bundle(folder, packed, linux.VMM64_INITRD),
            "bundle-debian": bundle(folder, linux.ARM64_GZIP, linux.ARM64_INITRD),
            "machines": "".join(lines).encode()}


def run_host(log, path):
    """Runs all machines of the initrd. Returns the run of the host."""
    log.unlink(missing_ok=True)
    return qemu.run(log, timeout=TIMEOUT, silence=SILENCE, end=NEVER, kernel=linux.ARM64, initrd=path,
                    **HOST)


def run_qemu(log, path, machines):
    """path is for the initrd."""
    write_initrd(path, HOST_INITRD, qemu_files(machines))
    return run_host(log, path)


def run_vmm(log, path, machines):
    """The same with the test VMM."""
    write_initrd(path, linux.ARM64_INITRD, vmm_files(path.parent, machines))
    return run_host(log, path)


def section(host, name):
    """What one machine said, as a run of its own; without an end if it did not come to it."""
    start = f"^forearm-test: machine-start={re.escape(name)}\n"
    end = rf"^forearm-test: machine-end={re.escape(name)} status (\d+) after (\d+) s$"
    found = re.search(rf"{start}(.*?)(?:{end}|\Z)", host.text, re.M | re.S)
    assert found, f"{name} was not started"
    text, status, seconds = found.groups()
    if status is None:
        return qemu.Run(text.encode(), None, host.ended, host.seconds)
    return qemu.Run(text.encode(), int(status), "exit", float(seconds))


def inner(host, name, log, command):
    """A machine's run, its part of the host's log, which becomes 'log' as well."""
    run = section(host, name)
    log.unlink(missing_ok=True)
    qemu.write_log(log, command, run)
    return run

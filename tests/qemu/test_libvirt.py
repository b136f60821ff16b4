# SPDX-License-Identifier: BSD-2-Clause
"""The domains of docs/libvirt.md, by Debian's libvirt.

virt-qemu-run has libvirt's driver for QEMU in it, so no daemon is needed, and no system's own files
are touched. As root the driver wants a user that only the daemon's package makes: others need none.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from guests import linux
from machines import qemu

# All in one worker of pytest-xdist: libvirt looks at its emulators once.
pytestmark = pytest.mark.xdist_group("libvirt")

DOCUMENT = (qemu.TOP / "docs" / "libvirt.md").read_text()
FIRMWARE = "/usr/local/share/forearm/forearm.bin"
IMAGES = "/var/lib/libvirt/images"
TIMEOUT = 300  # seconds to the end of a domain; libvirt's look at all emulators takes a few of them
CONFIGURATION = 'stdio_handler = "file"\nseccomp_sandbox = 0\nsecurity_driver = "none"\n'

DOMAIN = """<domain type='qemu'>
  <name>forearm</name>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  {parts}
  <cpu mode='custom' match='exact'><model fallback='allow'>{cpu}</model></cpu>
  <devices>
    <emulator>/usr/bin/{program}</emulator>
    <serial type='file'><source path='{serial}'/></serial>
  </devices>
</domain>
"""


def example(title):
    """What the document shows below a heading."""
    return re.search(rf"^## {title}\n.*?```xml\n(.*?)```", DOCUMENT, re.M | re.S)[1]


def unprivileged():
    """Who runs it, for subprocess."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        subprocess.run(["true"], check=True, **who)
    except (OSError, subprocess.SubprocessError) as why:
        pytest.skip(f"root may not become nobody here: {why}")
    return who


@pytest.fixture(scope="module")
def folder():
    """Theirs: pytest's own are for the user alone that it runs as."""
    path = Path(tempfile.mkdtemp(prefix="forearm-libvirt-", dir="/tmp"))
    (path / "root" / "etc").mkdir(parents=True)
    (path / "root" / "etc" / "qemu.conf").write_text(CONFIGURATION)
    shutil.copy(qemu.FIRMWARE, path)
    for name in ("le64", "le32"):
        for file in linux.built(name):
            shutil.copy(file, path / f"{name}-{file.name}")
    give_away(path)
    yield path
    shutil.rmtree(path)


def give_away(path):
    who = unprivileged()
    if who:
        for each in (path, *path.rglob("*")):
            os.chown(each, who["user"], who["group"])


def filled_in(parts, folder, name):
    """With the files of this machine, and an end."""
    kernel, initrd = linux.built(name)
    parts = parts.replace(FIRMWARE, str(folder / "forearm.bin"))
    parts = parts.replace(f"{IMAGES}/vmlinuz", str(folder / f"{name}-{kernel.name}"))
    parts = parts.replace(f"{IMAGES}/initrd.gz", str(folder / f"{name}-{initrd.name}"))
    assert IMAGES not in parts and "console=ttyAMA0" in parts
    return parts.replace("console=ttyAMA0", "console=ttyAMA0 test=poweroff")


def ended(folder, logs):
    """Whether libvirt has seen the domain end, and how."""
    return re.findall(r"shutting down, reason=(\w+)", "".join(path.read_text() for path in logs.glob("*.log")))


def start(folder, log, parts, program="qemu-system-aarch64", cpu="cortex-a57"):
    """What the guest says until its end, and libvirt's reason of that."""
    serial, definition, logs = folder / "serial.log", folder / "domain.xml", folder / "root" / "log" / "qemu"
    shutil.rmtree(logs, ignore_errors=True)
    serial.unlink(missing_ok=True)
    definition.write_text(DOMAIN.format(parts=parts, cpu=cpu, program=program, serial=serial))
    give_away(folder)
    home = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run")}
    words = ["virt-qemu-run", f"--root={folder / 'root'}", str(definition)]
    begin = time.monotonic()
    process = subprocess.Popen(words, env=home, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, **unprivileged())
    try:
        # That of libvirt 9.0 stays when its domain has ended.
        while not ended(folder, logs) and process.poll() is None and time.monotonic() < begin + TIMEOUT:
            time.sleep(0.2)
    finally:
        process.terminate()
        try:
            said, _ = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    data = serial.read_bytes() if serial.exists() else b""
    run = qemu.Run(data + said, None, "exit", time.monotonic() - begin)
    qemu.write_log(log, words, run)
    return run, ended(folder, logs)


@pytest.fixture
def domain(request, folder):
    log = qemu.LOGS / f"libvirt-{request.node.name}.log"
    log.unlink(missing_ok=True)
    return lambda *words: start(folder, log, *words)


def check(run, reasons, machine):
    assert run.find("^forearm .*: Linux ")
    assert run.find("^forearm-test: userspace$") and run.find("^forearm-test: timer$")
    assert run.value("cpus") == "2" and run.value("machine") == machine
    assert "test=poweroff" in run.value("cmdline").split()
    assert reasons == ["shutdown"], "the domain did not end by itself"


def test_as_firmware(domain, folder):
    check(*domain(filled_in(example("As firmware"), folder, "le64")), "aarch64")


def test_by_files(domain, folder):
    run, reasons = domain(filled_in(example("By files of fw_cfg"), folder, "le64"))
    check(run, reasons, "aarch64")
    assert run.find("^forearm:   log +debug$")


def test_32_bit(domain, folder):
    parts = filled_in(example("As firmware"), folder, "le32").replace("arch='aarch64'", "arch='armv7l'")
    check(*domain(parts, "qemu-system-arm", "cortex-a15"), "armv7l")

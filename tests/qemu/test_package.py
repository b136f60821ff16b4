# SPDX-License-Identifier: BSD-2-Clause
"""The Debian packages (debian/): what can be seen of them without building any."""

import json
import os
import re
import shutil
import subprocess

import pytest

from machines import qemu

DEBIAN = qemu.TOP / "debian"
DESCRIPTOR = DEBIAN / "60-forearm.json"


def read(path):
    return (qemu.TOP / path).read_text()


def installed(package):
    """{file: folder}, as debian/PACKAGE.install has them."""
    lines = [line.split() for line in read(f"debian/{package}.install").splitlines()]
    return {words[0]: words[1] if len(words) > 1 else os.path.dirname(words[0]) for words in lines}


def test_version():
    version = re.search(r'FOREARM_VERSION\s+"([^"]+)"', read("include/version.h"))[1]
    assert read("debian/changelog").startswith(f"forearm ({version}) ")


def test_descriptor():
    """What libvirt and others look for (QEMU, docs/interop/firmware.json)."""
    found = json.loads(DESCRIPTOR.read_text())
    assert found["interface-types"] == ["bios"]
    assert found["mapping"]["device"] == "memory"
    assert found["mapping"]["filename"].lstrip("/") in installed("forearm")
    assert {target["architecture"] for target in found["targets"]} == {"aarch64", "arm"}
    assert all(target["machines"] == ["virt-*"] for target in found["targets"])
    assert installed("forearm")["debian/60-forearm.json"] == "usr/share/qemu/firmware"


def test_everything_that_is_installed_is_in_a_package(tmp_path):
    words = ["make", "-s", "-C", str(qemu.TOP), "install", f"DESTDIR={tmp_path}", "prefix=/usr"]
    subprocess.run(words, check=True, timeout=600)
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    packaged = {*installed("forearm"), *installed("forearm-bundle")} - {"debian/60-forearm.json"}
    assert files == packaged


def test_what_the_build_needs_is_in_the_list():
    """Of setup.sh, too: so it exists in this release."""
    needs = re.search(r"^Build-Depends:\n((?: .*\n)+)", read("debian/control"), re.M)[1]
    names = set(re.findall(r"^ ([\w.+-]+)", needs, re.M)) - {"debhelper-compat"}
    listed = set(re.findall(r"^\w+\s+\w+\s+([\w.+-]+)", read("scripts/packages.txt"), re.M))
    assert len(names) >= 5 and names <= listed


@pytest.fixture
def root(tmp_path):
    """The files of both packages where they would be."""
    words = ["make", "-s", "-C", str(qemu.TOP), "install", f"DESTDIR={tmp_path}", "prefix=/usr"]
    subprocess.run(words, check=True, timeout=600)
    firmware = tmp_path / "usr" / "share" / "qemu" / "firmware"
    firmware.mkdir(parents=True)
    shutil.copy(DESCRIPTOR, firmware)
    for line in read("debian/forearm.links").splitlines():
        target, link = line.split()
        (tmp_path / link).symlink_to(tmp_path / target)
    return tmp_path


def test_autopkgtest(root):
    """debian/tests/boot, on the files before they are packed."""
    run = subprocess.run([str(DEBIAN / "tests" / "boot")], env={**os.environ, "FOREARM_ROOT": str(root)},
                         timeout=720, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("hello from the kernel") == 5

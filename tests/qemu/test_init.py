# SPDX-License-Identifier: BSD-2-Clause
"""scripts/init of the test guests, and init.report: what they compute with holds for all that they may read."""

import re
import subprocess

import pytest

from machines import qemu

INIT = (qemu.TOP / "scripts" / "init").read_text()
REPORT = (qemu.TOP / "scripts" / "init.report").read_text()


def function(name, script=INIT, **files):
    """The text of a function of the script, with other files in the place of those in /proc."""
    text = re.search(rf"^{name}\(\) {{\n.*?^}}$", script, re.M | re.S).group(0)
    for file, path in files.items():
        assert text.count(f"/proc/{file}") == 1
        text = text.replace(f"/proc/{file}", str(path))
    return text


def run(script):
    done = subprocess.run(["dash", "-euc", script], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("uptime", ["0.00", "0.05", "0.08", "0.87", "0.98", "1.00", "9.09", "108.90"])
def test_uptime(tmp_path, uptime):
    """A host that is quick boots in under a second: 0.87 is 87, and no octal number."""
    file = tmp_path / "uptime"
    file.write_text(f"{uptime} 1.00\n")
    assert run(f"{function('uptime_cs', uptime=file)}\necho $(($(uptime_cs) + 4))") == f"{round(float(uptime) * 100) + 4}\n"


LINE = 'a test=reboot /b* dyndbg="file c test=d +p" rounds= xtest=e test=hotplug rounds=20=30 quiet'


@pytest.mark.parametrize("name, value", [("test", "hotplug"), ("rounds", "20=30"), ("quiet", ""), ("es", ""), ("a", "")])
def test_word(tmp_path, name, value):
    """The last one with that name; one that ends like it, or that a folder has files for, is another."""
    file = tmp_path / "cmdline"
    file.write_text(f"{LINE}\n")
    assert run(f"{function('word', cmdline=file)}\ncd /\nword {name}") == f"{value}\n"


def test_meminfo(tmp_path):
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:        1001980 kB\nMemFree:          941312 kB\nSwapTotal:             0 kB\n")
    assert run(f"{function('meminfo', meminfo=file)}\nmeminfo MemTotal\nmeminfo Mem\nmeminfo SwapTotal") == "1001980\n0\n"


IOMEM = """00000000-03ffffff : LNRO0015:00
08000000-08000fff : GICD
09000000-09000fff : ARMH0011:00
  09000000-09000fff : ARMH0011:00 ARMH0011:00
0a000000-0a0001ff : LNRO0005:00
  0a000200-0a0003ff : LNRO0005:01
4010000000-401fffffff : PCI ECAM"""
NAMES = {
    "ARMH0011:00": "9000000", "LNRO0005:00": "a000000", "LNRO0005:01": "a000200", "LNRO0005:0": "", "LNRO0015:00": "",
    "9010000.pl031": "9010000", "a.b.c": "a", "pl011.9000000": "", "psci": "", "PNP0A08:00": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_address(name):
    """By the name of a device, or by the line of /proc/iomem that ends in it."""
    script = "\n".join(function(each, REPORT) for each in ("iomem_line", "address"))
    assert run(f"{script}\niomem='{IOMEM}\n'\naddress {name}").strip() == NAMES[name]


def test_target(tmp_path):
    (tmp_path / "drivers" / "uart-pl011").mkdir(parents=True)
    (tmp_path / "link").symlink_to("drivers/uart-pl011")
    line = re.search(r"^target\(\) .*$", REPORT, re.M).group(0)
    assert run(f"{line}\ntarget {tmp_path}/link") == "uart-pl011\n"

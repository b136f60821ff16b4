# SPDX-License-Identifier: BSD-2-Clause
"""scripts/init of the test guests: what it computes with holds for every number that it may read."""

import re
import subprocess

import pytest

import qemu

INIT = (qemu.TOP / "scripts" / "init").read_text()


def function(name, **files):
    """The text of a function of the script, with other files in the place of those in /proc."""
    text = re.search(rf"^{name}\(\) {{\n.*?^}}$", INIT, re.M | re.S).group(0)
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

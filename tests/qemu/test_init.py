# SPDX-License-Identifier: BSD-2-Clause
"""scripts/init of the test guests: what it computes with holds for every number that it may read."""

import re
import subprocess

import pytest

import qemu

INIT = (qemu.TOP / "scripts" / "init").read_text()
UPTIME = re.search(r"^uptime_cs\(\) .*$", INIT, re.M).group(0)


@pytest.mark.parametrize("uptime", ["0.00", "0.05", "0.08", "0.87", "0.98", "1.00", "9.09", "108.90"])
def test_uptime(uptime):
    """A host that is quick boots in under a second: 0.87 is 87, and no octal number."""
    script = f'{UPTIME}\ncut() {{ echo "{uptime} 1.00"| sed "s/ .*//"; }}\necho $(($(uptime_cs) + 4))'
    run = subprocess.run(["dash", "-c", script], capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stderr, run.stdout) == (0, "", f"{round(float(uptime) * 100) + 4}\n")

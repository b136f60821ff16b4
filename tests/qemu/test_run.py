# SPDX-License-Identifier: BSD-2-Clause
"""How a guest's output is read."""

import pytest

from machines import qemu

MESSAGE = "[    3.314756] hrtimer: interrupt took 16075440 ns"


@pytest.mark.parametrize("cut", ["forearm-test: userspace", "forearm-test: user", "forearm-test: "])
def test_message_amid_a_line(cut):
    whole = "forearm-test: userspace"
    text = f"{cut}{MESSAGE}\n{whole[len(cut):]}\nforearm-test: timer\n"
    run = qemu.Run(text.encode(), 0, "exit", 1)
    assert run.lines == [whole, MESSAGE, "forearm-test: timer"]


def test_other_lines_stay():
    lines = [MESSAGE, "forearm-test: cpus=4", MESSAGE, f"forearm-test: warning=<4>{MESSAGE}",
             "forearm-test: timer", "", "forearm: stopped"]
    assert qemu.Run("\n".join(lines).encode(), 0, "exit", 1).lines == lines

# SPDX-License-Identifier: BSD-2-Clause
"""What an error of forearm has to look like: cause, remedy, a last line, and the machine off."""

import re


def check_refused(run, cause, remedy, off=True):
    """cause and remedy are patterns, case ignored; off: the machine must end by itself."""
    errors, remedies = run.said("error"), run.said("remedy")
    assert len(errors) == 1 and len(remedies) == 1, (errors, remedies)
    assert re.search(cause, errors[0], re.I), errors[0]
    assert re.search(remedy, remedies[0], re.I), remedies[0]
    assert run.count("forearm: stopped") == 1
    assert [line for line in run.lines if line.startswith("forearm:")][-1] == "forearm: stopped"
    assert not run.find("Booting Linux|forearm-test:"), "a kernel ran"
    if off:
        assert run.ended == "exit" and run.code == 0, "the machine stayed on"
    else:
        assert run.ended in ("exit", "stopped")

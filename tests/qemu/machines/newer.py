# SPDX-License-Identifier: BSD-2-Clause
"""QEMUs of Debian's later releases, which run here with their own C library beside this release's."""

import pytest

from machines import qemu

SUITES = ["trixie", "sid"]


def program(suite, name):
    """The words that start qemu-system-NAME of a suite. The mirrors may not have had it."""
    folder = qemu.BUILD / "deps" / f"native-{suite}" / "qemu-system-arm" / "usr"
    loaders = sorted(folder.glob("lib*/ld-linux*.so.*"))
    if not loaders:
        pytest.skip(f"no QEMU of Debian's {suite} was fetched (make setup tries again)")
    libraries = [str(path) for path in sorted(folder.glob("lib/*-linux-gnu"))]
    return [
        "env", *(f"QEMU_MODULE_DIR={path}/qemu" for path in libraries),
        str(loaders[0]), "--library-path", ":".join(libraries),
        str(folder / "bin" / f"qemu-system-{name}"), "-L", str(folder / "share" / "qemu"),
    ]

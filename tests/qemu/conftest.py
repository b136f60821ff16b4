# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures of the QEMU tests, their logs, and their line in build/results.txt."""

import functools
import pathlib
import re

import pytest

from files import formats
from machines import qemu

TAIL = 60  # log lines shown with a failure
# What `make check-quick` takes: of each test there the first case.
QUICK = ["test_image", "test_run", "test_init", "test_docs", "test_boot_arm64", "test_boot_arm", "test_formats", "test_sources"]
QUICK += ["test_disk", "test_errors", "test_options", "test_entry_state", "test_acpi_choice", "test_el3", "test_monitor_attack"]
# What `pytest -m` takes besides, by how the names of files begin (pytest.ini, docs/testing.md).
KINDS = {
    "acpi": ["test_acpi", "test_bsd", "test_fwts", "test_hotplug", "test_smbios"],
    "disk": ["test_disk"],
    "efi": ["test_efi"],
    "kvm": ["test_kvm", "test_vmm"],
    "psci": ["test_psci", "test_cpu_hotplug", "test_monitor"],
    "slow": ["test_robust", "test_kvm", "test_vmm", "test_matrix", "test_cpu_hotplug", "test_installer", "test_psci_torture"],
}
# These begin: their parts cannot be shared out. test_kvm does not, so that two such hosts do not share the processors.
LONGEST = ["test_vmm", "test_robust"]
FILES = [path.stem for path in pathlib.Path(__file__).parent.glob("test_*.py")]
assert set(QUICK) | set(LONGEST) <= set(FILES)
assert all(any(file.startswith(name) for file in FILES) for names in KINDS.values() for name in names)


def log_of(item):
    module = item.module.__name__.removeprefix("test_")
    return qemu.LOGS / (re.sub(r"[^A-Za-z0-9_.-]+", "_", f"{module}-{item.name}").strip("_") + ".log")


@pytest.fixture
def boot(request):
    """qemu.run() with the test's own log, build/test-logs/MODULE-TEST.log."""
    log = log_of(request.node)
    log.unlink(missing_ok=True)
    return functools.partial(qemu.run, log)


@pytest.fixture
def ukify():
    if not formats.ukify_command():
        pytest.skip("Debian's mirrors had no ukify (make setup tries again)")
    return formats.ukify


@pytest.fixture(scope="session")
def zboot(tmp_path_factory):
    return formats.zboot_maker(tmp_path_factory.mktemp("zboot") / "source")


def pytest_collection_modifyitems(items):
    """The longest tests first, so that no process ends up alone with them."""
    seen = set()
    for item in items:
        test = (item.module.__name__, item.function.__name__)
        if test[0] in QUICK and test not in seen:
            item.add_marker("quick")
        seen.add(test)
        for kind, names in KINDS.items():
            if test[0].startswith(tuple(names)):
                item.add_marker(kind)
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    log = log_of(item)
    if report.failed and log.exists():
        lines = log.read_text().splitlines()[-TAIL:]
        report.sections.append((f"last {TAIL} lines of {log}", "\n".join(lines)))


def pytest_terminal_summary(terminalreporter, config):
    """Appends "qemu PASSED FAILED SKIPPED", and "failed: TEST" for each that did: once, not in
    pytest-xdist's workers."""
    if hasattr(config, "workerinput"):
        return
    count = {kind: len(found) for kind, found in terminalreporter.stats.items()}
    passed = sum(report.when == "call" for report in terminalreporter.stats.get("passed", []))
    failures = terminalreporter.stats.get("failed", []) + terminalreporter.stats.get("error", [])
    qemu.BUILD.mkdir(exist_ok=True)
    with (qemu.BUILD / "results.txt").open("a") as file:
        file.writelines(f"failed: {report.nodeid}\n" for report in failures)
        file.write(f"qemu {passed} {len(failures)} {count.get('skipped', 0)}\n")

# SPDX-License-Identifier: BSD-2-Clause
"""forearm-bundle, and the form of forearm.bin: an EFI application that other tools make bundles of.

Judges: python3-pefile, binutils, Debian's ukify, sbsign and sbverify.
"""

import json
import os
import re
import resource
import shutil
import signal
import struct
import subprocess

import pefile
import pytest

from files.formats import SYSTEMD_STUB
from machines import qemu

TOOL = qemu.BUILD / "forearm-bundle"
MANUAL = qemu.TOP / "docs" / "forearm-bundle.1"
CROSS = "aarch64-linux-gnu-"
PAGE = 4096
HEADERS = 96  # of sections, that forearm.bin has room for
TEXT = 0x2000
TREE = b"\xd0\x0d\xfe\xed" + struct.pack(">I", 40) + bytes(32)


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, timeout=60, **options)


def bundle(*words):
    done = run(TOOL, *words)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def word(data, offset, form="<I"):
    return struct.unpack_from(form, data, offset)[0]


@pytest.fixture
def files(tmp_path):
    """Small ones, none a multiple of anything."""

    def make(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    make("kernel", b"kernel" * 1001)
    make("one", b"1" * 4097)
    make("two", b"2" * 3)
    make("tree", TREE)
    make("overlay", TREE + b"overlay")
    make("container", b"container" * 500)
    return tmp_path


def words_of(files):
    return [
        *("--kernel", files / "kernel", "--initrd", files / "one", "--initrd", files / "two"),
        *("--cmdline", "console=ttyAMA0 quiet", "--dtb", files / "tree"),
        *("--overlay", files / "overlay", "--overlay", files / "tree"),
        *("--option", "tables=fdt", "--option", "forearm.log=debug"),
    ]


@pytest.fixture
def full(files):
    """A bundle with everything in it."""
    bundle(*words_of(files), "--output", files / "full")
    return files / "full"


def sections(path):
    """[(name, what is in it)], as pefile finds them."""
    pe = pefile.PE(str(path))
    assert pe.get_warnings() == []
    name = [section.Name.rstrip(b"\0").decode() for section in pe.sections]
    return list(zip(name, [section.get_data(length=section.Misc_VirtualSize) for section in pe.sections]))


def added(path):
    """Without forearm's own."""
    found = sections(path)
    assert [name for name, _ in found[:2]] == [".sbat", ".text"]
    return found[2:]


EXPECTED = [
    (".osrel", b"ID=linux\nNAME=Linux\nPRETTY_NAME=Linux\n"),
    (".cmdline", b"console=ttyAMA0 quiet"),
    (".faopts", b"tables=fdt\nlog=debug\n"),
    (".dtb", TREE),
    (".dtbo", TREE + b"overlay"),
    (".dtbo", TREE),
    (".initrd", b"1" * 4097 + bytes(3) + b"222\0"),
    (".linux", b"kernel" * 1001),
]


# -- forearm.bin -----------------------------------------------------------------------------


def test_image_is_an_efi_application():
    pe = pefile.PE(str(qemu.FIRMWARE))
    size = qemu.FIRMWARE.stat().st_size
    assert pe.get_warnings() == []
    assert pe.FILE_HEADER.Machine == 0xAA64 and pe.OPTIONAL_HEADER.Subsystem == 10
    assert not pe.FILE_HEADER.Characteristics & 1  # relocations stripped: EDK2 and shim refuse that
    assert pe.OPTIONAL_HEADER.DllCharacteristics == 0x100  # NX_COMPAT: shim may ask for it
    assert pe.OPTIONAL_HEADER.MajorImageVersion == 1
    assert pe.OPTIONAL_HEADER.NumberOfRvaAndSizes == 6  # shim reads the sixth
    assert pe.OPTIONAL_HEADER.SizeOfImage == -(-size // PAGE) * PAGE and size % 512 == 0
    places = [(s.Name.rstrip(b"\0"), s.VirtualAddress, s.PointerToRawData, s.SizeOfRawData) for s in pe.sections]
    assert places == [(b".sbat", PAGE, PAGE, TEXT - PAGE), (b".text", TEXT, TEXT, size - TEXT)]


def test_image_has_no_page_to_write_and_run():
    """EDK2 maps by this table: headers not executable, data neither, code not writable."""
    pe = pefile.PE(str(qemu.FIRMWARE))
    assert pe.OPTIONAL_HEADER.SectionAlignment == PAGE == pe.OPTIONAL_HEADER.SizeOfHeaders
    assert [s.Characteristics for s in pe.sections] == [0x40000040, 0x60000020]
    assert TEXT <= pe.OPTIONAL_HEADER.AddressOfEntryPoint < qemu.FIRMWARE.stat().st_size


def test_image_header_is_right_behind_the_first():
    """Of the page of headers U-Boot copies 64 + 248 bytes, the optional header's, and 40 for each section."""
    pe = pefile.PE(str(qemu.FIRMWARE))
    table = pe.sections[0].get_file_offset()
    assert pe.DOS_HEADER.e_lfanew == 0x40
    assert table + len(pe.sections) * 40 <= 64 + 248 + pe.FILE_HEADER.SizeOfOptionalHeader + 40 * len(pe.sections)


def test_image_has_sbat():
    """What shim asks for: lines of at least six fields, the format's own first."""
    version = re.search(r'FOREARM_VERSION\s+"(.*)"', (qemu.TOP / "include" / "version.h").read_text())[1]
    lines = dict(sections(qemu.FIRMWARE))[".sbat"].decode().splitlines()
    assert lines[0].startswith("sbat,1,") and lines[1].startswith("forearm,1,forearm,forearm," + version + ",")
    assert len(lines) == 2 and all(len(line.split(",")) == 6 and all(line.split(",")) for line in lines)


def test_image_has_room_for_sections():
    """Behind them there is nothing of ours, and nothing is there yet."""
    image = qemu.FIRMWARE.read_bytes()
    pe = pefile.PE(str(qemu.FIRMWARE))
    first = pe.sections[0].get_file_offset()
    assert PAGE - 40 < first + HEADERS * 40 <= pe.OPTIONAL_HEADER.SizeOfHeaders == PAGE
    assert not any(image[first + 2 * 40 : PAGE])


# -- what it writes --------------------------------------------------------------------------


def test_sections(full):
    assert added(full) == EXPECTED


def test_layout(full):
    """Sorted, by whole pages, without overlap or gap, an address being an offset in the file."""
    pe = pefile.PE(str(full))
    at = PAGE
    for section in pe.sections:
        assert section.VirtualAddress == section.PointerToRawData == at
        assert section.SizeOfRawData == -(-section.Misc_VirtualSize // PAGE) * PAGE
        at += section.SizeOfRawData
    assert at == full.stat().st_size == pe.OPTIONAL_HEADER.SizeOfImage
    assert pe.FILE_HEADER.TimeDateStamp == pe.OPTIONAL_HEADER.CheckSum == 0


def test_headers_of_loaders(full):
    """arm64 Image and zImage say the size of the bundle; the firmware is otherwise unchanged."""
    image, firmware = full.read_bytes(), qemu.FIRMWARE.read_bytes()
    assert word(image, 0x10, "<Q") == word(image, 0x2C) == len(image)
    changed = [at for at in range(len(firmware)) if image[at] != firmware[at]]
    pe = word(image, 0x3C)
    header = {*range(0x10, 0x18), *range(0x2C, 0x30), pe + 6, *range(pe + 28, pe + 36), *range(pe + 80, pe + 84)}
    text = pefile.PE(str(qemu.FIRMWARE)).sections[1].get_file_offset()  # its size, and the headers behind
    assert set(changed) <= header | set(range(text + 8, PAGE))


def test_is_reproducible(files, full):
    """Whatever the files' names and times."""
    moved = files / "other place"
    moved.mkdir()
    for name in ["kernel", "one", "two", "tree", "overlay"]:
        shutil.copyfile(files / name, moved / name)
        os.utime(moved / name, (1, 1))
    bundle(*words_of(moved), "--output", moved / "again")
    assert (moved / "again").read_bytes() == full.read_bytes()


def test_payload(files):
    bundle("--payload", files / "container", "--output", files / "out")
    assert added(files / "out") == [(".payload", b"container" * 500)]


def test_stub_and_osrel(files):
    shutil.copyfile(qemu.FIRMWARE, files / "stub")
    words = ["--stub", files / "stub", "--osrel", files / "two", "--kernel", files / "kernel"]
    bundle(*words, "--output", files / "out")
    assert added(files / "out") == [(".osrel", b"222"), (".linux", b"kernel" * 1001)]


def test_note_on_size(files):
    (files / "large").write_bytes(bytes(3 << 20))
    done = run(TOOL, "--kernel", files / "large", "--output", files / "out")
    assert done.returncode == 0 and b"over 3 MiB" in done.stderr and b"64 MiB" not in done.stderr


# -- other tools -----------------------------------------------------------------------------


def identify(path):
    """As bootctl kernel-identify does since systemd 253."""
    names = [name for name, _ in sections(path)]
    if pefile.PE(str(path)).OPTIONAL_HEADER.Subsystem == 10 and {".osrel", ".linux"} <= set(names):
        return "uki"
    return "pe"


def test_is_a_uki(full):
    assert identify(full) == "uki" and identify(qemu.FIRMWARE) == "pe"


def test_objdump(full):
    text = run(CROSS + "objdump", "-h", full).stdout.decode()
    assert "pei-aarch64-little" in text
    found = re.findall(r"^ +\d+ (\.\w+) +([0-9a-f]+) ", text, re.M)[2:]
    assert [(name, int(size, 16)) for name, size in found] == [(n, len(data)) for n, data in EXPECTED]


def test_objcopy(files, full):
    """Takes the kernel out."""
    done = run(CROSS + "objcopy", "-O", "binary", "--only-section=.linux", full, files / "linux")
    assert done.returncode == 0
    assert (files / "linux").read_bytes().rstrip(b"\0") == b"kernel" * 1001


def test_ukify_inspects(ukify, full):
    done = ukify("inspect", full, "--all", "--json=short")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found[".cmdline"]["text"] == "console=ttyAMA0 quiet"
    assert found[".linux"]["size"] == 6006 and found[".initrd"]["size"] == 4104


def build_words(files, stub):
    return [
        *("build", "--stub", stub, "--efi-arch", "aa64", "--uname", "6.1"),
        *("--linux", files / "kernel", "--initrd", files / "one", "--cmdline", "quiet"),
        *("--os-release", 'PRETTY_NAME="Test"\n', "--output", files / "out"),
    ]


def test_ukify_extends_forearm(ukify, files):
    """The firmware stays where it is."""
    done = ukify(*build_words(files, qemu.FIRMWARE))
    assert done.returncode == 0, done.stderr
    assert identify(files / "out") == "uki"
    found = dict(sections(files / "out"))
    assert found[".linux"] == b"kernel" * 1001 and found[".initrd"] == b"1" * 4097
    assert all(s.PointerToRawData % 512 == 0 for s in pefile.PE(str(files / "out")).sections)
    firmware = qemu.FIRMWARE.read_bytes()
    assert (files / "out").read_bytes()[TEXT : len(firmware)] == firmware[TEXT:]
    assert b"\nforearm,1," in found[".sbat"]
    assert bundle("--extract", ".cmdline", files / "out").rstrip(b"\n\0") == b"quiet"


@pytest.mark.parametrize("more, fits", [(0, True), (1, False)])
def test_ukify_knows_when_forearm_is_full(ukify, files, more, fits):
    """Our two, the five that build_words() makes, and others: the table is never overrun.

    Ukify wants room for another .sbat, although it writes ours anew.
    """
    extra = [f"--section=.x{i}:@{files / 'two'}" for i in range(HEADERS - 8 + more)]
    done = ukify(*build_words(files, qemu.FIRMWARE), *extra)
    assert (done.returncode == 0) == fits, done.stderr
    assert fits or b"Not enough header space" in done.stderr


# -- signatures ------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path):
    """A key and its certificate."""
    names = ["-keyout", tmp_path / "key", "-out", tmp_path / "certificate", "-subj", "/CN=forearm"]
    done = run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names)
    assert done.returncode == 0, done.stderr
    return tmp_path / "key", tmp_path / "certificate"


def test_has_no_gap(ukify, files, full):
    """What lies between sections, or behind them, is not what a signature is about."""
    assert ukify(*build_words(files, qemu.FIRMWARE)).returncode == 0
    for path in [qemu.FIRMWARE, full, files / "out"]:
        pe = pefile.PE(str(path))
        at = pe.OPTIONAL_HEADER.SizeOfHeaders
        for section in sorted(pe.sections, key=lambda section: section.PointerToRawData):
            assert section.PointerToRawData == at, (path, section.Name)
            at += section.SizeOfRawData
        assert at == path.stat().st_size, path


# The header's fields that a signature leaves out (Microsoft's "Authenticode"), from the PE header on.
CHECKSUM = range(88, 92)
CERTIFICATES = range(168, 176)


def places(path):
    """Of bytes: about the ends of headers and sections, and some amid them."""
    pe = pefile.PE(str(path))
    size, header = path.stat().st_size, pe.DOS_HEADER.e_lfanew
    ends = {0, PAGE, size}
    for section in pe.sections:
        start, length = section.PointerToRawData, section.SizeOfRawData
        ends |= {start, start + section.Misc_VirtualSize, start + length // 2, start + length}
    found = {at for end in ends for at in (end - 1, end) if 0 <= at < size} | set(range(512, size, size // 40))
    return sorted(found - {header + at for at in (*CHECKSUM, *CERTIFICATES)})


@pytest.mark.parametrize("maker", ["forearm-bundle", "ukify"])
def test_signature_covers_every_byte(ukify, files, full, key, maker):
    """sbsign has nothing to say of it, and sbverify refuses it with one bit changed anywhere."""
    if maker == "ukify":
        assert ukify(*build_words(files, qemu.FIRMWARE)).returncode == 0
    path, signed, changed = files / "out" if maker == "ukify" else full, files / "signed", files / "changed"
    done = run("sbsign", "--key", key[0], "--cert", key[1], "--output", signed, path)
    assert (done.returncode, done.stderr.strip()) in [(0, b""), (0, b"Signing Unsigned original image")]
    assert run("sbverify", "--cert", key[1], signed).returncode == 0
    image = signed.read_bytes()
    for at in places(path):
        changed.write_bytes(image[:at] + bytes([image[at] ^ 1]) + image[at + 1 :])
        assert run("sbverify", "--cert", key[1], changed).returncode != 0, hex(at)


def test_lists_what_ukify_made(ukify, files):
    stub = SYSTEMD_STUB
    if not stub.exists():
        pytest.skip("no systemd-boot-efi (make setup fetches it)")
    done = ukify(*build_words(files, stub))
    assert done.returncode == 0, done.stderr
    listed = bundle("--list", files / "out").decode()
    assert re.search(r"^\.linux +0x[0-9a-f]+ +6006  kernel$", listed, re.M)
    assert bundle("--extract", ".linux", files / "out") == b"kernel" * 1001


# -- what it reads ---------------------------------------------------------------------------


def test_list(full):
    lines = bundle("--list", full).decode().splitlines()
    assert lines[0].split() == ["section", "offset", "bytes", "what"]
    rows = [line.split(maxsplit=3) for line in lines[3:]]
    assert [(row[0], int(row[2])) for row in rows] == [(name, len(data)) for name, data in EXPECTED]
    image = full.read_bytes()
    for row, (_, data) in zip(rows, EXPECTED):
        assert image[int(row[1], 16) :].startswith(data)
    assert rows[-1][3] == "kernel"


def test_extract_section(full):
    assert bundle("--extract", ".initrd", full) == dict(EXPECTED)[".initrd"]


def test_extract_directory(files, full):
    bundle("--extract", files / "new", full)
    names = ["osrel", "cmdline", "faopts", "dtb", "dtbo", "dtbo.2", "initrd", "linux"]
    assert sorted(os.listdir(files / "new")) == sorted([*names, "sbat", "text"])
    for name, (_, data) in zip(names, EXPECTED):
        assert (files / "new" / name).read_bytes() == data


def test_extract_stays_in_its_directory(files, full):
    """Names of sections are made harmless."""
    image = full.read_bytes().replace(b".osrel\0\0", b"../../x\0", 1)
    (files / "hostile").write_bytes(image)
    bundle("--extract", files / "new", files / "hostile")
    assert (files / "new" / "_.._x").read_bytes() == EXPECTED[0][1]
    assert not (files.parent / "x").exists()


# -- refusals --------------------------------------------------------------------------------

REFUSED = {
    "nothing": ([], "there is no kernel", "--kernel"),
    "no output": (["--kernel", "@kernel"], "no file to write to", "--output"),
    "both": (["--kernel", "@kernel", "--payload", "@kernel"], "exclude each other", "one of them"),
    "twice": (["--kernel", "@kernel", "--kernel", "@kernel"], "--kernel is given twice", "--help"),
    "missing": (["--kernel", "@none"], "cannot read the kernel, ", "exists"),
    "directory": (["--kernel", "@"], "Is a directory", "exists"),
    "empty": (["--initrd", "/dev/null"], "the initrd, /dev/null, is empty", "another"),
    "no tree": (["--dtb", "@kernel"], "is no device tree", "dtc"),
    "short tree": (["--overlay", "@short"], "is cut short", "again"),
    "overlays": (["--overlay", "@tree"] * 17, "more than 16 overlays", "fdtoverlay"),
    "option": (["--option", "tabels=fdt"], "no option 'tabels'; the nearest is 'tables'", "forearm(7)"),
    "value": (["--option", "log=loud"], "takes quiet, info or debug, not 'loud'", "forearm(7)"),
    "no value": (["--option", "log"], "'log' is no option with a value", "NAME=VALUE"),
    "no name": (["--option", "=1"], "'=1' is no option with a value", "NAME=VALUE"),
    "limit": (["--kernel", "@kernel", "--limit", "64K"], "over the limit of 65536", "as kernel"),
    "bad limit": (["--limit", "3X"], "'3X' is no size", "--limit"),
    "no limit": (["--limit", "-1"], "'-1' is no size", "--limit"),
    "stub": (["--kernel", "@kernel", "--stub", "@kernel"], "is not forearm: unknown format", "--stub"),
    "bundle": (["--kernel", "@kernel", "--stub", "@full"], "is a bundle already", "--stub"),
    "cut stub": (["--kernel", "@kernel", "--stub", "@cut"], "cut short", "again"),
    "unknown": (["--colour"], "'--colour' is no option", "--help"),
    "word": (["kernel"], "'kernel' belongs to no option", "--help"),
    "list": (["--list", "@kernel"], "no PE file", "bundle"),
    "list two": (["--list", "@full", "@full"], "one file", "--help"),
    "extract one": (["--extract", "@full"], "one file", "--help"),
    "section": (["--extract", ".nix", "@full"], "has no section .nix", "--list"),
    "damaged": (["--list", "@damaged"], "section .linux", "again"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(files, full, name):
    """With status 1, the cause and the remedy, and nothing written."""
    words, cause, remedy = REFUSED[name]
    (files / "short").write_bytes(TREE[:4] + struct.pack(">I", 41) + TREE[8:])
    (files / "cut").write_bytes(qemu.FIRMWARE.read_bytes()[:-1])
    (files / "damaged").write_bytes(full.read_bytes()[:-PAGE * 2])
    words = [str(files / word[1:]) if word.startswith("@") else word for word in words]
    looks = words and words[0] in ("--list", "--extract")
    output = [] if looks or name in ("nothing", "no output") else ["--output", str(files / "out")]
    done = run(TOOL, *words, *output)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1 and len(lines) == 2, lines
    assert lines[0].startswith("forearm-bundle: error: ") and cause in lines[0]
    assert lines[1].startswith("forearm-bundle: remedy: ") and remedy in lines[1]
    assert not (files / "out").exists()


def small_files_only():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


def test_leaves_no_part_of_a_file(files):
    words = ["--kernel", files / "kernel", "--output", files / "out"]
    done = run(TOOL, *words, preexec_fn=small_files_only)
    assert done.returncode == 1 and b"/out: File too large" in done.stderr
    assert not (files / "out").exists()


# -- manual ----------------------------------------------------------------------------------


def test_manual_has_every_option():
    usage = set(re.findall(r"--([a-z]+)", bundle("--help").decode()))
    manual = set(re.findall(r"Fl -([a-z]+)", MANUAL.read_text()))
    assert usage == manual - {"bios", "firmware"} and len(usage) == 15


def test_manual_is_clean():
    done = run("mandoc", "-T", "lint", "-W", "warning", MANUAL)
    assert done.stdout + done.stderr == b""


def test_version():
    assert bundle("--version").decode() == f"forearm-bundle {(qemu.BUILD / 'described').read_text()}"

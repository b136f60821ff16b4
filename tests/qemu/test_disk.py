# SPDX-License-Identifier: BSD-2-Clause
"""Kernels on virtio disks: boot entries, unified kernel images, which one, and damage."""

import re

import pytest

from files import disks
from files import formats
from files import images
from guests import linux
from guests.arches import ARM, ARM64
from guests.refusal import check_refused
from machines import qemu

TOOL = qemu.BUILD / "forearm-bundle"
ARCHES = {"arm64": ARM64, "arm": ARM}
MACHINES = {"arm64": "aarch64", "arm": "armv7l"}
APPEND = f"{linux.APPEND} test=poweroff"
LEGACY, MODERN = "force-legacy=true", "force-legacy=false"


def check(run, arch, source):
    """It came from there, by the line that forearm prints, to userspace and back."""
    linux.check_boot(run, 1, "1G", MACHINES[arch], None, "test=poweroff")
    banner = run.find("^forearm [0-9]")
    assert re.match(rf"forearm \S+: {source}: ", banner), banner


def debian(arch="arm64", **more):
    a = ARCHES[arch]
    text = disks.entry("Debian GNU/Linux", "/debian/vmlinuz", "/debian/initrd", f"{APPEND} from=entry", **more)
    return {"loader/entries/debian.conf": text, "debian/vmlinuz": a.kernel, "debian/initrd": a.initrd}


def tiny(said=b"tiny: entered\n"):
    return images.tiny().replace(images.TINY_TEXT, said[: len(images.TINY_TEXT)].ljust(len(images.TINY_TEXT), b" "))


def small(*names, **more):
    """Entries of kernels that say their own name and turn the machine off."""
    files = {}
    for name in names:
        files[f"{name}.img"] = tiny(f"{name}!\n".encode())
        files[f"loader/entries/{name}.conf"] = disks.entry(f"The {name}", f"/{name}.img", **more.get(name, {}))
    return files


def start(boot, path, *words, append=None, **options):
    """Forearm as firmware and the disk; without words, nothing says that there is one."""
    line = append if append is not None else " ".join(words)
    files = {"opt/org.forearm/cmdline": line} if line else {}
    return boot(mode="none", extra=["-bios", str(qemu.FIRMWARE), *disks.drive(path)], fw_cfg=files, **options)


def entered(run, name, source=None):
    assert run.find(f"^{name}!"), run.text
    assert run.ended == "exit"
    if source:
        assert source in run.find("^forearm [0-9]")


# -- entries -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", [LEGACY, MODERN])
@pytest.mark.parametrize("arch", ARCHES)
def test_type_1(boot, tmp_path, arch, transport):
    """Debian's kernel and initrd, found by forearm itself."""
    path = disks.disk(tmp_path, (disks.ESP, debian(arch)))
    extra = ["-bios", str(qemu.FIRMWARE), *disks.drive(path), "-global", f"virtio-mmio.{transport}"]
    run = boot(**ARCHES[arch].board(), mode="none", extra=extra)
    check(run, arch, r"Debian GNU/Linux \(debian.conf on disk 0, partition 1\)")
    assert "from=entry" in run.value("cmdline").split()


@pytest.mark.parametrize("mode", ["bios", "kernel"])
@pytest.mark.parametrize("arch", ARCHES)
def test_pci(boot, tmp_path, arch, mode):
    """A disk on PCI, to which nobody has given addresses; the guest finds it as it was. Without highmem=off,
    QEMU puts PCI where a kernel of 32 bits only reaches it by its MMU, if it is no firmware."""
    path = disks.disk(tmp_path, (disks.ESP, debian(arch)))
    extra = [f"-{mode}", str(qemu.FIRMWARE), *disks.drive(path, "virtio-blk-pci")]
    extra += ["-machine", "highmem=off"] if (arch, mode) == ("arm", "kernel") else []
    run = boot(**ARCHES[arch].board(), mode="none", extra=extra)
    check(run, arch, r"Debian GNU/Linux \(debian.conf on disk 0, partition 1\)")


@pytest.mark.parametrize("words", ["", "forearm.payload=disk "])
def test_type_1_as_kernel(boot, tmp_path, words):
    """forearm where a VMM that only loads kernels puts one; the user's words come behind the entry's."""
    path = disks.disk(tmp_path, (disks.ESP, debian()))
    run = boot(mode="none", extra=["-kernel", str(qemu.FIRMWARE), *disks.drive(path)], append=f"{words}from=user")
    check(run, "arm64", "Debian GNU/Linux .*")
    assert [word for word in run.value("cmdline").split() if word.startswith("from=")] == ["from=entry", "from=user"]


@pytest.mark.parametrize("arch", ARCHES)
def test_uki(boot, tmp_path, arch):
    a = ARCHES[arch]
    path = formats.bundle(tmp_path, TOOL, a.kernel, a.initrd, "--cmdline", APPEND)
    uki = disks.disk(tmp_path, (disks.ESP, {"EFI/Linux/debian-6.1.efi": path}))
    check(start(boot, uki, **a.board()), arch, r".* \(debian-6.1.efi on disk 0, partition 1\)")


def test_initrds(boot, tmp_path):
    """Two of an entry, and the user's behind them."""
    files = debian()
    files["loader/entries/debian.conf"] += b"initrd /second\n"
    files["second"] = linux.ARM64_INITRD
    path = disks.disk(tmp_path, (disks.ESP, files))
    check(start(boot, path), "arm64", "Debian.*")
    run = boot(mode="none", extra=["-bios", str(qemu.FIRMWARE), *disks.drive(path)],
               fw_cfg={"opt/org.forearm/initrd": linux.ARM64_INITRD})
    check(run, "arm64", "Debian.*")


def test_compressed_kernel(boot, tmp_path):
    files = debian()
    files["debian/vmlinuz"] = linux.ARM64_GZIP
    check(start(boot, disks.disk(tmp_path, (disks.ESP, files))), "arm64", "Debian.*")


def test_extlinux(boot, tmp_path):
    text = b"DEFAULT two\nLABEL one\n LINUX /one.img\nLABEL two\n MENU LABEL Second\n LINUX /two.img\n"
    files = {"extlinux/extlinux.conf": text, "one.img": tiny(b"one!\n"), "two.img": tiny(b"two!\n")}
    path = disks.disk(tmp_path, (disks.ESP, files))
    entered(start(boot, path), "two", "Second (two on disk 0, partition 1)")
    entered(start(boot, path, "forearm.entry=one"), "one")


def on_ext(arch="arm64", conf="boot/extlinux/extlinux.conf"):
    """A Debian root folder with extlinux.conf as u-boot-menu writes it: links to the kernel, and words of its own."""
    a = ARCHES[arch]
    text = f"default l0\nlabel l0\n menu label Debian 12\n linux /vmlinuz\n initrd /initrd.img\n append {APPEND}\n"
    return {conf: text.encode(), "boot/vmlinuz-6.1": a.kernel, "boot/initrd.img-6.1": a.initrd,
            "vmlinuz": disks.link("boot/vmlinuz-6.1"), "initrd.img": disks.link("/boot/initrd.img-6.1")}


@pytest.mark.parametrize("device", ["virtio-blk-device", "virtio-blk-pci"])
@pytest.mark.parametrize("arch", ARCHES)
def test_ext4(boot, tmp_path, arch, device):
    """Debian's kernel and initrd on its root partition; the EFI system partition before it has nothing."""
    path = disks.disk(tmp_path, (disks.ESP, {"x": b"x"}), (disks.LINUX, on_ext(arch), "ext4"))
    extra = ["-bios", str(qemu.FIRMWARE), *disks.drive(path, device)]
    run = boot(**ARCHES[arch].board(), mode="none", extra=extra)
    check(run, arch, r"Debian 12 \(l0 on disk 0, partition 2\)")
    assert "journal" not in run.text


@pytest.mark.parametrize("kind, options", [("ext2", ["-b", "1024"]), ("ext3", []), ("ext4", ["-O", "inline_data"])])
def test_ext_kinds(boot, tmp_path, kind, options):
    path = disks.disk(tmp_path, (disks.LINUX, on_ext(), kind, options))
    check(start(boot, path), "arm64", r"Debian 12 \(l0 on disk 0, partition 1\)")


ROOT = f"""\
	load_video
	insmod gzio
	if [ x$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi
	insmod part_gpt
	insmod ext2
	set root='hd0,gpt2'
	if [ x$feature_platform_search_hint = xy ]; then
	  search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt2 --hint-efi=hd0,gpt2  {disks.UUID}
	else
	  search --no-floppy --fs-uuid --set=root {disks.UUID}
	fi
"""


def menuentry(title, name, kernel, words, initrd=None):
    """In the form in which Debian's grub-mkconfig (2.06) writes one."""
    text = f"menuentry '{title}' --class debian --class gnu-linux --class os $menuentry_id_option '{name}' {{\n{ROOT}"
    text += f"\techo\t'Loading Linux ...'\n\tlinux\t{kernel} {words}\n"
    return text + (f"\techo\t'Loading initial ramdisk ...'\n\tinitrd\t{initrd}\n" if initrd else "") + "}\n"


HEADER = """\
### BEGIN /etc/grub.d/00_header ###
if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="${saved_entry}"
fi
if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
function savedefault {
  if [ -z "${boot_once}" ]; then
    saved_entry="${chosen}"
    save_env saved_entry
  fi
}
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod efi_gop
  fi
}
if [ x$feature_default_font_path = xy ] ; then
   font=unicode
else
    font="/usr/share/grub/unicode.pf2"
fi
if loadfont $font ; then
  set gfxmode=auto
  load_video
  insmod gfxterm
fi
terminal_output gfxterm
if [ "${recordfail}" = 1 ] ; then
  set timeout=30
else
  if [ x$feature_timeout_style = xy ] ; then
    set timeout_style=menu
    set timeout=5
  else
    set timeout=5
  fi
fi
function gfxmode {
	set gfxpayload="${1}"
}
set linux_gfx_mode=
export linux_gfx_mode
"""
CUSTOM = """\
if [ -f  ${config_directory}/custom.cfg ]; then
  source ${config_directory}/custom.cfg
elif [ -z "${config_directory}" -a -f  $prefix/custom.cfg ]; then
  source $prefix/custom.cfg
fi
"""


def grub(*entries, advanced=(), **files):
    """grub.cfg with a submenu, and what else is in that folder."""
    text = HEADER + "".join(entries)
    if advanced:
        text += "submenu 'Advanced options' $menuentry_id_option 'advanced' {\n" + "".join(advanced) + "}\n"
    return {"boot/grub/grub.cfg": (text + CUSTOM).encode()} | {f"boot/grub/{name}": text for name, text in files.items()}


@pytest.mark.parametrize("device", ["virtio-blk-device", "virtio-blk-pci"])
@pytest.mark.parametrize("arch", ARCHES)
def test_grub_cfg(boot, tmp_path, arch, device):
    """A Debian disk: its EFI system partition says where grub.cfg is, which is on ext4 with all else."""
    chain = f"search.fs_uuid {disks.UUID} root hd0,gpt2 \nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n"
    name, words = "Debian GNU/Linux, with Linux 6.1", f"root=/dev/vda2 ro {APPEND} from=entry"
    files = on_ext(arch, conf="boot/none")
    files |= grub(menuentry(name, "gnulinux-simple", "/boot/vmlinuz-6.1", words, "/boot/initrd.img-6.1"))
    path = disks.disk(tmp_path, (disks.ESP, {"EFI/debian/grub.cfg": chain.encode()}), (disks.LINUX, files, "ext4"))
    extra = ["-bios", str(qemu.FIRMWARE), *disks.drive(path, device)]
    run = boot(**ARCHES[arch].board(), mode="none", extra=extra)
    check(run, arch, rf"{name} \(grub.cfg on disk 0, partition 2\)")
    assert {"from=entry", "root=/dev/vda2"} <= set(run.value("cmdline").split())
    assert "left out" not in run.text


GRUB_MENU = grub(menuentry("The a", "id-a", "/a.img", "ro"), "menuentry 'Firmware' {\n\tfwsetup\n}\n",
                 advanced=[menuentry("The b", "id-b", "/b.img", "ro"), menuentry("The c", "id-c", "/c.img", "ro")])


@pytest.mark.parametrize("env, words, name", [
    (b"", "", "a"), (b"saved_entry=advanced>id-c\n", "", "c"), (b"saved_entry=2>0\n", "", "b"),
    (b"next_entry=2>1\nsaved_entry=0\n", "", "c"), (b"", "forearm.entry=id-b", "b"), (b"", "forearm.entry=2", "c"),
    (b"saved_entry=id-c\n", "forearm.entry=*c", "c")])
def test_grub_default(boot, tmp_path, env, words, name):
    """grubenv says which, in a submenu too; or the user."""
    files = {f"{n}.img": tiny(f"{n}!\n".encode()) for n in "abc"} | GRUB_MENU | {"boot/grub/grubenv": env}
    path = tmp_path / "volume"
    disks.fill_ext(path, files)
    run = start(boot, path, words) if words else start(boot, path)
    entered(run, name, f"The {name} (grub.cfg on disk 0)")
    assert bool(run.find("grubenv's next_entry counts")) == (b"next" in env)


def test_grub_refused(boot, tmp_path):
    """What starts by itself, and cannot; what is not known in another entry is told with its line."""
    files = {"a.img": tiny(b"a!\n")} | GRUB_MENU | {"boot/grub/grubenv": b"saved_entry=1\n"}
    path = tmp_path / "volume"
    disks.fill_ext(path, files)
    check_refused(start(boot, path), "the entry Firmware cannot be started without GRUB: line .*: no kernel", "forearm.entry")
    path = tmp_path / "missing"
    disks.fill_ext(path, grub(menuentry("The a", "id-a", "/a.img", "ro")))
    check_refused(start(boot, path), "the entry The a names /a.img: no such file", "forearm.entry")
    files = {"a.img": tiny(b"a!\n")} | grub(menuentry("The a", "id-a", "/a.img", "ro"), "menuentry x {\nchainloader /x\n}\n")
    path = tmp_path / "other"
    disks.fill_ext(path, files)
    run = start(boot, path)
    entered(run, "a")
    assert run.find(r"grub.cfg, line \d+: chainloader is left out")
    path = tmp_path / "broken"
    disks.fill_ext(path, {"boot/grub/grub.cfg": b"if true; then\n"})
    run = start(boot, path, "forearm.payload=disk")
    check_refused(run, "disk 0: no boot entry", "loader/entries")
    assert run.find("disk 0: /boot/grub/grub.cfg is left out: line 2: it is not written as scripts of GRUB are")


def test_blscfg(boot, tmp_path):
    """Fedora's: entries of type 1 with GRUB's variables in their words."""
    files = small("a", "b")
    files["loader/entries/b.conf"] += b"options ro $kernelopts\n"
    text = b"load_env\nset default=\"${saved_entry}\"\ninsmod blscfg\nblscfg\n"
    files |= {"grub2/grub.cfg": text, "grub2/grubenv": b"saved_entry=a\nkernelopts=root=x forearm.nonsense=1\n"}
    path = disks.disk(tmp_path, (disks.LINUX, files, "ext4"))
    entered(start(boot, path), "a", "The a (a.conf on disk 0, partition 1)")
    check_refused(start(boot, path, "forearm.entry=b"), "unknown option forearm.nonsense in the boot entry", "options")


def test_ext4_entries(boot, tmp_path):
    """Entries of type 1 on a boot partition of its own, and in the folder boot of a root partition."""
    path = disks.disk(tmp_path, (disks.XBOOTLDR, small("a", "b"), "ext4"))
    entered(start(boot, path), "b", "The b (b.conf on disk 0, partition 1)")
    files = {name.replace("loader", "boot/loader"): content for name, content in small("a", "b").items()}
    path = disks.disk(tmp_path, (disks.LINUX, files, "ext4"), name="root")
    entered(start(boot, path, "forearm.entry=a"), "a", "The a (a.conf on disk 0, partition 1)")


def test_ext4_without_table(boot, tmp_path):
    path = tmp_path / "volume"
    disks.fill_ext(path, small("whole"))
    entered(start(boot, path), "whole", "on disk 0)")


def test_ext4_dirty(boot, tmp_path):
    """What was not unmounted is read as it is, which is said."""
    path = tmp_path / "volume"
    disks.fill_ext(path, small("a"))
    disks.tool("debugfs", "-w", "-R", "feature needs_recovery", path)
    run = start(boot, path)
    entered(run, "a")
    assert run.find("disk 0 was not unmounted: it is read without its journal")


# -- which one ---------------------------------------------------------------------------------------


ORDER = {"a": {"sort_key": "x", "version": "1.9"}, "b": {"sort_key": "x", "version": "1.10"}}


def test_order(boot, tmp_path):
    """The newer version of one system."""
    path = disks.disk(tmp_path, (disks.ESP, small("a", "b", "c", **ORDER)))
    entered(start(boot, path), "b", "The b (b.conf on disk 0, partition 1)")


@pytest.mark.parametrize("text, name", [("default c", "c"), ("preferred [a]*\ndefault c.conf", "a"), ("timeout 3", "b")])
def test_loader_conf(boot, tmp_path, text, name):
    files = small("a", "b", "c", **ORDER) | {"loader/loader.conf": f"{text}\n".encode()}
    entered(start(boot, disks.disk(tmp_path, (disks.ESP, files))), name)


def test_boot_counting(boot, tmp_path):
    """What has no tries left comes last."""
    files = small("a", "b", **ORDER)
    files["loader/entries/b+0-3.conf"] = files.pop("loader/entries/b.conf")
    path = disks.disk(tmp_path, (disks.ESP, files))
    entered(start(boot, path), "a")
    entered(start(boot, path, "forearm.entry=b"), "b")


@pytest.mark.parametrize("wanted, name", [("0", "b"), ("2", "c"), ("a", "a"), ("A.CONF", "a"), ("[c]*", "c")])
def test_entry_chosen(boot, tmp_path, wanted, name):
    path = disks.disk(tmp_path, (disks.ESP, small("a", "b", "c", **ORDER)))
    entered(start(boot, path, f"forearm.entry={wanted}"), name)


def test_no_such_entry(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, small("a", "b", **ORDER)))
    check_refused(start(boot, path, "forearm.entry=z"),
                  r"forearm.entry=z, but disk 0 has 0 \(b.conf\), 1 \(a.conf\)", "give one")
    run = boot(kernel=linux.ARM64, append="forearm.entry=z", mode="bios")
    check_refused(run, "forearm.entry=z, but the kernel comes with none", "leave the option out")


def test_partitions(boot, tmp_path):
    """The extended boot loader partition counts as well; others do not, unless they are named."""
    path = disks.disk(tmp_path, (disks.LINUX, small("other")), (disks.ESP, {"x": b"x"}),
                      (disks.XBOOTLDR, small("boot")))
    entered(start(boot, path), "boot", "partition 3")
    entered(start(boot, path, f"forearm.payload=disk:PARTUUID={disks.PARTUUID.lower()}"), "other", "partition 1")


def test_disks(boot, tmp_path):
    """The first that has something; or the one that is named."""
    first = disks.disk(tmp_path, (disks.ESP, {"x": b"x"}), name="first")
    second = disks.disk(tmp_path, (disks.ESP, small("second")), name="second")
    extra = ["-bios", str(qemu.FIRMWARE), *disks.drive(first, number=0), *disks.drive(second, number=1)]
    run = boot(mode="none", extra=extra)
    entered(run, "second")
    number = int(re.search(r"on disk (\d)", run.find("^forearm [0-9]"))[1])
    entered(boot(mode="none", extra=extra, append=None, fw_cfg={"opt/org.forearm/payload": f"disk:{number}"}), "second")
    run = boot(mode="none", extra=extra, fw_cfg={"opt/org.forearm/payload": f"disk:{1 - number}"})
    check_refused(run, f"disk {1 - number}, partition 1: no boot entry", "loader/entries")
    run = boot(mode="none", extra=extra, fw_cfg={"opt/org.forearm/payload": "disk:7"})
    check_refused(run, "there is no disk 7", "from 0 on")


@pytest.mark.parametrize("device", ["virtio-blk-device", "virtio-blk-pci", "virtio-blk-pci,addr=5.1"])
def test_bootindex(boot, tmp_path, device):
    """The user says which disk comes first, to QEMU; other devices are named there, too."""
    paths = [disks.disk(tmp_path, (disks.ESP, small(name)), name=name) for name in ("a", "b")]
    other = ["-device", "virtio-net-pci,romfile=,bootindex=0"]
    for first in range(2):
        drives = disks.drive(paths[first], f"{device},bootindex=3", 0)
        drives += disks.drive(paths[1 - first], "virtio-blk-device,bootindex=5", 1)
        drives = drives if first else [*drives[4:], *drives[:4]]
        multi = ["-device", "virtio-balloon-pci,addr=5.0,multifunction=on"] if "5.1" in device else []
        run = boot(mode="none", extra=["-bios", str(qemu.FIRMWARE), *other, *multi, *drives])
        entered(run, "ab"[first])


def test_volume_without_table(boot, tmp_path):
    path = tmp_path / "volume"
    disks.fill(path, small("whole"))
    entered(start(boot, path), "whole", "on disk 0)")


def many(folder, count, name):
    folder.mkdir()
    for number in range(count):
        (folder / name.format(number)).write_bytes(b"x")
    return folder


def test_many_files(boot, tmp_path):
    """What is no entry takes no room of those that are; of a folder, so many files are looked at."""
    name = "{:03}" + "x" * 150 + ".txt"
    folders = {path: many(tmp_path / path.replace("/", "-"), 230, name) for path in ("EFI/Linux", "loader/entries")}
    entry = {"extlinux/extlinux.conf": b"LABEL a\n LINUX /a.img\n", "a.img": tiny(b"a!\n")}
    path = disks.disk(tmp_path, (disks.ESP, folders), (disks.XBOOTLDR, folders | entry))
    entered(start(boot, path), "a")
    path = disks.disk(tmp_path, (disks.ESP, small("b") | {"EFI/Linux": many(tmp_path / "more", 520, "{}.txt")}))
    run = start(boot, path)
    entered(run, "b")
    assert run.find("disk 0, partition 1: EFI/Linux has more than 512 files: only so many are looked at")


# -- what is wrong -----------------------------------------------------------------------------------


def test_backup_of_gpt(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, small("a")))
    disks.write(path, 512 + 56, b"x")
    run = start(boot, path)
    entered(run, "a")
    assert run.find("disk 0: the backup of its GPT is used")
    disks.write(path, -512 + 56, b"x")
    check_refused(start(boot, path, "forearm.payload=disk"),
                  "disk 0: its partition table cannot be used: .*checksum", "sgdisk --verify")


@pytest.mark.parametrize("name", ["vmlinuz", "initrd"])
def test_file_is_missing(boot, tmp_path, name):
    files = debian()
    del files[f"debian/{name}"]
    path = disks.disk(tmp_path, (disks.ESP, files))
    check_refused(start(boot, path),
                  f"disk 0, partition 1: the entry debian.conf names /debian/{name}: no such file", "forearm.entry")


def test_broken_entries_are_left_out(boot, tmp_path):
    """The first whose files are all there, unless another one is asked for."""
    files = small("a", "b", "c", a={"sort_key": "1"}, b={"sort_key": "2", "initrd": "/nothing"}, c={"sort_key": "3"})
    files["a.img"] = b""
    path = disks.disk(tmp_path, (disks.ESP, files))
    run = start(boot, path)
    entered(run, "c", "The c (c.conf on disk 0, partition 1)")
    assert run.find("disk 0, partition 1: the entry a.conf is left out: it names /a.img: the file is empty")
    assert run.find("disk 0, partition 1: the entry b.conf is left out: it names /nothing: no such file")
    check_refused(start(boot, path, "forearm.entry=b"),
                  "disk 0, partition 1: the entry b.conf names /nothing: no such file", "forearm.entry")
    files["loader/loader.conf"] = b"default b\n"
    path = disks.disk(tmp_path, (disks.ESP, files), name="default")
    run = start(boot, path)
    entered(run, "c")
    assert len(re.findall("left out", run.text)) == 2


def test_no_esp(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.LINUX, small("a")))
    check_refused(start(boot, path, "forearm.payload=disk"), "disk 0 has no EFI system partition", "EF00")
    check_refused(start(boot, path), r"no kernel was given \(.*disk: disk 0 has no EFI system partition, no ext4\)", "give one")


def test_no_fat(boot, tmp_path):
    path = disks.disk(tmp_path, (disks.ESP, small("a")))
    disks.write(path, disks.MIB, bytes(512))
    check_refused(start(boot, path, "forearm.payload=disk"), "disk 0, partition 1: no file system that can be read: unknown format", "fsck")


def test_pci_out_of_reach(boot, tmp_path):
    """QEMU puts PCI above 4 GiB, if a kernel of 32 bits is not told by highmem=off."""
    path = disks.disk(tmp_path, (disks.ESP, small("a")))
    run = boot(**ARCHES["arm"].board(), mode="kernel", append="forearm.payload=disk",
               extra=disks.drive(path, "virtio-blk-pci"))
    check_refused(run, "PCI at 0x[0-9a-f]{9,} is out of this CPU's reach", "highmem=off")


def test_no_disk(boot):
    check_refused(boot(mode="kernel", append="forearm.payload=disk"), "no kernel: there is none", "-drive")


def test_broken_chain(boot, tmp_path):
    """The table of a FAT, from the file's second cluster on."""
    files = debian()
    path = disks.disk(tmp_path, (disks.ESP, files))
    disks.write(path, disks.MIB + 32 * 512 + 0x8000, bytes(0x8000))
    check_refused(start(boot, path), "cannot be read from its disk, file .*: a chain of clusters is damaged", "fsck")


def test_ext4_damaged(boot, tmp_path):
    """A superblock; the group that has all inodes."""
    path = disks.disk(tmp_path, (disks.LINUX, small("a"), "ext4", ["-b", "4096"]))
    before = path.read_bytes()[disks.MIB + 4096:][:64]
    disks.write(path, disks.MIB + 4096 + 8, b"\xff\xff")
    run = start(boot, path, "forearm.payload=disk")
    check_refused(run, "disk 0, partition 1: no boot entry", "loader/entries")
    assert run.find("disk 0, partition 1: loader/entries is left out: a group descriptor is damaged")
    disks.write(path, disks.MIB + 4096, before)
    disks.write(path, disks.MIB + 1024 + 4, b"\xff\xff")
    check_refused(start(boot, path, "forearm.payload=disk"),
                  "disk 0, partition 1: no file system that can be read: its superblock is damaged", "fsck")

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Writes the initrd of the test guests: Debian's static busybox and scripts/init, and for
#	acpi	the modules of a kernel, a folder below build/deps; scripts/init.report and dmidecode
#	fwts	the same with the Firmware Test Suite instead of dmidecode
#	kvm	QEMU and scripts/init.kvm; not packed, since unpacking takes the guest longer
# Needs no root: owners are written as 0:0 and device nodes are left to devtmpfs. Same input, same
# bytes.
#
#	scripts/mkinitrd.sh arm64|armhf OUTPUT [acpi KERNEL-FOLDER|fwts KERNEL-FOLDER|kvm]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

arch=$1
out=$(realpath -m "$2")
kind=${3:-plain}
kernel=${4:-}
deps=$build/deps/$arch

die() {
	echo "mkinitrd: error: $*" >&2
	exit 1
}

# found FOLDER NAME: the file in a folder of packages, wherever they put it.
found() {
	local file
	file=$(find "$1" -path "*/$2" | sort | head -n 1)
	[ -n "$file" ] || die "no $2 in $1; run scripts/fetch.sh run test"
	echo "$file"
}

# A program goes with the libraries that it names, and those that they name.
add_libraries() {
	local folder=$1 name
	aarch64-linux-gnu-readelf -d "$2" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		while read -r name; do
			[ ! -e "$work/lib/$name" ] || continue
			install -D -m 755 "$(found "$folder" "$name")" "$work/lib/$name"
			add_libraries "$folder" "$work/lib/$name"
		done
}

# add_program FOLDER NAME: from a folder of packages.
add_program() {
	install -D -m 755 "$(found "$1" "$2")" "$work/bin/${2##*/}"
	add_libraries "$1" "$work/bin/${2##*/}"
}

# In the order of the list; what the kernel has built in is left out.
add_modules() {
	local name
	mkdir "$work/modules"
	sed 's/#.*//' scripts/modules.txt | xargs -n 1 | while read -r name; do
		[ -f "$kernel/modules/$name.ko" ] || continue
		install -m 644 "$kernel/modules/$name.ko" "$work/modules"
		echo "$name" >>"$work/modules/order"
	done
}

add_report() {
	add_modules
	install -m 755 scripts/init.report "$work/report"
}

add_fwts() {
	local folder=$build/deps/arm64-sid/fwts
	mkdir -p "$work/usr/share"
	cp -r "$folder/usr/share/fwts" "$work/usr/share"
	add_program "$folder" bin/fwts
}

# What goes with busybox and init.
add_kind() {
	case $kind in
	plain) ;;
	acpi)
		add_report
		add_program "$deps/dmidecode" sbin/dmidecode
		;;
	fwts)
		add_report
		add_fwts
		;;
	kvm)
		add_program "$deps/qemu-system-arm" bin/qemu-system-aarch64
		install -m 755 scripts/init.kvm "$work/report"
		;;
	*) die "unknown kind $kind" ;;
	esac
}

pack() { if [ "$kind" = kvm ]; then cat; else gzip -9n; fi; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/dev" "$work/proc" "$work/sys"
install -m 755 "$(found "$deps/bin" bin/busybox)" "$work/bin/busybox"
install -m 755 scripts/init "$work/init"
add_kind
find "$work" -exec touch -h -d @0 {} +

mkdir -p "$(dirname "$out")"
(cd "$work" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) |
	pack >"$out.new"
mv "$out.new" "$out"

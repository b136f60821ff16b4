#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Writes the initrd of the test guests: Debian's static busybox and scripts/init; for a folder of
# a kernel below build/deps also its modules, scripts/init.report and dmidecode, or fwts for a
# folder that has it. Needs no root: owners are written as 0:0 and device nodes are left to
# devtmpfs. Same input, same bytes.
#
#	scripts/mkinitrd.sh arm64|armhf OUTPUT.gz [KERNEL-FOLDER [FWTS-FOLDER]]

set -eu
cd "$(dirname "$0")/.."

arch=$1
out=$(realpath -m "$2")
kernel=${3:-}
fwts=${4:-}
deps=build/deps/$arch

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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/dev" "$work/proc" "$work/sys"
install -m 755 "$(found "$deps" bin/busybox)" "$work/bin/busybox"
install -m 755 scripts/init "$work/init"
if [ -n "$kernel" ]; then
	add_modules
	if [ -n "$fwts" ]; then
		mkdir -p "$work/usr/share"
		cp -r "$fwts/usr/share/fwts" "$work/usr/share"
		add_program "$fwts" bin/fwts
	else
		add_program "$deps" sbin/dmidecode
	fi
	install -m 755 scripts/init.report "$work/report"
fi
find "$work" -exec touch -h -d @0 {} +

mkdir -p "$(dirname "$out")"
(cd "$work" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) |
	gzip -9n >"$out.new"
mv "$out.new" "$out"

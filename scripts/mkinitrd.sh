#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Writes the initrd of the test guests: Debian's static busybox and scripts/init. Needs no root:
# owners are written as 0:0 and device nodes are left to devtmpfs. Same input, same bytes.
#
#	scripts/mkinitrd.sh arm64|armhf OUTPUT.gz

set -eu
cd "$(dirname "$0")/.."

arch=$1
out=$(realpath -m "$2")
busybox=build/deps/$arch/bin/busybox

if [ ! -f "$busybox" ]; then
	echo "mkinitrd: error: no $busybox; run scripts/fetch.sh run" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/dev" "$work/proc" "$work/sys"
install -m 755 "$busybox" "$work/bin/busybox"
install -m 755 scripts/init "$work/init"
find "$work" -exec touch -h -d @0 {} +

mkdir -p "$(dirname "$out")"
(cd "$work" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) |
	gzip -9n >"$out.new"
mv "$out.new" "$out"

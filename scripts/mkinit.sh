#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Writes the initrd of a small test guest: tests/guest, compiled for it, and nothing else. Needs no
# root. Same input, same bytes.
#
#	scripts/mkinit.sh arm64|arm big|little OUTPUT.gz

set -eu
cd "$(dirname "$0")/.."

arch=$1
order=$2
out=$(realpath -m "$3")

# No code for division is linked, so constants must become multiplications: -O2.
flags=(-O2 -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-ffreestanding -fpie -static-pie -nostdlib -fno-stack-protector -fvisibility=hidden
	-fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns "-m$order-endian"
	"-Itests/guest/$arch" "-Wl,--build-id=none,--no-dynamic-linker,-z,noexecstack,-z,max-page-size=4096")
case $arch in
arm64)
	cross=aarch64-linux-gnu-
	flags+=(-mgeneral-regs-only)
	;;
arm)
	cross=arm-linux-gnueabihf-
	flags+=(-march=armv7-a -mfloat-abi=soft -marm)
	[ "$order" = little ] || flags+=("-Wl,--be8")
	;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root" "$work/root/dev" "$work/root/proc" "$work/root/sys"
"${cross}gcc" "${flags[@]}" -o "$work/root/init" tests/guest/start.S tests/guest/init.c
if "${cross}readelf" -r "$work/root/init" | grep -q R_; then
	echo "mkinit: error: $arch $order: init needs relocations, which nobody does" >&2
	exit 1
fi
"${cross}strip" "$work/root/init"
find "$work/root" -exec touch -h -d @0 {} +

mkdir -p "$(dirname "$out")"
(cd "$work/root" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) |
	gzip -9n >"$out.new"
mv "$out.new" "$out"

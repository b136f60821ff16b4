#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Packs files with the real tools, for tests/unit/lib/unpack/test_unpack.c: OUT/NAME.plain is what went in,
# OUT/NAME.OPTIONS.SUFFIX what came out. What has no checksum has "nocheck" among its options.
#
#	tests/unit/pack.sh OUT FILE...

set -eu
out=$1
shift
rm -rf "$out"
mkdir -p "$out"

# pack NAME OPTIONS SUFFIX COMMAND...
pack() {
	local name=$1 options=$2 suffix=$3
	shift 3
	"$@" <"$out/$name.plain" >"$out/$name.$options.$suffix"
}

# Text, zeros, noise, short lines that repeat near and far.
noise() { cat "$@" | xz -9 | head -c "$size"; }
size=150000
small_dictionary=--lzma2=dict=64KiB # or tests that unpack often take long
: >"$out/empty.plain"
printf 'x' >"$out/one.plain"
cat "$@" | head -c 6000 >"$out/small.plain"
{ cat "$@"; head -c 300000 /dev/zero; noise "$@"; head -c 70000 "$1"; noise "$@"; } >"$out/mixed.plain"
seq 1 1400000 >"$out/large.plain"

for name in empty one small mixed large; do
	[ $name = large ] || for level in 1 6 9; do
		pack $name "level$level" gz gzip -n -$level
		pack $name "level$level" lz4 lz4 -q -$level
	done
	pack $name legacy-nocheck lz4 lz4 -q -l -9 - -
	pack $name plain zst zstd -q -3
	[ $name = small ] || pack $name level9 xz xz -9
done
for name in empty one small mixed; do
	for level in 1 9 19; do
		pack $name "level$level" zst zstd -q -$level
	done
	pack $name fast zst zstd -q --fast=5
	pack $name ultra zst zstd -q --ultra -22
	pack $name long zst zstd -q --long=27
	pack $name nocheck zst zstd -q --no-check
	zstd -q -c "$out/$name.plain" >"$out/$name.file.zst"
	pack $name level0 xz xz -0
	pack $name crc32 xz xz $small_dictionary --check=crc32
	pack $name sha256 xz xz $small_dictionary --check=sha256
	pack $name nocheck xz xz $small_dictionary --check=none
	pack $name arm-nocheck xz xz --arm $small_dictionary --check=none
	pack $name blocks xz xz $small_dictionary --block-size=1000
	pack $name nocheck lzma xz --format=lzma --lzma1=dict=64KiB
	pack $name pieces-nocheck lz4 lz4 -q -B4 --no-frame-crc
	pack $name dependent lz4 lz4 -q -B5 -BD
	pack $name blocks lz4 lz4 -q -B6 -BX
	lz4 -q -c --content-size "$out/$name.plain" >"$out/$name.size.lz4"
done
touch "$out/done"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Builds the guests that Debian does not ship from its package linux-source-6.1: big-endian
# kernels, one without MMU, and small little-endian ones, also with Linux's own PSCI checker or with
# other VMMs' consoles; and their userland, tests/guest. They are kept in build/guests/NAME until
# something that they are made of changes; a second run does nothing. The kernels of the first run
# take a quarter of an hour on two processors.
#
#	scripts/kernels.sh [NAME...]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

tarball=/usr/src/linux-source-6.1.tar.xz
fragments=scripts/kernels
work=$build/kernels
source=$work/source
guests=$build/guests
jobs=$(nproc)

# Name, ARCH=, tree of objects, minutes on two processors, fragments of the configuration. Who has
# the tree of another is made from its objects, in seconds, right behind it.
kernels='
be64        arm64 be64        3 all smp big
be32-lpae   arm   be32-lpae   3 all smp arm lpae big
nommu       arm   nommu       2 all arm nommu
le64        arm64 le64        3 all smp little
checker64   arm64 le64        1 all smp little checker
vmm64       arm64 le64        1 all smp little consoles
le32        arm   le32        3 all smp arm lpae little
checker32   arm   le32        1 all smp arm lpae little checker
be32-nolpae arm   be32-nolpae 3 all smp arm nolpae big
'

say() { echo "kernels: $*"; }

# die LOG MESSAGE: with the log's end.
die() {
	[ ! -f "$1" ] || tail -n 15 "$1" >&2
	echo "kernels: error: $2" >&2
	[ ! -f "$1" ] || echo "kernels: whole log: $1" >&2
	exit 1
}

cross() {
	case $1 in
	arm64) echo aarch64-linux-gnu- ;;
	arm) echo arm-linux-gnueabihf- ;;
	esac
}

config_files() {
	local name
	for name in "$@"; do
		echo "$fragments/$name.config"
	done
}

# make_kernel ARCH OBJECTS TARGET...: nothing of who built it, nor where and when, is in the result.
make_kernel() {
	local arch=$1 objects=$2
	shift 2
	nice -n 5 make -C "$source" O="$objects" ARCH="$arch" CROSS_COMPILE="$(cross "$arch")" \
		KBUILD_BUILD_USER=forearm KBUILD_BUILD_HOST=forearm KBUILD_BUILD_VERSION=1 \
		KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' -j"$jobs" "$@"
}

# set -e does not hold in what is called with "|| die", from here to compile(): hence the &&.

# No code of other architectures. The patch changes nothing for kernels with an MMU.
unpack() {
	mkdir -p "$source"
	tar -xf "$tarball" -C "$source" --strip-components=1 --wildcards \
		--exclude='*/Documentation/*/*' --exclude='*/tools/testing' \
		--exclude='*/arch/[b-z]*/*.[chS]' --exclude='*/arch/a[!r]*/*.[chS]' &&
		sed -i -f "$fragments/nommu.sed" "$source/arch/arm/Kconfig"
}

configure() {
	local arch=$1 objects=$2 config
	shift 2
	mapfile -t config < <(config_files "$@")
	mkdir -p "$objects" &&
		make_kernel "$arch" "$objects" tinyconfig &&
		"$source/scripts/kconfig/merge_config.sh" -m -O "$objects" "$objects/.config" \
			"${config[@]}" &&
		make_kernel "$arch" "$objects" olddefconfig
}

compile() {
	local image=Image
	[ "$1" = arm64 ] || image=zImage
	make_kernel "$1" "$2" $image && cp "$2/arch/$1/boot/$image" "$2/vmlinuz"
}

# Kconfig drops silently what depends on something else. "=n" is what is not there, too.
refused() {
	local objects=$1 line
	shift
	config_files "$@" | xargs cat | grep '^CONFIG_' | while read -r line; do
		case $line in
		*=n) ! grep -q "^${line%n}" "$objects/.config" || echo "$line" ;;
		*) grep -qxF "$line" "$objects/.config" || echo "$line" ;;
		esac
	done
}

source_version() { dpkg-query -W -f='${Version}\n' linux-source-6.1; }

# What decides about the kernel: Debian's source, the compiler, the configuration, and the
# functions of this script that make it; its messages do not.
key() {
	local arch=$1
	shift
	{
		source_version
		"$(cross "$arch")gcc" --version | head -n 1
		config_files "$@" | xargs grep -h '^CONFIG_'
		cat "$fragments/nommu.sed"
		echo "$arch"
		declare -f cross make_kernel unpack configure compile
	} | sha256sum | cut -d ' ' -f 1
}

up_to_date() {
	[ -f "$guests/$1/vmlinuz" ] && [ "$(cat "$guests/$1/key" 2>/dev/null)" = "$2" ]
}

# A run that failed leaves the source and the objects to the next one.
unpack_once() {
	[ "$(source_version)" = "$(cat "$work/unpacked" 2>/dev/null)" ] && return
	say "unpacking $tarball"
	rm -rf "$work"
	mkdir -p "$work"
	unpack >"$work/unpack.log" 2>&1 || die "$work/unpack.log" "could not unpack $tarball"
	source_version >"$work/unpacked"
}

build() {
	local name=$1 arch=$2 objects=$work/$3 minutes=$4 key log=$work/$1.log bad
	shift 4
	key=$(key "$arch" "$@")
	up_to_date "$name" "$key" && return
	unpack_once
	say "building $name (about $minutes min on two processors)"
	configure "$arch" "$objects" "$@" >"$log" 2>&1 || die "$log" "could not configure $name"
	bad=$(refused "$objects" "$@")
	[ -z "$bad" ] || die '' "Kconfig refuses for $name: ${bad//$'\n'/ }"
	compile "$arch" "$objects" >>"$log" 2>&1 || die "$log" "could not build $name"
	mkdir -p "$guests/$name"
	rm -f "$guests/$name/key"
	mv "$objects/vmlinuz" "$guests/$name/vmlinuz"
	echo "$key" >"$guests/$name/key"
}

# The userland is made anew when it is older than what it is made of.
userland() {
	local name=$1 arch=$2 order=little out=$guests/$1/initrd.gz input
	[[ " $* " != *" big "* ]] || order=big
	for input in tests/guest/*.* "tests/guest/$arch"/* scripts/mkinit.sh; do
		[ "$out" -nt "$input" ] && continue
		say "$out"
		scripts/mkinit.sh "$arch" "$order" "$out"
		return
	done
}

wanted() { [ -z "$names" ] || [[ " $names " == *" $1 "* ]]; }

# The lines of the table that are wanted, of one tree if it is named.
lines() {
	local name arch tree rest
	while read -r name arch tree rest; do
		[ "${1:-$tree}" != "$tree" ] || ! wanted "$name" || echo "$name $arch $tree $rest"
	done < <(grep . <<<"$kernels")
}

# make_tree TREE: its kernels and their userland.
make_tree() {
	local name arch tree minutes parts
	while read -r name arch tree minutes parts; do
		# shellcheck disable=SC2086 # the parts are words
		build "$name" "$arch" "$tree" "$minutes" $parts </dev/null
		# shellcheck disable=SC2086
		userland "$name" "$arch" $parts
	done < <(lines "$1")
}

any_out_of_date() {
	local name arch tree minutes parts
	while read -r name arch tree minutes parts; do
		# shellcheck disable=SC2086
		up_to_date "$name" "$(key "$arch" $parts)" || return 0
	done < <(lines)
	return 1
}

# make_every_other 0|1: of the trees.
make_every_other() {
	local tree
	for tree in $(lines | awk '!seen[$3]++ { print $3 }' | awk -v which="$1" 'NR % 2 == which'); do
		make_tree "$tree"
	done
}

# Two trees at a time: what linkers and scripts do keeps one processor busy.
make_trees() {
	local first second failed=0
	make_every_other 1 &
	first=$!
	make_every_other 0 &
	second=$!
	wait "$first" || failed=1
	wait "$second" || failed=1
	return $failed
}

names="$*"
for name in $names; do
	grep -q "^$name " <<<"$kernels" || die '' "unknown guest '$name'"
done
[ -f "$tarball" ] || die '' "no $tarball; run scripts/setup.sh test"
! any_out_of_date || unpack_once
make_trees
rm -rf "$work"

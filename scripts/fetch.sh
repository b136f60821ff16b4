#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Fetches the foreign-architecture packages of the named groups (default: all of them) of
# packages.txt and unpacks them under build/deps/<architecture>, those of another suite under
# build/deps/<architecture>-<suite>, and of a kernel only what the guests need, in a folder of
# its own there. The machine's own package database stays as it is: apt works on a root of its
# own below build/apt, with the Debian mirrors that the machine already uses, and verifies what
# it downloads with Debian's keys. A second run does nothing, without network. Downloads stay in
# build/cache.
#
#	scripts/fetch.sh [build] [run] [test]

set -eu
cd "$(dirname "$0")/.."

list=scripts/packages.txt
root=$PWD/build/apt
cache=$PWD/build/cache
log=build/fetch.log
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
groups=${*:-build run test bench}
modules=$(sed 's/#.*//' scripts/modules.txt | xargs)

say() { echo "fetch: $*"; }

die() {
	echo "fetch: error: $1" >&2
	shift
	for line in "$@"; do
		echo "fetch: $line" >&2
	done
	exit 1
}

# Lines "group architecture package", or ".../suite", of one group.
wanted() {
	awk -v group="$1" '$1 == group && $2 != "host" { print $1, $2, $3 }' "$list"
}

# The other suites that the groups to do take something from.
suites() {
	for group in $todo; do
		wanted "$group"
	done | sed -n 's|.*/||p' | sort -u
}

# A group is complete when its stamp repeats its lines of the list (which may be none), and what
# is taken of a kernel.
stamp() { echo "build/deps/.$1"; }

stamp_text() {
	wanted "$1"
	! wanted "$1" | grep -q linux-image- || echo "modules: $modules"
}

complete() {
	[ "$(stamp_text "$1")" = "$(cat "$(stamp "$1")" 2>/dev/null)" ]
}

# Debian's own sources among the machine's: the release's suites, component main. Third-party
# sources are left out, since many have no arm64 or armhf and would fail.
debian_sources() {
	local VERSION_CODENAME=bookworm signed=''
	# shellcheck source=/dev/null
	[ ! -r /etc/os-release ] || . /etc/os-release
	[ ! -r "$keyring" ] || signed=" signed-by=$keyring"
	# shellcheck disable=SC2016 # the names are apt-get's, not the shell's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		grep -E " ($VERSION_CODENAME|stable|oldstable)([-/](updates|security))? main\$" |
		sort -u | sed "s|^|deb [arch=arm64,armhf$signed] |"
}

# The other suites, from the mirrors of the release itself.
other_sources() {
	local suite
	for suite in $(suites); do
		sed -nE "s|arch=arm64,armhf(.* )[a-z]+ main\$|arch=arm64\1$suite main|p" "$root/sources.list"
	done
}

write_sources() {
	debian_sources >"$root/sources.list" || true
	if [ -s "$root/sources.list" ]; then
		other_sources >"$root/sources.other"
		cat "$root/sources.other" >>"$root/sources.list"
		return
	fi
	die "no Debian source with component main in /etc/apt/sources.list*" \
		"add one for this release, as sources.list(5) describes"
}

# Nothing comes from another suite unless it is asked for by the suite's name.
write_preferences() {
	local suite
	for suite in $(suites); do
		printf 'Package: *\nPin: release n=%s\nPin-Priority: -1\n\n' "$suite"
	done
	printf 'Package: *\nPin: release o=Debian\nPin-Priority: 990\n'
}

# The machine's own settings (a proxy, for example) stay in force; its hooks do not.
write_config() {
	mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" "$cache"
	: >"$root/status"
	write_preferences >"$root/preferences"
	cat >"$root/apt.conf" <<-END
	#clear APT::Architectures;
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	APT::Architecture "arm64";
	APT::Architectures { "arm64"; "armhf"; };
	APT::Sandbox::User "root";
	Dir::State "$root/state";
	Dir::State::Lists "$root/state/lists";
	Dir::State::Status "$root/status";
	Dir::Cache "$root/cache";
	Dir::Etc::SourceList "$root/sources.list";
	Dir::Etc::SourceParts "/dev/null";
	Dir::Etc::Preferences "$root/preferences";
	Dir::Etc::PreferencesParts "/dev/null";
	Acquire::Languages "none";
	Acquire::Retries "3";
	END
}

foreign() {
	local tool=$1
	shift
	"$tool" -q -c "$root/apt.conf" "$@"
}

update() {
	say "reading Debian's arm64 and armhf package lists"
	foreign apt-get update >>"$log" 2>&1 ||
		say "apt-get update reported a problem (see $log); going on"
}

# One field of the record of NAME:ARCHITECTURE or NAME:ARCHITECTURE/SUITE.
field() {
	foreign apt-cache show --no-all-versions "$2" 2>>"$log" | sed -n "s/^$1: //p"
}

# Meta packages of the kernel depend on the one with the current ABI number in its name, which
# since Linux 7 has image and modules in packages of their own.
kernel_packages() {
	local name=$1 place=$2 image
	image=$(field Depends "$name$place" | grep -o 'linux-image-[0-9][^ ,]*') || return
	echo "$image"
	field Depends "$image$place" | grep -oE 'linux-(binary|modules)-[0-9][^ ,]*' || true
}

# apt-get download names the file by package, version (with : as %3a) and architecture.
download() {
	local name=$1 arch=$2 place=$3 version
	(cd "$cache" && foreign apt-get download "$name$place") >>"$log" 2>&1 || return
	version=$(field Version "$name$place")
	deb=$cache/${name}_${version//:/%3a}_$arch.deb
	[ -f "$deb" ] || deb=${deb%_*}_all.deb
}

# Of a kernel its image and the modules of modules.txt, whatever their place: the other modules
# would be 300 MB that no test uses.
unpack_kernel() {
	local dir=$1 work=$1/unpack
	mkdir -p "$work" "$dir/modules"
	dpkg-deb --fsys-tarfile "$deb" >"$work/tar"
	tar -tf "$work/tar" |
		grep -E "/vmlinuz[^/]*\$|/(${modules// /|})\.ko(\.xz)?\$" >"$work/list" || true
	tar -xmf "$work/tar" -C "$work" -T "$work/list"
	find "$work" -name '*.ko.xz' -exec xz -d {} +
	find "$work" -name '*.ko' -exec mv -t "$dir/modules" {} +
	find "$work" -type f -name 'vmlinuz*' -exec mv {} "$dir/vmlinuz" \;
	rm -rf "$work"
}

fetch_kernel() {
	local arch=$1 name=$2 place=$3 dir=$4 package
	rm -rf "$dir"
	for package in $(kernel_packages "$name" "$place"); do
		say "$package$place"
		download "$package" "$arch" "$place" || return
		unpack_kernel "$dir"
	done
	[ -f "$dir/vmlinuz" ]
}

fetch_package() {
	local arch=$1 name=$2 place=$3 dir=$4
	say "$name$place"
	download "$name" "$arch" "$place" || return
	mkdir -p "$dir"
	dpkg -x "$deb" "$dir"
}

# What sid has changes from day to day: the tests do without.
missing() {
	local name=$1 place=$2
	if [ "${place#*/}" = sid ]; then
		say "warning: no $name$place today; tests that need it will be skipped"
		return
	fi
	tail -n 5 "$log" >&2
	die "could not get $name$place (whole log: $log)" \
		"is there a network, and do /etc/apt/sources.list* name a Debian mirror?"
}

fetch_line() {
	local arch=$1 name=${2%/*} suite='' place dir
	[ "$name" = "$2" ] || suite=${2#*/}
	place=:$arch${suite:+/$suite}
	dir=build/deps/$arch${suite:+-$suite}
	case $name in
	linux-image-*) fetch_kernel "$arch" "$name" "$place" "$dir/$name" ;;
	*) fetch_package "$arch" "$name" "$place" "$dir" ;;
	esac || missing "$name" "$place"
}

fetch_group() {
	local arch name
	while read -r _ arch name; do
		fetch_line "$arch" "$name" </dev/null
	done < <(wanted "$1")
	stamp_text "$1" >"$(stamp "$1")"
}

todo=
for group in $groups; do
	complete "$group" || todo="$todo $group"
done
[ -n "$todo" ] || exit 0

command -v apt-get >/dev/null ||
	die "no apt-get here: this script needs Debian 12" \
		"by hand: unpack these under build/deps/<architecture>:" \
		"  $(for group in $groups; do wanted "$group"; done | awk '{ printf "%s:%s ", $3, $2 }')"
mkdir -p build/deps "$root"
: >"$log"
write_config
write_sources
update
for group in $todo; do
	fetch_group "$group"
done
say "done"

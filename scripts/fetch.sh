#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Fetches the foreign-architecture packages of the named groups (default: all of them) of
# packages.txt and unpacks them under build/deps/<architecture>, those of another suite under
# build/deps/<architecture>-<suite>. A kernel, of which only what the guests need is unpacked, and
# a package that is wanted with its dependencies have a folder of their own there. Architecture
# "native" is this machine's, for programs that run here beside the installed ones. The machine's
# own package database stays as it is: apt works on a root of its own below build/apt, with the
# Debian mirrors that the machine already uses, resolves dependencies as if nothing was installed,
# and verifies what it downloads with Debian's keys. What is there is not fetched again, so a
# second run does nothing, without network. Downloads stay in build/cache.
#
#	scripts/fetch.sh [build] [run] [test]

set -eu
cd "$(dirname "$0")/.."
build=$(realpath -m "${FOREARM_BUILD:-build}")

list=scripts/packages.txt
root=$build/apt
cache=$build/cache
log=$build/fetch.log
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
groups=${*:-build run test}
modules=$(sed 's/#.*//' scripts/modules.txt | xargs)
native=$(dpkg --print-architecture 2>/dev/null || true)
# What other suites are asked for: their lists are long.
others=arm64
[ "$native" = arm64 ] || others=arm64,$native

say() { echo "fetch: $*"; }

die() {
	echo "fetch: error: $1" >&2
	shift
	for line in "$@"; do
		echo "fetch: $line" >&2
	done
	exit 1
}

# Lines "architecture package", or ".../suite", and perhaps "with-deps", of the groups.
wanted() {
	awk -v groups=" $groups " \
		'$1 !~ /^#/ && $2 != "host" && index(groups, " " $1 " ") {
			print $2, $3, $4 == "with-deps" ? $4 : ""
		}' "$list"
}

# The other suites that something is to be taken from.
suites() {
	printf '%s\n' "${todo[@]}" | sed -n 's|.*/\([a-z]*\).*|\1|p' | sort -u
}

# A line of the list is done when its stamp repeats it, and what is taken of a kernel.
stamp() { echo "$build/deps/.done/$1-${2/\//-}"; }

stamp_text() {
	echo "$1 $2${3:+ $3}"
	[[ $2 != linux-image-* ]] || echo "modules: $modules"
}

complete() {
	[ "$(stamp_text "$@")" = "$(cat "$(stamp "$@")" 2>/dev/null)" ]
}

incomplete() {
	local arch name deps
	wanted | while read -r arch name deps; do
		complete "$arch" "$name" "$deps" || echo "$arch $name $deps"
	done
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
		sed -nE "s|arch=arm64,armhf(.* )[a-z]+ main\$|arch=$others\1$suite main|p" "$root/sources.list"
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
	APT::Architectures { "arm64"; "armhf"; "$native"; };
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

# The names of the files that apt-get would get.
files() {
	foreign apt-get --print-uris "$@" 2>>"$log" | sed -n "s/^'[^']*' \([^ ]*\) .*/\1/p"
}

# Both downloads leave the names of the files in $debs.
download() {
	debs=$(files download "$1")
	[ -n "$debs" ] && (cd "$cache" && foreign apt-get download "$1") >>"$log" 2>&1
}

# What comes from another suite gets its dependencies from there as well.
download_with_deps() {
	local package=$1 suite=$2
	local words=(install -y --no-install-recommends "$package" -o APT::Architecture="${1#*:}")
	[ -z "$suite" ] || words+=(-t "$suite" -o Dir::Etc::Preferences=/dev/null)
	debs=$(files "${words[@]}")
	[ -n "$debs" ] &&
		foreign apt-get --download-only -o Dir::Cache::Archives="$cache" "${words[@]}" >>"$log" 2>&1
}

unpack() {
	local dir=$1 deb
	mkdir -p "$dir"
	for deb in $debs; do
		dpkg -x "$cache/$deb" "$dir" || return
	done
}

# Of a kernel its image and the modules of modules.txt, whatever their place: the other modules
# would be 300 MB that no test uses.
unpack_kernel() {
	local dir=$1 work=$1/unpack
	mkdir -p "$work" "$dir/modules"
	dpkg-deb --fsys-tarfile "$cache/$debs" >"$work/tar" || return
	tar -tf "$work/tar" |
		grep -E "/vmlinuz[^/]*\$|/(${modules// /|})\.ko(\.xz)?\$" >"$work/list" || true
	tar -xmf "$work/tar" -C "$work" -T "$work/list"
	find "$work" -name '*.ko.xz' -exec xz -d {} +
	find "$work" -name '*.ko' -exec mv -t "$dir/modules" {} +
	find "$work" -type f -name 'vmlinuz*' -exec mv {} "$dir/vmlinuz" \;
	rm -rf "$work"
}

fetch_kernel() {
	local place=$1 name=$2 dir=$3 package
	rm -rf "$dir"
	for package in $(kernel_packages "$name" "$place"); do
		say "$package$place"
		download "$package$place" || return
		unpack_kernel "$dir" || return
	done
	[ -f "$dir/vmlinuz" ]
}

# What a line names, to where it goes; fails when it is not to be had.
fetch() {
	local arch=$1 name=${2%/*} suite='' deps=$3 place dir
	[ "$name" = "$2" ] || suite=${2#*/}
	dir=$build/deps/$arch${suite:+-$suite}
	[ "$arch" != native ] || arch=$native
	place=:$arch${suite:+/$suite}
	if [[ $name = linux-image-* ]]; then
		fetch_kernel "$place" "$name" "$dir/$name"
		return
	fi
	say "$name$place${deps:+, with what it depends on}"
	if [ -n "$deps" ]; then
		rm -rf "${dir:?}/$name"
		download_with_deps "$name:$arch" "$suite" && unpack "$dir/$name"
	else
		download "$name$place" && unpack "$dir"
	fi
}

# Only this release has everything every day. From other suites we take what there is, and the
# next run tries again.
missing() {
	local arch=$1 name=$2
	if [[ $name = */* ]]; then
		say "warning: no $name for $arch today; going on without, the next setup tries again"
		return
	fi
	tail -n 5 "$log" >&2
	die "could not get $name for $arch (whole log: $log)" \
		"is there a network, and do /etc/apt/sources.list* name a Debian mirror?"
}

fetch_line() {
	local arch=$1 name=$2 deps=${3:-}
	if fetch "$arch" "$name" "$deps"; then
		stamp_text "$arch" "$name" "$deps" >"$(stamp "$arch" "$name")"
	else
		missing "$arch" "$name"
	fi
}

mapfile -t todo < <(incomplete)
[ ${#todo[@]} != 0 ] || exit 0

command -v apt-get >/dev/null ||
	die "no apt-get here: this script needs Debian 12" \
		"by hand: unpack these under $build/deps/<architecture>, as the head of this script says:" \
		"  ${todo[*]}"
mkdir -p "$build"/deps/.done "$root"
: >"$log"
write_config
write_sources
update
for line in "${todo[@]}"; do
	# shellcheck disable=SC2086 # two or three words
	fetch_line $line </dev/null
done
say "done"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Fetches the foreign-architecture packages of the named groups (default: all of them) of
# packages.txt and unpacks them under build/deps/<architecture>. The machine's own package
# database stays as it is: apt works on a root of its own below build/apt, with the Debian
# mirrors that the machine already uses, and verifies what it downloads with Debian's keys.
# A second run does nothing, without network. Downloads stay in build/cache.
#
#	scripts/fetch.sh [build] [run]

set -eu
cd "$(dirname "$0")/.."

list=scripts/packages.txt
root=$PWD/build/apt
cache=$PWD/build/cache
log=build/fetch.log
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
groups=${*:-build run test bench}

say() { echo "fetch: $*"; }

die() {
	echo "fetch: error: $1" >&2
	shift
	for line in "$@"; do
		echo "fetch: $line" >&2
	done
	exit 1
}

# Lines "group architecture package" of one group.
wanted() {
	awk -v group="$1" '$1 == group && $2 != "host" { print $1, $2, $3 }' "$list"
}

# A group is complete when its stamp repeats its lines of the list (which may be none).
stamp() { echo "build/deps/.$1"; }

complete() {
	[ "$(wanted "$1")" = "$(cat "$(stamp "$1")" 2>/dev/null)" ]
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

write_sources() {
	debian_sources >"$root/sources.list" || true
	[ -s "$root/sources.list" ] && return
	die "no Debian source with component main in /etc/apt/sources.list*" \
		"add one for this release, as sources.list(5) describes"
}

# The machine's own settings (a proxy, for example) stay in force; its hooks do not.
write_config() {
	mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" "$cache"
	: >"$root/status"
	printf 'Package: *\nPin: release o=Debian\nPin-Priority: 990\n' >"$root/preferences"
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

# Meta packages of the kernel depend on the one with the current ABI number in its name.
real_name() {
	case $1 in
	linux-image-*)
		foreign apt-cache show --no-all-versions "$1:$2" 2>>"$log" |
			sed -n 's/^Depends:.*\b\(linux-image-[0-9][^ ,]*\).*/\1/p'
		;;
	*)
		echo "$1"
		;;
	esac
}

download() {
	local package=$1 arch=$2
	(cd "$cache" && foreign apt-get download "$package:$arch") >>"$log" 2>&1 && return
	tail -n 5 "$log" >&2
	die "could not download $package:$arch (whole log: $log)" \
		"is there a network, and do /etc/apt/sources.list* name a Debian mirror?"
}

# apt-get download names the file by package, version (with : as %3a) and architecture.
deb_file() {
	local package=$1 arch=$2 version
	version=$(foreign apt-cache show --no-all-versions "$package:$arch" |
		sed -n 's/^Version: //p')
	echo "$cache/${package}_${version//:/%3a}_$arch.deb"
}

# Of a kernel only /boot: its modules would be 300 MB that no test uses.
unpack() {
	local deb=$1 dir=$2
	mkdir -p "$dir"
	case $deb in
	*/linux-image-*)
		rm -rf "${dir:?}/boot"
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" ./boot
		;;
	*)
		dpkg -x "$deb" "$dir"
		;;
	esac
}

fetch_package() {
	local arch=$1 name=$2 package
	package=$(real_name "$name" "$arch")
	[ -n "$package" ] || die "Debian's package lists have no $name:$arch" "see $log"
	say "$package:$arch"
	download "$package" "$arch"
	unpack "$(deb_file "$package" "$arch")" "build/deps/$arch"
}

fetch_group() {
	wanted "$1" | while read -r _ arch name; do
		fetch_package "$arch" "$name"
	done
	wanted "$1" >"$(stamp "$1")"
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

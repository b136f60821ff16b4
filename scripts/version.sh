#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Says what these sources are, the same in each checkout of a commit:
#	0.1                     the release of include/version.h: sources without git, or tag v0.1
#	0.1-gCOMMIT             a commit before the first tag, or where no tags were fetched
#	0.1-COUNT-gCOMMIT       so many commits after tag v0.1
# and "-dirty" behind it if a file in git was changed.

set -eu
cd "$(dirname "$0")/.."

release=$(sed -n 's/.*FOREARM_VERSION[[:space:]]*"\(.*\)"/\1/p' include/version.h)

# Whoever the files belong to: to build them is to trust them. No lock: others may work with it.
git() { GIT_OPTIONAL_LOCKS=0 command git -c safe.directory='*' "$@" 2>/dev/null; }

# A repository of somebody else's, in which these sources are a folder, is not theirs.
ours() { [ "$(git rev-parse --show-prefix && echo ours)" = $'\nours' ]; }

if ours && described=$(git describe --tags --match 'v[0-9]*' --always --abbrev=12 --dirty); then
	case $described in
	v*) echo "${described#v}" ;;
	*) echo "$release-g$described" ;;
	esac
else
	echo "$release"
fi

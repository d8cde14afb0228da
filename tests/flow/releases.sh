# releases.sh - programs of other releases, for tests that set them beside ours.
#
#   past_release VERSION     prints the build directory of a release of
#                            tests/data/releases, building it when need be
#   next_release             the same of a release to come: ours with more
#                            fields, atoms, codes and a type (next_release.sed)
#
# What is built stays in build/releases, so a second run builds nothing. A clone
# without history has no past: then nothing is printed, and $work/why says so.

past_release() { # version
	local commit dir
	commit=$(awk -v v="$1" '$1 == v { print $2 }' tests/data/releases)
	dir=$PWD/build/releases/$1-${commit:0:12}
	if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
		echo "commit ${commit:0:12} of release $1 is not in this clone: git fetch --unshallow" >"$work/why"
		return 1
	fi
	(
		mkdir -p "$dir" && exec 8>"$dir.lock" && flock 8 || exit 1
		[ ! -e "$dir/ready" ] || exit 0
		git archive "$commit" | tar -x -C "$dir" && build_in "$dir" && : >"$dir/ready"
	) >"$work/why" 2>&1 || return 1
	echo "$dir/build"
}

build_in() { # directory
	# Not with what this run was given: another tree has its own directories.
	env -u B -u BUILD -u CFLAGS -u MAKEFLAGS -u MAKELEVEL -u DEV make -C "$1" -j2 programs </dev/null >"$1/make.log" 2>&1 ||
		{ tail -n 5 "$1/make.log"; return 1; }
}

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
	if ! git -c safe.directory='*' cat-file -e "$commit^{commit}" 2>/dev/null; then
		echo "commit ${commit:0:12} of release $1 is not in this clone: git fetch --unshallow" >"$work/why"
		return 1
	fi
	(
		mkdir -p "$dir" && exec 8>"$dir.lock" && flock 8 || exit 1
		[ ! -e "$dir/ready" ] || exit 0
		git -c safe.directory='*' archive "$commit" | tar -x -C "$dir" && build_in "$dir" && : >"$dir/ready"
	) >"$work/why" 2>&1 || return 1
	echo "$dir/build"
}

build_in() { # directory
	# Not with what this run was given: another tree has its own directories.
	env -u B -u BUILD -u CFLAGS -u MAKEFLAGS -u MAKELEVEL -u DEV make -C "$1" -j2 programs </dev/null >"$1/make.log" 2>&1 ||
		{ tail -n 5 "$1/make.log"; return 1; }
}

# Ours as it might be one release on: a type, fields, a code and an atom more.
next_release() {
	local dir sum
	sum=$(next_sources | tar --null -T - -c --mtime=@0 --owner=0 --group=0 --sort=name 2>/dev/null | sha256sum | cut -c1-12)
	dir=$PWD/build/releases/next-$sum
	(
		mkdir -p "$dir" && exec 8>"$dir.lock" && flock 8 || exit 1
		[ ! -e "$dir/ready" ] || exit 0
		# Of sources that have changed since, nothing is wanted any more.
		find build/releases -maxdepth 1 -name 'next-*' ! -name "next-$sum*" -exec rm -rf {} +
		next_sources | tar --null -T - -c | tar -x -C "$dir" && grow "$dir" && build_in "$dir" && : >"$dir/ready"
	) >"$work/why" 2>&1 || return 1
	echo "$dir/build"
}
next_sources() { # what the programs are made of, and how this grows
	find Makefile proto server migrations tools client tests/flow/releases.sh \
		-path client/web -prune -o -type f -print0
}
grow() { # directory
	local p=$1/proto s=$1/server file
	sed -i 's/CASEBRIDGE_VERSION ".*"/CASEBRIDGE_VERSION "99.0.0"/; s/CASEBRIDGE_SCHEMA .*/CASEBRIDGE_SCHEMA 99/' "$p/base/base.h"
	printf '%s\n' '{"codes":"mood","label":{"zh":"情绪","en":"Mood"},"items":[{"code":"calm","zh":"平静","en":"Calm"},{"code":"low","zh":"低落","en":"Low"}]}' >"$p/codes/mood.json"
	sed -i 's/^  {"code":"home_visit"/  {"code":"drone_visit","zh":"无人机探访","en":"Visit by drone"},\n&/' "$p/codes/service_kind.json"
	# An atom that grows: the aim, and now its reason.
	sed -i 's/{"name":"aim",/{"name":"mood","kind":"code","codes":"mood","label":{"zh":"情绪","en":"Mood"}},\n  {"name":"aim_reason","kind":"text","max":200,"atom":"why","label":{"zh":"理由","en":"Reason"}},\n  {"name":"aim","atom":"why",/' "$p/catalogue/service.json"
	printf '%s\n' '{"type":"wish","no":90,"scope":"case","class":"note","signable":false,"sort":"day","label":{"zh":"心愿","en":"Wish"},"title":["text"],"fields":[
		{"name":"text","kind":"text","required":true,"max":400,"label":{"zh":"心愿","en":"Wish"}},
		{"name":"day","kind":"date","min":1900,"max":2100,"label":{"zh":"日期","en":"Day"}}]}' >"$p/catalogue/wish.json"
	sed -i 's/"service",/"service","wish",/' "$p/catalogue/conflict.json"
	sed -i 's/ task service / task service wish /' "$s/access/policy.csv"
	sed -i 's/^\t{"service", .*/&\n\t{"wish", Q_PUT_WISH},/' "$s/records/store.c"
	printf '%s\n' '' '-- query: put_wish' 'WITH gone AS (DELETE FROM rec.wish WHERE id = ANY ($1::uuid[]) RETURNING 1)' \
		'INSERT INTO rec.wish SELECT p.* FROM (SELECT count(*) FROM gone) g,' \
		'  json_populate_recordset(NULL::rec.wish, $2::text::json) p;' >>"$s/sql/records.sql"
	printf '%s\n' 'CREATE TABLE rec.wish (id uuid PRIMARY KEY, case_id uuid, site_id uuid, rec_ver integer NOT NULL, rec_state text NOT NULL,' \
		'  text text, day date);' "COMMENT ON TABLE rec.wish IS 'Wish';" 'CREATE INDEX wish_case ON rec.wish (case_id);' \
		"SELECT access.wall('wish', 'case');" 'ALTER TABLE rec.service ADD mood text, ADD aim_reason text;' >"$1/migrations/server/0999-next.sql"
}

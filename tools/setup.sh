#!/bin/bash
# setup.sh - install what a piece of work needs on Debian 12: build, demo,
# check, pictures or bench.
#
# Every target calls it, so being done already must cost next to nothing: one
# question to dpkg, no network. Only what is missing is installed, without
# recommended extras, without a system-wide PostgreSQL cluster (the demo and
# the tests make private ones) and without replacing a Node.js that is here
# from elsewhere. On other systems it names what is missing and stops.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }
fail() {
	printf 'setup: %s\n' "$@" >&2
	exit 1
}

packages_for() {
	local build="gcc libc6-dev make pkg-config ca-certificates libjansson-dev
		libssl-dev libmicrohttpd-dev libgnutls28-dev libpq-dev
		libsodium-dev libqrencode-dev libseccomp-dev libzstd-dev libcurl4-openssl-dev libsqlite3-dev
		libunistring-dev libpango1.0-dev libcairo2-dev
		libzip-dev libexpat1-dev libxlsxwriter-dev"
	# Of Debian's Chinese fonts this one has the characters of names we met
	# (𬱖, all of Extension A) in two weights, sans and serif; the smaller
	# ones lack the first or the second.
	local demo="$build perl postgresql-15 postgresql-client-15 fonts-noto-cjk"
	local check="$demo curl jq openssl zstd clang clang-14 clang-tidy
		libclang-rt-14-dev clang-format cppcheck shellcheck mandoc chromium poppler-utils zip spin
		binutils systemd xxd haproxy nginx-light libnginx-mod-stream libfaketime libglpk-dev r-base-core oathtool python3-openpyxl testssl.sh sqlmap python3 bsdextrautils"
	case $1 in
	build) echo $build ;;
	demo) echo $demo ;;
	check) echo $check ;;
	pictures) echo $check pngquant ;;
	bench) echo $check wrk ;;
	*) fail "unknown set '$1': one of build, demo, check, pictures, bench" ;;
	esac
	# Another supplier's nodejs brings its own npm and excludes Debian's.
	command -v node >/dev/null || echo nodejs
	command -v npm >/dev/null || echo npm
}

# Names on standard input that are not installed, one a line.
missing_of() {
	local wanted=("$@")
	dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" \
		2>/dev/null | sed -n 's/^installed //p' | sort -u |
		comm -13 - <(printf '%s\n' "${wanted[@]}" | sort -u) || :
}

# Turns apt's machine-readable progress into one line per tenth, or one
# rewritten line on a terminal.
progress() {
	local kind name percent what tenth last=-1
	while IFS=: read -r kind name percent what; do
		percent=${percent%%[.,]*}
		[[ $percent =~ ^[0-9]+$ ]] || continue
		case $kind in
		dlstatus) what=downloading ;;
		pmstatus) what=installing ;;
		*) continue ;;
		esac
		tenth=$what$((percent / 10))
		if [ -t 1 ]; then
			printf '\r\033[Ksetup: [%4d s] %-11s %3d %%' \
				$((EPOCHSECONDS - started)) "$what" "$percent"
		elif [ "$tenth" != "$last" ]; then
			printf 'setup: [%4d s] %-11s %3d %%\n' \
				$((EPOCHSECONDS - started)) "$what" "$percent"
		fi
		last=$tenth
	done
	[ ! -t 1 ] || printf '\r\033[K'
}

as_root=()
become_root() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null || fail \
		"packages are missing and this is neither root nor a user with sudo." \
		"As root, run: apt-get install --no-install-recommends ${missing[*]}"
	if [ -t 0 ]; then
		sudo -v || fail "sudo was refused; ask root to run: make setup"
	else
		sudo -n true 2>/dev/null || fail \
			"sudo wants a password and there is no terminal to type it on;" \
			"run 'sudo -v' first, or as root: make setup"
	fi
	as_root=(sudo)
}

apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
		LC_ALL=C apt-get -q -y -o DPkg::Lock::Timeout=300 \
		-o Acquire::Retries=2 -o Acquire::http::Timeout=20 \
		-o Acquire::https::Timeout=20 -o APT::Update::Error-Mode=any "$@"
}

# Debian's PostgreSQL makes and starts a cluster when it is installed, unless
# this file is there first. A file somebody wrote is theirs.
no_system_cluster() {
	local conf=/etc/postgresql-common/createcluster.conf
	[[ " ${missing[*]} " == *" postgresql-15 "* && ! -e $conf ]] || return 0
	"${as_root[@]}" mkdir -p "${conf%/*}"
	echo "create_main_cluster = false" |
		"${as_root[@]}" tee "$conf" >/dev/null
}

# Nothing that is installed for a test begins to run by itself. The same: what
# somebody put there stays.
policy=/usr/sbin/policy-rc.d
quiet_services() {
	[ ! -e $policy ] || return 0
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
	"${as_root[@]}" chmod 755 $policy
	trap '"${as_root[@]}" rm -f $policy' EXIT
}

install_missing() {
	local log rc=0
	log=$(mktemp)
	say "reading the list of packages"
	apt update >"$log" 2>&1 || rc=$?
	if [ $rc != 0 ]; then
		tail -n 3 "$log" >&2
		rm -f "$log"
		fail "the Debian mirror cannot be reached. Connect this machine to the" \
			"internet (or set a proxy for apt) and try again, or install by hand:" \
			"${missing[*]}"
	fi
	no_system_cluster
	quiet_services
	say "installing ${#missing[@]} packages: ${missing[*]}"
	{ apt install --no-install-recommends -o APT::Status-Fd=3 \
		"${missing[@]}" 3>&1 >"$log" 2>&1 || echo "$?" >"$log.rc"; } | progress
	if [ -e "$log.rc" ]; then
		tail -n 15 "$log" >&2
		rm -f "$log" "$log.rc"
		fail "apt-get could not install them; its last words are above"
	fi
	rm -f "$log"
	say "done in $((EPOCHSECONDS - started)) s"
}

started=$EPOCHSECONDS
[ $# = 1 ] || fail "usage: tools/setup.sh build|demo|check|bench"
wanted=$(packages_for "$1")
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	pkg-config --exists jansson libmicrohttpd gnutls libpq libsodium \
		libzstd libcurl sqlite3 pangocairo libzip expat xlsxwriter 2>/dev/null &&
		command -v node >/dev/null &&
		exit 0
	fail "this is not a Debian system; install what these packages hold:" \
		$wanted
fi
mapfile -t missing < <(missing_of $wanted)
[ ${#missing[@]} -gt 0 ] || exit 0
become_root
install_missing

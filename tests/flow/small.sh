# small.sh - the smallest place to sign in to: one site and a few people.
#
#   . tests/flow/lib.sh
#   . tests/flow/small.sh
#   use_blank
#   start_daemon
#   use_small       site 小站; li.na (social_worker), wang.wei (site_admin)

add_person() { # login role name: with a password of its own
	local password="pass-word-of-$1"
	daemon account add --login "$1" --role "$2" --site 小站 --name "$3" \
		<<<"$password" >/dev/null || bail "no account for $1"
	printf '%s\t%s\t%s\t%s\t%s\n' "$2" "$1" "$password" "$3" 小站 >>"$work/accounts.tsv"
}
use_small() {
	daemon site add --name 小站 --kind rehab_station --district 小区 >"$work/site" ||
		bail "no site"
	: >"$work/accounts.tsv"
	add_person li.na social_worker 李娜
	add_person wang.wei site_admin 王伟
}

# Sends bytes over TLS as they stand; prints the reply without CRs.
raw() { # printf-format [port]
	# shellcheck disable=SC2059
	printf "$1" | timeout 10 openssl s_client -quiet -verify_quiet \
		-connect "127.0.0.1:${2:-$web_port}" 2>/dev/null | tr -d '\r' | head -c 100000
}

# by_hand.sh - a station spoken for by curl, so that a test sees the very bytes.
#
#   . tests/flow/lib.sh; . tests/flow/by_hand.sh
#   let_in NAME LOGIN            enrolled, signed in, with a replica
#   call NAME METHOD PATH [BODY] prints the answer; said: its status and code
#   numbered NAME METHOD PATH …  as its replica, with the next number
mkdir -p "$work/keys"
new_id() { cat /proc/sys/kernel/random/uuid; }
call() { # station METHOD PATH [BODY|-|@FILE] [curl option…]: prints the answer
	local name=$1 method=$2 path=$3 body=${4:-}
	shift $(($# < 4 ? $# : 4))
	local options=(-sS --max-time 60 -X "$method" --cacert "$ca_file" -o "$work/answer" -D "$work/headers" -w '%{http_code}'
		--cert "$work/keys/$name.pem" --key "$work/keys/$name.key")
	[ -z "$body" ] || options+=(-H 'Content-Type: application/json' --data-binary @-)
	[ ! -e "$work/keys/$name.token" ] || options+=(-H "Authorization: Bearer $(cat "$work/keys/$name.token")")
	: >"$work/answer"
	case $body in
	-) curl "${options[@]}" "$@" "$sync_url$path" >"$work/status" 2>"$work/curl" ;;
	@*) curl "${options[@]}" "$@" "$sync_url$path" <"${body#@}" >"$work/status" 2>"$work/curl" ;;
	*) printf '%s' "$body" | curl "${options[@]}" "$@" "$sync_url$path" >"$work/status" 2>"$work/curl" ;;
	esac
	cat "$work/answer"
}
said() { echo "$(cat "$work/status")" "$(jq -r '[.code, .field] | map(select(.)) | join(" ")' "$work/answer" 2>/dev/null)"; }
declare -A replica
let_in() { # station login
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/keys/$1.key"
	openssl req -new -key "$work/keys/$1.key" -subj /CN=x -out "$work/keys/$1.csr" 2>/dev/null
	jq -cn --arg c "$(daemon enrol-code --alone --site "$(site_of "$2")" --json | jq -r .code)" --rawfile r "$work/keys/$1.csr" \
		'{code: $c, csr: $r}' | curl -sS --cacert "$ca_file" -H 'Content-Type: application/json' --data-binary @- \
		"$sync_url/v1/devices" | jq -r .certificate >"$work/keys/$1.pem"
	jq -cn --arg l "$2" --arg p "$(password_of "$2")" '{login: $l, password: $p}' | call "$1" POST /v1/session - | jq -r .token >"$work/token.$1"
	mv "$work/token.$1" "$work/keys/$1.token"
	replica[$1]=$(new_id) && echo 0 >"$work/number.$1"
	call "$1" POST /v1/replicas "{\"replica\":\"${replica[$1]}\",\"store\":\"$(new_id)\"}" >/dev/null
	[ "$(status)" = 201 ]
}
# As the replica of a station, with the next number unless one is given.
numbered() { # station METHOD PATH [BODY] [curl option…]
	echo $(($(number "$1") + 1)) >"$work/number.$1"
	call "$1" "$2" "$3" "${4:-}" -H "Sync-Replica: ${replica[$1]}" -H "Sync-Req: $(number "$1")" "${@:5}"
}
number() { cat "$work/number.$1"; } # of the last request
pull() { # station since [curl option…]: a page of the feed
	numbered "$1" GET "/v1/changes?since=$2&max_bytes=${page_bytes:-4000000}" '' "${@:3}"
}
next_of() { tail -n 1 "$1" | jq -r .f.next; }
receipts() { numbered "$1" POST /v1/receipts "$2"; }

#!/bin/bash
# tls.t - what testssl.sh holds against both doors: nothing that is not in
# tls_allowed.txt, each with its reason, and nothing there that it no longer finds.
# It tries hundreds of handshakes, so it is for the long run; in the short one the
# two doors are asked what they must refuse.
. tests/flow/lib.sh
. tests/flow/small.sh
use_blank
start_daemon

takes() { # port s_client-option…
	timeout 10 openssl s_client -brief -connect "127.0.0.1:$1" -CAfile "$ca_file" -verify_return_error "${@:2}" </dev/null >"$work/said" 2>&1
}
for door in web sync; do
	port=$([ $door = web ] && echo "$web_port" || echo "$sync_port")
	ok "$door: TLS 1.3" takes "$port" -tls1_3
	ok "$door: by the name it is called" takes "$port" -tls1_3 -verify_hostname localhost
	ok "$door: not by another" eval '! takes "$port" -tls1_3 -verify_hostname elsewhere.example'
	for old in -tls1_2 -tls1_1 -tls1; do
		ok "$door: nothing older ($old)" eval '! takes "$port" $old -cipher ALL:@SECLEVEL=0'
	done
	ok "$door: what is not TLS gets no answer" is "$(printf 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' | timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; cat >&3; head -c 12 <&3 | tr -d '\0'" | grep -c HTTP)" 0
done

if [ -z "${LONG:-}" ]; then
	skip 'testssl.sh' 'in the long run'
	done_testing
fi
findings() { # port: id and finding of whatever is not fine
	testssl --quiet --color 0 --warnings off --fast --add-ca "$ca_file" --jsonfile "$work/tls.json" "localhost:$1" >"$work/tls.log" 2>&1 </dev/null
	jq -r '.[] | select(.severity | test("OK|INFO|DEBUG") | not) | .id' "$work/tls.json" | sort -u
	rm -f "$work/tls.json"
}
grep -vE '^(#|$)' tests/flow/tls_allowed.txt | cut -d' ' -f1 | sort -u >"$work/allowed"
: >"$work/seen"
for port in "$web_port" "$sync_port"; do
	findings "$port" >"$work/found"
	cat "$work/found" >>"$work/seen"
	ok "testssl.sh has looked ($(grep -c . "$work/tls.log") lines)" [ "$(grep -c . "$work/tls.log")" -ge 60 ]
	ok "and finds nothing that is not explained" is "$(comm -23 "$work/found" "$work/allowed")" ''
done
ok "what is explained is still found" is "$(comm -13 <(sort -u "$work/seen") "$work/allowed")" ''
done_testing

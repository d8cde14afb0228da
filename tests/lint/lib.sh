# lib.sh - what lints in bash share: one line of TAP for a list of complaints.
#
#   . tests/lint/lib.sh
#   verdict "sentence" FILE     good when the file of complaints is empty
#
# Scratch is below $work and goes with the shell; the last lines of a lint are
# its plan and its exit code.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 failed=0

verdict() { # "sentence" file-of-complaints
	n=$((n + 1))
	if [ -s "$2" ]; then
		failed=1
		echo "not ok $n - $1"
		head -n 60 "$2" | sed 's/^/# /'
	else
		echo "ok $n - $1"
	fi
}

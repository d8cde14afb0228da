# limitsgen.awk - proto/limits.csv as a C header (out=h), as docs/limits.md (out=md),
# or as lines for a test (out=sh): name, tab, value.
BEGIN { FS = ","; print_head() }
function print_head() {
	if (out == "h")
		print "/* Made by tools/limitsgen.awk from proto/limits.csv. */\n#ifndef LIMIT_TABLE_H\n#define LIMIT_TABLE_H"
	else if (out == "md")
		print "# Limits\n\nMade by `tools/limitsgen.awk` from [proto/limits.csv](../proto/limits.csv); `tests/flow/limits.t` tries each with one less, as many and one\nmore. What is over a limit is refused by name, before anything of its size is made.\n\n| name | at most | what | where | why this much |\n|---|---|---|---|---|"
}
/^#/ || /^name,/ || NF == 0 { next }
NF != 6 || $2 !~ /^[0-9]+$/ {
	printf "%s:%d: wants name,value,unit,what,where,why\n", FILENAME, FNR > "/dev/stderr"
	bad = 1
	exit 1
}
out == "h" { printf "#define LIMIT_%s %s /* %s: %s */\n", $1, $2, $3, $4 }
out == "md" { printf "| `%s` | %s %s | %s | %s | %s |\n", $1, $2, $3, $4, $5, $6 }
out == "sh" { printf "%s\t%s\n", $1, $2 }
END {
	if (!bad && out == "h")
		print "#endif"
	if (!bad && out == "md")
		rest()
}
function rest() {
	print "\nNot in this table, because something else says it:\n"
	print "* a body's bytes: each row of `server/routes.c` (the same test tries all of them);"
	print "* texts, numbers and lists of a record: `proto/catalogue`, judged alike by station and centre;"
	print "* bytes of a file by its kind: `proto/media.c`; of a site in a day: `file-quota-mib` of `casebridged.conf(5)`;"
	print "* connections, all together and from one address: `connections`, `connections-per-source`;"
	print "* how long a connection may take over each thing it does: `server/http/conn.c`; a statement in its lane: `server/http/lanes.c`;"
	print "* all bodies and trees together: 256 MiB, a body counted eighty times (`server/http/lanes.c`);"
	print "* what a station reports of the trail: sixteen a day (`trail.evidence()`);"
	print "* wrong passwords and codes: `server/auth/lockout.h`."
	print "\nWhere others draw narrower ones: a page may have 5 000 lines (a site exports its whole caseload in one answer), exports have no other limit than what"
	print "a role sees at all; keys of one object and elements of one list are bounded together with everything else in a body, because the tree's size"
	print "is what costs; a search has no shortest word, since Chinese names have two characters. No request may be compressed: `Content-Encoding` is"
	print "refused, so nothing unpacks. Numbers are 64-bit integers and decimals with 15 digits."
}

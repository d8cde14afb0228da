# sqlgen.awk - turns files of named SQL statements into one C header.
#
#   awk -v prefix=Q -v type=query -v param='$' -f sqlgen.awk *.sql
#
# A statement starts at "-- query: name" and ends with the ';' that closes a
# line. The header has an enum of PREFIX_NAME, closed by PREFIX_COUNT, and,
# for the one file that defines TYPE_TEXTS before including it, the table
# TYPE_texts of name, text and number of parameters, in the order of the enum.
# Statements live in files and not in C so that they can be read, prepared and
# tested as SQL; whatever the rules here do not allow ends the build with the
# file and the line.
function bad(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"
	failed = 1
	exit 1
}
function open_statement_ends() {
	if (name != "") {
		printf "%s: statement '%s' has no ';' at the end of a line\n",
			file, name >"/dev/stderr"
		failed = 1
		exit 1
	}
}
FNR == 1 {
	open_statement_ends()
	file = FILENAME
}
/^-- query: / {
	open_statement_ends()
	name = $3
	if (NF != 3 || name !~ /^[a-z][a-z0-9_]*$/)
		bad("a name is lower case letters, digits and _")
	if (name in seen)
		bad("there is a statement '" name "' already")
	seen[name] = 1
	names[++n] = name
	params[n] = 0
	next
}
/^[ \t]*--/ || /^[ \t]*$/ { next }
name == "" { bad("text outside a statement; start it with -- query: name") }
{
	line = $0
	while ((at = index(line, param)) > 0) {
		line = substr(line, at + 1)
		if (match(line, /^[0-9]+/) && substr(line, 1, RLENGTH) + 0 > params[n])
			params[n] = substr(line, 1, RLENGTH) + 0
	}
	line = $0
	gsub(/\\/, "&&", line)
	gsub(/["?]/, "\\\\&", line)
	text[n] = text[n] "\t\t\"" line "\\n\"\n"
	if ($0 ~ /;[ \t]*$/)
		name = ""
}
END {
	if (failed)
		exit 1
	open_statement_ends()
	guard = toupper(type)
	print "/* Made by tools/sqlgen.awk. Do not edit. */"
	print "#ifndef GEN_" guard "_H\n#define GEN_" guard "_H\n"
	print "enum " type " {"
	for (i = 1; i <= n; i++)
		print "\t" prefix "_" toupper(names[i]) ","
	print "\t" prefix "_COUNT\n};\n"
	print "struct " type "_text {"
	print "\tconst char *name;\n\tint params;\n\tconst char *text;\n};\n"
	print "#endif\n"
	print "#ifdef " guard "_TEXTS"
	print "#pragma GCC diagnostic push"
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	print "static const struct " type "_text " type "_texts[] = {"
	for (i = 1; i <= n; i++)
		printf "\t{\"%s\", %d,\n%s\t},\n", names[i], params[i], text[i]
	print "};"
	print "#pragma GCC diagnostic pop\n#endif"
}

# embed.awk - turns text files into the string literals of one C header.
#
#   awk -v name=server_migrations -f embed.awk SUMS FILES…
#
# SUMS is the output of sha256sum over the same files. For each NNNN-what.sql
# the table holds number, name, text, length and SHA-256, so that a program
# can refuse a migration that changed after it ran. dense=1 allows no
# gap between numbers: a station counts its migrations by user_version. With
# one=1 there is no table: one file becomes NAME, its hash NAME_sha256.
function quoted(line) {
	gsub(/\\/, "&&", line)
	gsub(/["?]/, "\\\\&", line)
	return "\t\"" line "\\n\"\n"
}
NR == FNR {
	sum[$2] = $1
	next
}
FNR == 1 { files[++n] = FILENAME }
{ text[n] = text[n] quoted($0) }
END {
	print "/* Made by tools/embed.awk. Do not edit. */"
	if (!one) {
		print "#ifndef GEN_MIGRATION\n#define GEN_MIGRATION\n"
		print "#include <stddef.h>\n"
		print "struct migration {\n\tint number;\n\tconst char *name;"
		print "\tconst char *text;\n\tsize_t length;"
		print "\tconst char *sha256;\n};\n\n#endif\n"
	}
	print "#pragma GCC diagnostic push"
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	for (i = 1; i <= n; i++)
		printf "static const char %s[] =\n%s\t;\n",
			one ? name : name "_" i, text[i]
	print "#pragma GCC diagnostic pop"
	if (one) {
		printf "static const char %s_sha256[] = \"%s\";\n", name, sum[files[1]]
		exit
	}
	print "\nstatic const struct migration " name "[] = {"
	for (i = 1; i <= n; i++) {
		what = files[i]
		sub(/.*\//, "", what)
		sub(/\.sql$/, "", what)
		number = substr(what, 1, 4)
		if (what !~ /^[0-9][0-9][0-9][0-9]-[a-z0-9-]+$/ || number + 0 <= last ||
		    (dense && number + 0 != i)) {
			printf "%s: migrations are NNNN-what.sql, each with a number of " \
				"its own%s\n", files[i], dense ? ", without gaps" : "" >"/dev/stderr"
			exit 1
		}
		last = number + 0
		printf "\t{%d, \"%s\", %s_%d,\n\t\tsizeof(%s_%d) - 1,\n\t\t\"%s\"},\n",
			number, substr(what, 6), name, i, name, i, sum[files[i]]
	}
	print "};"
}

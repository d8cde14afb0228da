# figuresgen.awk - makes of server/figures/sources what counts them.
#
#   awk -v out=sql -f figuresgen.awk FILES…    the functions, run by every migrate
#   awk -v out=h   -f figuresgen.awk FILES…    the sources as a C table
#
# A source is one SELECT with the seventeen columns of figures.fact in their order
# (without the source's name), over the parameters p_units and p_day, below a head of
# `-- key: value` lines: records (what it reads), codes (kind=LIST setting=LIST), live
# (counted when asked, p_units does not count), clients (its units are cases that may
# have many each, so cases are counted, too), m1 … m8 (what each sum is).
function name_of(file) {
	sub(/.*\//, "", file)
	sub(/\.sql$/, "", file)
	return file
}
function bad(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"
	failed = 1
	exit 1
}
function quoted(s) {
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\"", s)
	gsub(/\n/, "\\n\"\n\t\"", s)
	return "\"" s "\""
}
FNR == 1 {
	name = name_of(FILENAME)
	names[++n] = name
	body[name] = ""
	next
}
/^-- [a-z0-9]+: / && body[name] == "" {
	key = substr($2, 1, length($2) - 1)
	value = $0
	sub(/^-- [a-z0-9]+: /, "", value)
	if (key !~ /^(records|codes|live|clients|public|within|amounts|kinds|same|beside|feeds|m[1-8])$/)
		bad("a head has records, codes, live, clients, public, m1 … m8 and what ties them, not '" key "'")
	head[name, key] = value
	next
}
/^--/ { next }
{ body[name] = body[name] (body[name] == "" ? "" : "\n") $0 }
function select(s) {
	return "SELECT q.unit, '" s "'::text, q.month::date, q.site, coalesce(q.programme, ''), coalesce(q.sex, ''), coalesce(q.age, '')," \
		" coalesce(q.model, ''), coalesce(q.setting, ''), coalesce(q.kind, ''), coalesce(q.m1, 0)::bigint, coalesce(q.m2, 0)::bigint, coalesce(q.m3, 0)::bigint, coalesce(q.m4, 0)::bigint," \
		" coalesce(q.m5, 0)::bigint, coalesce(q.m6, 0)::bigint, coalesce(q.m7, 0)::bigint, coalesce(q.m8, 0)::bigint FROM (\n" body[s] \
		") q (unit, month, site, programme, sex, age, model, setting, kind, m1, m2, m3, m4, m5, m6, m7, m8)"
}
function head_of(fn, args) {
	print "CREATE OR REPLACE FUNCTION figures." fn "(" args ") RETURNS SETOF figures.fact"
	print "LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$"
	print "#variable_conflict use_column"
	print "BEGIN"
}
function make_sql(   i, first) {
	print "-- Made by tools/figuresgen.awk from server/figures/sources."
	head_of("contribution", "p_units uuid[], p_day date")
	print "RETURN QUERY"
	first = 1
	for (i = 1; i <= n; i++)
		if (!((names[i], "live") in head)) {
			print (first ? "" : "UNION ALL\n") select(names[i])
			first = 0
		}
	print ";\nEND $$;"
	head_of("live", "p_source text, p_day date")
	for (i = 1; i <= n; i++)
		if ((names[i], "live") in head)
			print "IF p_source = '" names[i] "' THEN RETURN QUERY " select(names[i]) "; END IF;"
	print "END $$;"
	print "SET ROLE casebridge_maint;"
	print "UPDATE figures.state SET wanted = figures.sources_hash();"
	print "RESET ROLE;"
}
function make_h(   i, j) {
	print "/* Made by tools/figuresgen.awk. Do not edit. */"
	print "#pragma GCC diagnostic push"
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	print "static const struct figure_source figure_sources[] = {"
	for (i = 1; i <= n; i++) {
		printf "\t{%s, %s, %s, %s, %s, %s,\n\t{", quoted(names[i]), ((names[i], "live") in head) ? "true" : "false",
			((names[i], "clients") in head) ? "true" : "false", ((names[i], "public") in head) ? "true" : "false",
			quoted(head[names[i], "records"]), quoted(head[names[i], "codes"])
		for (j = 1; j <= 8; j++)
			printf "%s%s", (j > 1 ? ", " : ""), (names[i], "m" j) in head ? quoted(head[names[i], "m" j]) : "NULL"
		printf "},\n\t%s, %s, %s, %s, %s, %s,\n\t%s},\n", quoted(head[names[i], "within"]), quoted(head[names[i], "amounts"]),
			quoted(head[names[i], "kinds"]), quoted(head[names[i], "same"]), quoted(head[names[i], "beside"]),
			quoted(head[names[i], "feeds"]), quoted(body[names[i]])
	}
	print "};"
	print "#pragma GCC diagnostic pop"
}
END {
	if (failed)
		exit 1
	if (out == "sql")
		make_sql()
	else
		make_h()
}

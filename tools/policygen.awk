# policygen.awk - server/access/policy.csv as a C table (out=h), as the SQL that
# `casebridged migrate` runs (out=sql), or as only the roles and how they reach
# cases, which stations must know, too (out=reach), or as the tables of
# docs/man/casebridge-access.7 (out=man). Every role reads the directory.
BEGIN { FS = "," }
/^#/ || /^role,/ || NF == 0 { next }
NF != 5 {
	printf "%s:%d: wants role,reach,verb,own,types\n", FILENAME, FNR > "/dev/stderr"
	bad = 1
	exit 1
}
{
	if (!($1 in reach))
		roles[++nroles] = $1
	reach[$1] = $2
	if ($3 ~ /^glass_/ && ($3 !~ /^glass_(read|create)$/ || $2 == "directory" || $4 != "")) {
		printf "%s:%d: in an emergency a role that reaches cases may glass_read and glass_create\n", \
			FILENAME, FNR > "/dev/stderr"
		bad = 1
		exit 1
	}
	if (($3 == "read" || $3 == "glass_read") && $2 != "directory") {
		if (all_read == "")
			all_read = $5
		if ($5 != all_read) {
			printf "%s:%d: %s must read: %s\n", FILENAME, FNR, $1, \
				all_read > "/dev/stderr"
			bad = 1
			exit 1
		}
	}
	n = split($5, t, " ")
	told[$1] = told[$1] sprintf(".It Ic %s%s\n%s\n", $3, $4 == "own" ? " Pq own" : "", $5)
	if ($3 == "act" || $3 == "grant") {
		for (i = 1; i <= n; i++)
			if ($3 == "act")
				act[++acts] = $1 "," ($4 == "own") "," t[i]
			else
				grant[++grants] = $1 "," t[i]
		next
	}
	for (i = 1; i <= n; i++)
		row[++rows] = $1 "," $3 "," ($4 == "own") "," t[i]
}
END {
	if (bad)
		exit 1
	dirs = split("district site staff holiday service_item resource team pack", dir, " ")
	for (r = 1; r <= nroles; r++)
		for (i = 1; i <= dirs; i++)
			if (!seen[roles[r], dir[i]]++)
				row[++rows] = roles[r] ",read,0," dir[i]
	if (out == "reach")
		roles_table()
	else if (out == "man")
		man_table()
	else if (out == "h")
		c_table()
	else
		sql_table()
}
function roles_table(  i) {
	print "/* Made by tools/policygen.awk from server/access/policy.csv. */"
	print "static const struct {\n\tconst char *role;\n\tconst char *reach;\n} role_reach[] = {"
	for (i = 1; i <= nroles; i++)
		printf "\t{\"%s\", \"%s\"},\n", roles[i], reach[roles[i]]
	print "};"
}
function man_table(  i) {
	for (i = 1; i <= nroles; i++)
		printf ".Ss %s\nReach: %s.\n.Bl -tag -width Ds\n%s.El\n", roles[i], reach[roles[i]], told[roles[i]]
}
function c_table(  i, f) {
	print "/* Made by tools/policygen.awk from server/access/policy.csv. */"
	print "static const struct policy_reach policy_reach[] = {"
	for (i = 1; i <= nroles; i++)
		printf "\t{\"%s\", REACH_%s},\n", roles[i], toupper(reach[roles[i]])
	print "};"
	print "static const struct policy_row policy[] = {"
	for (i = 1; i <= rows; i++) {
		split(row[i], f, ",")
		printf "\t{\"%s\", VERB_%s, %s, \"%s\"},\n", f[1], toupper(f[2]), \
			f[3] ? "true" : "false", f[4]
	}
	print "};"
	print "static const struct policy_act policy_acts[] = {"
	for (i = 1; i <= acts; i++) {
		split(act[i], f, ",")
		printf "\t{\"%s\", ACT_%s, %s},\n", f[1], toupper(f[3]), f[2] ? "true" : "false"
	}
	print "};"
	print "static const struct policy_grant policy_grants[] = {"
	for (i = 1; i <= grants; i++) {
		split(grant[i], f, ",")
		printf "\t{\"%s\", \"%s\"},\n", f[1], f[2]
	}
	print "};"
}
function sql_table(  i, f) {
	print "-- Made by tools/policygen.awk from server/access/policy.csv."
	print "DELETE FROM access.may;\nDELETE FROM access.role;"
	for (i = 1; i <= nroles; i++)
		printf "INSERT INTO access.role VALUES ('%s', '%s');\n", roles[i], \
			reach[roles[i]]
	for (i = 1; i <= rows; i++) {
		split(row[i], f, ",")
		printf "INSERT INTO access.may SELECT '%s', '%s', no FROM access.type_no WHERE name = '%s' ON CONFLICT DO NOTHING;\n", \
			f[1], f[2], f[4]
	}
}

# routegen.awk - who may call what, from server/access/routes.csv and policy.csv
# (given in this order: policy, routes), as C macros CALLERS_handler for the table
# of server/routes.c (out=h) or as the list of docs/man/casebridge-access.7 (out=man).
BEGIN { FS = "," }
function fail(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	bad = 1
	exit 1
}
/^#/ || /^role,/ || /^handler,/ || NF == 0 { next }
FILENAME ~ /policy/ {
	if (!($1 in known)) {
		known[$1] = 1
		role[++roles] = $1
	}
	n = split($5, t, " ")
	for (i = 1; i <= n; i++)
		has[$1 "," $3 "," t[i]] = 1
	next
}
NF != 3 || $3 == "" { fail("wants handler,who,about: what decides, or why it is public, is never empty") }
$1 in callers { fail($1 " is there twice") }
{
	n = split($2, w, " ")
	list = ""
	anybody = w[1] == "public" || w[1] == "self"
	if (anybody && n != 1 || !anybody && w[1] !~ /^(every|act|verb|roles)$/)
		fail("who is public, self, every, every but ROLE, act NAME, verb VERB TYPE or roles ROLE")
	for (i = (w[1] == "roles" ? 2 : 3); i <= n && w[1] ~ /^(roles|every)$/; i++)
		if (!(w[i] in known))
			fail("there is no role " w[i])
	for (i = 1; i <= roles && !anybody; i++)
		if (may(role[i], n))
			list = list (list == "" ? "" : " ") role[i]
	if (!anybody && list == "")
		fail("nobody may call " $1)
	handler[++handlers] = $1
	callers[$1] = list
	kind[$1] = w[1]
	about[$1] = $3
}
function may(r, n,  i) {
	if (w[1] == "act")
		return (r ",act," w[2]) in has
	if (w[1] == "verb")
		return (r "," w[2] "," w[3]) in has
	if (w[1] == "roles") {
		for (i = 2; i <= n; i++)
			if (w[i] == r)
				return 1
		return 0
	}
	for (i = 3; i <= n; i++)
		if (w[i] == r)
			return 0
	return 1
}
END {
	if (bad)
		exit 1
	if (out == "man")
		man()
	else
		macros()
}
function macros(  i, k, n, t, bits, h, all) {
	print "/* Made by tools/routegen.awk from server/access/routes.csv and policy.csv. */"
	for (i = 1; i <= handlers; i++) {
		h = handler[i]
		n = split(callers[h], t, " ")
		all = n == 0 || n == roles
		bits = ""
		for (k = 1; k <= n; k++)
			bits = bits (k > 1 ? " | " : "") "1u << ROLE_" toupper(t[k])
		printf "#define CALLERS_%s %s, %s, \"%s\"\n", h, \
			kind[h] == "public" ? "WHO_PUBLIC" : kind[h] == "self" ? "WHO_SELF" : all ? "WHO_EVERY" : "WHO_ROLES", \
			all ? "~0u" : bits, about[h]
	}
}
# Neighbours that the same roles may call stand together.
function man(  i, h, names, last) {
	for (i = 1; i <= handlers + 1; i++) {
		h = handler[i]
		if (i <= handlers && callers[h] == last) {
			names = names " " h
			continue
		}
		if (last != "" && split(last, t, " ") < roles)
			printf ".It Ic %s\n%s\n", names, last
		last = callers[h]
		names = h
	}
}

#!/bin/bash
# catalogue.t - every field of the catalogue has its column, of its kind and
# within its limits, and no typed table has a column nobody described.
. tests/flow/lib.sh
use_blank

# What docs/wire.md says a kind is kept as: | `kind` | JSON | `column` | limits |
column=$(sed -n 's/^| `\([a-z_]*\)` | [^|]* | `\([a-z]*\(\[\]\)\?\)` |.*/\1 \2/p' docs/wire.md |
	sed 's/ \(.*\)\[\]$/ ARRAY \1/; s/ timestamptz$/ timestamp with time zone/' |
	jq -Rn '[inputs | capture("(?<key>[^ ]*) (?<value>.*)")] | from_entries')
described() {
	jq -r --argjson column "$column" '.types[] | .type as $t | .fields[] |
		"\($t).\(.name) \($column[.kind])"' "$BUILD/gen/catalogue.json" | sort
}
kept() {
	sql "SELECT table_name || '.' || column_name || ' ' || data_type || CASE data_type
			WHEN 'ARRAY' THEN ' ' || ltrim(udt_name, '_') ELSE '' END
		FROM information_schema.columns WHERE table_schema = 'rec'
		AND column_name NOT IN ('id', 'case_id', 'site_id', 'rec_ver', 'rec_state')" | sort
}
described >"$work/described"
kept >"$work/kept"
differ() { comm -23 "$work/$1" "$work/$2"; }
ok "there are nineteen types or more" test "$(jq '.types | length' "$BUILD/gen/catalogue.json")" -ge 19
ok "every field has a column of its kind" is "$(differ described kept)" ''
ok "every column is a field" is "$(differ kept described)" ''

# Lists that are made of what there is are nobody's to write.
ok "programmes, forms and instruments have no list of their own" is "$(
	jq -c '[.codes | keys[] | select(. == "programme" or . == "form" or . == "instrument")]' "$BUILD/gen/catalogue.json")" '[]'

# Whole numbers: the same limits in both places, stated as BETWEEN.
jq -r '.types[] | .type as $t | .fields[] | select(.kind == "int" and has("min") and has("max")) |
	"\($t).\(.name) \(.min) \(.max)"' "$BUILD/gen/catalogue.json" | sort >"$work/described"
sql "SELECT c.relname || '.' || a.attname || ' ' || array_to_string(regexp_match(
		pg_get_constraintdef(k.oid), '>= ''?(-?[0-9]+).* <= ''?(-?[0-9]+)'), ' ')
	FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
	WHERE k.contype = 'c' AND c.relnamespace = 'rec'::regnamespace" | sort >"$work/kept"
ok "limits of numbers are the same in both" is "$(differ described kept)$(differ kept described)" ''

# What case a record belongs to, what table stands behind a type.
ok "each type has its table, its number and forced row security" is "$(
	jq -r '.types[] | "\(.no) \(.type) true"' "$BUILD/gen/catalogue.json" | sort)" "$(
	sql "SELECT t.no || ' ' || t.name || ' ' || (c.relrowsecurity AND c.relforcerowsecurity)
		FROM access.type_no t LEFT JOIN pg_class c ON c.relname = t.name
		AND c.relnamespace = 'rec'::regnamespace" | sort)"
ok "records of a case or a group must name it, but a conflict may be about a person" is "$(
	jq -r '.types[] | select((.scope == "case" or .scope == "group") and .type != .scope
		and .needs_case != false or .needs_case) | .type' \
		"$BUILD/gen/catalogue.json" | sort)" "$(
	sql "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = 'rec'::regnamespace AND c.relkind = 'r'
		AND a.attname = 'case_id' AND a.attnotnull" | sort)"

# A field that names records of its own type could close a circle; the one
# statement that follows such fields must know them all.
ok "every field that names its own type is followed for circles" is "$(
	jq -r '.types[] | .type as $t | .fields[] | select(.kind == "ref" and (.to | index($t))) |
		"\($t).\(.name)"' "$BUILD/gen/catalogue.json" | sort)" "$(
	awk '/^-- query: /{ on = $3 == "links" } on' server/sql/records.sql |
		sed -n 's/.*SELECT \([a-z]\)\.id, \1\.\([a-z_]*\) FROM rec\.\([a-z]*\) .*/\3.\2/p' | sort)"
done_testing

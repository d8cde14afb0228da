#!/bin/bash
# paired.t - change between pairs is reckoned as R reckons it, on hundreds of generated
# data sets: n of 2 to 200, with ties, with zeros, all alike, far from nought.
. tests/flow/lib.sh
paired_r=${CASEBRIDGE%/*}/tests/lib/paired_r
# Always the same in `check`, so that a change answers for what it broke itself; others in the long run.
seed=${PAIRED_SEED:-${LONG:+$((RANDOM % 1000))}}
seed=${seed:-7}
sets=${PAIRED_SETS:-360}
echo "# seed $seed"
Rscript --vanilla tests/data/paired.R "$sets" "$seed" >"$work/of_r" 2>"$work/r.err" || remark "$(tail -n 2 "$work/r.err")"
ok "R said something of every data set" is "$(wc -l <"$work/of_r")" $((3 * sets))
"$paired_r" <"$work/of_r" >"$work/compared"
ok "every number is R's" is "$? $(grep -c '^#' "$work/compared")" "0 0"
grep '^#' "$work/compared" | head -n 20
ok "and all of them were compared" [ "$(tail -n 1 "$work/compared" | sed 's/.*sets, \([0-9]*\) .*/\1/')" -gt $((sets * 15)) ]
# It would notice.
sed '3s/sd [0-9.]*/sd 1.25/' "$work/of_r" >"$work/wrong"
ok "a number that is not is found" exits 1 "$paired_r" <"$work/wrong"
done_testing

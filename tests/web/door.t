#!/bin/bash
# door.t - signing in, its steps, a locked page, the proof and one's own account in a
# real browser, against the real daemon. The steps are in door.mjs.
. tests/flow/lib.sh
. tests/web/taps.sh

use_district
start_daemon
nurse=$(account nurse) site=$(site_of "$(account nurse)")
printf 'a temporary one, said by phone\n' | daemon account password --login "$nurse" --must-change >/dev/null
printf 'correct horse battery\n' | daemon account add --login new.boss --role site_admin --site "$site" --name 新管理员 >/dev/null
# The doctor signed in a while ago, whenever that was: what is dangerous asks again.
doctor=$(account prevention_doctor)
sql "CREATE FUNCTION auth.long_ago() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
	NEW.proved_at := now() - interval '10 minutes'; RETURN NEW; END \$\$;
	CREATE TRIGGER long_ago BEFORE INSERT ON auth.session FOR EACH ROW
	WHEN (NEW.account = '$(sql "SELECT id FROM auth.account WHERE login = '$doctor'")') EXECUTE FUNCTION auth.long_ago();
	GRANT EXECUTE ON FUNCTION auth.long_ago TO casebridge_app" >/dev/null
CB_URL=$web_url/ CB_NURSE=$nurse CB_DOCTOR=$doctor CB_DOCTOR_PASSWORD=$(password_of "$doctor") CB_BOSS=new.boss \
	"$node" tests/web/door.mjs >"$work/taps" 2>"$work/said"
take_taps "$work/taps" $?
done_testing

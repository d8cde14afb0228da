/*
 * main.c - casebridged: finds the verb, runs it, says what went wrong.
 *
 * Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
 */
#include "server/admin/admin.h"
#include "server/auth/password.h"
#include "server/serve.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct verb verbs[] = {
	{"serve", NULL,
		"listen until SIGTERM; SIGHUP reads the certificates again", serve},
	{"check", NULL,
		"look at everything serve looks at before it listens", serve_check},
	{"ca init", NULL,
		"make what is missing of the device CA, server certificate and keys", admin_ca_init},
	{"ca renew", NULL,
		"make a new server certificate for the host names", admin_ca_renew},
	{"migrate", NULL,
		"bring the database to this program's shape (as database-owner)", admin_migrate},
	{"demo", "cases city? records-per-case seed today home accounts writers batch",
		"load the invented demo district into an empty database (once)", admin_demo},
	{"site add", "name! kind! district!",
		"add a site; a district that does not exist is made", admin_site_add},
	{"enrol-code", "site! alone? json?",
		"a one-time code, good for 30 minutes; an administrator grants what it asks for, unless --alone", admin_enrol_code},
	{"account add", "login! role! site! name! staff must-change?",
		"add an account; the password is one line on standard input", admin_account_add},
	{"account password", "login! must-change?",
		"set a new password (standard input), end all sessions, forgive wrong guesses", admin_account_password},
	{"account disable", "login!",
		"no more sign-in; all sessions end at once", admin_account_disable},
	{"account enable", "login!",
		"allow sign-in again", admin_account_enable},
	{"account factor-reset", "login!",
		"take a lost second factor away; the next sign-in sets up a new one", admin_account_factor_reset},
	{"pack check", "lang json? FILE",
		"tell every mistake in packs, forms, scales and code lists, with line and field", admin_pack_check},
	{"pack list", "json? all?",
		"programmes, forms and scales there are; with --all those the district added, too", admin_pack_list},
	{"pack add", "sites lang FILE",
		"check files and add them to the district; a running daemon takes them over", admin_pack_add},
	{"pack retire", "kind! name!",
		"make nothing new with a version (name@version) the district added", admin_pack_retire},
	{"calendar load", "FILE?",
		"add holidays and make-up workdays: the published ones, or those of files", admin_calendar_load},
	{"calendar list", "json?",
		"how many such days there are, by year", admin_calendar_list},
	{"indicators", "json?",
		"every figure there is: definition, numerator, denominator, what it is told apart by", admin_indicators},
	{"figures check", NULL,
		"prove that the kept counts are what counting anew gives (as database-owner)", admin_figures_check},
	{"figures rebuild", NULL,
		"count everything anew, and prove that it is the same (as database-owner)", admin_figures_rebuild},
	{"device list", "json?",
		"stations, with when they last signed in", admin_device_list},
	{"device lock", "device! reason!",
		"a lost station opens no store from its next contact on, until it is unlocked", admin_device_lock},
	{"device unlock", "device!",
		"take back what was ordered for a station that was not wiped yet", admin_device_unlock},
	{"device wipe", "device! reason!",
		"a lost station hands over what was not sent, sealed, and destroys its stores", admin_device_wipe},
	{"device revoke", "device!",
		"shut a station out at once", admin_device_revoke},
	{"parcel list", "json? all?",
		"what a wiped station handed over and could not be taken yet: whose, when, why", admin_parcel_list},
	{"parcel retry", "json? parcel",
		"try to take it again, as its authors'", admin_parcel_retry},
	{"courier rotate", "json?",
		"put a new key into use for work that is carried by others; old work still opens", admin_courier_rotate},
	{"seal", "once? check?",
		"seal the trail until SIGTERM; --once: what there is now, --check: and read everything again", admin_seal},
	{"seal init", NULL,
		"make the key of the seal, and say what it is pinned by", admin_seal_init},
	{"seal rotate", NULL,
		"another key takes over, signed by both; while no sealer is at work", admin_seal_rotate},
	{"audit export", "from to since FILE",
		"write the sealed trail into a new file: all of it, or of some days", admin_audit_export},
	{"audit verify", "key! head FILE",
		"prove such a file or a receipt, without a database or a network", admin_audit_verify},
	{"keys status", "json?",
		"which keys seal what is stored, and which open it still (as database-owner)", admin_keys_status},
	{"keys rotate", "json?",
		"seal everything by a new data key while the daemon works; goes on where it was stopped (as database-owner)", admin_keys_rotate},
	{"keys rewrap", "json?",
		"wrap every key by the first line of the key file, so that older lines can go (as database-owner)", admin_keys_rewrap},
	{"backup make", "dir!",
		"write the database into a new directory", admin_backup_make},
	{"backup verify", "dir! scratch",
		"restore such a directory into a cluster of its own, check all of it, and let it count", admin_backup_verify},
	{"retention list", "json?",
		"cases whose span is over, which are held, and certificates of what was destroyed: ids and days", admin_retention_list},
	{"retention certificate", "id! lang json?",
		"a certificate of destruction, to print", admin_retention_certificate},
	{"epoch show", "json?",
		"which lives the log has had, and whether the last is confirmed", admin_epoch_show},
	{"epoch confirm", "reason!",
		"accept changes again after the log was restored", admin_epoch_confirm},
	{"epoch change", NULL,
		"say that the log is another one, when nothing has noticed", admin_epoch_change},
};
/* clang-format on */

static void print_verb(const struct verb *v)
{
	printf("  casebridged %s", v->name);
	for (const char *p = v->options; p && *p;) {
		size_t word = strcspn(p, " "), bare = strcspn(p, "!? ");
		bool required = word > bare && p[bare] == '!';
		bool flag = word > bare && p[bare] == '?';

		if (bare == 4 && strncmp(p, "FILE", bare) == 0) {
			printf(flag ? " [FILE …]" : " FILE …");
			p += word + (p[word] == ' ');
			continue;
		}
		printf(required ? " --%.*s %s" : " [--%.*s%s]", (int)bare, p,
			required ? "…"
			: flag   ? ""
				 : " …");
		p += word + (p[word] == ' ');
	}
	printf("\n      %s\n", v->meaning);
}

static void print_help(void)
{
	struct buf b;

	printf("casebridged " CASEBRIDGE_VERSION
	       " - shared case records: the server\n\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		print_verb(&verbs[i]);
	printf("\nEvery verb takes --config FILE (default " CONFIG_FILE
	       ")\nand each setting as --key=value, which wins over the "
	       "file.\nSettings, in the file `key = value`, one a line:\n\n");
	buf_init(&b, 65536);
	config_help(&b);
	fputs(b.p, stdout);
	buf_free(&b);
	printf("\nExit codes: 0 done, 1 refused or failed, 2 wrong usage.\n");
}

static bool asked_for(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct arena *mem;
	const struct verb *v;
	struct err e = {0};
	struct call c;
	bool ok;

	if (asked_for(argc, argv, "--help")) {
		print_help();
		return 0;
	}
	if (asked_for(argc, argv, "--version")) {
		printf("casebridged " CASEBRIDGE_VERSION "\n");
		return 0;
	}
	setlocale(LC_ALL, "C.UTF-8");
	json_object_seed(
		0); /* before threads: keys cannot be made to collide */
	if (!password_start())
		die("no randomness on this machine");
	mem = arena_new();
	v = call_read(&c, verbs, ARRAY_LEN(verbs), argc, argv, mem, &e);
	ok = v && v->run(&c, &e);
	if (!ok)
		fprintf(stderr, "casebridged: %s\n", e.msg);
	arena_free(mem);
	return ok ? 0 : v && e.code != ERR_USAGE ? 1 : 2;
}

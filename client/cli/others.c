/*
 * others.c - see others.h.
 */
#include "client/cli/others.h"

#include "client/cli/out.h"

static struct courier_job job_of(struct desk *d, struct transport *t)
{
	return (struct courier_job){
		&d->place, t, d->s ? d->store_name : NULL, false};
}

bool others_carry(struct desk *d, struct transport *t,
	struct courier_report *out, struct err *e)
{
	struct courier_job job = job_of(d, t);

	return courier_carry(&job, out, e);
}

bool others_wait(struct desk *d, struct courier_report *out, struct err *e)
{
	struct courier_job job = job_of(d, NULL);

	return courier_waits(&job, out, e);
}

json_t *others_json(const struct courier_report *r)
{
	json_t *j = json_pack("{s:I, s:I, s:I, s:I, s:I}", "changes",
		(json_int_t)r->changes, "files", (json_int_t)r->files,
		"refused", (json_int_t)r->refused, "left", (json_int_t)r->left,
		"busy", (json_int_t)r->busy);

	if (!j)
		die("others: no report");
	return j;
}

void others_print(struct cli *c, const struct courier_report *r, bool always)
{
	if (r->changes || r->files)
		out_line(c, text_of(c, T_CARRIED, number_text(c, r->changes),
				    number_text(c, r->files), NULL));
	else if (always && !r->left && !r->refused)
		out_line(c, text_raw(c->lang, T_CARRIED_NOTHING));
	if (r->left || r->refused)
		out_line(c, text_of(c, T_CARRY_LEFT, number_text(c, r->left),
				    number_text(c, r->refused), NULL));
	if (r->busy && always)
		out_line(c, text_of(c, T_CARRY_BUSY, number_text(c, r->busy),
				    NULL));
}

/*
 * static.c - see static.h.
 */
#include "server/http/static.h"

#include <string.h>

bool static_reply(const struct webroot *files, const struct gate_result *g,
	struct req *r, struct err *e)
{
	struct webfile f;

	if (!webroot_find(files, g->uri.path, g->accepts_br, &f))
		return err_set(e, ERR_NOT_FOUND, "no such file");
	req_header(r, "ETag", f.etag);
	req_header(r, "Vary", "Accept-Encoding");
	req_header(r, "Cache-Control", f.cache);
	if (g->value[H_IF_NONE_MATCH] &&
		strcmp(g->value[H_IF_NONE_MATCH], f.etag) == 0)
		return req_reply_bytes(r, 304, f.type, "", 0);
	if (f.packed)
		req_header(r, "Content-Encoding", "br");
	return req_reply_bytes(r, 200, f.type, f.bytes.p, f.bytes.n);
}

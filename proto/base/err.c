/*
 * err.c - see err.h. The table is err.def, included a second time.
 */
#include "proto/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef err_set
#undef err_field

static const struct {
	const char *name;
	unsigned http;
	enum err_retry retry;
	const char *text[2];
} codes[] = {
/* clang-format off */
#define ERR(name, wire, http, retry, zh, en) \
	{wire, http, RETRY_##retry, {zh, en}},
/* clang-format on */
#include "proto/base/err.def"
#undef ERR
};

static const char *const retry_names[] = {
	"not_needed", "never", "later", "after_edit", "after_login", "resync"};

/* Takes off a character that a full array cut in two. */
static void end_whole(char *text)
{
	size_t n = strlen(text), i = n, need;
	unsigned char lead;

	while (i > 0 && ((unsigned char)text[i - 1] & 0xc0) == 0x80)
		i--;
	if (i == 0)
		return;
	lead = (unsigned char)text[i - 1];
	need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (i - 1 + need > n)
		text[i - 1] = 0;
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	memset(e, 0, sizeof(*e));
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	end_whole(e->msg);
	return false;
}

bool err_field(struct err *e, enum err_code code, const char *field,
	const char *accepts, ...)
{
	va_list ap;

	memset(e, 0, sizeof(*e));
	e->code = code;
	snprintf(e->field, sizeof(e->field), "%s", field);
	end_whole(e->field);
	va_start(ap, accepts);
	vsnprintf(e->accepts, sizeof(e->accepts), accepts, ap);
	va_end(ap);
	end_whole(e->accepts);
	snprintf(e->msg, sizeof(e->msg), "%s: field '%s', accepts %s",
		err_name(code), e->field, e->accepts);
	return false;
}

unsigned err_http(enum err_code code)
{
	return codes[code].http;
}

enum err_retry err_retry(enum err_code code)
{
	return codes[code].retry;
}

const char *err_retry_name(enum err_code code)
{
	return retry_names[codes[code].retry];
}

const char *err_name(enum err_code code)
{
	return codes[code].name;
}

enum err_code err_from_name(const char *name)
{
	for (int i = 0; i < ERR_COUNT; i++)
		if (strcmp(name, codes[i].name) == 0)
			return (enum err_code)i;
	return ERR_NONE;
}

static void add_accepts(const char *accepts, enum lang lang, struct buf *out)
{
	const char *mark = strstr(accepts, ERR_BOTH);

	if (!mark)
		buf_text(out, accepts);
	else if (lang == LANG_ZH)
		buf_add(out, accepts, (size_t)(mark - accepts));
	else
		buf_text(out, mark + strlen(ERR_BOTH));
}

void err_sentence(const struct err *e, enum lang lang, struct buf *out)
{
	const char *t = codes[e->code].text[lang];

	for (; *t; t++) {
		if (strncmp(t, "{f}", 3) == 0)
			buf_text(out, e->field);
		else if (strncmp(t, "{a}", 3) == 0)
			add_accepts(e->accepts, lang, out);
		else {
			buf_char(out, *t);
			continue;
		}
		t += 2;
	}
}

static void add_text(const struct err *e, enum lang lang, struct buf *out)
{
	struct buf t;

	buf_init(&t, 1024);
	err_sentence(e, lang, &t);
	buf_json(out, t.p ? t.p : "", t.n);
	buf_free(&t);
}

void err_json(const struct err *e, struct buf *out)
{
	buf_printf(out, "\"code\":\"%s\",\"retry\":\"%s\"", err_name(e->code),
		err_retry_name(e->code));
	if (e->field[0]) {
		buf_text(out, ",\"field\":");
		buf_json(out, e->field, strlen(e->field));
	}
	if (e->accepts[0]) {
		buf_text(out, ",\"accepts\":");
		buf_json(out, e->accepts, strlen(e->accepts));
	}
	buf_text(out, ",\"text\":{\"zh\":");
	add_text(e, LANG_ZH, out);
	buf_text(out, ",\"en\":");
	add_text(e, LANG_EN, out);
	buf_char(out, '}');
}

static const char *reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *text;
	} reasons[] = {
		{400, "Bad Request"           },
		{401, "Unauthorized"          },
		{403, "Forbidden"             },
		{404, "Not Found"             },
		{405, "Method Not Allowed"    },
		{409, "Conflict"              },
		{413, "Content Too Large"     },
		{415, "Unsupported Media Type"},
		{416, "Range Not Satisfiable" },
		{422, "Unprocessable Content" },
		{426, "Upgrade Required"      },
		{429, "Too Many Requests"     },
		{500, "Internal Server Error" },
		{502, "Bad Gateway"           },
		{503, "Service Unavailable"   },
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Error";
}

void err_problem(const struct err *e, struct buf *out)
{
	unsigned status = err_http(e->code);

	buf_printf(out,
		"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,",
		reason(status), status);
	err_json(e, out);
	buf_char(out, '}');
}

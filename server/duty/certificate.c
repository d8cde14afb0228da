/*
 * certificate.c - see certificate.h.
 */
#include "server/duty/certificate.h"

#include "proto/base/buf.h"
#include "proto/base/timeutil.h"
#include "server/db/columns.h"

#include <string.h>

static const struct column columns[] = {
	{NULL, "id",        COLUMN_ID,   NULL},
	{NULL, "case",      COLUMN_ID,   NULL},
	{NULL, "site",      COLUMN_ID,   NULL},
	{NULL, "site_name", COLUMN_TEXT, NULL},
	{NULL, "ground",    COLUMN_TEXT, NULL},
	{NULL, "span",      COLUMN_TEXT, NULL},
	{NULL, "span_zh",   COLUMN_TEXT, NULL},
	{NULL, "span_en",   COLUMN_TEXT, NULL},
	{NULL, "source_zh", COLUMN_TEXT, NULL},
	{NULL, "source_en", COLUMN_TEXT, NULL},
	{NULL, "until",     COLUMN_TEXT, NULL},
	{NULL, "made_name", COLUMN_TEXT, NULL},
	{NULL, "made_at",   COLUMN_TIME, NULL},
	{NULL, "by_name",   COLUMN_TEXT, NULL},
	{NULL, "at",        COLUMN_TIME, NULL},
	{NULL, "csn",       COLUMN_INT,  NULL},
	{NULL, "records",   COLUMN_INT,  NULL},
	{NULL, "versions",  COLUMN_INT,  NULL},
	{NULL, "files",     COLUMN_INT,  NULL},
	{NULL, "people",    COLUMN_INT,  NULL},
	{NULL, "digest",    COLUMN_TEXT, NULL},
	{NULL, "again",     COLUMN_INT,  NULL},
	{NULL, "again_at",  COLUMN_TIME, NULL},
	{NULL, "waiting",   COLUMN_INT,  NULL},
};
static const struct column copy_columns[] = {
	{NULL, "device",    COLUMN_ID,   NULL},
	{NULL, "site",      COLUMN_ID,   NULL},
	{NULL, "site_name", COLUMN_TEXT, NULL},
	{NULL, "state",     COLUMN_TEXT, NULL},
	{NULL, "at",        COLUMN_TIME, NULL},
	{NULL, "receipt",   COLUMN_TEXT, NULL},
};

bool certificates_list(struct db *db, struct arena *mem,
	const struct uuid *site, const struct uuid *id, json_t **out,
	struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, site);
	db_uuid(&a, id);
	db_int(&a, LIMIT_RETENTION_LINES);
	if (!db_run(db, Q_CERTIFICATES, &a, &rows, e))
		return false;
	*out = json_keep(
		columns_json(mem, rows, columns, ARRAY_LEN(columns)), mem);
	return true;
}

/* ---- to print ---- */

#define CHINA_AHEAD_MS (8 * 3600 * INT64_C(1000))

enum tongue { ZH, EN, TONGUES };

/* What a code is called on paper. */
static const struct {
	const char *code;
	const char *said[TONGUES];
} words[] = {
	{"span",    {"保存期已满", "the span is over"}                         },
	{"request", {"本人请求删除并已获同意",
			    "deletion was asked for and granted"}},
	{"purged",  {"已清除，有签名回执", "purged, with a signed receipt"}},
	{"held",    {"尚未联系中心", "has not contacted the centre"}          },
	{"asked",   {"已通知，等待回执", "told, receipt awaited"}           },
	{"unknown", {"恢复备份后情况不明", "not known since a restore"}    },
};

static const char *say(const char *code, enum tongue t)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (code && strcmp(words[i].code, code) == 0)
			return words[i].said[t];
	return "-";
}

/* Lines of the paper: a label, and the member it shows. */
static const struct {
	const char *member;
	const char *label[TONGUES];
} lines[] = {
	{"id",        {"证明编号", "Certificate"}                               },
	{"case",      {"个案标识", "Case (id)"}                                 },
	{"site_name", {"主管机构", "Home site"}                                 },
	{"until",     {"保存至", "Was to be kept until"}                         },
	{"made_name", {"提出人", "Proposed by"}                                  },
	{"made_at",   {"提出时间", "Proposed at"}                               },
	{"by_name",   {"核准人", "Carried out by"}                               },
	{"at",        {"销毁时间", "Destroyed at"}                              },
	{"records",   {"销毁记录数", "Records"}                                },
	{"versions",  {"销毁版本数", "Versions"}                               },
	{"files",     {"销毁文件数", "Files"}                                  },
	{"people",    {"销毁人员记录数", "Records of people"}                },
	{"digest",    {"销毁内容摘要（SHA-256）", "Digest (SHA-256)"}       },
	{"csn",       {"日志提交号", "Commit of the log"}                      },
	{"again",     {"恢复备份后再次销毁次数",
			  "Destroyed again after a restore, times"}},
};
static const char *const colon[TONGUES] = {"：", ": "};
static const char *const title[TONGUES] = {
	"个案销毁证明", "Certificate of destruction"};
static const char *const ground[TONGUES] = {"销毁依据", "Ground"};
static const char *const stations[TONGUES] = {
	"曾保存此个案的工作站", "Stations that held the case"};
static const char *const none[TONGUES] = {"无", "none"};
static const char *const last[TONGUES] = {
	"中心的这份个案已不存在。更早的备份在过期删除之前仍含有它；从备份恢复时"
	"会"
	"再次销毁。登记簿中的条目和审计记录（只有编号）保留。",
	"The case is not at the centre any more. Older backups hold it until "
	"they are removed; when one is restored, it is destroyed again. "
	"Entries of the register, and the trail (ids only), stay."};

/* As clocks in China show it. */
static void add_time(struct buf *b, const char *text)
{
	char shown[TIME_TEXT];
	int64_t ms;

	if (!time_parse(text, &ms)) {
		buf_text(b, text);
		return;
	}
	time_format(ms + CHINA_AHEAD_MS, shown);
	buf_printf(b, "%.10s %.8s (UTC+8)", shown, shown + 11);
}

static void add_value(struct buf *b, const char *member, const json_t *v)
{
	if (json_is_integer(v))
		buf_printf(b, "%lld", (long long)json_integer_value(v));
	else if (!json_is_string(v))
		buf_text(b, "-");
	else if (strcmp(member, "at") == 0 || strcmp(member, "made_at") == 0)
		add_time(b, json_string_value(v));
	else
		buf_text(b, json_string_value(v));
}

static void add_copies(struct buf *b, const json_t *copies, enum tongue t)
{
	buf_printf(b, "\n%s%s", stations[t], colon[t]);
	if (json_array_size(copies) == 0)
		buf_text(b, none[t]);
	for (size_t i = 0; i < json_array_size(copies); i++) {
		const json_t *c = json_array_get(copies, i);

		buf_printf(b, "\n- %s %s%s%s", json_str(c, "site_name"),
			json_str(c, "device"), colon[t],
			say(json_str(c, "state"), t));
		if (json_str(c, "at")) {
			buf_char(b, ' ');
			add_time(b, json_str(c, "at"));
		}
		if (json_str(c, "receipt"))
			buf_printf(b, " %s", json_str(c, "receipt"));
	}
}

static const char *paper(struct arena *mem, const json_t *one,
	const json_t *copies, enum tongue t)
{
	static const char *const span[TONGUES][2] = {
		{"span_zh", "source_zh"},
                {"span_en", "source_en"}
        };
	const char *out;
	struct buf b;

	buf_init(&b, (size_t)1 << 20);
	buf_printf(&b, "%s\n", title[t]);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		buf_printf(&b, "\n%s%s", lines[i].label[t], colon[t]);
		add_value(&b, lines[i].member,
			json_object_get(one, lines[i].member));
	}
	buf_printf(&b, "\n%s%s%s (%s; %s)", ground[t], colon[t],
		say(json_str(one, "ground"), t), json_str(one, span[t][0]),
		json_str(one, span[t][1]));
	add_copies(&b, copies, t);
	buf_printf(&b, "\n\n%s\n", last[t]);
	out = arena_strndup(mem, b.p, b.n);
	buf_free(&b);
	return out;
}

bool certificate_whole(struct db *db, struct arena *mem, const json_t *list,
	json_t **out, struct err *e)
{
	json_t *one = json_array_get(list, 0), *copies;
	struct db_rows *rows;
	struct db_args a;
	struct uuid id;

	if (!one || !uuid_parse(json_str(one, "id"), &id))
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	db_args_init(&a, mem);
	db_uuid(&a, &id);
	if (!db_run(db, Q_CERTIFICATE_COPIES, &a, &rows, e))
		return false;
	copies = json_keep(
		columns_json(mem, rows, copy_columns, ARRAY_LEN(copy_columns)),
		mem);
	*out = json_keep(json_pack("{s:O, s:O, s:{s:s, s:s}}", "certificate",
				 one, "copies", copies, "text", "zh",
				 paper(mem, one, copies, ZH), "en",
				 paper(mem, one, copies, EN)),
		mem);
	return true;
}

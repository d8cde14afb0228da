/*
 * figure.c - see figure.h.
 */
#include "proto/figure.h"

#include <math.h>
#include <string.h>

const char *figure_text(const json_t *answer, const json_t *row,
	const char *member, struct arena *mem)
{
	const json_t *v = json_object_get(row, member);
	const char *hidden = json_str(row, "hidden");

	if (json_is_number(v))
		return grid_number(round(json_number_value(v) * 100) / 100,
			arena_alloc(mem, GRID_NUMBER));
	if (!hidden || strcmp(member, "den") == 0)
		return "";
	return strcmp(hidden, "small") == 0 &&
			       !json_object_get(answer, "denominator")
		       ? arena_printf(mem, "＜%lld",
				 (long long)json_int(answer, "below", 0))
		       : "—";
}

bool figure_has_parts(const json_t *answer)
{
	const char *type = json_str(answer, "type");

	return type && strcmp(type, "count") != 0 && strcmp(type, "sum") != 0;
}

static const struct {
	const char *unit, *zh, *en;
} units[] = {
	{"%",             "%",          "%"            },
	{"CNY",           "元",        "CNY"          },
	{"T",             "T分",       "points (T)"   },
	{"applications",  "份",        "applications" },
	{"cases",         "例",        "cases"        },
	{"conflicts",     "项",        "conflicts"    },
	{"consents",      "份",        "consents"     },
	{"days",          "天",        "days"         },
	{"documents",     "份",        "documents"    },
	{"flags",         "项",        "flags"        },
	{"follow-ups",    "次",        "follow-ups"   },
	{"goals",         "个",        "goals"        },
	{"hours",         "小时",     "hours"        },
	{"members",       "人",        "members"      },
	{"minutes",       "分钟",     "minutes"      },
	{"needs",         "项",        "needs"        },
	{"per case-year", "次/案年", "per case-year"},
	{"person-times",  "人次",     "attendances"  },
	{"persons",       "人",        "persons"      },
	{"plans",         "份",        "plans"        },
	{"referrals",     "件",        "referrals"    },
	{"requests",      "件",        "requests"     },
	{"reviews",       "次",        "reviews"      },
	{"services",      "次",        "services"     },
	{"sessions",      "节",        "sessions"     },
	{"sites",         "家",        "sites"        },
	{"supervisions",  "次",        "supervisions" },
	{"visits",        "次",        "visits"       },
};

const char *figure_unit(const char *unit, enum lang lang)
{
	for (size_t i = 0; unit && i < ARRAY_LEN(units); i++)
		if (strcmp(units[i].unit, unit) == 0)
			return lang == LANG_ZH ? units[i].zh : units[i].en;
	return NULL;
}

static const char *name_of(
	const json_t *answer, const char *key, enum lang lang)
{
	const char *text = json_str(
		json_object_get(json_object_get(answer, "labels"), key),
		lang == LANG_ZH ? "zh" : "en");

	return text ? text : key;
}

void figure_heads(enum lang lang, struct grid_cell cells[FIGURE_COLUMNS])
{
	static const char *const heads[][2] = {
		{"期间", "period"     },
		{"代码", "key"        },
		{"名称", "name"       },
		{"分子", "numerator"  },
		{"分母", "denominator"},
		{"值",    "value"      },
		{"单位", "unit"       },
	};

	for (size_t i = 0; i < FIGURE_COLUMNS; i++)
		cells[i].text = heads[i][lang == LANG_ZH ? 0 : 1];
}

static struct grid_cell text_cell(const char *text)
{
	return (struct grid_cell){text ? text : "", 0};
}

static struct grid_cell number_cell(const json_t *answer, const json_t *row,
	const char *member, struct arena *mem)
{
	const json_t *v = json_object_get(row, member);

	return json_is_number(v)
		       ? (struct grid_cell){NULL, json_number_value(v)}
		       : text_cell(figure_text(answer, row, member, mem));
}

void figure_cells(const json_t *answer, const json_t *row, enum lang lang,
	struct arena *mem, struct grid_cell cells[FIGURE_COLUMNS])
{
	const char *key = json_str(row, "key");

	cells[0] = text_cell(json_str(row, "period"));
	cells[1] = text_cell(key);
	cells[2] = text_cell(key               ? name_of(answer, key, lang)
			     : lang == LANG_ZH ? "合计"
					       : "total");
	cells[3] = number_cell(answer, row, "num", mem);
	cells[4] = number_cell(answer, row, "den", mem);
	cells[5] = number_cell(answer, row, "value", mem);
	cells[6] = text_cell(figure_unit(json_str(answer, "unit"), lang));
}

/* ---- figures of change ---- */

static const struct {
	const char *zh, *en;
	const char *of, *member; /* of NULL: the row's own */
} outcome_columns[OUTCOME_COLUMNS] = {
	{"量表",            "instrument",       NULL,          "instrument"  },
	{"版本",            "version",          NULL,          "version"     },
	{"填答人",         "respondent",       NULL,          "respondent"  },
	{"代码",            "key",              NULL,          "key"         },
	{"名称",            "name",             NULL,          NULL          },
	{"对数",            "pairs",            NULL,          "pairs"       },
	{"仅前测",         "first only",       NULL,          "alone"       },
	{"前测均分",      "mean before",      "before",      "mean"        },
	{"前测SD",          "SD before",        "before",      "sd"          },
	{"后测均分",      "mean after",       "after",       "mean"        },
	{"后测SD",          "SD after",         "after",       "sd"          },
	{"平均变化",      "mean change",      "change",      "mean"        },
	{"95%下限",         "95 % low",         "change",      "low"         },
	{"95%上限",         "95 % high",        "change",      "high"        },
	{"t",		 "t",                "t",           "t"           },
	{"自由度",         "df",               "t",           "df"          },
	{"p（t检验）",    "p (t)",            "t",           "p"           },
	{"p（Holm校正）", "p (Holm)",         "t",           "p_holm"      },
	{"p（符号秩）",  "p (signed ranks)", "wilcoxon",    "p"           },
	{"d_z",               "d_z",              "effect_size", "dz"          },
	{"d_av",              "d_av",             "effect_size", "dav"         },
	{"g",		 "g",                "effect_size", "g"           },
	{"恢复",            "recovered",        "reliable",    "recovered"   },
	{"改善",            "improved",         "reliable",    "improved"    },
	{"无可靠变化",   "unchanged",        "reliable",    "unchanged"   },
	{"恶化",            "deteriorated",     "reliable",    "deteriorated"},
	{"说明",            "remark",           "text",        NULL          },
};

void outcome_heads(enum lang lang, struct grid_cell cells[OUTCOME_COLUMNS])
{
	for (size_t i = 0; i < OUTCOME_COLUMNS; i++)
		cells[i].text = lang == LANG_ZH ? outcome_columns[i].zh
						: outcome_columns[i].en;
}

static const char *outcome_name(
	const json_t *answer, const json_t *row, enum lang lang)
{
	const char *key = json_str(row, "key");

	return key               ? name_of(answer, key, lang)
	       : lang == LANG_ZH ? "合计"
				 : "total";
}

void outcome_cells(const json_t *answer, const json_t *row, enum lang lang,
	struct grid_cell cells[OUTCOME_COLUMNS])
{
	const char *hidden = json_str(row, "hidden");

	for (size_t i = 0; i < OUTCOME_COLUMNS; i++) {
		const char *of = outcome_columns[i].of;
		const char *member = outcome_columns[i].member;
		const json_t *in = of ? json_object_get(row, of) : row, *v;

		if (!member)
			member = lang == LANG_ZH ? "zh" : "en";
		v = json_object_get(in, member);
		cells[i] = json_is_number(v) ? (struct grid_cell){NULL,
						       json_number_value(v)}
					     : text_cell(json_string_value(v));
		if (!of && strcmp(member, "pairs") == 0 && hidden)
			cells[i] = text_cell("—");
	}
	cells[4] = text_cell(outcome_name(answer, row, lang));
}

/*
 * words.c - see words.h. Mostly tables.
 */
#include "client/import/words.h"

#include "proto/base/utf8.h"

#include <string.h>
#include <strings.h>

/* ---- cleaning ---- */

/* Signs without width and marks of direction: pasted along, never meant. */
static bool is_unseen(uint32_t c)
{
	return c == 0x200b || c == 0x200c || c == 0x200d || c == 0xfeff ||
	       c == 0x2060 || c == 0x00ad || (c >= 0x200e && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       (c < ' ' && c != '\t' && c != '\n' && c != '\r') ||
	       (c >= 0x7f && c < 0xa0);
}

static bool is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0 ||
	       c == 0x3000 || (c >= 0x2000 && c <= 0x200a);
}

static uint32_t narrow(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xfee0;
	return is_space(c) ? ' ' : c;
}

static char *trimmed(struct arena *mem, struct buf *b)
{
	size_t from = 0, n = b->n;
	char *out;

	while (from < n && (b->p[from] == ' ' || b->p[from] == '\n'))
		from++;
	while (n > from && (b->p[n - 1] == ' ' || b->p[n - 1] == '\n'))
		n--;
	out = arena_strndup(mem, b->p ? b->p + from : "", n - from);
	buf_free(b);
	return out;
}

char *words_narrow(struct arena *mem, const char *text)
{
	struct buf b;
	uint32_t c;

	buf_init(&b, 4 * strlen(text) + 1);
	while ((c = utf8_next(&text)))
		if (!is_unseen(c))
			utf8_add(&b, narrow(c));
	return trimmed(mem, &b);
}

char *words_free(struct arena *mem, const char *text)
{
	struct buf b;
	uint32_t c;

	buf_init(&b, 4 * strlen(text) + 1);
	while ((c = utf8_next(&text))) {
		if (c == '\r' && *text == '\n')
			continue;
		if (!is_unseen(c))
			utf8_add(&b, c == '\r'                  ? '\n'
				     : c == 0x3000 || c == 0xa0 ? ' '
								: c);
	}
	return trimmed(mem, &b);
}

/* ---- small words ---- */

static bool is_one_of(const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(text, list[i]) == 0)
			return true;
	return false;
}

bool words_nothing(const char *text)
{
	static const char *const list[] = {"无", "没有", "暂无", "不详", "未知",
		"不清楚", "未填", "空", "/", "\\", "-", "--", "—", "——", "－",
		".", "。", "*", "?", "0", "n/a", "na", "none", "nil", "null",
		"unknown", "无。"};

	return is_one_of(text, list, ARRAY_LEN(list));
}

enum yes words_yes(const char *text)
{
	static const char *const yes[] = {"是", "有", "已", "已签", "已签署",
		"已同意", "同意", "签署", "√", "✓", "✔", "☑", "对", "y", "yes",
		"true", "1", "on"};
	static const char *const no[] = {"否", "无", "未", "未签", "未签署",
		"不同意", "没有", "拒绝", "不是", "×", "✗", "✘", "☐", "n", "no",
		"false", "0", "off", "x"};

	if (is_one_of(text, yes, ARRAY_LEN(yes)))
		return YES_YES;
	return is_one_of(text, no, ARRAY_LEN(no)) ? YES_NO : YES_UNKNOWN;
}

/* clang-format off */
static const struct {
	const char *word;
	int level;
} levels[] = {
	{"无", 0}, {"没有", 0}, {"〇", 0}, {"零", 0}, {"一", 1}, {"二", 2}, {"三", 3}, {"四", 4}, {"五", 5},
	{"Ⅰ", 1}, {"Ⅱ", 2}, {"Ⅲ", 3}, {"Ⅳ", 4}, {"Ⅴ", 5}, {"I", 1}, {"II", 2}, {"III", 3}, {"IV", 4}, {"V", 5},
};
/* clang-format on */

int words_level(const char *text)
{
	static const char *const before[] = {"level", "等级", "第"};
	static const char *const behind[] = {"级", "级别", "等级", ".0"};
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		if (strncasecmp(text, before[i], strlen(before[i])) == 0)
			text += strlen(before[i]);
	text += strspn(text, " ");
	n = strlen(text);
	for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
		size_t k = strlen(behind[i]);

		if (n > k && strcmp(text + n - k, behind[i]) == 0)
			n -= k;
	}
	if (n == 1 && text[0] >= '0' && text[0] <= '9')
		return text[0] - '0';
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strlen(levels[i].word) == n &&
			strncmp(levels[i].word, text, n) == 0)
			return levels[i].level;
	return -1;
}

bool words_scientific(const char *text)
{
	size_t n = strspn(text, "0123456789.");

	if (!n || (text[n] != 'E' && text[n] != 'e'))
		return false;
	text += n + 1;
	text += *text == '+';
	return *text && !text[strspn(text, "0123456789")];
}

bool words_footer(const char *text)
{
	static const char *const list[] = {"合计", "总计", "小计", "共计",
		"填表", "制表", "填报", "审核人", "审核：", "审核:", "备注",
		"说明", "注：", "注:", "负责人", "单位盖章", "total"};

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		if (strncasecmp(text, list[i], strlen(list[i])) == 0)
			return true;
	return false;
}

/* ---- codes ---- */

/* clang-format off */
static const struct {
	const char *list, *word, *code;
} synonyms[] = {
	{"sex", "男性", "1"}, {"sex", "女性", "2"}, {"sex", "m", "1"}, {"sex", "f", "2"},
	{"sex", "男孩", "1"}, {"sex", "女孩", "2"}, {"sex", "man", "1"}, {"sex", "woman", "2"}, {"sex", "不详", "0"},
	{"id_kind", "身份证", "01"}, {"id_kind", "户口本", "02"}, {"id_kind", "户口簿", "02"},
	{"id_kind", "出生证明", "birth_certificate"}, {"id_kind", "出生证", "birth_certificate"},
	{"smd_diagnosis", "精分", "SCZ"}, {"smd_diagnosis", "精神分裂", "SCZ"}, {"smd_diagnosis", "F20", "SCZ"},
	{"smd_diagnosis", "分裂情感", "SAD"}, {"smd_diagnosis", "F25", "SAD"},
	{"smd_diagnosis", "偏执性", "PAR"}, {"smd_diagnosis", "持久的妄想", "PAR"}, {"smd_diagnosis", "F22", "PAR"},
	{"smd_diagnosis", "双相", "BPD"}, {"smd_diagnosis", "双相情感障碍", "BPD"}, {"smd_diagnosis", "双相障碍", "BPD"}, {"smd_diagnosis", "双向情感障碍", "BPD"}, {"smd_diagnosis", "躁郁", "BPD"},
	{"smd_diagnosis", "F31", "BPD"}, {"smd_diagnosis", "bipolar", "BPD"},
	{"smd_diagnosis", "癫痫", "EPI"}, {"smd_diagnosis", "精神发育迟滞", "IDM"}, {"smd_diagnosis", "智力发育障碍", "IDM"},
	{"smd_diagnosis", "schizophrenia", "SCZ"},
	{"family_relation", "本人", "0"}, {"family_relation", "自己", "0"},
	{"family_relation", "夫妻", "1"}, {"family_relation", "丈夫", "1"}, {"family_relation", "妻子", "1"},
	{"family_relation", "夫", "1"}, {"family_relation", "妻", "1"}, {"family_relation", "爱人", "1"},
	{"family_relation", "老公", "1"}, {"family_relation", "老婆", "1"}, {"family_relation", "husband", "1"},
	{"family_relation", "wife", "1"}, {"family_relation", "儿子", "2"}, {"family_relation", "女儿", "3"},
	{"family_relation", "孙子", "4"}, {"family_relation", "孙女", "4"}, {"family_relation", "外孙", "4"},
	{"family_relation", "外孙女", "4"}, {"family_relation", "父", "51"}, {"family_relation", "爸爸", "51"},
	{"family_relation", "father", "51"}, {"family_relation", "母", "52"}, {"family_relation", "妈妈", "52"},
	{"family_relation", "mother", "52"}, {"family_relation", "继父", "57"}, {"family_relation", "养父", "57"},
	{"family_relation", "继母", "58"}, {"family_relation", "养母", "58"}, {"family_relation", "爷爷", "61"},
	{"family_relation", "奶奶", "62"}, {"family_relation", "祖母", "62"}, {"family_relation", "外公", "63"},
	{"family_relation", "姥爷", "63"}, {"family_relation", "外婆", "64"}, {"family_relation", "姥姥", "64"},
	{"family_relation", "哥哥", "7"}, {"family_relation", "弟弟", "7"}, {"family_relation", "姐姐", "7"},
	{"family_relation", "妹妹", "7"}, {"family_relation", "兄", "7"}, {"family_relation", "弟", "7"},
	{"family_relation", "姐", "7"}, {"family_relation", "妹", "7"}, {"family_relation", "哥", "7"},
	{"family_relation", "兄弟", "7"}, {"family_relation", "姐妹", "7"}, {"family_relation", "兄妹", "7"},
	{"family_relation", "姐弟", "7"}, {"family_relation", "brother", "7"}, {"family_relation", "sister", "7"},
	{"family_relation", "叔叔", "8"}, {"family_relation", "伯父", "8"}, {"family_relation", "舅舅", "8"},
	{"family_relation", "姑姑", "8"}, {"family_relation", "姨", "8"}, {"family_relation", "侄子", "8"},
	{"family_relation", "侄女", "8"}, {"family_relation", "亲戚", "8"}, {"family_relation", "亲属", "8"},
	{"family_relation", "儿媳", "8"}, {"family_relation", "女婿", "8"}, {"family_relation", "嫂子", "8"},
	{"family_relation", "居委会", "committee"}, {"family_relation", "村委会", "committee"}, {"family_relation", "社区", "committee"},
	{"family_relation", "同事", "colleague"}, {"family_relation", "同学", "colleague"},
	{"marital", "单身", "10"}, {"marital", "未", "10"}, {"marital", "已", "20"}, {"marital", "离异", "40"},
	{"marital", "离", "40"}, {"marital", "丧", "30"}, {"marital", "single", "10"}, {"marital", "divorced", "40"},
	{"education", "研究生", "10"}, {"education", "硕士", "14"}, {"education", "博士", "11"}, {"education", "本科", "20"},
	{"education", "大学", "20"}, {"education", "大专", "30"}, {"education", "专科", "30"}, {"education", "中专", "41"},
	{"education", "职高", "44"}, {"education", "技校", "47"}, {"education", "高中", "60"}, {"education", "初中", "70"},
	{"education", "文盲", "90"}, {"education", "文盲或半文盲", "90"},
	{"insurance", "职工医保", "employee"}, {"insurance", "城镇职工", "employee"}, {"insurance", "职工", "employee"},
	{"insurance", "居民医保", "resident"}, {"insurance", "城乡居民", "resident"}, {"insurance", "新农合", "resident"},
	{"insurance", "居民", "resident"}, {"insurance", "自费", "self_pay"}, {"insurance", "公费", "public"},
	{"care_setting", "在家", "home"}, {"care_setting", "医院", "inpatient"},
};
/* clang-format on */

struct search {
	const char *text;
	const char *found; /* a code, or NULL */
	bool several;      /* more than one code is likely */
};

/* Compares one name of a code with the text. */
typedef void (*try_word)(struct search *s, const char *word, const char *code);

static void try_same(struct search *s, const char *word, const char *code)
{
	if (!s->found && strcasecmp(word, s->text) == 0)
		s->found = code;
}

static bool holds(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (; *text; text++)
		if (strncasecmp(text, word, n) == 0)
			return true;
	return false;
}

/* One Han character or two letters are part of too much. */
static bool is_long_enough(const char *word)
{
	size_t n = strlen(word);

	return (unsigned char)word[0] >= 0x80 ? n >= 6 : n >= 3;
}

static void try_part(struct search *s, const char *word, const char *code)
{
	if ((!is_long_enough(word) || !holds(s->text, word)) &&
		(!is_long_enough(s->text) || !holds(word, s->text)))
		return;
	s->several |= s->found && strcmp(s->found, code) != 0;
	s->found = code;
}

static void try_all(const struct code_list *l, struct search *s, try_word try)
{
	for (size_t i = 0; i < json_array_size(l->items); i++) {
		const json_t *item = json_array_get(l->items, i);
		const char *code = json_str(item, "code");
		const char *zh = json_str(item, "zh");
		const char *en = json_str(item, "en");

		try(s, code, code);
		try(s, zh ? zh : code, code);
		try(s, en ? en : code, code);
	}
	for (size_t i = 0; i < ARRAY_LEN(synonyms); i++)
		if (strcmp(synonyms[i].list, l->name) == 0)
			try(s, synonyms[i].word, synonyms[i].code);
}

enum fit words_code(
	const struct code_list *l, const char *text, const char **code)
{
	struct search s = {text, NULL, false};

	try_all(l, &s, try_same);
	*code = s.found;
	if (s.found)
		return FIT_SURE;
	try_all(l, &s, try_part);
	*code = s.found;
	return s.found && !s.several ? FIT_LIKELY : FIT_NONE;
}

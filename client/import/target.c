/*
 * target.c - see target.h. Tables of words; a head is compared without marks,
 * spaces and what stands in brackets.
 */
#include "client/import/target.h"

#include "proto/base/utf8.h"

#include <stdio.h>
#include <string.h>

#define HEAD_MAX 120 /* bytes of a head that are looked at */

struct targets {
	struct buf list; /* struct target */
	const struct code_list *instruments;
};

/* ---- the targets ---- */

/* Fields of person and case a list does not fill: the program's, or records
 * that hang together otherwise. */
static const char *const own_fields[] = {"person", "home_site", "manager",
	"closed", "close_reason", "reopened", "programme_version", "origin",
	"override_reason", "merged_into", "pinyin", "initials"};

/* clang-format off */
static const struct {
	const char *name;
	enum target_of of;
	const char *type, *field;
	enum who who;
	enum say why;
	const char *zh, *en;
} extras[] = {
	{"guardian", OF_RELATION, "relation", "name", WHO_GUARDIAN, SAY_COUNT, "监护人姓名", "Guardian"},
	{"guardian_relation", OF_RELATION, "relation", "kind", WHO_GUARDIAN, SAY_COUNT, "监护人与服务对象关系", "Guardian’s relation"},
	{"guardian_phone", OF_RELATION, "relation", "phone", WHO_GUARDIAN, SAY_COUNT, "监护人电话", "Guardian’s telephone"},
	{"caregiver", OF_RELATION, "relation", "name", WHO_CAREGIVER, SAY_COUNT, "照顾者姓名", "Caregiver"},
	{"caregiver_relation", OF_RELATION, "relation", "kind", WHO_CAREGIVER, SAY_COUNT, "照顾者与服务对象关系", "Caregiver’s relation"},
	{"caregiver_phone", OF_RELATION, "relation", "phone", WHO_CAREGIVER, SAY_COUNT, "照顾者电话", "Caregiver’s telephone"},
	{"contact", OF_RELATION, "relation", "name", WHO_CONTACT, SAY_COUNT, "家属姓名", "Family contact"},
	{"contact_relation", OF_RELATION, "relation", "kind", WHO_CONTACT, SAY_COUNT, "家属与服务对象关系", "Family contact’s relation"},
	{"contact_phone", OF_RELATION, "relation", "phone", WHO_CONTACT, SAY_COUNT, "家属电话", "Family contact’s telephone"},
	{"danger", OF_DANGER, "flag", "level", WHO_COUNT, SAY_COUNT, "危险等级", "Danger level"},
	{"consent", OF_CONSENT, "consent", "from", WHO_COUNT, SAY_COUNT, "知情同意", "Consent given"},
	{"consent_from", OF_CONSENT, "consent", "from", WHO_COUNT, SAY_COUNT, "知情同意日期", "Consent given on"},
	{"area", OF_AREA, NULL, NULL, WHO_COUNT, SAY_COUNT, "街道、社区", "Street or community"},
	{"-", OF_LEFT_OUT, NULL, NULL, WHO_COUNT, SAY_COUNT, "不导入", "Left out"},
	{"score", OF_LEFT_OUT, NULL, NULL, WHO_COUNT, SAY_COLUMN_SCORE, "量表得分", "Score of a scale"},
	{"age", OF_LEFT_OUT, NULL, NULL, WHO_COUNT, SAY_COLUMN_AGE, "年龄", "Age"},
};

/* The words lists use, besides the catalogue's own names and labels. */
static const struct {
	const char *head;
	const char *target;
} words[] = {
	{"患者姓名", "name"}, {"病人姓名", "name"}, {"服务对象姓名", "name"}, {"服务对象", "name"},
	{"名字", "name"}, {"案主", "name"}, {"案主姓名", "name"}, {"患者", "name"}, {"对象姓名", "name"},
	{"居民姓名", "name"}, {"患儿姓名", "name"}, {"儿童姓名", "name"}, {"孩子姓名", "name"}, {"组员姓名", "name"},
	{"client", "name"}, {"clientname", "name"}, {"fullname", "name"}, {"patient", "name"}, {"patientname", "name"},
	{"曾用名", "aliases"}, {"别名", "aliases"},
	{"性", "sex"}, {"gender", "sex"}, {"患者性别", "sex"},
	{"生日", "birth"}, {"出生", "birth"}, {"出生年月", "birth"}, {"出生年月日", "birth"}, {"出生时间", "birth"},
	{"dateofbirth", "birth"}, {"birthday", "birth"}, {"birthdate", "birth"}, {"dob", "birth"},
	{"农历生日", "lunar_birthday"}, {"阴历生日", "lunar_birthday"},
	{"身份证", "id_number"}, {"身份证号", "id_number"}, {"身份证号码", "id_number"}, {"证件号", "id_number"},
	{"证件号码", "id_number"}, {"身份号码", "id_number"}, {"公民身份号码", "id_number"}, {"公民身份证号", "id_number"},
	{"公民身份证号码", "id_number"}, {"居民身份证", "id_number"}, {"居民身份证号", "id_number"},
	{"居民身份证号码", "id_number"}, {"患者身份证号", "id_number"}, {"患者身份证号码", "id_number"},
	{"本人身份证号", "id_number"}, {"idnumber", "id_number"}, {"idcard", "id_number"}, {"idcardnumber", "id_number"},
	{"idno", "id_number"}, {"identitynumber", "id_number"}, {"nationalid", "id_number"},
	{"证件类别", "id_kind"}, {"idtype", "id_kind"},
	{"本人电话", "phone"}, {"本人联系电话", "phone"}, {"本人联系方式", "phone"}, {"患者电话", "phone"},
	{"患者联系电话", "phone"}, {"本人手机", "phone"}, {"本人手机号", "phone"},
	{"住址", "address"}, {"地址", "address"}, {"家庭住址", "address"}, {"家庭地址", "address"}, {"居住地址", "address"},
	{"居住地", "address"}, {"现住地址", "address"}, {"现居住地", "address"}, {"现居住地址", "address"},
	{"详细地址", "address"}, {"常住地址", "address"}, {"联系地址", "address"}, {"homeaddress", "address"},
	{"社区", "area"}, {"街道", "area"}, {"街道社区", "area"}, {"所属社区", "area"}, {"所在社区", "area"},
	{"所属街道", "area"}, {"所在街道", "area"}, {"街道名称", "area"}, {"社区名称", "area"}, {"乡镇", "area"},
	{"乡镇街道", "area"}, {"街道乡镇", "area"}, {"镇街", "area"}, {"街镇", "area"}, {"村", "area"}, {"村居", "area"},
	{"居委会", "area"}, {"居委", "area"}, {"村委会", "area"}, {"村居委会", "area"}, {"居村委会", "area"}, {"辖区", "area"},
	{"community", "area"}, {"subdistrict", "area"}, {"neighbourhood", "area"}, {"neighborhood", "area"},
	{"户籍地", "household_address"}, {"户籍", "household_address"}, {"户口所在地", "household_address"},
	{"户籍所在地", "household_address"}, {"户口地址", "household_address"},
	{"学历", "education"}, {"受教育程度", "education"}, {"教育程度", "education"},
	{"婚姻", "marital"}, {"婚否", "marital"}, {"婚姻情况", "marital"},
	{"族别", "ethnicity"},
	{"医保", "insurance"}, {"医保类型", "insurance"}, {"医疗保险", "insurance"}, {"参保类型", "insurance"}, {"医保类别", "insurance"},
	{"就业情况", "work_status"}, {"工作状况", "work_status"}, {"就业", "work_status"},
	{"诊断", "diagnosis"}, {"疾病诊断", "diagnosis"}, {"确诊诊断", "diagnosis"}, {"诊断名称", "diagnosis"},
	{"目前诊断", "diagnosis"}, {"诊断结果", "diagnosis"}, {"病种", "diagnosis"}, {"疾病名称", "diagnosis"},
	{"疾病", "diagnosis"}, {"病名", "diagnosis"}, {"disease", "diagnosis"},
	{"remarks", "note"}, {"remark", "note"}, {"notes", "note"}, {"comment", "note"}, {"comments", "note"}, {"说明", "note"},
	{"项目", "programme"}, {"项目名称", "programme"}, {"所属项目", "programme"}, {"program", "programme"}, {"project", "programme"},
	{"编号", "number"}, {"档案编号", "number"}, {"档案号", "number"}, {"建档编号", "number"}, {"个案号", "number"},
	{"案号", "number"}, {"casenumber", "number"}, {"caseno", "number"}, {"caseid", "number"},
	{"建档日期", "opened"}, {"建档时间", "opened"}, {"登记日期", "opened"}, {"登记时间", "opened"}, {"立案日期", "opened"},
	{"立案时间", "opened"}, {"开案时间", "opened"}, {"接案日期", "opened"}, {"接案时间", "opened"}, {"入组日期", "opened"},
	{"入组时间", "opened"}, {"纳入日期", "opened"}, {"纳管日期", "opened"}, {"opendate", "opened"}, {"registeredon", "opened"},
	{"问题", "main_problem"}, {"主要需求", "main_problem"}, {"服务需求", "main_problem"}, {"主诉", "main_problem"},
	{"入院时间", "admitted"},
	{"监护人", "guardian"}, {"监护人名称", "guardian"}, {"法定监护人", "guardian"}, {"监护人名字", "guardian"},
	{"法定监护人姓名", "guardian"}, {"guardianname", "guardian"},
	{"监护人关系", "guardian_relation"}, {"与监护人关系", "guardian_relation"}, {"监护人与患者关系", "guardian_relation"},
	{"监护人与本人关系", "guardian_relation"}, {"监护关系", "guardian_relation"}, {"监护人与患者的关系", "guardian_relation"},
	{"监护人与患者本人关系", "guardian_relation"}, {"guardianrelation", "guardian_relation"},
	{"relationofguardian", "guardian_relation"},
	{"监护人联系电话", "guardian_phone"}, {"监护人联系方式", "guardian_phone"}, {"监护人手机", "guardian_phone"},
	{"监护人手机号", "guardian_phone"}, {"监护人电话号码", "guardian_phone"}, {"电话监护人", "guardian_phone"},
	{"联系电话监护人", "guardian_phone"}, {"guardiantelephone", "guardian_phone"},
	{"照顾者", "caregiver"}, {"主要照顾者", "caregiver"}, {"主要照顾者姓名", "caregiver"}, {"照护者", "caregiver"},
	{"照护者姓名", "caregiver"}, {"主要照护者", "caregiver"}, {"照料者", "caregiver"}, {"照料者姓名", "caregiver"},
	{"carer", "caregiver"}, {"caregivername", "caregiver"},
	{"照顾者关系", "caregiver_relation"}, {"照护者关系", "caregiver_relation"}, {"主要照顾者关系", "caregiver_relation"},
	{"照顾者联系电话", "caregiver_phone"}, {"照护者电话", "caregiver_phone"}, {"主要照顾者电话", "caregiver_phone"},
	{"照顾者联系方式", "caregiver_phone"},
	{"联系人", "contact"}, {"联系人姓名", "contact"}, {"紧急联系人", "contact"}, {"紧急联系人姓名", "contact"},
	{"家属", "contact"}, {"家长", "contact"}, {"家长姓名", "contact"}, {"emergencycontact", "contact"}, {"nextofkin", "contact"},
	{"联系人关系", "contact_relation"}, {"家属关系", "contact_relation"}, {"与家属关系", "contact_relation"},
	{"联系人电话", "contact_phone"}, {"联系人联系电话", "contact_phone"}, {"紧急联系电话", "contact_phone"},
	{"紧急联系人电话", "contact_phone"}, {"家属联系电话", "contact_phone"}, {"家属联系方式", "contact_phone"},
	{"家长电话", "contact_phone"}, {"家长联系电话", "contact_phone"}, {"电话家属", "contact_phone"},
	{"危险性等级", "danger"}, {"危险性评估", "danger"}, {"危险性评级", "danger"}, {"危险评估", "danger"},
	{"危险性评估等级", "danger"}, {"危险性评估级别", "danger"}, {"危险性", "danger"}, {"危险级别", "danger"},
	{"危险程度", "danger"}, {"风险等级", "danger"}, {"风险级别", "danger"}, {"风险评估等级", "danger"},
	{"dangerlevel", "danger"}, {"risklevel", "danger"}, {"risk", "danger"},
	{"是否知情同意", "consent"}, {"知情同意书", "consent"}, {"同意书", "consent"}, {"是否签署知情同意书", "consent"},
	{"是否签署知情同意", "consent"}, {"签署知情同意书", "consent"}, {"consentgiven", "consent"},
	{"知情同意时间", "consent_from"}, {"知情同意书日期", "consent_from"}, {"签署日期", "consent_from"},
	{"签署时间", "consent_from"}, {"同意日期", "consent_from"}, {"同意书日期", "consent_from"},
	{"知情同意书签署日期", "consent_from"}, {"签署知情同意书日期", "consent_from"},
	{"知情同意书签署时间", "consent_from"}, {"consentdate", "consent_from"}, {"consentgivenon", "consent_from"},
	{"周岁", "age"}, {"年纪", "age"}, {"ageyears", "age"},
	{"序号", "-"}, {"序", "-"}, {"行号", "-"}, {"no", "-"}, {"no.", "-"}, {"#", "-"},
};

/* Words that are about whoever the columns before them were about. */
static const struct {
	const char *head;
	const char *part; /* behind the name of the person */
} anybody[] = {
	{"关系", "relation"}, {"与患者关系", "relation"}, {"与本人关系", "relation"}, {"与服务对象关系", "relation"},
	{"与案主关系", "relation"}, {"与患者的关系", "relation"}, {"与患儿关系", "relation"}, {"与被监护人关系", "relation"},
	{"relation", "relation"}, {"relationship", "relation"},
	{"电话", "phone"}, {"手机", "phone"}, {"手机号", "phone"}, {"手机号码", "phone"}, {"电话号码", "phone"},
	{"联系电话", "phone"}, {"联系方式", "phone"}, {"移动电话", "phone"}, {"tel", "phone"}, {"mobile", "phone"},
	{"telephone", "phone"}, {"phone", "phone"}, {"phonenumber", "phone"}, {"contactnumber", "phone"},
};
static const char *const who_names[] = {"guardian", "caregiver", "contact"};

static const char *const empty_heads[] = {"列", "字段", "数据", "column", "col", "field", "f",
	"unnamed", "noname", "未命名"};
static const char *const general_heads[] = {"基本信息", "个人信息", "患者信息", "服务对象信息", "本人信息",
	"人员信息", "档案信息", "基础信息", "个案信息", "基本情况", "患者基本信息", "服务对象基本信息",
	"服务对象", "患者", "本人", "client", "patient", "general"};
static const char *const score_words[] = {"总分", "得分", "评分", "分值", "score"};
/* clang-format on */

static void add_extra(struct targets *t, const struct catalogue *c, size_t i)
{
	struct target one;

	memset(&one, 0, sizeof(one));
	one.name = extras[i].name;
	one.of = extras[i].of;
	one.who = extras[i].who;
	one.why = extras[i].why;
	one.label[LANG_ZH] = extras[i].zh;
	one.label[LANG_EN] = extras[i].en;
	if (extras[i].field)
		one.field = rtype_field(
			catalogue_type(c, extras[i].type), extras[i].field);
	buf_add(&t->list, &one, sizeof(one));
}

static bool is_own(const struct field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(own_fields); i++)
		if (strcmp(own_fields[i], f->name) == 0)
			return true;
	return f->server || f->kind == KIND_JSON || f->kind == KIND_REF ||
	       f->kind == KIND_REFS;
}

static void add_fields(struct targets *t, const struct catalogue *c,
	const char *type, enum target_of of)
{
	const struct rtype *r = catalogue_type(c, type);
	const json_t *fields = json_object_get(r->json, "fields");

	for (size_t i = 0; i < r->field_count; i++) {
		const json_t *label =
			json_object_get(json_array_get(fields, i), "label");
		struct target one;

		if (is_own(&r->fields[i]))
			continue;
		memset(&one, 0, sizeof(one));
		one.name = r->fields[i].name;
		one.of = of;
		one.field = &r->fields[i];
		one.who = WHO_COUNT;
		one.why = SAY_COUNT;
		one.label[LANG_ZH] = label_of(label, LANG_ZH);
		one.label[LANG_EN] = label_of(label, LANG_EN);
		buf_add(&t->list, &one, sizeof(one));
	}
}

static void release(void *p)
{
	buf_free(&((struct targets *)p)->list);
}

struct targets *targets_new(const struct catalogue *c, struct arena *mem)
{
	struct targets *t = ARENA_NEW(mem, struct targets);

	t->instruments = catalogue_codes(c, "instrument");
	buf_init(&t->list, 1000 * sizeof(struct target));
	arena_adopt(mem, t, release);
	add_fields(t, c, "person", OF_PERSON);
	add_fields(t, c, "case", OF_CASE);
	for (size_t i = 0; i < ARRAY_LEN(extras); i++)
		add_extra(t, c, i);
	return t;
}

size_t target_count(const struct targets *t)
{
	return t->list.n / sizeof(struct target);
}

const struct target *target_at(const struct targets *t, size_t i)
{
	return (const struct target *)(const void *)t->list.p + i;
}

const struct target *target_named(const struct targets *t, const char *name)
{
	for (size_t i = 0; i < target_count(t); i++)
		if (strcmp(target_at(t, i)->name, name) == 0)
			return target_at(t, i);
	return NULL;
}

/* ---- heads ---- */

static uint32_t narrow_lower(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Marks and spaces that make no difference. */
static bool is_noise(uint32_t c)
{
	return c <= ' ' || c == 0xa0 || c == 0x3000 || c == 0x3001 ||
	       c == 0x200b || c == 0xfeff || c == 0x2019 || c == 0x201c ||
	       c == 0x201d || (c < 0x80 && strchr("_*:/?\"'-.,\\|", (int)c));
}

/* In lower case, without noise; `cut`: also without what is in brackets, else
 * without the brackets themselves. */
static void normal(const char *head, bool cut, char out[HEAD_MAX])
{
	struct buf b;
	unsigned depth = 0;
	uint32_t c;

	buf_init(&b, HEAD_MAX - 1);
	while ((c = utf8_next(&head))) {
		bool opens, closes;

		c = narrow_lower(c);
		opens = c == '(' || c == '[' || c == 0x3010;
		closes = c == ')' || c == ']' || c == 0x3011;
		depth += opens;
		if (!opens && !closes && !is_noise(c) && !(cut && depth))
			utf8_add(&b, c);
		depth -= closes && depth;
	}
	memcpy(out, b.p ? b.p : "", b.n);
	out[b.n] = 0;
	buf_free(&b);
}

bool head_same(const char *a, const char *b)
{
	char x[HEAD_MAX], y[HEAD_MAX];

	normal(a, true, x);
	normal(b, true, y);
	return strcmp(x, y) == 0;
}

bool head_is_empty(const char *head)
{
	char text[HEAD_MAX];

	normal(head, true, text);
	if (!text[strspn(text, "0123456789")])
		return true;
	for (size_t i = 0; i < ARRAY_LEN(empty_heads); i++) {
		size_t n = strlen(empty_heads[i]);

		if (strncmp(text, empty_heads[i], n) == 0 &&
			!text[n + strspn(text + n, "0123456789")])
			return true;
	}
	return false;
}

bool head_is_general(const char *head)
{
	for (size_t i = 0; i < ARRAY_LEN(general_heads); i++)
		if (head_same(head, general_heads[i]))
			return true;
	return false;
}

static const struct target *by_word(const struct targets *t, const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].head, text) == 0)
			return target_named(t, words[i].target);
	return NULL;
}

/* 关系 and 电话, of the client or of whom the columns before were about. */
static const struct target *by_context(const struct targets *t,
	const char *text, const struct head_context *context)
{
	char name[64];

	for (size_t i = 0; i < ARRAY_LEN(anybody); i++) {
		bool phone = strcmp(anybody[i].part, "phone") == 0;
		const char *who;

		if (strcmp(anybody[i].head, text) != 0)
			continue;
		if (phone && (context->last < 0 || !context->person_phone))
			return target_named(t, "phone");
		who = who_names[context->last < 0 ? WHO_CONTACT
						  : context->last];
		snprintf(name, sizeof(name), "%s_%s", who, anybody[i].part);
		return target_named(t, name);
	}
	return NULL;
}

static const struct target *by_label(const struct targets *t, const char *text)
{
	for (size_t i = 0; i < target_count(t); i++) {
		const struct target *one = target_at(t, i);

		if (head_same(text, one->name) ||
			head_same(text, one->label[LANG_ZH]) ||
			head_same(text, one->label[LANG_EN]))
			return one;
	}
	return NULL;
}

/* 总分, or the name of an instrument: scores are computed from answers. */
static bool is_score(const struct targets *t, const char *text)
{
	const json_t *items = t->instruments ? t->instruments->items : NULL;

	for (size_t i = 0; i < ARRAY_LEN(score_words); i++)
		if (strstr(text, score_words[i]))
			return true;
	for (size_t i = 0; i < json_array_size(items); i++) {
		const char *code = json_str(json_array_get(items, i), "code");

		if (code && strncmp(text, code, strlen(code)) == 0)
			return true;
	}
	return false;
}

static const struct target *look_up(const struct targets *t, const char *text,
	const struct head_context *context)
{
	const struct target *found;

	if (!text[0])
		return NULL;
	found = by_context(t, text, context);
	if (!found)
		found = by_word(t, text);
	if (!found)
		found = by_label(t, text);
	return found;
}

const struct target *target_of_head(const struct targets *t, const char *head,
	const struct head_context *context)
{
	const struct target *found;
	char text[HEAD_MAX];

	normal(head, false, text);
	found = look_up(t, text, context);
	if (found)
		return found;
	if (is_score(t, text))
		return target_named(t, "score");
	normal(head, true, text);
	return look_up(t, text, context);
}

/*
 * test_import_values.c - what the columns of lists mean, and what becomes of
 * their cells.
 *
 * Identity numbers have check digits worked out by GB 11643 (ISO 7064 MOD
 * 11-2); code values are those of the national lists the catalogue names.
 */
#include "tests/unit/client/fixture.h"
#include "tests/unit/client/lists.h"

#include "client/import/plan.h"
#include "proto/person.h"

struct trial {
	struct fixture f;
	struct arena *mem;
	struct plan_job job;
	struct plan *p;
	struct err e;
};

static void begin(struct trial *t)
{
	memset(t, 0, sizeof(*t));
	set_up(&t->f);
	t->mem = arena_new();
	t->job.r = (struct reading){t->mem, LANG_EN, "list", &import_limits};
	t->job.s = t->f.s;
	t->job.v = view_new(t->f.s, t->mem);
	t->job.site = id_text(&t->f, 901);
}

static void end(struct trial *t)
{
	arena_free(t->mem);
	tear_down(&t->f);
}

static void judge(struct trial *t, struct str bytes)
{
	memset(&t->e, 0, sizeof(t->e));
	t->p = plan_make(&t->job, bytes, &t->e);
}

static const json_t *body(const struct trial *t, size_t row, const char *type)
{
	const struct plan_row *r = &t->p->row[row];

	for (size_t i = 0; i < r->made_count; i++)
		if (strcmp(r->made[i].type->name, type) == 0)
			return r->made[i].body;
	return NULL;
}

static const char *value(
	const struct trial *t, size_t row, const char *type, const char *field)
{
	const json_t *v = json_object_get(body(t, row, type), field);

	if (json_is_integer(v))
		return arena_printf(
			t->mem, "%lld", (long long)json_integer_value(v));
	if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";
	return json_is_string(v) ? json_string_value(v) : "-";
}

/* A list of one column beside the name, and one row. */
static void one_cell(struct trial *t, const char *head, const char *cell)
{
	judge(t, str_of(arena_printf(
			 t->mem, "姓名\t%s\n王芳\t\"%s\"\n", head, cell)));
	if (!t->p)
		printf("# %s: %s\n", head, t->e.accepts);
}

static bool has_remark(const struct trial *t, size_t row, enum say what)
{
	const struct plan_row *r = &t->p->row[row];

	for (size_t i = 0; i < r->remarks; i++)
		if (strcmp(r->remark[i].text, say_raw(LANG_EN, what)) == 0)
			return true;
	return false;
}

/* ---- cells ---- */

/* clang-format off */
static const struct {
	const char *head, *cell, *type, *field, *value;
	enum say remark; /* SAY_COUNT: none */
} taken[] = {
	{"性别", "女", "person", "sex", "2", SAY_COUNT},
	{"性别", "Ｍ", "person", "sex", "1", SAY_COUNT},
	{"Gender", "female", "person", "sex", "2", SAY_COUNT},
	{"性别", "男性", "person", "sex", "1", SAY_COUNT},
	{"性别", "不详", "person", "sex", "0", SAY_COUNT},
	{"出生日期", "1980/3/5", "person", "birth", "1980-03-05", SAY_COUNT},
	{"出生年月", "１９８０年３月", "person", "birth", "1980-03", SAY_COUNT},
	{"出生日期", "1980.1", "person", "birth", "1980", SAY_MONTH_UNSURE},
	{"出生日期", "29285", "person", "birth", "1980-03-05", SAY_SERIAL},
	{"生日", "农历三月初五", "person", "lunar_birthday", "农历三月初五", SAY_LUNAR},
	{"生日", "农历三月初五", "person", "birth", "-", SAY_LUNAR},
	{"出生日期", "不详", "person", "birth", "-", SAY_COUNT},
	{"身份证号", "11010519491231002x", "person", "id_number", "11010519491231002X", SAY_COUNT},
	{"身份证号", " 110105 19491231 002Ｘ ", "person", "id_number", "11010519491231002X", SAY_COUNT},
	{"身份证号", "1101-0519", "person", "id_number", "-", SAY_COUNT},
	{"身份证号", "110105491231002", "person", "id_number", "11010519491231002X", SAY_OLD_ID},
	{"身份证号", "11010519491231002X", "person", "birth", "1949-12-31", SAY_COUNT},
	{"身份证号", "11010519491231002X", "person", "sex", "2", SAY_COUNT},
	{"身份证号", "11010519491231002X", "person", "id_kind", "01", SAY_COUNT},
	{"身份证号", "无", "person", "id_number", "-", SAY_COUNT},
	{"联系电话", "138 0000 0000", "person", "phone", "+8613800000000", SAY_COUNT},
	{"电话", "0512-65123456", "person", "phone", "+8651265123456", SAY_COUNT},
	{"电话", "13800000000/13900000000", "person", "phone", "+8613800000000", SAY_PHONE_PART},
	{"电话", "13800000000 13900000000", "person", "phone", "+8613800000000", SAY_PHONE_PART},
	{"电话", "13800000000（母亲）", "person", "note", "电话：13800000000(母亲)", SAY_PHONE_PART},
	{"电话", "／", "person", "phone", "-", SAY_COUNT},
	{"住址", "梅园路１号，二楼", "person", "address", "梅园路１号，二楼", SAY_COUNT},
	{"社区", "梅园社区", "person", "address", "梅园社区", SAY_COUNT},
	{"婚姻状况", "离异", "person", "marital", "40", SAY_COUNT},
	{"文化程度", "初中", "person", "education", "70", SAY_COUNT},
	{"诊断", "精神分裂症", "person", "diagnosis", "SCZ", SAY_COUNT},
	{"诊断", "双相情感障碍", "person", "diagnosis", "BPD", SAY_COUNT},
	{"诊断", "1型糖尿病", "person", "diagnosis", "-", SAY_KEPT_AS_TEXT},
	{"诊断", "1型糖尿病", "person", "note", "诊断：1型糖尿病", SAY_KEPT_AS_TEXT},
	{"备注", "好，很好\n第二行", "person", "note", "好，很好\n第二行", SAY_COUNT},
	{"项目", "严重精神障碍亲情关怀", "case", "programme", "smd_kinship_care", SAY_COUNT},
	{"项目", "caregiver_group", "case", "programme", "caregiver_group", SAY_COUNT},
	{"建档日期", "2025年1月3日", "case", "opened", "2025-01-03", SAY_COUNT},
	{"建档日期", "2099-01-03", "case", "opened", "2099-01-03", SAY_FUTURE},
	{"个案编号", "＃０１", "case", "number", "＃０１", SAY_COUNT},
	{"危险等级", "3级", "flag", "level", "3", SAY_COUNT},
	{"危险性评估", "四", "flag", "level", "4", SAY_COUNT},
	{"危险等级", "Ⅱ级", "flag", "level", "2", SAY_COUNT},
	{"风险等级", "高", "flag", "level", "-", SAY_DANGER_WORD},
	{"风险等级", "高", "flag", "kind", "danger", SAY_DANGER_WORD},
	{"危险等级", "0", "flag", "kind", "-", SAY_COUNT},
	{"危险等级", "无", "flag", "kind", "-", SAY_COUNT},
	{"知情同意日期", "2025-02-01", "consent", "from", "2025-02-01", SAY_COUNT},
	{"知情同意", "已签", "consent", "purpose", "care", SAY_COUNT},
	{"知情同意", "2025-02-01", "consent", "from", "2025-02-01", SAY_COUNT},
	{"知情同意", "否", "consent", "purpose", "-", SAY_COUNT},
	{"监护人", "张三（父亲）", "relation", "kind", "51", SAY_COUNT},
	{"监护人", "张三（父亲）", "relation", "name", "张三", SAY_COUNT},
	{"监护人", "张三", "relation", "kind", "-", SAY_RELATION_MISSING},
	{"监护人", "张三", "person", "note", "监护人：张三", SAY_RELATION_MISSING},
	{"监护人", "王芳", "relation", "kind", "-", SAY_COUNT}, /* the client */
};
/* clang-format on */

static void cells_become_what_their_fields_take(void)
{
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		bool says = taken[i].remark != SAY_COUNT;
		struct trial t;

		begin(&t);
		one_cell(&t, taken[i].head, taken[i].cell);
		if (t.p && t.p->row[0].fate != FATE_REFUSED) {
			const char *got =
				value(&t, 0, taken[i].type, taken[i].field);

			if (strcmp(got, taken[i].value) != 0)
				printf("# %s: %s\n", taken[i].head,
					taken[i].cell);
			CHECK_STR(got, taken[i].value);
			if (says)
				CHECK(has_remark(&t, 0, taken[i].remark));
		} else {
			/* Refusals have their own test. */
			CHECK(strcmp(taken[i].value, "-") == 0 && !says);
		}
		end(&t);
	}
}

/* clang-format off */
static const struct {
	const char *head, *cell;
	enum err_code code;
	enum say accepts; /* SAY_COUNT: whatever */
} refusals[] = {
	{"身份证号", "1.10105E+17", ERR_BAD_ID_NUMBER, SAY_LOST_ID},
	{"身份证号", "1.1010519491231e+17", ERR_BAD_ID_NUMBER, SAY_LOST_ID},
	{"身份证号", "110105194912310000", ERR_BAD_ID_NUMBER, SAY_LOST_ID},
	{"身份证号", "110105194912310021", ERR_BAD_ID_NUMBER, SAY_COUNT}, /* check digit */
	{"身份证号", "11010519491331002X", ERR_BAD_ID_NUMBER, SAY_COUNT}, /* month 13 */
	{"身份证号", "E12345678", ERR_BAD_ID_NUMBER, SAY_COUNT},
	{"性别", "妖", ERR_BAD_CODE, SAY_COUNT},
	{"出生日期", "1980-02-30", ERR_BAD_DATE, SAY_DAY_FORMS},
	{"出生日期", "80-3-5", ERR_BAD_DATE, SAY_DAY_CENTURY},
	{"出生日期", "3/5/1980", ERR_BAD_DATE, SAY_DAY_ORDER},
	{"出生日期", "很久以前", ERR_BAD_DATE, SAY_DAY_FORMS},
	{"出生日期", "2099-01-01", ERR_OUT_OF_RANGE, SAY_DAY_PAST},
	{"建档日期", "2025年3月", ERR_BAD_DATE, SAY_DAY_WHOLE},
	{"建档日期", "农历三月初五", ERR_BAD_DATE, SAY_DAY_LUNAR},
	{"电话", "98-7", ERR_BAD_INPUT, SAY_COUNT},
	{"电话", "1.38E+10", ERR_BAD_INPUT, SAY_LOST_PHONE},
	{"项目", "没有的项目", ERR_BAD_CODE, SAY_COUNT},
	{"危险等级", "6", ERR_OUT_OF_RANGE, SAY_COUNT},
	{"知情同意", "也许", ERR_BAD_INPUT, SAY_YES_NO},
	{"阶段", "介入", ERR_BAD_MOVE, SAY_COUNT},
	{"预期年服务次数", "十几次", ERR_BAD_KIND, SAY_COUNT},
};
/* clang-format on */

static void what_cannot_be_taken_refuses_the_row_with_its_column(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		const struct plan_row *r;
		struct trial t;

		begin(&t);
		one_cell(&t, refusals[i].head, refusals[i].cell);
		r = &t.p->row[0];
		if (r->fate != FATE_REFUSED)
			printf("# %s: %s\n", refusals[i].head,
				refusals[i].cell);
		CHECK(r->fate == FATE_REFUSED);
		if (r->fate == FATE_REFUSED) {
			CHECK_STR(r->head, refusals[i].head);
			CHECK(r->why->code == refusals[i].code);
			if (refusals[i].accepts != SAY_COUNT)
				CHECK_STR(r->why->accepts,
					say_raw(LANG_EN, refusals[i].accepts));
			/* What was written is nobody's business in an error. */
			CHECK(!strstr(r->why->accepts, refusals[i].cell));
		}
		end(&t);
	}
}

static void rows_that_are_no_persons_are_refused(void)
{
	struct trial t;

	begin(&t);
	judge(&t, str_of("姓名,电话\n合计：3 人,\n13800000000,\n"
			 "填表人：李,13800000000\n王芳,13800000000,多一格\n"));
	CHECK(t.p->n == 4 && t.p->count[FATE_REFUSED] == 4);
	CHECK_STR(t.p->row[0].why->accepts, say_raw(LANG_EN, SAY_NOT_A_PERSON));
	CHECK_STR(t.p->row[1].why->accepts, say_raw(LANG_EN, SAY_NAME_DIGITS));
	CHECK_STR(t.p->row[3].head, "");
	CHECK_STR(t.p->row[3].why->accepts, say_raw(LANG_EN, SAY_MORE_CELLS));
	end(&t);
}

static void the_identity_number_is_believed_and_the_rest_kept(void)
{
	struct trial t;

	begin(&t);
	judge(&t, str_of("姓名,性别,出生日期,身份证号,备注\n"
			 "张伟,男,1980/3/5,11010519491231002X,旧\n"
			 "李伟,女,1949,110105194912310046,\n"));
	CHECK_STR(value(&t, 0, "person", "sex"), "2");
	CHECK_STR(value(&t, 0, "person", "birth"), "1949-12-31");
	CHECK_STR(value(&t, 0, "person", "note"),
		"旧\n出生日期：1980-03-05\n性别：Male");
	CHECK(t.p->row[0].remarks == 2 && has_remark(&t, 0, SAY_NOT_THE_ID));
	CHECK_STR(t.p->row[0].remark[0].head, "出生日期");
	/* A year alone does not contradict. */
	CHECK(t.p->row[1].fate == FATE_NEW && t.p->row[1].remarks == 0);
	end(&t);
}

static void a_number_that_ends_in_zeros_is_doubted_beside_lost_ones(void)
{
	static const char alone[] = "姓名,身份证号\n王芳,%s\n";
	static const char beside[] =
		"姓名,身份证号\n王芳,%s\n李娜,110105194912310000\n";
	char number[RESIDENT_ID_TEXT] = "";
	struct resident_id id;
	struct trial t;
	struct err e;

	for (int year = 1930; year < 2000 && !number[0]; year++) {
		char text[RESIDENT_ID_TEXT];

		snprintf(text, sizeof(text), "110105%d0101%s", year, "1000");
		if (person_resident_id(text, "id", &id, &e))
			memcpy(number, text, sizeof(number));
	}
	CHECK(strlen(number) == 18);
	begin(&t);
	judge(&t, str_of(arena_printf(t.mem, alone, number)));
	CHECK(t.p->row[0].fate == FATE_NEW);
	judge(&t, str_of(arena_printf(t.mem, beside, number)));
	CHECK(t.p->count[FATE_REFUSED] == 2);
	CHECK_STR(t.p->row[0].head, "身份证号");
	end(&t);
}

/* ---- people around the client ---- */

static void guardians_and_caregivers_become_relations(void)
{
	const struct plan_row *r;
	struct trial t;

	begin(&t);
	judge(&t, str_of("姓名,联系电话,监护人姓名,与患者关系,联系电话,"
			 "照顾者,照顾者关系\n"
			 "王芳,13800000000,王建国,父亲,13900000000,"
			 "王建国,父亲\n"
			 "李娜,13800000001,张三,姐姐,,李四,邻居\n"));
	r = &t.p->row[0];
	CHECK(r->made_count == 3); /* person, case, one relation */
	CHECK_STR(value(&t, 0, "person", "phone"), "+8613800000000");
	CHECK_STR(value(&t, 0, "relation", "name"), "王建国");
	CHECK_STR(value(&t, 0, "relation", "kind"), "51");
	CHECK_STR(value(&t, 0, "relation", "phone"), "+8613900000000");
	CHECK_STR(value(&t, 0, "relation", "guardian"), "true");
	CHECK_STR(value(&t, 0, "relation", "caregiver"), "true");
	CHECK(t.p->row[1].made_count == 4);
	CHECK_STR(value(&t, 1, "relation", "kind"), "7");
	end(&t);
}

static void where_one_lives_is_put_together(void)
{
	struct trial t;

	begin(&t);
	judge(&t, str_of("姓名,街道,社区,现住址\n"
			 "王芳,平桥街道,梅园社区,1幢101\n"
			 "李娜,平桥街道,,平桥街道2号\n"));
	CHECK_STR(value(&t, 0, "person", "address"), "平桥街道梅园社区1幢101");
	CHECK_STR(value(&t, 1, "person", "address"), "平桥街道2号");
	CHECK_STR(value(&t, 0, "person", "area"), "-");
	end(&t);
}

/* ---- cells of workbooks ---- */

static void cells_of_workbooks_bring_their_kind(void)
{
	static const char sheet[] =
		XML "<worksheet " MAIN "><sheetData><row r=\"1\">"
		    "<c r=\"A1\" t=\"str\"><v>姓名</v></c><c r=\"B1\" "
		    "t=\"str\"><v>身份证号</v></c>"
		    "<c r=\"C1\" t=\"str\"><v>出生日期</v></c><c r=\"D1\" "
		    "t=\"str\"><v>电话</v></c></row>"
		    "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>甲乙</v></c><c "
		    "r=\"B2\"><v>1.10105194912310021E+17</v></c></row>"
		    "<row r=\"3\"><c r=\"A3\" t=\"str\"><v>丙丁</v></c><c "
		    "r=\"C3\" s=\"1\"><v>29285</v></c><c "
		    "r=\"D3\"><v>13800000000</v></c></row>"
		    "<row r=\"4\"><c r=\"A4\" t=\"str\"><v>戊己</v></c><c "
		    "r=\"C4\" s=\"1\"><v>60</v></c></row>"
		    "<row r=\"5\"><c r=\"A5\" t=\"str\"><v>庚辛</v></c><c "
		    "r=\"C5\" t=\"e\"><v>#REF!</v></c></row>"
		    "<row r=\"6\"><c r=\"A6\" t=\"str\"><v>壬癸</v></c><c "
		    "r=\"C6\"><f>TODAY()</f></c></row>"
		    "<row r=\"7\"><c r=\"A7\" t=\"str\"><v>子丑</v></c><c "
		    "r=\"C7\" s=\"3\"><v>29281</v></c></row>"
		    "<row r=\"8\"><c r=\"A8\" t=\"str\"><v>寅卯</v></c><c "
		    "r=\"C8\"><v>19800305</v></c></row>"
		    "</sheetData></worksheet>";
	struct trial t;

	begin(&t);
	judge(&t, book_of(t.mem, sheet));
	CHECK(t.p->n == 7);
	CHECK_STR(t.p->row[0].why->accepts, say_raw(LANG_EN, SAY_LOST_ID));
	CHECK_STR(value(&t, 1, "person", "birth"), "1980-03-05");
	CHECK_STR(value(&t, 1, "person", "phone"), "+8613800000000");
	CHECK(t.p->row[1].remarks == 0);
	CHECK_STR(t.p->row[2].why->accepts, say_raw(LANG_EN, SAY_DAY_SERIAL));
	CHECK_STR(t.p->row[3].why->accepts,
		say(t.mem, LANG_EN, SAY_CELL_ERROR, "#REF!", NULL));
	CHECK(has_remark(&t, 4, SAY_CELL_UNSAVED));
	CHECK_STR(value(&t, 5, "person", "birth"), "1980-03");
	CHECK_STR(value(&t, 6, "person", "birth"), "1980-03-05");
	end(&t);
}

/* ---- columns ---- */

static const char *meaning(const struct trial *t, size_t column)
{
	const struct target *target = t->p->columns.column[column].target;

	return target ? target->name : "-";
}

/* All of them, with blanks between. */
static const char *meanings(const struct trial *t)
{
	const char *out = "";

	for (size_t i = 0; i < t->p->columns.n; i++)
		out = arena_printf(
			t->mem, "%s%s%s", out, i ? " " : "", meaning(t, i));
	return out;
}

/* clang-format off */
static const struct {
	const char *list;
	const char *columns; /* NULL: no list */
} lists[] = {
	{"序号,患者姓名,性别,年龄,身份证号码,联系电话,家庭住址,备注\n1,王芳,女,30,,,,\n",
		"- name sex age id_number phone address note"},
	{"No.,Name,Gender,Date of birth,Phone,Notes,Program\n1,Li Na,f,,,,\n",
		"- name sex birth phone note programme"},
	{"*姓名（必填）,性 别,出生日期(yyyy-mm-dd),证件类型,证件号码\n王芳,,,,\n", "name sex birth id_kind id_number"},
	{"姓名,SSRS总分,PHQ-9,GAD7得分,危险性评估\n王芳,,,,\n", "name score score score danger"},
	{"姓名,列2,列3,列4\n王芳,女,11010519491231002X,13800000000\n", "name sex id_number phone"},
	{"姓名,,\n王芳,1949-12-31,11010519491231002X\n", "name birth id_number"},
	/* A head that says something nobody knows is not guessed over. */
	{"姓名,村医电话,复诊时间\n王芳,13800000000,2025-01-01\n", "name - -"},
	{"平桥街道在册名单\n姓名,电话\n王芳,13800000000\n", "name phone"},
	{"平桥街道,,,\n,填报日期：2025-01-01,,\n姓名,性别,电话,社区\n王芳,女,,\n", "name sex phone area"},
	{"姓名,性别,监护人信息,,\n,,姓名,与患者关系,联系电话\n王芳,女,王某,父亲,\n",
		"name sex guardian guardian_relation guardian_phone"},
	{"基本信息,,联系人,\n姓名,性别,姓名,电话\n王芳,女,王某,\n", "name sex contact contact_phone"},
	{"基本信息,,村医,\n姓名,性别,姓名,电话\n王芳,女,王某,\n", "name sex - -"},
	{"王芳,女,11010519491231002X,13800000000\n李娜,女,110105195001010020,13800000001\n张伟,男,,\n",
		"name sex id_number phone"},
	{"随便,什么\n一,二\n", NULL},
	{"性别,电话\n女,13800000000\n", NULL},
	{"just some text", NULL},
	{"", NULL},
};
/* clang-format on */

static void columns_are_understood_by_head_and_cells(void)
{
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct trial t;

		begin(&t);
		judge(&t, str_of(lists[i].list));
		if (!lists[i].columns) {
			CHECK(!t.p && t.e.code == ERR_BAD_FILE);
		} else if (!t.p) {
			printf("# list %zu: %s\n", i, t.e.accepts);
			CHECK(false);
		} else {
			CHECK_STR(meanings(&t), lists[i].columns);
		}
		end(&t);
	}
}

static void a_list_without_heads_begins_with_its_first_row(void)
{
	struct trial t;

	begin(&t);
	judge(&t, str_of("王芳,13800000000\n李娜,13800000001\n"));
	CHECK(t.p && t.p->header.none && t.p->n == 2);
	CHECK_STR(value(&t, 0, "person", "name"), "王芳");
	CHECK_STR(t.p->columns.column[0].head, "column A");
	end(&t);
}

static void heads_repeated_on_every_page_are_passed_over(void)
{
	struct trial t;

	begin(&t);
	judge(&t, str_of("姓名,性别\n王芳,女\n姓名,性别\n李娜,女\n"));
	CHECK(t.p->n == 2 && t.p->repeated == 1);
	CHECK(t.p->row[1].line == 4);
	end(&t);
}

static void what_the_person_says_of_a_column_counts(void)
{
	struct trial t;

	begin(&t);
	t.job.maps = "患者=name\nB=phone\n3=note\n性别=-";
	judge(&t, str_of("患者,甲,乙,性别\n王芳,13800000000,x,妖\n"));
	CHECK(t.p != NULL);
	CHECK_STR(meanings(&t), "name phone note -");
	CHECK(t.p->columns.column[1].how == HOW_SAID);
	CHECK(t.p->row[0].fate == FATE_NEW);
	t.job.maps = "丙=name";
	judge(&t, str_of("患者,甲\n王芳,1\n"));
	CHECK(!t.p && t.e.code == ERR_USAGE);
	CHECK_STR(t.e.field, "--map");
	t.job.maps = "患者=nonsense";
	judge(&t, str_of("患者,甲\n王芳,1\n"));
	CHECK(!t.p && t.e.code == ERR_USAGE);
	CHECK(strstr(t.e.accepts, "name") != NULL);
	end(&t);
}

static void merged_cells_among_the_rows_are_counted(void)
{
	static const char sheet[] =
		XML "<worksheet " MAIN "><sheetData>"
		    "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>名册</v></c></row>"
		    "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>姓名</v></c><c "
		    "r=\"B2\" t=\"str\"><v>性别</v></c></row>"
		    "<row r=\"3\"><c r=\"A3\" "
		    "t=\"str\"><v>王芳</v></c></row></sheetData>"
		    "<mergeCells><mergeCell ref=\"A1:C1\"/><mergeCell "
		    "ref=\"A3:A4\"/></mergeCells></worksheet>";
	struct trial t;

	begin(&t);
	judge(&t, book_of(t.mem, sheet));
	CHECK(t.p->header.line == 2 && t.p->merged == 1);
	end(&t);
}

int main(void)
{
	RUN(cells_become_what_their_fields_take);
	RUN(what_cannot_be_taken_refuses_the_row_with_its_column);
	RUN(rows_that_are_no_persons_are_refused);
	RUN(the_identity_number_is_believed_and_the_rest_kept);
	RUN(a_number_that_ends_in_zeros_is_doubted_beside_lost_ones);
	RUN(guardians_and_caregivers_become_relations);
	RUN(where_one_lives_is_put_together);
	RUN(cells_of_workbooks_bring_their_kind);
	RUN(columns_are_understood_by_head_and_cells);
	RUN(a_list_without_heads_begins_with_its_first_row);
	RUN(heads_repeated_on_every_page_are_passed_over);
	RUN(what_the_person_says_of_a_column_counts);
	RUN(merged_cells_among_the_rows_are_counted);
	return tap_done();
}

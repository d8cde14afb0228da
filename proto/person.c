/*
 * person.c - see person.h. Everything a person types is first folded into one
 * narrow form (fold), so the rules below are written once, over ASCII.
 */
#include "proto/person.h"

#include "proto/base/utf8.h"

#include <stdio.h>
#include <string.h>

#define MIDDLE_DOT  0xb7
#define OLDEST_YEAR 1800
#define MAX_STARS   2

/* Two-character surnames in use (Bai jia xing and the registers of today). */
static const char *const compound_surnames[] = {"欧阳", "上官", "司马", "诸葛",
	"尉迟", "万俟", "夏侯", "东方", "皇甫", "公孙", "慕容", "令狐", "司徒",
	"司空", "长孙", "宇文", "轩辕", "端木", "南宫", "独孤", "呼延", "赫连",
	"闻人", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠",
	"仲孙", "钟离", "鲜于", "闾丘", "东郭", "百里", "拓跋", "西门", "司寇",
	"歐陽", "諸葛", "尉遲", "東方", "鮮于"};

/* ---- folding what people type ---- */

/* Full-width forms and the ideographic space as their ASCII. */
static uint32_t narrow(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xff01 + '!';
	return c == 0x3000 || c == 0xa0 ? ' ' : c;
}

/*
 * The text in ASCII without spaces, in upper case; false when a character has
 * no ASCII form or n is not enough. U+8F6C (转, "extension") becomes '#'.
 */
static bool fold(const char *text, char *out, size_t n)
{
	size_t at = 0;
	uint32_t c;

	while ((c = utf8_next(&text)) != 0) {
		c = narrow(c);
		if (c == 0x8f6c)
			c = '#';
		if (c == 0x2013 || c == 0x2014)
			c = '-';
		if (c == ' ')
			continue;
		if (c >= 0x80 || at + 1 >= n)
			return false;
		out[at++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
	}
	out[at] = 0;
	return true;
}

static bool all_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

/* ---- resident identity numbers ---- */

/* ISO 7064 MOD 11-2 over 17 digits. */
static char check_digit(const char *digits)
{
	static const int weights[] = {
		7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;

	for (size_t i = 0; i < ARRAY_LEN(weights); i++)
		sum += weights[i] * (digits[i] - '0');
	return "10X98765432"[sum % 11];
}

bool person_resident_id(const char *text, const char *field,
	struct resident_id *out, struct err *e)
{
	char typed[RESIDENT_ID_TEXT] = "", day[DATE_TEXT];
	bool fits = fold(text, typed, sizeof(typed));
	size_t n = fits ? strlen(typed) : 0;
	char *id = out->number;

	memset(out, 0, sizeof(*out));
	out->first_generation = n == 15;
	if (n == 15 && all_digits(typed, n))
		snprintf(id, RESIDENT_ID_TEXT, "%.6s19%.9s", typed, typed + 6);
	else if (n == 18 && all_digits(typed, 17) &&
		 (all_digits(typed + 17, 1) || typed[17] == 'X'))
		memcpy(id, typed, sizeof(typed));
	else
		return err_field(e, ERR_BAD_ID_NUMBER, field,
			"18 位数字，末位可为 X / 18 digits, the last may be X");
	snprintf(day, sizeof(day), "%.4s-%.2s-%.2s", id + 6, id + 10, id + 12);
	if (!date_parse(day, &out->birth) || out->birth.year < OLDEST_YEAR)
		return err_field(e, ERR_BAD_ID_NUMBER, field,
			"第 7–14 位为存在的出生日期 / digits 7-14 a birth date "
			"that exists");
	if (out->first_generation)
		id[17] = check_digit(id);
	if (id[17] != check_digit(id))
		return err_field(e, ERR_BAD_ID_NUMBER, field,
			"末位校验码相符 / a last character that is the "
			"number's "
			"check digit");
	out->sex = (id[16] - '0') % 2 ? "1" : "2";
	return true;
}

void person_number_masked(const char *number, struct buf *out)
{
	size_t n = utf8_count(number);
	size_t head = n >= 15 ? 6 : 1;
	size_t tail = n >= 15 ? 4 : n >= 6 ? 2 : 0;
	size_t i = 0;

	for (const char *p = number, *from = p; *p; from = p, i++) {
		utf8_next(&p);
		if (i < head || i >= n - tail)
			buf_add(out, from, (size_t)(p - from));
		else
			buf_char(out, '*');
	}
}

/* ---- telephone numbers ---- */

/* Copies the digits among the first n characters; returns how many. */
static size_t keep_digits(const char *p, size_t n, char *out)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i] >= '0' && p[i] <= '9')
			out[at++] = p[i];
	out[at] = 0;
	return at;
}

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* 13–19, then nine digits. */
static bool is_mobile(const char *d, size_t n)
{
	return n == 11 && d[0] == '1' && d[1] >= '3';
}

/*
 * Area code and subscriber, without the leading 0: 10 and 2x are areas of two
 * digits with eight to follow (seven once did), the others have three.
 */
static bool is_landline(const char *d, size_t n)
{
	size_t area = starts_with(d, "10") || d[0] == '2' ? 2 : 3;

	if (n < area + 7 || n > area + 8 || d[0] == '0')
		return false;
	return (area == 2 || d[0] != '1') && d[area] >= '2';
}

static bool is_service_line(const char *d, size_t n)
{
	return n == 10 && (starts_with(d, "400") || starts_with(d, "800"));
}

/*
 * Splits the folded text: where the number proper ends, and its extension
 * after '#', ',', ";ext=" or, in 0512-65123456-801, a second hyphen.
 */
static size_t number_end(const char *t, const char **extension)
{
	size_t end = strcspn(t, "#,;EX");
	const char *first = strchr(t, '-');
	const char *second = first ? strchr(first + 1, '-') : NULL;
	const char *at = t + end;

	if (t[0] == '0' && second && second - t >= 11) {
		*extension = second + 1;
		return (size_t)(second - t);
	}
	while (*at && strchr("#,;EXT.:=", *at))
		at++;
	*extension = at;
	return end;
}

/* The country's own digits for a folded number; NULL for another country. */
static const char *national(const char *digits, bool plus)
{
	if (plus)
		return starts_with(digits, "86") ? digits + 2 : NULL;
	if (starts_with(digits, "0086"))
		return digits + 4;
	if (starts_with(digits, "86") &&
		is_mobile(digits + 2, strlen(digits + 2)))
		return digits + 2;
	return digits;
}

bool person_phone(const char *text, char out[PHONE_TEXT])
{
	char t[PHONE_TEXT * 2] = "", d[PHONE_TEXT * 2] = "";
	const char *extension, *own;
	size_t end, n, ext_n;

	if (!fold(text, t, sizeof(t)))
		return false;
	end = number_end(t, &extension);
	ext_n = strlen(extension);
	if (strspn(t, "0123456789+-()") < end || ext_n > 6 ||
		!all_digits(extension, ext_n) || (t[0] && strchr(t + 1, '+')))
		return false;
	keep_digits(t, end, d);
	own = national(d, t[0] == '+');
	if (!own) {
		n = strlen(d);
		snprintf(out, PHONE_TEXT, "+%.15s", d);
		return n >= 8 && n <= 15 && d[0] != '0' && !ext_n;
	}
	own += own[0] == '0';
	n = strlen(own);
	if (!is_mobile(own, n) && !is_landline(own, n) &&
		!is_service_line(own, n))
		return false;
	snprintf(out, PHONE_TEXT, "+86%.11s%s%.6s", own, ext_n ? ";ext=" : "",
		extension);
	return true;
}

/* ---- names ---- */

static bool is_dot(uint32_t c)
{
	return c == MIDDLE_DOT || c == 0x30fb || c == 0xff65 || c == 0x2022 ||
	       c == 0x2027 || c == 0x22c5 || c == 0xff0e || c == 0x2219;
}

void person_name_normal(const char *name, struct buf *out)
{
	uint32_t c, last = 0;
	bool gap = false;

	while ((c = utf8_next(&name)) != 0) {
		c = is_dot(c) ? MIDDLE_DOT : narrow(c);
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			gap = last != 0;
			continue;
		}
		/* 张 伟 is 张伟 spread over two cells; John Smith is not. */
		if (gap && last < 0x2e80 && c < 0x2e80 && last != MIDDLE_DOT &&
			c != MIDDLE_DOT)
			buf_char(out, ' ');
		utf8_add(out, c);
		last = c;
		gap = false;
	}
}

static bool is_compound(const char *name, const char **end)
{
	for (size_t i = 0; i < ARRAY_LEN(compound_surnames); i++)
		if (starts_with(name, compound_surnames[i])) {
			*end = name + strlen(compound_surnames[i]);
			return **end != 0;
		}
	return false;
}

void person_name_masked(const char *name, struct buf *out)
{
	const char *shown = name;
	size_t hidden;

	if (utf8_count(name) < 2) {
		buf_text(out, "*");
		return;
	}
	if (!is_compound(name, &shown)) {
		shown = name;
		utf8_next(&shown);
	}
	buf_add(out, name, (size_t)(shown - name));
	hidden = utf8_count(shown);
	for (size_t i = 0; i < hidden && i < MAX_STARS; i++)
		buf_char(out, '*');
}

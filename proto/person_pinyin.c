/*
 * person_pinyin.c - the pinyin people search a name by.
 *
 * One usual reading a character comes from a table made from the Unicode Han
 * database; a surname's own reading (单 is shan, not dan) goes before it,
 * because the first syllable decides whether a search finds anybody. Other
 * characters with several readings keep the usual one: a name gives no context
 * to choose by.
 */
#include "proto/person.h"

#include "proto/base/utf8.h"

#include <string.h>

#include "proto/pinyin_table.inc"

#define SAID_WAYS 2 /* readings a surname may have */

/*
 * Surnames read otherwise than the table says, a syllable a character; a second
 * reading is the rarer one. A compound surname stands before a single one it
 * begins with.
 */
static const struct surname {
	const char *text;
	const char *said[SAID_WAYS];
} surnames[] = {
	{"单于", {"chan yu"}     },
	{"單于", {"chan yu"}     },
	{"尉迟", {"yu chi"}      },
	{"尉遲", {"yu chi"}      },
	{"万俟", {"mo qi"}       },
	{"长孙", {"zhang sun"}   },
	{"長孫", {"zhang sun"}   },
	{"拓跋", {"tuo ba"}      },
	{"澹台", {"tan tai"}     },
	{"澹臺", {"tan tai"}     },
	{"单",    {"shan"}        },
	{"單",    {"shan"}        },
	{"仇",    {"qiu"}         },
	{"曾",    {"zeng"}        },
	{"解",    {"xie"}         },
	{"查",    {"zha"}         },
	{"区",    {"ou"}          },
	{"區",    {"ou"}          },
	{"朴",    {"piao"}        },
	{"乐",    {"yue", "le"}   },
	{"樂",    {"yue", "le"}   },
	{"盖",    {"ge", "gai"}   },
	{"蓋",    {"ge", "gai"}   },
	{"翟",    {"zhai", "di"}  },
	{"缪",    {"miao"}        },
	{"繆",    {"miao"}        },
	{"洗",    {"xian"}        },
	{"种",    {"chong"}       },
	{"召",    {"shao"}        },
	{"员",    {"yun"}         },
	{"員",    {"yun"}         },
	{"覃",    {"qin", "tan"}  },
	{"繁",    {"po"}          },
	{"秘",    {"bi"}          },
	{"折",    {"she"}         },
	{"黑",    {"he", "hei"}   },
	{"牟",    {"mu", "mou"}   },
	{"薄",    {"bo"}          },
	{"卜",    {"bu"}          },
	{"佴",    {"nai"}         },
	{"祭",    {"zhai"}        },
	{"郇",    {"xun", "huan"} },
	{"柏",    {"bai", "bo"}   },
	{"隗",    {"kui", "wei"}  },
	{"宓",    {"mi", "fu"}    },
	{"谌",    {"chen", "shen"}},
};

/* Characters that names read otherwise than the rest of the language does. */
static const struct {
	const char *text;
	const char *said;
} in_names[] = {
	{"都", "du"   },
	{"长", "chang"},
	{"長", "chang"},
	{"曾", "zeng" },
	{"晟", "sheng"},
	{"泊", "bo"   },
};

/* One way of writing the name, and whether ü occurred in it. */
struct spelling {
	struct buf *full;
	struct buf *initials;
	bool yu; /* ü as yu, not v */
	bool has_v;
};

static const char *table_reading(uint32_t c)
{
	size_t low = 0, high = ARRAY_LEN(rows);

	while (low < high) {
		size_t mid = (low + high) / 2;
		const char *two;

		if (c < rows[mid].first) {
			high = mid;
			continue;
		}
		if (c > rows[mid].first + 63) {
			low = mid + 1;
			continue;
		}
		two = rows[mid].said + 2 * (c - rows[mid].first);
		if (two[0] == 'z' && two[1] == 'z')
			return NULL;
		return syllables[(two[0] - 'a') * 26 + (two[1] - 'a')];
	}
	return NULL;
}

/* The reading of the character at `text`, which is c. */
static const char *reading_of(const char *text, uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(in_names); i++)
		if (strncmp(text, in_names[i].text, strlen(in_names[i].text)) ==
			0)
			return in_names[i].said;
	return table_reading(c);
}

/* The row of the name's surname, or NULL. */
static const struct surname *surname_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(surnames); i++) {
		size_t n = strlen(surnames[i].text);

		if (strncmp(name, surnames[i].text, n) != 0)
			continue;
		/* 单于 alone is somebody of the family 单, called 于. */
		if (utf8_count(surnames[i].text) == 1 || name[n])
			return &surnames[i];
	}
	return NULL;
}

static void add_syllable(struct spelling *s, const char *said, size_t n)
{
	buf_char(s->initials, said[0]);
	for (size_t i = 0; i < n; i++) {
		s->has_v |= said[i] == 'v';
		if (said[i] == 'v' && s->yu)
			buf_text(s->full, "yu");
		else
			buf_char(s->full, said[i]);
	}
}

static void add_surname(struct spelling *s, const char *said)
{
	for (size_t n; *said; said += n + (said[n] == ' ')) {
		n = strcspn(said, " ");
		add_syllable(s, said, n);
	}
}

/* Spells text out; false when a letter of it has no reading. */
static bool add_text(struct spelling *s, const char *text)
{
	bool all = true, in_word = false;
	const char *at = text;
	uint32_t c;

	for (; (c = utf8_next(&text)) != 0; at = text) {
		const char *said = reading_of(at, c);
		bool latin;

		c = c >= 'A' && c <= 'Z' ? c + 32 : c;
		latin = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (said)
			add_syllable(s, said, strlen(said));
		if (latin)
			buf_char(s->full, (char)c);
		if (latin && !in_word)
			buf_char(s->initials, (char)c);
		/* Below stand punctuation, spaces and the middle dot. */
		all = all && (said || c < 0xc0);
		in_word = latin;
	}
	return all;
}

/* Appends `word` unless `list`, of words and spaces, already has it. */
static void add_word(struct buf *list, size_t from, const struct buf *word)
{
	const char *p = list->p ? list->p + from : "";

	while (*p) {
		size_t n = strcspn(p, " ");

		if (n == word->n && memcmp(p, word->p, n) == 0)
			return;
		p += n + (p[n] == ' ');
	}
	if (list->n > from)
		buf_char(list, ' ');
	buf_add(list, word->p, word->n);
}

/* The name spelt one way, added to the lists. */
static bool add_way(const char *name, const struct surname *surname,
	const char *said, bool yu, struct buf *lists[2], const size_t from[2])
{
	struct buf full, initials;
	struct spelling s = {&full, &initials, yu, false};
	bool all;

	buf_init(&full, lists[0]->cap);
	buf_init(&initials, lists[1]->cap);
	if (said)
		add_surname(&s, said);
	all = add_text(&s, name + (said ? strlen(surname->text) : 0));
	if (full.n && (!yu || s.has_v))
		add_word(lists[0], from[0], &full);
	if (initials.n)
		add_word(lists[1], from[1], &initials);
	buf_free(&full);
	buf_free(&initials);
	return all;
}

bool person_pinyin(const char *name, struct buf *full, struct buf *initials)
{
	struct buf *lists[2] = {full, initials};
	const size_t from[2] = {full->n, initials->n};
	const struct surname *surname;
	struct buf plain;
	bool all = true;

	buf_init(&plain, strlen(name) * 2 + 16);
	person_name_normal(name, &plain);
	name = plain.p ? plain.p : "";
	surname = surname_of(name);
	for (size_t i = 0; i < SAID_WAYS; i++) {
		const char *said = surname ? surname->said[i] : NULL;

		if (i > 0 && !said)
			break;
		for (int yu = 0; yu < 2; yu++)
			all = add_way(name, surname, said, yu, lists, from) &&
			      all;
	}
	buf_free(&plain);
	return all && full->n > from[0];
}

/*
 * demo_words.h - what the demo district's notes say: themes of casework, each
 * with the words for need, goal and contacts.
 *
 * In a text, {c} stands for how the client is addressed, {f} for the carer
 * (母亲, 妻子 …) {s} for the place that looks after the case and
 * {g} for the goal at hand. Nothing here
 * speaks of a real person, and no word blames one.
 */
#ifndef SERVER_ADMIN_DEMO_WORDS_H
#define SERVER_ADMIN_DEMO_WORDS_H

#include "proto/base/base.h"
#include "proto/base/buf.h"

#define WORDS_MAX 4

struct theme {
	const char *domain; /* codes need_domain, maslow, support_dimension */
	const char *maslow;
	const char *support; /* or NULL */
	const char *problem; /* as the case's main problem */
	const char *client_view;
	const char *worker_view;
	const char *goal;
	const char *indicator;
	const char *baseline;
	const char *target;
	const char *levels[5]; /* goal attainment −2 … +2 */
	const char *aims[WORDS_MAX];
	const char *process[WORDS_MAX];
	const char *well[WORDS_MAX]; /* the client's response on a good day */
	const char *hard[WORDS_MAX]; /* … and on another one */
	const char *reflection[WORDS_MAX];
	const char *next[WORDS_MAX];
};

/* Themes of severe mental disorder, and one of each other kind of case. */
#define SMD_THEMES 10
extern const struct theme smd_themes[SMD_THEMES];

enum other_theme {
	THEME_T1D,
	THEME_AWAY,
	THEME_CARER_GROUP,
	THEME_CLEFT,
	THEME_TRANSPLANT,
	THEME_STROKE,
	THEME_EMERGENCY,
	THEME_DIABETES,
	THEME_HOSPICE,
	THEME_MONEY, /* goes with any of them */
	OTHER_THEMES
};
extern const struct theme other_themes[OTHER_THEMES];

struct slots {
	const char *client;
	const char *carer;
	const char *place;
	const char *goal; /* while a contact is about one */
};

/* Appends `text` with its slots filled. */
void words_fill(struct buf *out, const char *text, const struct slots *s);
/* How many of WORDS_MAX texts there are. */
size_t words_count(const char *const texts[WORDS_MAX]);

#endif

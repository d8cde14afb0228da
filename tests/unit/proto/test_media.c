/*
 * test_media.c - which files are what they say. The beginnings are written by
 * hand from the standards media.h names, or are those of files real programs
 * wrote.
 */
#include "proto/media.h"
#include "tests/lib/tap.h"

#include <stdlib.h>

#define BYTES(text) text, sizeof(text) - 1

/* A local file header of a ZIP archive (APPNOTE §4.3.7): 30 bytes, the name
 * follows. */
#define ENTRY(name, length)                                                    \
	"PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" length          \
	"\0\0\0" name
#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF   "application/vnd.oasis.opendocument."

static const struct {
	const char *media;
	const char *p;
	size_t n;
} files[] = {
	{"application/pdf",                 BYTES("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")  },
	{"image/jpeg",                      BYTES("\xff\xd8\xff\xe0\0\x10JFIF\0")   },
	{"image/jpeg",                      BYTES("\xff\xd8\xff\xe1\0\x18"
			     "Exif\0\0")                      },
	{"image/png",		       BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")  },
	{"image/webp",                      BYTES("RIFF\x24\0\0\0WEBPVP8 ")         },
	{"audio/wav",		       BYTES("RIFF\x24\0\0\0WAVEfmt ")         },
	{"audio/mp4",		       BYTES("\0\0\0\x1c"
			    "ftypM4A \0\0\0\0M4A mp42isom")    },
	{"audio/mp4",		       BYTES("\0\0\0\x18"
			    "ftyp3gp4\0\0\0\0isom3gp4")        },
	{"video/mp4",		       BYTES("\0\0\0\x18"
			    "ftypmp42\0\0\0\0isommp42")        },
	{"video/mp4",		       BYTES("\0\0\0\x20"
			    "ftypisom\0\0\2\0isomiso2avc1mp41")},
 /* ADTS: MPEG-4, no CRC, AAC LC, 44.1 kHz */
	{"audio/aac",		       BYTES("\xff\xf1\x50\x80\x02\x1f\xfc")   },
 /* MPEG-1 layer III, no CRC, 128 kbit/s, 44.1 kHz */
	{"audio/mpeg",                      BYTES("\xff\xfb\x90\x64\0\0")           },
	{"audio/mpeg",                      BYTES("ID3\4\0\0\0\0\0\0")              },
	{"audio/ogg",		       BYTES("OggS\0\2\0\0\0\0\0\0\0\0\1\2\3\4\0\0\0\0\5\6\7\x8"
			    "\1\x13OpusHead\1\2")              },
	{"audio/ogg",		       BYTES("OggS\0\2\0\0\0\0\0\0\0\0\1\2\3\4\0\0\0\0\5\6\7\x8"
			    "\1\x1e\1vorbis\0\0")              },
	{"audio/amr",		       BYTES("#!AMR\n\x3c\x91")                },
	{"audio/amr",		       BYTES("#!AMR-WB\n\x04")                 },
	{OOXML "wordprocessingml.document",
         BYTES(ENTRY("[Content_Types].xml",                                           "\x13") "x" ENTRY(
			"word/document.xml", "\x11"))},
	{OOXML "wordprocessingml.document",
         BYTES(ENTRY("_rels/.rels",								 "\x0b") "PKPK" ENTRY(
			"docProps/app.xml", "\x10")
				ENTRY("word/fontTable.xml", "\x12"))},
	{OOXML "spreadsheetml.sheet",
         BYTES(ENTRY("[Content_Types].xml",        "\x13") "x" ENTRY(
			"xl/workbook.xml", "\x0f"))},
	{ODF "text",			 BYTES(ENTRY("mimetype",								 "\x8") ODF "textPK\3\4")},
	{ODF "spreadsheet",
         BYTES(ENTRY("mimetype", "\x8") ODF "spreadsheetPK\3\4")},
	{"text/plain",				 BYTES("\xe5\xb0\x8a\xe4\xb8\xa5\r\n\tplain\n")                                                               },
	{"text/plain",         BYTES("\xef\xbb\xbfwith a mark")},
};

static void every_kind_is_known_by_its_beginning(void)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const struct media *m = media_named(files[i].media);

		if (!m || !media_fits(m, files[i].p, files[i].n))
			printf("# file %zu is no %s\n", i, files[i].media);
		CHECK(m && media_fits(m, files[i].p, files[i].n));
	}
}

/* Sound and film of one container are told by the brand only in part. */
static bool may_be_both(const char *a, const char *b)
{
	return strstr(a, "/mp4") && strstr(b, "/mp4");
}

static void and_taken_for_no_other(void)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		for (size_t k = 0; media_at(k); k++) {
			const struct media *m = media_at(k);

			if (strcmp(m->name, files[i].media) == 0 ||
				may_be_both(m->name, files[i].media) ||
				strcmp(m->name, "text/plain") == 0)
				continue;
			if (media_fits(m, files[i].p, files[i].n))
				printf("# file %zu passes for %s\n", i,
					m->name);
			CHECK(!media_fits(m, files[i].p, files[i].n));
		}
}

static void a_beginning_cut_short_is_nothing(void)
{
	/* Each kind's signature less its last byte. */
	CHECK(!media_fits(media_named("application/pdf"), BYTES("%PDF")));
	CHECK(!media_fits(media_named("image/png"), BYTES("\x89PNG\r\n\x1a")));
	CHECK(!media_fits(media_named("image/jpeg"), BYTES("\xff\xd8")));
	CHECK(!media_fits(media_named("image/webp"), BYTES("RIFF\0\0\0\0WEB")));
	CHECK(!media_fits(media_named("video/mp4"), BYTES("\0\0\0\x18"
							  "ftypmp4")));
	CHECK(!media_fits(media_named("audio/ogg"), BYTES("OggS\0\2")));
	CHECK(!media_fits(media_named(ODF "text"),
		BYTES(ENTRY("mimetype", "\x8") ODF "text")));
	for (size_t i = 0; media_at(i); i++)
		CHECK(!media_fits(media_at(i), "", 0));
}

static void what_is_not_in_the_table_is_nothing(void)
{
	static const struct {
		const char *name;
		const char *p;
		size_t n;
	} others[] = {
		{"a.pdf",                 BYTES("MZ\x90\0\3\0\0\0%PDF-1.4")        },
		{"a.pdf",                 BYTES(" %PDF-1.4")                       },
		{"a.jpg",                 BYTES("<!doctype html>")                 },
		{"a.svg",                 BYTES("<svg xmlns=")                     },
		{"a.png",                 BYTES("GIF89a\1\0\1\0")                  },
		{"a.mp4",                 BYTES("\0\0\0\x14"
				"ftypqt  \0\0\0\0")       },
		{"a.mp3",                 BYTES("\xff\xff\xff\xff\xff\xff\xff")    },
		{"a.docx",                BYTES(ENTRY("evil.exe",                    "\x8") "word/")},
		{"a.xlsx",                       BYTES(ENTRY("[Content_Types].xml",                                                         "\x13"))},
		{"a.odt",               BYTES(ENTRY("mimetype","\x8") ODF "text-masterPK")},
		{"a.doc",BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },
		{"a.txt",                 BYTES("a\0b")                              },
		{"a.txt",                 BYTES("\xc0\xaf")                            }, /* overlong */
		{"a.txt",                 BYTES("\xed\xa0\x80")                        }, /* a surrogate */
		{"a.txt",                 BYTES("\xf4\x90\x80\x80")                    }, /* past U+10FFFF */
		{"a.txt",                 BYTES("half \xe5\xb0")                },
		{"a.txt",                 BYTES("\x1b[2J")                   },
		{"a",                 BYTES("text without an ending")                         },
		{"a.html",                     BYTES("text of another ending")              },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (media_guess(others[i].name, others[i].p, others[i].n))
			printf("# other %zu passes for %s\n", i,
				media_guess(others[i].name, others[i].p,
					others[i].n)
					->name);
		CHECK(!media_guess(others[i].name, others[i].p, others[i].n));
	}
}

static const char *guess(const char *name, const char *p, size_t n)
{
	const struct media *m = media_guess(name, p, n);

	return m ? m->name : "";
}
#define GUESS(name, text) guess(name, text, sizeof(text) - 1)

static void a_guess_asks_the_ending_last(void)
{
	CHECK_STR(GUESS("scan", "%PDF-1.4"), "application/pdf");
	CHECK_STR(GUESS("scan.jpg", "%PDF-1.4"), "application/pdf");
	CHECK_STR(GUESS("talk.m4a", "\0\0\0\x18"
				    "ftypmp42"),
		"audio/mp4");
	CHECK_STR(GUESS("talk.MP4", "\0\0\0\x18"
				    "ftypmp42"),
		"video/mp4");
	CHECK_STR(GUESS("a.b.JPEG", "\xff\xd8\xff\xdb"), "image/jpeg");
	CHECK_STR(GUESS("note.txt", "words"), "text/plain");
	CHECK_STR(GUESS("note", "words"), "");
	CHECK_STR(GUESS("x.mp3", "\xff\xfb\x90\x64"), "audio/mpeg");
	CHECK_STR(GUESS("x", "\xff\xfb\x90\x64"), "");
}

/* The head of a long text may end inside a character, a whole text may not. */
static void a_long_text_is_judged_by_its_head(void)
{
	char *p = malloc(MEDIA_HEAD + 2);

	if (!p)
		return;
	memset(p, 'a', MEDIA_HEAD + 2);
	memcpy(p + MEDIA_HEAD - 1, "\xe5\xb0\x8a", 3);
	CHECK(media_fits(media_named("text/plain"), p, MEDIA_HEAD + 2));
	CHECK(media_fits(media_named("text/plain"), p, MEDIA_HEAD));
	CHECK(!media_fits(media_named("text/plain"), p + 1, MEDIA_HEAD - 1));
	p[MEDIA_HEAD - 1] = '\xa0';
	CHECK(!media_fits(media_named("text/plain"), p, MEDIA_HEAD));
	free(p);
}

static void the_table_and_what_is_said_of_it_agree(void)
{
	const char *said = media_accepts;
	size_t longest = 0;

	for (size_t i = 0; media_at(i); i++) {
		const struct media *m = media_at(i);
		size_t n = strcspn(m->endings, " ");

		CHECK(strncmp(said, m->endings, n) == 0);
		said += said[n] == ',' ? n + 2 : n;
		CHECK(media_named(m->name) == m);
		CHECK(m->max > 0 && m->max <= (int64_t)300 << 20);
		if (strlen(m->name) > longest)
			longest = strlen(m->name);
	}
	CHECK_STR(said, "");
	CHECK(!media_named("text/html") && !media_named(""));
	/* It fits the document's field and an error's list. */
	CHECK(longest <= 80 && strlen(media_accepts) < 192);
}

int main(void)
{
	RUN(every_kind_is_known_by_its_beginning);
	RUN(and_taken_for_no_other);
	RUN(a_beginning_cut_short_is_nothing);
	RUN(what_is_not_in_the_table_is_nothing);
	RUN(a_guess_asks_the_ending_last);
	RUN(a_long_text_is_judged_by_its_head);
	RUN(the_table_and_what_is_said_of_it_agree);
	return tap_done();
}

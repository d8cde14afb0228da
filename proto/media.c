/*
 * media.c - see media.h.
 */
#include "proto/media.h"

#include "proto/base/utf8.h"

#include <string.h>
#include <strings.h>

#define MIB ((int64_t)1 << 20)

typedef bool test(const unsigned char *p, size_t n);

static bool has(
	const unsigned char *p, size_t n, size_t at, const char *what, size_t w)
{
	return n >= at + w && memcmp(p + at, what, w) == 0;
}
#define HAS(at, what) has(p, n, at, what, sizeof(what) - 1)

static bool is_pdf(const unsigned char *p, size_t n)
{
	return HAS(0, "%PDF-");
}

static bool is_jpeg(const unsigned char *p, size_t n)
{
	return HAS(0, "\xff\xd8\xff");
}

static bool is_png(const unsigned char *p, size_t n)
{
	return HAS(0, "\x89PNG\r\n\x1a\n");
}

static bool is_webp(const unsigned char *p, size_t n)
{
	return HAS(0, "RIFF") && HAS(8, "WEBP");
}

static bool is_wav(const unsigned char *p, size_t n)
{
	return HAS(0, "RIFF") && HAS(8, "WAVE");
}

static bool is_amr(const unsigned char *p, size_t n)
{
	return HAS(0, "#!AMR\n") || HAS(0, "#!AMR-WB\n");
}

/* ADTS: twelve bits of sync, layer 0, a sampling frequency that exists. */
static bool is_aac(const unsigned char *p, size_t n)
{
	return n >= 7 && p[0] == 0xff && (p[1] & 0xf6) == 0xf0 &&
	       (p[2] >> 2 & 15) < 13;
}

/* A tag, or a frame of layer III with a bit rate and frequency that exist. */
static bool is_mp3(const unsigned char *p, size_t n)
{
	if (HAS(0, "ID3"))
		return true;
	return n >= 4 && p[0] == 0xff && (p[1] & 0xe0) == 0xe0 &&
	       (p[1] >> 3 & 3) != 1 && (p[1] >> 1 & 3) == 1 &&
	       (p[2] >> 4) != 15 && (p[2] >> 4) != 0 && (p[2] >> 2 & 3) != 3;
}

/* The first packet of the first page says what is inside. */
static bool is_ogg(const unsigned char *p, size_t n)
{
	size_t at;

	if (!HAS(0, "OggS") || n < 28)
		return false;
	at = 27u + p[26];
	return HAS(at, "OpusHead") || HAS(at, "\1vorbis") ||
	       HAS(at, "Speex   ") || HAS(at, "\177FLAC");
}

static bool has_brand(const unsigned char *p, size_t n, const char *brands)
{
	if (!HAS(4, "ftyp") || n < 12)
		return false;
	for (; *brands; brands += 5)
		if (memcmp(p + 8, brands, 4) == 0)
			return true;
	return false;
}

/* Recorders of telephones write sound under the brands of films too. */
static bool is_m4a(const unsigned char *p, size_t n)
{
	return has_brand(p, n,
		"M4A  M4B  mp42 mp41 isom iso2 iso4 iso5 iso6 dash 3gp4 3gp5 "
		"3gp6 ");
}

static bool is_mp4(const unsigned char *p, size_t n)
{
	return has_brand(p, n,
		"mp42 mp41 isom iso2 iso4 iso5 iso6 avc1 M4V  MSNV dash 3gp4 "
		"3gp5 3gp6 ");
}

/* ---- files that are archives ---- */

#define LOCAL_HEADER 30
#define OOXML        "application/vnd.openxmlformats-officedocument."
#define ODF          "application/vnd.oasis.opendocument."

/* The name in the archive entry that begins at p; empty when none does. */
static struct str entry_name(const unsigned char *p, size_t n)
{
	struct str name = {"", 0};
	size_t length;

	if (n < LOCAL_HEADER || !HAS(0, "PK\3\4"))
		return name;
	length = (size_t)p[26] | (size_t)p[27] << 8;
	if (n - LOCAL_HEADER < length)
		return name;
	name.p = (const char *)p + LOCAL_HEADER;
	name.n = length;
	return name;
}

static bool begins(struct str name, const char *with)
{
	size_t n = strlen(with);

	return name.n >= n && memcmp(name.p, with, n) == 0;
}

/* An Office Open XML package with an entry below `folder`. */
static bool is_ooxml(const unsigned char *p, size_t n, const char *folder)
{
	static const char *const first[] = {"[Content_Types].xml", "_rels/",
		"docProps/", "customXml/", "word/", "xl/"};
	struct str name = entry_name(p, n);
	bool package = false;

	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		package |= begins(name, first[i]);
	for (size_t at = 0; package && at < n; at++) {
		const unsigned char *next = memchr(p + at, 'P', n - at);

		if (!next)
			break;
		at = (size_t)(next - p);
		if (begins(entry_name(next, n - at), folder))
			return true;
	}
	return false;
}

static bool is_docx(const unsigned char *p, size_t n)
{
	return is_ooxml(p, n, "word/");
}

static bool is_xlsx(const unsigned char *p, size_t n)
{
	return is_ooxml(p, n, "xl/");
}

/* OpenDocument: the first entry is the type, stored as it is. */
static bool is_odf(const unsigned char *p, size_t n, const char *type)
{
	struct str name = entry_name(p, n);
	size_t at = LOCAL_HEADER + 8, length = strlen(type);

	return name.n == 8 && begins(name, "mimetype") &&
	       has(p, n, at, type, length) && has(p, n, at + length, "PK", 2);
}

static bool is_odt(const unsigned char *p, size_t n)
{
	return is_odf(p, n, ODF "text");
}

static bool is_ods(const unsigned char *p, size_t n)
{
	return is_odf(p, n, ODF "spreadsheet");
}

/* ---- text ---- */

/* Bytes of the character at p, or 0 when text has none like it. */
static size_t character(const unsigned char *p, size_t n)
{
	if (p[0] < 0x20)
		return p[0] && strchr("\t\n\f\r", p[0]);
	return p[0] == 0x7f ? 0 : utf8_sequence(p, n);
}

static bool is_text(const unsigned char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		size_t length = character(p + at, n - at);

		/* The head may end inside a character. */
		if (!length)
			return n == MEDIA_HEAD && n - at < 4 && p[at] >= 0xc2;
		at += length;
	}
	return n > 0;
}

/* ---- the table ---- */

/* clang-format off */
static const struct {
	struct media m;
	test *fits;
} kinds[] = {
	{{"application/pdf",               "pdf",          50 * MIB,  false}, is_pdf},
	{{"image/jpeg",                    "jpg jpeg",     25 * MIB,  false}, is_jpeg},
	{{"image/png",                     "png",          25 * MIB,  false}, is_png},
	{{"image/webp",                    "webp",         25 * MIB,  false}, is_webp},
	{{"audio/mp4",                     "m4a m4b",      200 * MIB, false}, is_m4a},
	{{"audio/aac",                     "aac",          200 * MIB, true},  is_aac},
	{{"audio/mpeg",                    "mp3",          200 * MIB, true},  is_mp3},
	{{"audio/ogg",                     "ogg opus oga", 200 * MIB, false}, is_ogg},
	{{"audio/wav",                     "wav",          200 * MIB, false}, is_wav},
	{{"audio/amr",                     "amr",          200 * MIB, false}, is_amr},
	{{"video/mp4",                     "mp4 m4v",      300 * MIB, false}, is_mp4},
	{{OOXML "wordprocessingml.document", "docx",       25 * MIB,  false}, is_docx},
	{{OOXML "spreadsheetml.sheet",     "xlsx",         25 * MIB,  false}, is_xlsx},
	{{ODF "text",                      "odt",          25 * MIB,  false}, is_odt},
	{{ODF "spreadsheet",               "ods",          25 * MIB,  false}, is_ods},
	{{"text/plain",                    "txt text",     2 * MIB,   true},  is_text},
};
/* clang-format on */

const char media_accepts[] = "pdf, jpg, png, webp, m4a, aac, mp3, ogg, wav, "
			     "amr, mp4, docx, xlsx, odt, ods, txt";

const struct media *media_at(size_t i)
{
	return i < ARRAY_LEN(kinds) ? &kinds[i].m : NULL;
}

const struct media *media_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].m.name, name) == 0)
			return &kinds[i].m;
	return NULL;
}

bool media_fits(const struct media *m, const void *head, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (&kinds[i].m == m)
			return kinds[i].fits(
				head, n < MEDIA_HEAD ? n : MEDIA_HEAD);
	return false;
}

static bool has_ending(const struct media *m, const char *file_name)
{
	const char *dot = strrchr(file_name, '.');
	const char *p = m->endings;

	while (dot && *p) {
		size_t n = strcspn(p, " ");

		if (strlen(dot + 1) == n && strncasecmp(dot + 1, p, n) == 0)
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}

const struct media *media_guess(
	const char *file_name, const void *head, size_t n)
{
	const struct media *first = NULL;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct media *m = &kinds[i].m;

		if (!media_fits(m, head, n))
			continue;
		if (has_ending(m, file_name))
			return m;
		if (!first && !m->weak)
			first = m;
	}
	return first;
}

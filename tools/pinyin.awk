# pinyin.awk - make proto/pinyin_table.inc from the Unicode Han database.
#
#   bzcat /usr/share/unicode/Unihan_Readings.txt.bz2 |
#       LC_ALL=C awk -f tools/pinyin.awk >proto/pinyin_table.inc
#
# The file comes with Debian's package unicode-data. This is run by hand when a
# new edition is wanted, not in a build, so that nobody needs the package. Every
# character of the basic plane with a kMandarin reading is taken, and of the
# others those of the Table of General Standard Characters (kTGHZ2013), which is
# what a name may be registered with.

function hex(text,    i, n) {
	for (i = 1; i <= length(text); i++)
		n = n * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
	return n
}

# lǚ → lv: tones off, ü as v, as people type it
function plain(text) {
	gsub(/ā|á|ǎ|à/, "a", text)
	gsub(/ē|é|ě|è|ê̄|ế|ê̌|ề|ê/, "e", text)
	gsub(/ī|í|ǐ|ì/, "i", text)
	gsub(/ō|ó|ǒ|ò/, "o", text)
	gsub(/ū|ú|ǔ|ù/, "u", text)
	gsub(/ǖ|ǘ|ǚ|ǜ|ü/, "v", text)
	gsub(/ḿ|m̀/, "m", text)
	gsub(/ń|ň|ǹ/, "n", text)
	gsub(/[^a-z]/, "", text)
	return text
}

function letters(n) {
	return substr("abcdefghijklmnopqrstuvwxyz", int(n / 26) + 1, 1) \
		substr("abcdefghijklmnopqrstuvwxyz", n % 26 + 1, 1)
}

/^# Date:/ { edition = $3 }
!/^U\+/ { next }
$2 == "kTGHZ2013" { general[$1] = 1 }
$2 == "kMandarin" { reading[$1] = plain($3) }

END {
	for (u in reading) {
		if (length(u) > 6 && !(u in general))
			continue
		c = hex(substr(u, 3))
		said[c] = reading[u]
		known[reading[u]] = 1
		rows[int(c / 64)] = 1
	}
	print "/*"
	print " * pinyin_table.inc - the usual reading of each Han character, without tones."
	print " *"
	print " * Two letters stand for a place in `syllables` (aa = 0, ab = 1, ba = 26), \"zz\""
	print " * for no reading; a row holds 64 characters from `first` on."
	print " *"
	print " * Made by tools/pinyin.awk from Unihan_Readings.txt of " edition "; tones were"
	print " * removed and the data re-arranged. The source's licence:"
	print " *"
	print " * Copyright (c) 1991-2022 Unicode, Inc. All rights reserved."
	print " * Distributed under the Terms of Use in https://www.unicode.org/copyright.html."
	print " *"
	print " * Permission is hereby granted, free of charge, to any person obtaining a copy"
	print " * of the Unicode data files and any associated documentation (the \"Data Files\")"
	print " * or Unicode software and any associated documentation (the \"Software\") to deal"
	print " * in the Data Files or Software without restriction, including without"
	print " * limitation the rights to use, copy, modify, merge, publish, distribute, and/or"
	print " * sell copies of the Data Files or Software, and to permit persons to whom the"
	print " * Data Files or Software are furnished to do so, provided that either (a) this"
	print " * copyright and permission notice appear with all copies of the Data Files or"
	print " * Software, or (b) this copyright and permission notice appear in associated"
	print " * Documentation."
	print " *"
	print " * THE DATA FILES AND SOFTWARE ARE PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY"
	print " * KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF"
	print " * MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF THIRD"
	print " * PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN"
	print " * THIS NOTICE BE LIABLE FOR ANY CLAIM, OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL"
	print " * DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR"
	print " * PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS"
	print " * ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THE"
	print " * DATA FILES OR SOFTWARE."
	print " *"
	print " * Except as contained in this notice, the name of a copyright holder shall not"
	print " * be used in advertising or otherwise to promote the sale, use or other dealings"
	print " * in these Data Files or Software without prior written authorization of the"
	print " * copyright holder."
	print " */"
	n = 0
	for (a = 1; a <= 26; a++)
		for (b = 0; b <= 26; b++)
			for (s in known)
				if (index("abcdefghijklmnopqrstuvwxyz", \
				    substr(s, 1, 1)) == a && \
				    index("abcdefghijklmnopqrstuvwxyz", \
				    substr(s, 2, 1)) == b)
					bucket[a, b, ++count[a, b]] = s
	print "static const char syllables[][7] = {"
	line = ""
	for (a = 1; a <= 26; a++)
		for (b = 0; b <= 26; b++) {
			for (i = 2; i <= count[a, b]; i++)
				for (k = i; k > 1 && bucket[a, b, k] < \
				     bucket[a, b, k - 1]; k--) {
					s = bucket[a, b, k]
					bucket[a, b, k] = bucket[a, b, k - 1]
					bucket[a, b, k - 1] = s
				}
			for (i = 1; i <= count[a, b]; i++) {
				s = bucket[a, b, i]
				place[s] = n++
				if (length(line s) > 70) {
					print "\t" line
					line = ""
				}
				line = line "\"" s "\","
			}
		}
	print "\t" line
	print "};"
	print ""
	print "static const struct {"
	print "\tuint32_t first;"
	print "\tchar said[129];"
	print "} rows[] = {"
	for (r = 0; r < 4096; r++) {
		if (!(r in rows))
			continue
		line = ""
		for (i = 0; i < 64; i++)
			line = line (r * 64 + i in said ? \
				letters(place[said[r * 64 + i]]) : "zz")
		printf "\t{0x%x, \"%s\"},\n", r * 64, line
	}
	print "};"
}

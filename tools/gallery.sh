#!/bin/bash
# gallery.sh - one page with every screenshot the browser tests left, to be looked at.
#
#   tools/gallery.sh DIR    makes DIR/index.html; nothing of it is committed
set -euo pipefail
cd "$1" 2>/dev/null || { echo "gallery: no screenshots in $1" && exit 0; }
{
	echo '<!doctype html><meta charset="utf-8"><title>Casebridge: every page</title>'
	echo '<style>body{font:16px sans-serif;margin:2rem}main{display:grid;grid-template-columns:repeat(auto-fill,minmax(28rem,1fr));gap:1rem}figure{margin:0}img{width:100%;border:1px solid #ccc}</style>'
	for place in */; do
		printf '<h2>%s</h2><main>\n' "${place%/}"
		for file in "$place"*.png; do
			[ ! -e "$file" ] || printf '<figure><a href="%s"><img loading="lazy" src="%s" alt=""></a><figcaption>%s</figcaption></figure>\n' "$file" "$file" "$(basename "$file" .png)"
		done
		echo '</main>'
	done
} >index.html
echo "screenshots: $(find . -name '*.png' | wc -l), listed in $PWD/index.html"

// Puts a .br next to every built file and holds the script to its budget.
//
// Both programs serve the file as it lies on disk; compressing once here is
// smaller than anything done per request, and costs them nothing.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { outDir } from './out.mjs';

const FIRST_PAGE_BUDGET = 150 * 1024;

function* files(dir) {
	for (const entry of readdirSync(dir, { withFileTypes: true })) {
		const path = join(dir, entry.name);
		if (entry.isDirectory()) yield* files(path);
		else if (!path.endsWith('.br')) yield path;
	}
}

function compress(path) {
	const plain = readFileSync(path);
	const packed = brotliCompressSync(plain, {
		params: {
			[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
			[constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
		},
	});
	writeFileSync(`${path}.br`, packed);
	return packed.length;
}

const sizes = new Map();
for (const path of files(outDir)) sizes.set(relative(outDir, path), compress(path));

const html = readFileSync(join(outDir, 'index.html'), 'utf8');
if (/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i.test(html)) {
	console.error('index.html holds inline script or style, which the content policy forbids.');
	process.exit(1);
}

// What the browser must have before the first page: the entry and everything
// it imports statically. The entry names those as modulepreload links.
const first = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map((m) => m[1]);
const bytes = first.reduce((sum, name) => sum + sizes.get(name), 0);

for (const [name, size] of [...sizes].sort()) {
	const plain = statSync(join(outDir, name)).size;
	console.log(`${String(size).padStart(8)} br ${String(plain).padStart(8)}  ${name}`);
}
console.log(`first page's script: ${(bytes / 1024).toFixed(1)} KB of ${FIRST_PAGE_BUDGET / 1024} KB (brotli)`);
if (bytes > FIRST_PAGE_BUDGET) process.exit(1);

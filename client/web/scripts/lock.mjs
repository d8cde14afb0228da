// Writes package-lock.json anew, without two things npm puts into it.
//
// Where a package was fetched from: that is the business of whoever installs.
// Which Node.js a package asks for: npm compares that with the one npm itself
// runs on, and on Debian's node 18 it would leave out the optional packages
// that hold the tools' native parts. The tools run on the pinned node
// (run.mjs), which is new enough.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const made = spawnSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: web, stdio: 'inherit' });
if (made.status !== 0) process.exit(1);

const file = join(web, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const entry of Object.values(lock.packages)) {
	delete entry.resolved;
	delete entry.engines;
}
writeFileSync(file, `${JSON.stringify(lock, null, '\t')}\n`);

// Runs the project's tools with the Node.js the lock file pins.
//
// Debian 12 brings node 18 and npm 9. They can install packages and start this
// file, but Vite and Vitest need a newer one; it arrives as a package like
// everything else, so nothing has to be installed on the machine.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(web, 'node_modules');

const steps = {
	build: [
		['vite/bin/vite.js', 'build'],
		['../scripts/compress.mjs'],
	],
	types: [['typescript/bin/tsc', '--noEmit']],
	test: [['vitest/vitest.mjs', 'run']],
	check: [['typescript/bin/tsc', '--noEmit'], ['vitest/vitest.mjs', 'run']],
};

function pinnedNode() {
	const packed = join(modules, `node-linux-${process.arch}`, 'bin', 'node');
	if (existsSync(packed)) return packed;
	if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
	console.error(
		`No Node.js 22 or newer for ${process.platform}/${process.arch}: ` +
			'run "npm ci" here first, or start this with a newer node.',
	);
	process.exit(1);
}

const [name, ...more] = process.argv.slice(2);
if (!steps[name]) {
	console.error(`Usage: node scripts/run.mjs ${Object.keys(steps).join('|')}`);
	process.exit(2);
}

const node = pinnedNode();
const path = `${dirname(node)}:${process.env.PATH}`;
for (const [tool, ...args] of steps[name]) {
	const last = steps[name].at(-1)[0] === tool;
	const done = spawnSync(node, [join(modules, tool), ...args, ...(last ? more : [])], {
		cwd: web,
		stdio: 'inherit',
		env: { ...process.env, PATH: path },
	});
	if (done.status !== 0) process.exit(done.status ?? 1);
}

// Where the built files go: OUT_DIR, or build/web at the top of the repository.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));

export const outDir = process.env.OUT_DIR ? resolve(process.env.OUT_DIR) : resolve(web, '../../build/web');

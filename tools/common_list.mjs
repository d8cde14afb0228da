// common_list.mjs - makes server/auth/common_list.bin, the passwords nobody may
// choose, from a published list:
//
//   npm pack @zxcvbn-ts/language-common@4.1.3 && tar xzf zxcvbn-ts-language-common-4.1.3.tgz
//   node tools/common_list.mjs package/src/passwords.json server/auth/common_list.bin
//
// The list (49,233 passwords in the order in which they turned up in breaches) is of
// zxcvbn and zxcvbn-ts, MIT licence; NOTICE names them. Kept are five bytes of the
// SHA-256 of each, lower case, sorted: a quarter of a megabyte that is searched by
// halving and reads as nothing. Of 2^40 values 49,000 are taken, so a password that
// is not in the list is refused by mistake once in 20 million.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const words = new Set(JSON.parse(readFileSync(from, 'utf8')).map((word) => word.toLowerCase()));
const hashes = [...words].map((word) => createHash('sha256').update(word).digest().subarray(0, 5).toString('hex'));
writeFileSync(to, Buffer.from([...new Set(hashes)].sort().join(''), 'hex'));

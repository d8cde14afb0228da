// pull.js - PouchDB's first pull into an empty leveldb: pull.js URL DIRECTORY
//
// Batches of 1,000 documents: measured faster than the default of 100. The whole
// program is timed from outside, as `casebridge sync` is.
'use strict';
const PouchDB = require('pouchdb');

const [url, directory] = process.argv.slice(2);
new PouchDB(`${directory}/cases`).replicate
	.from(url, { batch_size: 1000 })
	.then(result => {
		console.log(result.docs_written);
		process.exit(result.ok ? 0 : 1);
	});

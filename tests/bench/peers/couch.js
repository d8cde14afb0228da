// couch.js - express-pouchdb over leveldb, serving the documents of one station.
//
// Plain HTTP, no sign-in, no access rules: what a sync costs there, and nothing
// of what a case record needs besides. The documents are the ones a station
// pulls (same bodies, same ids), loaded before it listens.
'use strict';
const fs = require('node:fs');
const readline = require('node:readline');
const express = require('express');
const PouchDB = require('pouchdb');
const expressPouch = require('express-pouchdb');

const place = process.env.PLACE;
const Local = PouchDB.defaults({ prefix: `${place}/` });

async function load() {
	const db = new Local('cases');
	const lines = readline.createInterface({ input: fs.createReadStream(process.env.DOCS) });
	let batch = [];
	for await (const line of lines) {
		batch.push(JSON.parse(line));
		if (batch.length === 2000) {
			await db.bulkDocs(batch);
			batch = [];
		}
	}
	if (batch.length)
		await db.bulkDocs(batch);
}

load().then(() => {
	const app = express();
	app.use(expressPouch(Local, {
		mode: 'minimumForPouchDB', logPath: `${place}/log`, configPath: `${place}/config.json`,
	}));
	app.listen(Number(process.env.PORT), '127.0.0.1');
});

// express.js - a caseload page as Express and pg would serve it.
//
// It does what the page needs and nothing else: the session of the cookie is
// looked up, the page of this reader's lines is read in the order of the next
// due date, the lines are counted, the lines are sent as they stand. TLS 1.3,
// prepared statements, a pool of connections, production mode. It does not
// write the audit trail and has no second wall in the database: it connects as
// a role that row-level security does not bind, and filters by reach itself.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const https = require('node:https');
const express = require('express');
const { Pool } = require('pg');

const pool = new Pool({
	host: process.env.DATABASE_HOST, user: 'postgres', database: 'casebridge',
	max: Number(process.env.POOL || 10),
});

const findSession = token => ({
	name: 'session',
	text: `SELECT a.staff, a.site, a.role FROM auth.session s JOIN auth.account a ON a.id = s.account
		WHERE s.token = $1 AND s.expires_at > now() AND a.disabled_at IS NULL`,
	values: [token],
});
const readPage = (site, limit) => ({
	name: 'page',
	text: `SELECT s.line FROM log.summary s
		WHERE s.line IS NOT NULL AND EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = s.case_id AND r.key = $1
			AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))
		ORDER BY s.next_due NULLS LAST, s.case_id LIMIT $2`,
	values: [site, limit],
});
const countLines = site => ({
	name: 'count',
	text: `SELECT count(*) AS n FROM log.summary s
		WHERE s.line IS NOT NULL AND EXISTS (SELECT 1 FROM access.reach r WHERE r.unit_id = s.case_id AND r.key = $1
			AND r.from_at <= now() AND (r.to_at IS NULL OR r.to_at > now()))`,
	values: [site],
});

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/v1/caseload', async (req, res) => {
	const cookie = /__Host-session=([^;]+)/.exec(req.headers.cookie || '');
	const token = cookie && Buffer.from(cookie[1], 'base64url');
	const limit = Math.min(Number(req.query.limit) || 50, 5000);
	const client = await pool.connect();
	try {
		const session = token && (await client.query(
			findSession(crypto.createHash('sha256').update(token).digest()))).rows[0];
		if (!session) {
			res.status(401).end();
			return;
		}
		const page = await client.query(readPage(session.site, limit));
		const count = await client.query(countLines(session.site));
		res.type('application/json').send(
			`{"rows":[${page.rows.map(row => row.line).join(',')}],"total":${count.rows[0].n},"next":null}`);
	} finally {
		client.release();
	}
});

https.createServer({
	key: fs.readFileSync(`${process.env.STATE}/server.key`),
	cert: fs.readFileSync(`${process.env.STATE}/server.pem`),
	minVersion: 'TLSv1.3',
	keepAliveTimeout: 600_000,
}, app).listen(Number(process.env.PORT), '127.0.0.1');

// fill.mjs - records of every type a person may make in a case, with whatever a test
// wants to see in their text fields.

const fetched = (page, path) => page.evaluate(async (from) => (await fetch(from)).json(), path);
const sent = (page, change) =>
	page.evaluate(async (one) => (await fetch('/v1/changes', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Casebridge': 'web' }, body: JSON.stringify({ changes: [one] }) })).json(), change);
const newId = () => crypto.randomUUID().replace(/^(.{14})4/, '$17');

/** What a field may hold, or undefined where it can be left out; `text(max)` is asked
 * for what stands in a text field. */
function valueOf(field, text, { codes, day, ref }) {
	if (field.kind === 'text') return field.check ? undefined : text(field.max);
	if (!field.required) return undefined;
	if (field.kind === 'code') return codes[field.codes].items.find((item) => !item.retired)?.code;
	if (field.kind === 'date') return day;
	if (field.kind === 'time') return `${day}T00:01:00+08:00`;
	if (field.kind === 'int' || field.kind === 'number') return Math.max(field.min ?? 1, 1);
	if (field.kind === 'ref') return ref(field.to);
	return field.kind === 'bool' ? true : undefined;
}

/** Sends them as the page's reader, past the app. What became of the last of each type:
 * 'applied', or why not. */
export async function fillCase(page, caseId, text, passes = 1) {
	const [catalogue, session, doc] = [await fetched(page, '/v1/catalogue'), await fetched(page, '/v1/session'), await fetched(page, `/v1/cases/${caseId}`)];
	const { may, staff, site } = session.reader;
	const world = {
		codes: catalogue.codes,
		day: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10),
		ref: (to) => (to.includes('person') ? doc.summary.person : to.includes('staff') ? staff : to.includes('site') ? site : doc.records.find((rec) => to.includes(rec.type) && rec.state !== 'retracted')?.id),
	};
	const told = {};
	for (let pass = 0; pass < passes; pass++)
		for (const type of Object.values(catalogue.types)) {
			if (type.scope !== 'case' || !may.create.includes(type.type)) continue;
			const set = Object.fromEntries(type.fields.filter((field) => !field.server).map((field) => [field.name, valueOf(field, text, world)]).filter(([, one]) => one !== undefined));
			const answer = await sent(page, { id: newId(), tx: null, rec: newId(), type: type.type, case: caseId, op: 'create', set, unset: [], seen: {}, base_ver: 0, entered_at: new Date().toISOString(), after: null });
			const [one] = answer.results ?? [answer];
			told[type.type] = one.status === 'applied' ? one.status : `${one.code} ${one.field ?? ''} ${one.accepts ?? ''}`;
		}
	return told;
}

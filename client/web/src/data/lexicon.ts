// How a record reads: labels from the catalogue, names from the directory,
// in the reader's language. Pages never spell out a code or an id themselves.
import { asBody, asList, asText } from './body';
import type { Reference } from './catalogue';
import { levelLines } from './levels';
import { isMoney, yuanOf } from './money';
import type { Sheet } from './sheet';
import { clockOf, dayOf } from './time';
import type { Body, Field, Id, Json, Label, Lang, Rec, RecordType, Scale } from './wire';

/** The few words a value needs that are not in the catalogue. */
export interface ValueWords {
	yes: string;
	no: string;
	notVisible: string;
	listComma: string;
	rowComma: string;
	colon: string;
	yuan: (amount: string) => string;
}

/** What is read here of a form's question. */
export interface FormField {
	name: string;
	options?: ({ code: string } & Label)[];
	fields?: FormField[];
}

export class Lexicon {
	constructor(
		private readonly reference: Reference,
		readonly lang: Lang,
		private readonly words: ValueWords,
		/** Records of the case at hand that others may refer to. */
		private readonly records: ReadonlyMap<Id, Rec> = new Map(),
		/** What is offered of the directory where one is chosen. */
		private readonly offered: (rec: Rec) => boolean = () => true,
	) {}

	/** The same, offering less to choose from; every name is known all the same. */
	offering(offered: (rec: Rec) => boolean): Lexicon {
		return new Lexicon(this.reference, this.lang, this.words, this.records, offered);
	}

	within(records: ReadonlyMap<Id, Rec>): Lexicon {
		return new Lexicon(this.reference, this.lang, this.words, records);
	}

	text(label: Label | undefined): string {
		return label?.[this.lang] ?? '';
	}

	type(name: string): RecordType | undefined {
		return this.reference.catalogue.types[name];
	}

	typeLabel(name: string): string {
		return this.text(this.type(name)?.label) || name;
	}

	field(type: string, name: string): Field | undefined {
		return this.type(type)?.fields.find((field) => field.name === name);
	}

	fieldLabel(type: string, name: string): string {
		const label = this.text(this.field(type, name)?.label);
		if (label) return label;
		// The centre names a place within a field as `answers.danger`.
		const [, head = '', rest = ''] = /^([^.[]+)[.[](.+)$/.exec(name) ?? [];
		const whole = this.text(this.field(type, head)?.label);
		return whole ? `${whole} · ${rest.replace(']', '')}` : name;
	}

	/** The items of a code list in their order. */
	codes(list: string): { code: string; label: string }[] {
		const items = this.reference.catalogue.codes[list]?.items ?? [];
		return items.map((item) => ({ code: item.code, label: item[this.lang] }));
	}

	/** Those of them that are for one thing. */
	codesOf(list: string, thing: string): { code: string; label: string }[] {
		const items = this.reference.catalogue.codes[list]?.items ?? [];
		return items.filter((item) => item.of?.includes(thing)).map((item) => ({ code: item.code, label: item[this.lang] }));
	}

	/** What a field chooses from: its own options, or its code list without what
	 * is out of use, unless it is what was chosen. */
	choices(field: Pick<Field, 'codes' | 'options'>, chosen: Json = null): { code: string; label: string }[] {
		const kept = Array.isArray(chosen) ? chosen : [chosen];
		const items = field.options ?? this.reference.catalogue.codes[field.codes ?? '']?.items ?? [];
		return items.filter((item) => !item.retired || kept.includes(item.code)).map((item) => ({ code: item.code, label: item[this.lang] }));
	}

	/** The forms new responses are made with, by name. */
	sheetNames(): string[] {
		const retired = new Set(this.reference.catalogue.codes['form']?.items.filter((item) => item.retired).map((item) => item.code));
		return Object.keys(this.reference.catalogue.forms).filter((name) => !name.includes('@') && !retired.has(name));
	}

	/** Types of record that live there, in the order of the catalogue. */
	types(scope: RecordType['scope']): RecordType[] {
		return Object.values(this.reference.catalogue.types)
			.filter((type) => type.scope === scope)
			.sort((a, b) => a.no - b.no);
	}

	/** The form of that name, in a version or the newest. */
	sheet(form: string, version?: string): Sheet | undefined {
		const { forms } = this.reference.catalogue;
		const newest = forms[form] as unknown as Sheet | undefined;
		if (!version || newest?.version === version) return newest;
		return forms[`${form}@${version}`] as unknown as Sheet | undefined;
	}

	/** A code this program does not know is shown as it is. */
	code(list: string, code: string | null | undefined): string {
		if (!code) return '';
		const item = this.reference.catalogue.codes[list]?.items.find((one) => one.code === code);
		return item ? item[this.lang] : code;
	}

	ranks(list: string): ReadonlyMap<string, number> {
		return new Map(this.codes(list).map(({ code }, place) => [code, place]));
	}

	scale(instrument: string): Scale | undefined {
		return this.reference.catalogue.scales[instrument];
	}

	/** A programme as its pack describes it. */
	pack(programme: string | null): { [key: string]: Json } | undefined {
		const pack = programme ? this.reference.catalogue.packs[programme] : undefined;
		return pack && typeof pack === 'object' && !Array.isArray(pack) ? pack : undefined;
	}

	/** A question of a form, with its options and the questions of its rows. */
	formField(form: string, name: string): FormField | undefined {
		const doc = this.reference.catalogue.forms[form];
		const fields = doc && typeof doc === 'object' && !Array.isArray(doc) ? doc['fields'] : undefined;
		return Array.isArray(fields) ? (fields as unknown as FormField[]).find((field) => field.name === name) : undefined;
	}

	/** The directory's records of these types that are in use. */
	directory(types: readonly string[]): Rec[] {
		return [...this.reference.directory.values()].filter(
			(rec) => types.includes(rec.type) && rec.state !== 'retracted' && rec.body['active'] !== false && this.offered(rec),
		);
	}

	/** The case's own records of these types. */
	candidates(types: readonly string[]): Rec[] {
		return [...this.records.values()].filter((rec) => types.includes(rec.type) && rec.state !== 'retracted');
	}

	person(id: Id | null | undefined): Rec | undefined {
		return id ? (this.reference.directory.get(id) ?? this.records.get(id)) : undefined;
	}

	/** The name of whoever or whatever an id stands for. */
	name(id: Id | null | undefined): string {
		if (!id) return '';
		const rec = this.person(id);
		if (!rec) return this.words.notVisible;
		const own = this.lang === 'en' ? rec.body['name_en'] : undefined;
		return typeof own === 'string' && own ? own : this.title(rec);
	}

	/** The name of a site that came with its id: `given` where the directory does not know it. */
	site(id: Id | null | undefined, given: string | null = ''): string {
		return this.person(id) ? this.name(id) : (given ?? '');
	}

	siteOf(staff: Id | null | undefined): string {
		const site = this.person(staff)?.body['site'];
		return typeof site === 'string' ? this.name(site) : '';
	}

	value(field: Field, value: Json | undefined): string {
		if (value === null || value === undefined || value === '') return '';
		switch (field.kind) {
			case 'bool':
				return value === true ? this.words.yes : this.words.no;
			case 'time':
				return this.time(String(value));
			case 'code':
				return this.code(field.codes ?? '', String(value));
			case 'codes':
				return this.list(value, (one) => this.code(field.codes ?? '', one));
			case 'ref':
				return this.name(String(value));
			case 'refs':
				return this.list(value, (one) => this.name(one));
			case 'json':
				return field.rows ? this.rows(field, value) : (levelLines(field.name, value)?.join(this.words.rowComma) ?? this.json(value));
			case 'int':
				return isMoney(field) && typeof value === 'number' ? this.words.yuan(yuanOf(value)) : String(value);
			default:
				// Also of a kind this program does not know.
				return this.json(value);
		}
	}

	/** `2026-11-20 09:30` */
	time(value: string): string {
		return `${dayOf(value)} ${clockOf(value)}`.trim();
	}

	/** The catalogue says which fields name a record of a type. */
	title(rec: Rec): string {
		const type = this.type(rec.type);
		if (!type) return rec.type;
		const titled = rec.type === 'staff' ? ['name'] : type.title;
		const parts = titled.map((name) => {
			const field = this.field(rec.type, name);
			return field ? this.value(field, rec.body[name]) : '';
		});
		return parts.filter(Boolean).join(' · ') || this.typeLabel(rec.type);
	}

	private list(value: Json, show: (one: string) => string): string {
		return Array.isArray(value) ? value.map((one) => show(String(one))).join(this.words.listComma) : String(value);
	}

	/** What a form said of a flag it raised: written down in both languages, read in one. */
	raised(text: string): string {
		const [zh = '', en] = text.split(' / ');
		const isHan = (part: string) => /\p{Script=Han}/u.test(part);
		if (!en || text.split(' / ').length !== 2 || !isHan(zh) || isHan(en)) return text;
		return this.lang === 'zh' ? zh : en;
	}

	/** What a programme lists at a place of its pack (`screening.criteria`): the case's own. */
	listed(from: string): { code: string; label: string; exclude: boolean }[] {
		const programme = [...this.records.values()].find((rec) => rec.type === 'case')?.body['programme'];
		const at = from.split('.').reduce<Json | undefined>((so, name) => asBody(so)[name], this.pack(asText(programme) || null));
		return asList(at).map((one) => {
			const item = asBody(one);
			return { code: asText(item['code']), label: this.text(item as unknown as Label), exclude: item['kind'] === 'exclude' };
		});
	}

	/** Rows as a person reads them: what is said of each, one after the other. */
	private rows(field: Field, value: Json): string {
		const listed = field.from ? this.listed(field.from) : [];
		const said = (row: Body) =>
			(field.rows ?? [])
				.map((one) => {
					const known = one.name === 'code' && listed.find(({ code }) => code === row['code'])?.label;
					const text = known || this.value(one, row[one.name]);
					return text && one.kind === 'bool' ? `${this.text(one.label)}${this.words.colon}${text}` : text;
				})
				.filter(Boolean)
				.join(' ');
		return asList(value).map((row) => said(asBody(row))).join(this.words.rowComma);
	}

	/** Values of no described shape, as plain readable text. */
	private json(value: Json): string {
		if (Array.isArray(value)) return value.map((one) => this.json(one)).join(this.words.listComma);
		if (value === null) return '—';
		if (typeof value === 'boolean') return value ? this.words.yes : this.words.no;
		if (typeof value !== 'object') return String(value);
		return Object.entries(value)
			.map(([name, one]) => `${name} ${this.json(one)}`)
			.join(this.words.listComma);
	}
}

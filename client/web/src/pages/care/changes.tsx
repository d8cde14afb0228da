// What others wrote since the last review, as a person reads it: what is new with
// what stands in it, what is another now with what it was before.
import { useEffect, useState } from 'react';
import { useData } from '../../data';
import { changedFields } from '../../data/change';
import type { Rec, ReviewRow, Version } from '../../data/wire';
import { dayOf } from '../../data/time';
import { Button, Chip } from '../../kit/parts';
import { useWorkplace } from '../../kit/workplace';
import { useCase } from '../case/context';
import { Fields } from '../case/fields';
import { Differences } from '../case/history';
import { SheetScore } from '../case/score';
import { beside, useCareWords } from './say';

/** So many stand open at once; a first review has a whole case before it. */
const SHOWN = 8;
/** In the record, but not read in a review: what it hangs on and how it is filed. */
const DRAWN_ELSEWHERE = new Set(['conflict']);

/** What others wrote last after what the last review had looked at, newest first. */
export function changedSince(records: readonly Rec[], row: ReviewRow | undefined, staff: string): Rec[] {
	const seen = row?.last ? (row.last.seen ?? Number.MAX_SAFE_INTEGER) : -1;
	return records
		.filter((rec) => rec.type !== 'person' && !DRAWN_ELSEWHERE.has(rec.type) && rec.state !== 'draft' && rec.by !== staff && (rec.csn ?? 0) > seen)
		.sort((a, b) => Date.parse(b.entered_at) - Date.parse(a.entered_at) || (a.id < b.id ? -1 : 1));
}

export function Changes({ row }: { row: ReviewRow | undefined }) {
	const words = useCareWords();
	const { reader } = useWorkplace();
	const { records } = useCase();
	const [limit, setLimit] = useState(SHOWN);
	const all = changedSince(records, row, reader.staff);
	const first = !row?.last;
	const said = () => {
		if (!row) return words.lastUnknown;
		if (!row.last) return words.changesFirst;
		return all.length > 0 ? words.changesSince(row.last.held) : words.nothingChanged;
	};
	return (
		<section className="changes" aria-labelledby="changes">
			<h2 id="changes">{first ? words.changesTitleFirst : words.changesTitle}</h2>
			<p className="faint">{said()}</p>
			<ol className="plain">
				{all.slice(0, limit).map((rec) => (
					<Change key={rec.id} rec={rec} seen={row?.last?.seen ?? null} />
				))}
			</ol>
			{all.length > limit && <Button onClick={() => setLimit(limit + 20)}>{words.showMore(Math.min(20, all.length - limit))}</Button>}
		</section>
	);
}

function Change({ rec, seen }: { rec: Rec; seen: number | null }) {
	const words = useCareWords();
	const { lexicon, mask } = useCase();
	const before = useBefore(rec, seen);
	const title = lexicon.title(rec);
	const label = lexicon.typeLabel(rec.type);
	return (
		<li className="change" data-rec={rec.id}>
			<h3>
				<span className="record-kind">{label}</span> {title !== label && mask.prose(title)}
				{rec.state === 'retracted' ? <Chip tone="warn">{words.isRetracted}</Chip> : seen !== null && before !== null && <Chip>{before === 'none' ? words.isNew : words.isChanged}</Chip>}
			</h3>
			<p className="under">
				{beside(lexicon.name(rec.by), lexicon.siteOf(rec.by), dayOf(rec.entered_at))}
			</p>
			{before === 'away' && <p className="faint">{words.differenceAway}</p>}
			{typeof before === 'object' && before !== null ? <Changed rec={rec} before={before} /> : <Whole rec={rec} />}
		</li>
	);
}

function Changed({ rec, before }: { rec: Rec; before: Version }) {
	const words = useCareWords();
	const { lexicon } = useCase();
	const type = lexicon.type(rec.type);
	const names = type ? changedFields(type, before.body, rec.body) : [];
	if (names.length === 0) return <p className="faint">{words.noDifference}</p>;
	return <Differences type={rec.type} names={names} now={rec.body} before={before.body} />;
}

/** What files a record under a case says nothing to a reader of the case. */
function Whole({ rec }: { rec: Rec }) {
	const { lexicon } = useCase();
	if (rec.type === 'assessment') return <SheetScore rec={rec} />;
	const type = lexicon.type(rec.type);
	const told = (type?.fields ?? []).map(({ name }) => name).filter((name) => !(type?.title.includes(name) && rec.type !== 'service') && name !== 'answers' && name !== 'version');
	return <Fields type={rec.type} body={rec.body} only={told} />;
}

type Before = Version | 'none' | 'away' | null;

/** The version the last review had before it, or what the reader wrote since; `none`: it is new since; `away`: only
 * the centre knows, and it cannot be asked now. */
function useBefore(rec: Rec, seen: number | null): Before {
	const { cases } = useData();
	const { reader } = useWorkplace();
	const [state, setState] = useState<Before>(null);
	const isNew = seen === null || rec.ver <= 1;
	useEffect(() => {
		if (isNew) return undefined;
		let wanted = true;
		cases.history(rec.id).then(
			({ versions }) => wanted && setState(versions.find(({ csn, by }) => (csn !== null && csn <= seen) || by === reader.staff) ?? 'none'),
			() => wanted && setState('away'),
		);
		return () => {
			wanted = false;
		};
	}, [cases, rec.id, rec.ver, seen, isNew, reader.staff]);
	return isNew ? 'none' : state;
}

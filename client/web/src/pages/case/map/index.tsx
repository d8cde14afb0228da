// The eco-map: who and what stands round the client, and how strongly. It is
// drawn from records and changed by changing them; the list beneath says the
// same in words. Keys: arrows go round, Enter opens, + and − set the strength.
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useData } from '../../../data';
import { patchChange } from '../../../data/change';
import type { Rec } from '../../../data/wire';
import { useAnnounce } from '../../../kit/announce';
import { Button, Chip, TableBox } from '../../../kit/parts';
import { useWorkplace } from '../../../kit/workplace';
import { go, toAdd, toCase, toEdit } from '../../../route';
import { useCase } from '../context';
import { useMapWords } from './say';
import { cut, HEIGHT, HOME_RX, HOME_RY, lineTo, MIDDLE, place, type Placed, saw, type Tie, WIDTH } from './draw';
import { useTies } from './ties';
import { mayCreate, mayPatch, mayRetract } from '../may';
import { RetractAsked } from '../record-actions';

const STRONGEST = 3;

export function EcoMap() {
	const words = useMapWords();
	const { doc } = useCase();
	const { reader } = useWorkplace();
	const ties = useTies();
	const placed = useMemo(() => place(ties), [ties]);
	return (
		<section aria-labelledby="map" className="map">
			<div className="timeline-head">
				<h2 id="map">{words.map}</h2>
				<div className="record-actions">
					{mayCreate('relation', reader) && (
						<Button look="main" icon="plus" onClick={() => go(toAdd(doc.case, 'relation', null, 'map'))}>
							{words.addRelation}
						</Button>
					)}
					<Button icon="print" onClick={() => window.print()}>
						{words.print}
					</Button>
				</div>
			</div>
			<p className="faint keys-hint">{words.mapHelp}</p>
			<Drawing placed={placed} />
			<Legend />
			<TieList ties={ties} />
		</section>
	);
}

/** All of a tie in words, for who does not see the line. */
function useTieText(): (tie: Tie) => string {
	const words = useMapWords();
	return (tie) =>
		[
			`${tie.name}${words.colon}${tie.role}`,
			tie.together && words.together,
			...tie.marks,
			tie.kind !== 'care' && words.strengths[String(tie.strength ?? 'none') as keyof typeof words.strengths],
			tie.supports.join(words.listComma),
			tie.strain,
		]
			.filter(Boolean)
			.join(words.listComma);
}

function useMayEdit(): (rec: Rec | null) => boolean {
	const { reader } = useWorkplace();
	return (rec) => rec !== null && mayPatch(rec, reader);
}

function Drawing({ placed }: { placed: readonly Placed[] }) {
	const { outbox, make } = useData();
	const words = useMapWords();
	const announce = useAnnounce();
	const { doc, lexicon, mask } = useCase();
	const tieText = useTieText();
	const may = useMayEdit();
	const svg = useRef<SVGSVGElement>(null);
	const [active, setActive] = useState(0);
	const current = Math.min(active, placed.length - 1);

	const open = (tie: Placed) => {
		if (tie.rec && may(tie.rec)) go(toEdit(doc.case, tie.rec.id, 'map'));
		else go(toCase(doc.case, tie.kind === 'care' ? 'people' : 'timeline'));
	};
	const strengthen = (tie: Placed, by: number) => {
		const type = lexicon.type('relation');
		if (!tie.rec || !type || !may(tie.rec)) return;
		// Less than what nobody rated is not a rating.
		if (tie.strength === null && by < 0) return;
		const next = Math.max(0, Math.min((tie.strength ?? 0) + by, STRONGEST));
		const change = patchChange(make, type, tie.rec, { ...tie.rec.body, support_strength: next });
		if (!change) return;
		announce(words.strengths[String(next) as keyof typeof words.strengths]);
		void outbox.add(change);
	};
	const move = (to: number) => {
		const next = (to + placed.length) % placed.length;
		setActive(next);
		svg.current?.querySelectorAll<SVGElement>('[data-tie]')[next]?.focus();
	};
	const press = (event: KeyboardEvent, tie: Placed, at: number) => {
		const keys: { [key: string]: () => void } = {
			ArrowRight: () => move(at + 1),
			ArrowDown: () => move(at + 1),
			ArrowLeft: () => move(at - 1),
			ArrowUp: () => move(at - 1),
			Home: () => move(0),
			End: () => move(placed.length - 1),
			Enter: () => open(tie),
			' ': () => open(tie),
			'+': () => strengthen(tie, 1),
			'=': () => strengthen(tie, 1),
			'-': () => strengthen(tie, -1),
		};
		const act = keys[event.key];
		if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		act();
	};
	return (
		<div className="map-box">
			<svg ref={svg} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={words.map}>
				<ellipse className="home" cx={MIDDLE.x} cy={MIDDLE.y} rx={HOME_RX} ry={HOME_RY} />
				<text className="home-text" x={MIDDLE.x} y={MIDDLE.y + HOME_RY - 10} textAnchor="middle">
					{words.household}
				</text>
				{placed.map((tie) => (
					<TieLine key={tie.key} tie={tie} />
				))}
				<g className="client">
					<circle cx={MIDDLE.x} cy={MIDDLE.y} r={34} />
					<text x={MIDDLE.x} y={MIDDLE.y + 5} textAnchor="middle">
						{cut(doc.summary.name ? mask.name(doc.summary.name) : words.noName, 5)}
					</text>
				</g>
				{placed.map((tie, at) => (
					<g
						key={tie.key}
						data-tie={tie.kind}
						role="button"
						tabIndex={at === current ? 0 : -1}
						aria-label={tieText(tie)}
						onFocus={() => setActive(at)}
						onClick={() => open(tie)}
						onKeyDown={(event) => press(event, tie, at)}
					>
						<rect {...boxOf(tie)} />
					</g>
				))}
				{placed.map((tie) => (
					<TieText key={tie.key} tie={tie} />
				))}
			</svg>
		</div>
	);
}

function TieLine({ tie }: { tie: Placed }) {
	const line = lineTo(tie);
	if (tie.strain) return <path className="tie tie-strain" d={saw(line)} />;
	return <line className={`tie tie-${tie.kind === 'care' ? 'care' : (tie.strength ?? 'none')}`} {...line} />;
}

const BOX = { width: 150, height: 46 };
const SMALL_BOX = { width: 112, height: 40 };
/** Whoever is a person has round ends. */
const BODIES: readonly Tie['kind'][] = ['care', 'community', 'resource'];

/** Within the drawing, whatever the place. */
function boxOf({ x, y, together, kind }: Placed) {
	const { width, height } = together ? SMALL_BOX : BOX;
	const within = (at: number, size: number, most: number) => Math.max(2, Math.min(at - size / 2, most - size - 2));
	return { x: within(x, width, WIDTH), y: within(y, height, HEIGHT), width, height, rx: BODIES.includes(kind) ? 3 : height / 2 };
}

/** The button has its words for a screen reader; these are for the eye. */
function TieText({ tie }: { tie: Placed }) {
	const box = boxOf(tie);
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	return (
		<g className="tie-text" aria-hidden="true">
			<text className="tie-name" x={x} y={y - 3} textAnchor="middle">
				{cut(tie.name, tie.together ? 7 : 10)}
			</text>
			<text className="tie-role" x={x} y={y + 14} textAnchor="middle">
				{cut(tie.strain || tie.role, tie.together ? 8 : 11)}
			</text>
		</g>
	);
}

function Legend() {
	const words = useMapWords();
	const samples = ['3', '2', '1', '0', 'none'] as const;
	const sample = (name: string, said: string, strain = false) => (
		<li key={name}>
			<svg viewBox="0 0 44 12" aria-hidden="true">
				{strain ? (
					<path className="tie tie-strain" d={saw({ x1: 2, y1: 6, x2: 42, y2: 6 })} />
				) : (
					<line className={`tie tie-${name}`} x1={2} y1={6} x2={42} y2={6} />
				)}
			</svg>
			{said}
		</li>
	);
	return (
		<ul className="legend" aria-label={words.legend}>
			{samples.map((name) => sample(name, words.strengths[name]))}
			{sample('strain', words.strainLegend, true)}
			{sample('care', words.careLegend)}
		</ul>
	);
}

function TieList({ ties }: { ties: readonly Tie[] }) {
	const words = useMapWords();
	const { doc, lexicon } = useCase();
	const { reader } = useWorkplace();
	const may = useMayEdit();
	const [gone, setGone] = useState<Rec | null>(null);
	if (ties.length === 0) return <p className="faint">{words.noTies}</p>;
	return (
		<TableBox label={words.mapList}>
			<table className="list">
				<caption className="only-read">{words.mapList}</caption>
				<thead>
					<tr>
						<th scope="col">{words.name}</th>
						<th scope="col">{words.tieRole}</th>
						<th scope="col">{words.supports}</th>
						<th scope="col">{words.strength}</th>
						<th scope="col">
							<span className="only-read">{words.actions}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{ties.map((tie) => {
						const type = tie.rec && lexicon.type(tie.rec.type);
						return (
							<tr key={tie.key} data-rec={tie.rec?.id}>
								<th scope="row">{tie.name}</th>
								<td>
									{tie.role}
									<span className="under">{[tie.together && words.together, ...tie.marks].filter(Boolean).join(words.listComma)}</span>
								</td>
								<td>{tie.supports.join(words.listComma)}</td>
								<td>
									{tie.kind !== 'care' && words.strengths[String(tie.strength ?? 'none') as keyof typeof words.strengths]}
									{tie.strain && (
										<Chip tone="bad" icon="alert">
											{tie.strain}
										</Chip>
									)}
								</td>
								<td className="row-actions">
									{tie.rec && may(tie.rec) && (
										<Button look="quiet" aria-label={words.editOf(tie.name)} onClick={() => go(toEdit(doc.case, tie.rec!.id, 'map'))}>
											{words.edit}
										</Button>
									)}
									{tie.rec && type && mayRetract(tie.rec, type, reader) && (
										<Button look="quiet" aria-label={words.retractOf(tie.name)} onClick={() => setGone(tie.rec)}>
											{words.retract}
										</Button>
									)}
								</td>
							</tr>
						);
					})}
				</tbody>
			</table>
			{gone && <RetractAsked rec={gone} onClose={() => setGone(null)} />}
		</TableBox>
	);
}

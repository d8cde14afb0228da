// The first thing a coordinator sees: three questions, each with its answer in a
// sentence, a few numbers that lead to their indicators, and who stands out.
import { useData } from '../../data';
import type { Answered } from '../../data/figures';
import type { Figure, FigureAnswer, FigureRow } from '../../data/wire';
import { FailureNotice, Waiting } from '../../kit/parts';
import { toFigures } from '../../route';
import { askOf, dimOf, type Look, rowOf, totalOf, useAnswers } from './ask';
import { Change, Rule, Value } from './parts';
import { OUTCOMES } from './outcomes';
import { Path } from './path';
import { type FigureWords, useSay } from './say';
import { StandOut } from './stand-out';

interface Question {
	title: (words: FigureWords) => string;
	/** The same to those who are given one site. */
	own: (words: FigureWords) => string;
	by: 'site' | 'programme';
	figures: readonly string[];
	/** Whether it asks who is behind, or who is ahead. */
	way: 'worse' | 'better';
	/** Figures of the steps of a referral; asked besides. */
	path?: readonly string[];
}

/** What is judged of each, in the order in which it is read. */
const QUESTIONS: readonly Question[] = [
	{
		title: (words) => words.behindTitle,
		own: (words) => words.ownWork,
		by: 'site',
		figures: ['caseload_overdue', 'first_contact_days', 'contacts_missed', 'services_signed', 'smd_face_to_face'],
		way: 'worse',
	},
	{
		title: (words) => words.helpsTitle,
		own: (words) => words.ownEffect,
		by: 'programme',
		figures: ['goals_attained', 'gas_change', 'closed_goals_met', 'closed_early'],
		way: 'better',
	},
	{
		title: (words) => words.stuckTitle,
		own: (words) => words.ownLetters,
		by: 'site',
		figures: ['referral_in_time', 'referral_days', 'referrals_waiting', 'requests_met'],
		way: 'worse',
		path: ['referrals_sent', 'referral_answered', 'referral_returned', 'referral_closed_loop'],
	},
];

interface Shown {
	figure: Figure;
	answer: Answered<FigureAnswer>;
}

export function Overview({ figures, look, district }: { figures: readonly Figure[]; look: Look; district: boolean }) {
	const { figures: store } = useData();
	const { only } = look.view;
	const known = new Map(figures.map((figure) => [figure.id, figure]));
	const named = (ids: readonly string[]) => ids.flatMap((id) => known.get(id) ?? []);
	const wanted = QUESTIONS.map(({ by, figures: ids, path }) => ({
		tiles: named(ids).map((figure) => ({ figure, ask: askOf(figure, look, only ? dimOf(only) : district ? by : null) })),
		path: named(path ?? []).map((figure) => ({ figure, ask: askOf(figure, look, only ? dimOf(only) : null) })),
	}));
	const answers = useAnswers(wanted.flatMap(({ tiles, path }) => [...tiles, ...path].map(({ ask }) => ask)));
	let place = 0;
	const take = (list: readonly { figure: Figure }[]): Shown[] => list.map(({ figure }) => ({ figure, answer: answers[place++]! }));
	const first = answers.find(({ value }) => value)?.value;
	const failure = answers.find((one) => one.failure)?.failure;
	return (
		<div className="figure-overview">
			{failure && <FailureNotice failure={failure} onRetry={() => store.renew()} />}
			{QUESTIONS.map((question, at) => {
				const tiles = take(wanted[at]!.tiles);
				const path = take(wanted[at]!.path);
				return <Panel key={question.by + at} question={question} tiles={tiles} path={path} look={look} district={district} />;
			})}
			{first && <Rule answer={first} />}
		</div>
	);
}

interface PanelProps {
	question: Question;
	tiles: readonly Shown[];
	path: readonly Shown[];
	look: Look;
	district: boolean;
}

function Panel({ question, tiles, path, look, district }: PanelProps) {
	const { words } = useSay();
	const { only } = look.view;
	const crossed = only !== null && dimOf(only) !== question.by;
	const waits = [...tiles, ...path].some(({ answer }) => !answer.value && !answer.failure);
	const got = tiles.flatMap(({ answer }) => answer.value ?? []);
	if (tiles.length === 0) return null;
	return (
		<section className="figure-panel" data-question={question.by + question.way}>
			<h2>{district ? question.title(words) : question.own(words)}</h2>
			{path.length > 0 && <Path answers={path.flatMap(({ answer }) => answer.value ?? [])} whole={path.length} look={look} />}
			<ul className="plain figure-tiles">
				{tiles.map((one) => (
					<li key={one.figure.id}>
						<Tile {...one} look={look} by={district ? question.by : null} />
					</li>
				))}
			</ul>
			{waits && <Waiting lines={district ? 4 : 1} />}
			{district && !crossed && got.length > 0 && got.length === tiles.length && <StandOut answers={got} look={look} by={question.by} way={question.way} />}
			{question.way === 'better' && (
				<p>
					<a href={toFigures({ ...look.view, id: OUTCOMES, by: null })}>{words.seeOutcomes}</a>
				</p>
			)}
			{crossed && <p className="faint">{dimOf(only) === 'programme' ? words.programmeOnly : words.siteOnly}</p>}
		</section>
	);
}

/** One number, and the way to its indicator. */
function Tile({ figure, answer: { value: answer, failure }, look, by }: Shown & { look: Look; by: string | null }) {
	const say = useSay();
	const { words } = say;
	const { only } = look.view;
	const offered = !only || figure.by.includes(dimOf(only));
	const of = offered ? only : null;
	const row: FigureRow | undefined = answer ? rowOf(answer, look.period, of) : undefined;
	return (
		<a className="figure-tile" href={toFigures({ ...look.view, id: figure.id, by: only ? null : by })}>
			<span className="figure-name">{say.name(figure)}</span>
			<strong>{answer ? <Value answer={answer} row={row} unit /> : failure ? '·' : '…'}</strong>
			{answer && (
				<>
					{of !== null && (
						<span className="under">
							{say.whole(answer)} <Value answer={answer} row={totalOf(answer, look.period)} unit />
						</span>
					)}
					{only && !offered && <span className="under">{words.notOffered(say.dim(dimOf(only)))}</span>}
					<Change figure={figure} answer={answer} look={look} of={of} />
				</>
			)}
		</a>
	);
}

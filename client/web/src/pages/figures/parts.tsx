// What the overview and an indicator are both made of: a number as it is told, and
// how it stands against the period before.
import { clockOf, dayOf } from '../../data/time';
import type { Figure, FigureAnswer, FigureRow } from '../../data/wire';
import { useLanguage } from '../../kit/language';
import { type Look, rowOf } from './ask';
import { type Say, useSay } from './say';
import { asTold, better, growsWithTime, hasParts, isEmpty, numberText, partText } from './value';

/** A number, or what stands in its place; said in words to who does not see the sign. */
export function Value({ answer, row, unit = false }: { answer: FigureAnswer; row: FigureRow | undefined; unit?: boolean }) {
	const say = useSay();
	const { words } = say;
	if (!row) return <span className="faint">{words.nothingCounted}</span>;
	if (row.hidden === null && row.value !== null)
		return (
			<>
				{numberText(answer, row.value)}
				{unit && <span className="figure-unit"> {say.unit(answer)}</span>}
			</>
		);
	const small = row.hidden === 'small' && !answer.denominator;
	return (
		<span className="faint">
			<span aria-hidden={!small && !isEmpty(row) ? true : undefined}>{say.sign(answer, row)}</span>
			{!small && !isEmpty(row) && <span className="only-read">{words.notShown}</span>}
		</span>
	);
}

/** What it is made of, where that may be seen. */
export function parts(answer: FigureAnswer, row: FigureRow): string {
	if (row.hidden !== null || row.num === null || !hasParts(answer)) return '';
	return row.den === null ? partText(row.num) : `${partText(row.num)} / ${partText(row.den)}`;
}

/** How far a number is from another, with its sign, of shares in percentage points; ""
 * when no difference can be seen in the places they are told with. */
export function differenceText(figure: Pick<Figure, 'type' | 'unit' | 'unit_name' | 'good'>, one: number, other: number, say: Say): string {
	const difference = asTold(figure, one) - asTold(figure, other);
	const text = numberText(figure, difference);
	if (/^[0.,]*$/.test(text)) return '';
	return `${difference > 0 ? '+' : ''}${text} ${figure.unit === '%' ? say.words.points : say.unit(figure)}`;
}

/** Against the period before; nothing where there is none. */
export function Change({ figure, answer, look, of }: { figure: Figure; answer: FigureAnswer; look: Look; of: string | null }) {
	const say = useSay();
	const { words } = say;
	if (figure.when === 'today') return <span className="under">{words.asOfToday}</span>;
	if (!look.before) return null;
	const before = say.period(look.before);
	if (look.soFar && growsWithTime(figure)) return <span className="under">{words.notComparable(before)}</span>;
	const [now, then] = [rowOf(answer, look.period, of), rowOf(answer, look.before, of)];
	if (!now || now.value === null) return null;
	if (then?.hidden) return <span className="under">{words.beforeHidden(before)}</span>;
	if (!then || then.value === null) return <span className="under">{words.beforeEmpty(before)}</span>;
	const text = differenceText(figure, now.value, then.value, say);
	if (!text) return <span className="under">{words.unchangedSince(before)}</span>;
	const way = better(figure, now.value, then.value);
	if (way === 0) return <span className="under">{words.sinceBefore(before, text)}</span>;
	return (
		<span className="under" data-tone={way > 0 ? 'good' : 'bad'}>
			{words.sinceJudged(before, text, way > 0 ? words.improved : words.worsened)}
		</span>
	);
}

/** How what is shown and hidden is to be read, and when it was counted. */
export function Rule({ answer }: { answer: FigureAnswer }) {
	const say = useSay();
	const { words } = say;
	const { lang } = useLanguage();
	const { counted, rule } = answer;
	const time = `${dayOf(counted.at)} ${clockOf(counted.at)}`;
	const behind = counted.head - counted.csn;
	return (
		<footer className="figure-rule">
			<p>{rule ? rule[lang] : words.noneHidden}</p>
			{rule && <p>{words.signs}</p>}
			<p>{behind > 0 ? words.countedBehind(time, behind) : words.countedAt(time)}</p>
		</footer>
	);
}

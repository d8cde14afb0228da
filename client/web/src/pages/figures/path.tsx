// The way of a referral, step by step: how many came so far, and where most stop.
// Every step is one of the same referrals, those that were sent.
import type { FigureAnswer, FigureRow } from '../../data/wire';
import { type Look, rowOf } from './ask';
import { useSay } from './say';
import { numberText } from './value';

export interface Step {
	name: string;
	/** Null: it may not be told. */
	n: number | null;
	/** What those wait for who came here and no further. */
	stop: string;
}

/** The step after which most are missing; null when it cannot be told or none is. */
export function worstStop(steps: readonly Pick<Step, 'n'>[]): number | null {
	let worst: number | null = null;
	let most = 0;
	for (let at = 0; at + 1 < steps.length; at++) {
		const [here, next] = [steps[at]!.n, steps[at + 1]!.n];
		if (here === null || next === null || here - next <= most) continue;
		most = here - next;
		worst = at;
	}
	return worst;
}

const WIDTH = 100;

export function Path({ answers, whole, look }: { answers: readonly FigureAnswer[]; whole: number; look: Look }) {
	const say = useSay();
	const { words } = say;
	if (answers.length < whole) return null;
	const of = (id: string, part: 'num' | 'den'): number | null => {
		const answer = answers.find((one) => one.id === id);
		const only = answer && look.view.only;
		const row: FigureRow | undefined = answer && rowOf(answer, look.period, only || null);
		return row && row.hidden === null ? row[part] : null;
	};
	const steps: Step[] = [
		{ name: words.stepSent, n: of('referrals_sent', 'num'), stop: words.waitAnswer },
		{ name: words.stepAnswered, n: of('referral_answered', 'num'), stop: words.notAccepted },
		{ name: words.stepAccepted, n: of('referral_returned', 'den'), stop: words.waitReturn },
		{ name: words.stepReturned, n: of('referral_returned', 'num'), stop: words.waitClosing },
		{ name: words.stepClosed, n: of('referral_closed_loop', 'num'), stop: '' },
	];
	const sent = steps[0]!.n;
	if (sent === 0) return <p className="figure-answer">{words.noReferrals}</p>;
	if (sent === null || steps.every(({ n }, at) => at === 0 || n === null)) return <p className="figure-answer">{words.pathHidden}</p>;
	const worst = worstStop(steps);
	const count = { type: 'count', unit: 'referrals', good: 'none' } as const;
	const stopped = worst === null ? 0 : steps[worst]!.n! - steps[worst + 1]!.n!;
	return (
		<>
			<p className="figure-answer">
				{worst === null ? words.nothingStuck : words.stuckAt(steps[worst]!.stop, String(stopped), ((stopped / sent) * 100).toFixed(0))}
			</p>
			<table className="figure-table figure-path">
				<caption>{words.pathTitle}</caption>
				<tbody>
					{steps.map(({ name, n, stop }, at) => (
						<tr key={name} data-stuck={at === worst || undefined}>
							<th scope="row">{name}</th>
							<td className="figure-bar">
								<svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
									{n !== null && <rect width={(n / sent) * WIDTH} height="10" />}
								</svg>
							</td>
							<td className="figure-cell">{n === null ? <span className="faint">{words.notShown}</span> : numberText(count, n)}</td>
							<td className="figure-stop">{at === worst ? `${stop} ${stopped}` : ''}</td>
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}

// The keys of the review, each with what it does: one table for the help, the
// buttons and whoever presses them.
import type { CareWords } from './say';
import { useCareWords } from './say';
import { Ask } from '../../kit/dialog';
import { Button } from '../../kit/parts';

export type Act = 'next' | 'previous' | 'write' | 'decide' | 'verify' | 'sign' | 'open' | 'summary' | 'help';

/** The key is the first of those that do it. */
export const KEYS: readonly { act: Act; keys: readonly string[]; say: (words: CareWords) => string }[] = [
	{ act: 'next', keys: ['n', 'ArrowRight'], say: (words) => words.keyNext },
	{ act: 'previous', keys: ['p', 'ArrowLeft'], say: (words) => words.keyPrevious },
	{ act: 'write', keys: ['c'], say: (words) => words.keyWrite },
	{ act: 'decide', keys: ['d'], say: (words) => words.keyDecide },
	{ act: 'verify', keys: ['v'], say: (words) => words.keyVerify },
	{ act: 'sign', keys: ['s'], say: (words) => words.keySign },
	{ act: 'open', keys: ['o'], say: (words) => words.keyOpen },
	{ act: 'summary', keys: ['e'], say: (words) => words.keySummary },
	{ act: 'help', keys: ['?', '？'], say: (words) => words.keyHelp },
];

export const actOf = (key: string): Act | undefined => KEYS.find(({ keys }) => keys.includes(key.length === 1 ? key.toLowerCase() : key))?.act;

const SHOWN: { [key: string]: string } = { ArrowRight: '→', ArrowLeft: '←' };

export function KeysHelp({ onClose }: { onClose: () => void }) {
	const words = useCareWords();
	return (
		<Ask title={words.keys} onClose={onClose}>
			<table className="keys">
				<tbody>
					{KEYS.map(({ act, keys, say }) => (
						<tr key={act}>
							<th scope="row">
								{keys.filter((key) => key !== '？').map((key) => (
									<kbd key={key}>{SHOWN[key] ?? key.toUpperCase()}</kbd>
								))}
							</th>
							<td>{say(words)}</td>
						</tr>
					))}
					<tr>
						<th scope="row">
							<kbd>Ctrl+Enter</kbd>
						</th>
						<td>{words.keySignAnywhere}</td>
					</tr>
					<tr>
						<th scope="row">
							<kbd>Esc</kbd>
						</th>
						<td>{words.keyLeave}</td>
					</tr>
				</tbody>
			</table>
			<p className="faint">{words.keysHelp}</p>
			<div className="dialog-actions">
				<Button look="main" autoFocus onClick={onClose}>
					{words.close}
				</Button>
			</div>
		</Ask>
	);
}

// One change of one field, in words: what a set gained and lost, what of a text
// went and came, which answers of a sheet are others now.
import type { Body, Field, Json } from '../../data/wire';
import { same } from '../../data/change';
import { differences } from '../../kit/diff';
import { useCase, useCaseWords } from './context';
import { useShownValue } from './fields';

/** A text at least this long is compared piece by piece. */
const LONG = 24;

interface DifferenceProps {
	type: string;
	name: string;
	before: Body;
	now: Body;
}

export function Difference({ type, name, before, now }: DifferenceProps) {
	const words = useCaseWords();
	const { lexicon } = useCase();
	const show = useShownValue();
	const field = lexicon.field(type, name);
	const was = before[name] ?? null;
	const is = now[name] ?? null;
	if (!field) return <>{words.emptyValue}</>;
	if (name === 'answers' && Array.isArray(was) && Array.isArray(is)) return <ItemsChanged before={was} now={is} />;
	if ((field.kind === 'codes' || field.kind === 'refs') && (Array.isArray(was) || Array.isArray(is)))
		return <SetChanged type={type} field={field} was={was} is={is} />;
	const [old, fresh] = [show(type, field, was), show(type, field, is)];
	if (was === null) return <ins>{fresh}</ins>;
	if (is === null)
		return (
			<>
				{words.removed} <del>{old}</del>
			</>
		);
	if (field.kind === 'text' && (old.length >= LONG || fresh.length >= LONG)) return <TextChanged before={old} now={fresh} />;
	return (
		<>
			<del>{old}</del> → <ins>{fresh}</ins>
		</>
	);
}

function TextChanged({ before, now }: { before: string; now: string }) {
	return (
		<span className="prose">
			{differences(before, now).map((piece, place) =>
				piece.kind === 'same' ? <span key={place}>{piece.text}</span> : piece.kind === 'gone' ? <del key={place}>{piece.text}</del> : <ins key={place}>{piece.text}</ins>,
			)}
		</span>
	);
}

function SetChanged({ type, field, was, is }: { type: string; field: Field; was: Json; is: Json }) {
	const words = useCaseWords();
	const show = useShownValue();
	const [old, fresh] = [Array.isArray(was) ? was : [], Array.isArray(is) ? is : []];
	const gone = old.filter((one) => !fresh.includes(one));
	const come = fresh.filter((one) => !old.includes(one));
	return (
		<>
			{come.length > 0 && (
				<>
					{words.added} <ins>{show(type, field, come)}</ins>{' '}
				</>
			)}
			{gone.length > 0 && (
				<>
					{words.removed} <del>{show(type, field, gone)}</del>
				</>
			)}
		</>
	);
}

function ItemsChanged({ before, now }: { before: readonly Json[]; now: readonly Json[] }) {
	const words = useCaseWords();
	const places = Array.from({ length: Math.max(before.length, now.length) }, (_, place) => place);
	const text = (value: Json | undefined) => (value === null || value === undefined ? words.noAnswer : JSON.stringify(value));
	return (
		<ul className="plain">
			{places
				.filter((place) => !same(before[place] ?? null, now[place] ?? null))
				.map((place) => (
					<li key={place}>
						{words.itemNo(place + 1)} <del>{text(before[place])}</del> → <ins>{text(now[place])}</ins>
					</li>
				))}
		</ul>
	);
}

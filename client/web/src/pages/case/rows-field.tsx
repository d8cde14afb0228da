// A field whose value is rows of fields of its own, drawn from the catalogue: payments,
// who attended, whom a document is for. Where a programme lists what there is to say
// something of, as its criteria, each of them is a row.
import { useId } from 'react';
import { asBody, asList, asText, textIn } from '../../data/body';
import type { Body, Field, Json } from '../../data/wire';
import { useOwnWords } from '../../kit/language';
import { Button } from '../../kit/parts';
import { FormField, type FieldProps } from './field';
import { formWords } from './forms/words';

export function RowsInput(props: FieldProps & { labelledBy: string; describedBy: string | undefined }) {
	return props.field.from ? <Listed {...props} /> : <Rows {...props} />;
}

type RowsProps = FieldProps & { labelledBy: string; describedBy: string | undefined };

const rowsIn = (value: Json): Body[] => asList(value).map(asBody);

/** Nothing, when there are none left. */
const whole = (rows: readonly Body[]): Json => (rows.length > 0 ? [...rows] : null);

function Rows({ field, lexicon, value, faults, onChange, labelledBy, describedBy }: RowsProps) {
	const words = useOwnWords(formWords);
	const rows = rowsIn(value);
	const title = lexicon.text(field.label);
	const set = (at: number, name: string, one: Json) => onChange(rows.map((row, k) => (k === at ? { ...row, [name]: one } : row)));
	return (
		<div className="rows" role="group" aria-labelledby={labelledBy} aria-describedby={describedBy}>
			{rows.map((row, i) => (
				<fieldset key={i} className="row-of">
					<legend>
						{words.rowNo(i + 1)}
						<Button look="quiet" icon="close" aria-label={words.removeRow(title, i + 1)} onClick={() => onChange(whole(rows.filter((_, k) => k !== i)))} />
					</legend>
					<div className="fields">
						{(field.rows ?? []).map((one) => {
							const place = `${field.name}[${i}].${one.name}`;
							return (
								<FormField
									key={one.name}
									field={one}
									lexicon={lexicon}
									place={place}
									value={row[one.name] ?? null}
									standing={null}
									fault={faults?.get(place)}
									refusal={undefined}
									onChange={(next) => set(i, one.name, next)}
								/>
							);
						})}
					</div>
				</fieldset>
			))}
			<Button icon="plus" onClick={() => onChange([...rows, {}])}>
				{words.addRow(title)}
			</Button>
		</div>
	);
}

/** Yes or no to each thing the programme lists; what else stands there stays. */
function Listed(props: RowsProps) {
	const { field, lexicon, value, onChange, labelledBy, describedBy } = props;
	const words = useOwnWords(formWords);
	const id = useId();
	const items = lexicon.listed(field.from!);
	const rows = rowsIn(value);
	const own = rows.filter((row) => !items.some((item) => item.code === textIn(row, 'code')));
	const answer: Field | undefined = field.rows?.find(({ kind }) => kind === 'bool');
	if (!answer || items.length === 0) return <Rows {...props} />;
	const set = (code: string, said: boolean | null) => {
		const rest = rows.filter((row) => textIn(row, 'code') !== code);
		const next: Body[] = said === null ? rest : [...rest, { code, [answer.name]: said }];
		// In the order of the programme, whatever order they were answered in.
		const listed = items.flatMap((item) => next.filter((row) => textIn(row, 'code') === item.code));
		onChange(whole([...listed, ...own]));
	};
	return (
		<div role="group" aria-labelledby={labelledBy} aria-describedby={describedBy}>
			<ul className="plain listed">
				{items.map((item) => {
					const said = rows.find((row) => textIn(row, 'code') === item.code)?.[answer.name];
					return (
						<li key={item.code} role="radiogroup" aria-labelledby={`${id}-${item.code}`}>
							<span id={`${id}-${item.code}`}>{item.exclude ? words.excluding(item.label) : item.label}</span>
							<span className="laid-out">
								{([true, false] as const).map((one) => (
									<label key={String(one)} className="option">
										<input type="radio" name={`${id}-${item.code}`} checked={said === one} onChange={() => set(item.code, one)} />
										<span>{one ? words.yes : words.no}</span>
									</label>
								))}
							</span>
						</li>
					);
				})}
			</ul>
			{own.map((row, i) => (
				<p key={i} className="faint">
					{asText(row['criterion']) || asText(row['code'])} · {row[answer.name] === true ? words.yes : words.no}
				</p>
			))}
		</div>
	);
}

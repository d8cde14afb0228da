// A day to search from or to: none at all is the centre's own span, half of one is
// nothing to be sent.
import { isDay } from '../../data/time';
import { useOwnWords } from '../../kit/language';
import { DateBox } from '../../kit/widgets';
import { auditWords } from './words';

export const isWhole = (day: string): boolean => day === '' || isDay(day);

export function DayField({ label, value, tried, onChange }: { label: string; value: string; tried: boolean; onChange: (day: string) => void }) {
	const words = useOwnWords(auditWords);
	const wrong = tried && !isWhole(value);
	return (
		<>
			<DateBox value={value} onChange={(day) => onChange(day ?? '')} labelledBy={label} describedBy={wrong ? `${label}-fault` : undefined} invalid={wrong} required={false} />
			{wrong && (
				<p className="fault" id={`${label}-fault`}>
					{words.badDay}
				</p>
			)}
		</>
	);
}

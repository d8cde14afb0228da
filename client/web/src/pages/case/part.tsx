// What the parts of the face sheet share: a titled part, and the case's records
// as they stand on a day.
import type { ReactNode } from 'react';
import { useData } from '../../data';
import { textAt as text } from '../../data/body';
import { today as dayToday } from '../../data/time';
import type { Rec } from '../../data/wire';
import { useCase } from './context';

export { text };

/** In effect on a day, by its dates; a withdrawal ends it on its day. */
export const inEffect = (rec: Rec, day: string): boolean =>
	rec.state !== 'retracted' &&
	(!text(rec, 'from') || text(rec, 'from') <= day) &&
	(!text(rec, 'to') || text(rec, 'to') >= day) &&
	(!text(rec, 'withdrawn') || text(rec, 'withdrawn') > day);

export function useOf(type: string): Rec[] {
	return useCase().records.filter((rec) => rec.type === type);
}

export function useToday(): string {
	return dayToday(useData().make.now());
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section className="face-part">
			<h2>{title}</h2>
			{children}
		</section>
	);
}

// The frame around everything that is shown to somebody who is not in yet, or not
// any more: signing in, its steps, a locked screen.
import { type ReactNode, useEffect } from 'react';
import { useLanguage } from '../../kit/language';
import { Button } from '../../kit/parts';

interface DoorProps {
	/** In the tab. */
	tab: string;
	title: string;
	lead: string;
	children: ReactNode;
}

export function Door({ tab, title, lead, children }: DoorProps) {
	const { lang, words, change } = useLanguage();
	useEffect(() => {
		document.title = `${tab} · ${words.product}`;
	}, [tab, words]);
	return (
		<main className="sign-in">
			<div className="sign-in-card">
				<div className="sign-in-head">
					<Mark />
					<div>
						<h1>{title}</h1>
						<p>{lead}</p>
					</div>
				</div>
				{children}
			</div>
			<Button look="quiet" lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => change(lang === 'zh' ? 'en' : 'zh')}>
				{words.language}
			</Button>
		</main>
	);
}

/** The bridge over a stream that also stands in the tab. */
export function Mark() {
	return (
		<svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
			<path d="M5 21c3.500-7.500 7-11 11-11s7.500 3.500 11 11M5 23.500h22M16 10v13.500M10.200 14v9.500M21.800 14v9.500" />
		</svg>
	);
}

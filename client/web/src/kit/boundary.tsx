// The last resort: a fault in a page shows a sentence, not a white screen.
import { Component, type ReactNode } from 'react';
import { useWords } from './language';
import { Button, Empty } from './parts';

export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
	override state = { broken: false };

	static getDerivedStateFromError() {
		return { broken: true };
	}

	override render() {
		return this.state.broken ? <Broken /> : this.props.children;
	}
}

function Broken() {
	const words = useWords();
	return (
		<main className="alone">
			<Empty title={words.broken} action={<Button onClick={() => window.location.reload()}>{words.reload}</Button>}>
				{words.brokenHelp}
			</Empty>
		</main>
	);
}

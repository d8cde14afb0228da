// What the windows of one browser tell each other about who is signed in. They
// share one cookie: whoever signs in or out in one of them does so in all.
import type { Id } from './wire';

const CHANNEL = 'casebridge-session';

export type News = { entered: Id } | { left: Id; cleared: boolean } | { locked: Id } | { busy: Id };

export class Tabs {
	private readonly channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);

	/** To the others; not to this one. */
	tell(news: News): void {
		this.channel?.postMessage(news);
	}

	hear(take: (news: News) => void): void {
		this.channel?.addEventListener('message', ({ data }: MessageEvent<News>) => take(data));
	}
}

// The data layer as one object. Pages get it from a context, tests make their
// own over a made-up fetch; nothing in it is global.
import { createContext, useContext } from 'react';
import { Account } from './account';
import { Caseload } from './caseload';
import { CaseFiles } from './casefile';
import { References } from './catalogue';
import { Cell } from './cell';
import type { Maker } from './change';
import { Duties } from './duties';
import { Retention } from './retention';
import { Drafts } from './drafts';
import { Emergencies } from './emergency';
import { Figures } from './figures';
import { Files } from './files';
import { Groups } from './groups';
import { Http } from './http';
import { Keep } from './keep';
import { Letterbox } from './letterbox';
import { Office } from './office';
import { Outbox } from './outbox';
import { Reviews } from './reviews';
import { Salvage } from './salvage';
import { Scores } from './scores';
import { Sessions } from './session';
import { shelfOf } from './shelves';
import { Station } from './station';
import { Suggestions } from './suggestions';
import { Today } from './today';
import { Views } from './views';
import { Trail } from './trail';
import { UuidMaker } from './uuid';
import type { Id } from './wire';
import { Withdrawals } from './withdrawals';

export interface Data {
	sessions: Sessions;
	account: Account;
	references: References;
	caseload: Caseload;
	cases: CaseFiles;
	outbox: Outbox;
	keep: Keep;
	drafts: Drafts;
	views: Views;
	letters: Letterbox;
	groups: Groups;
	scores: Scores;
	station: Station;
	today: Today;
	reviews: Reviews;
	withdrawals: Withdrawals;
	files: Files;
	figures: Figures;
	emergencies: Emergencies;
	salvage: Salvage;
	office: Office;
	trail: Trail;
	duties: Duties;
	retention: Retention;
	suggestions: Suggestions;
	make: Maker;
	/** Names are hidden while others can see the screen. */
	masked: Cell<boolean>;
}

export function createData(fetch: typeof globalThis.fetch, now: () => number = Date.now): Data {
	const http = new Http(fetch);
	const reader = (): Id | null => {
		const stage = sessions.stage.get();
		return stage.name === 'in' && stage.session.mode === 'central' ? stage.session.reader.staff : null;
	};
	const emergencies = new Emergencies(http);
	const keep = new Keep((session) => shelfOf(http, session, now()), now);
	const parts = {
		account: new Account(http),
		emergencies,
		references: new References(http),
		caseload: new Caseload(http),
		cases: new CaseFiles(http, emergencies, reader),
		drafts: new Drafts(keep),
		views: new Views(keep),
		letters: new Letterbox(http),
		groups: new Groups(http),
		scores: new Scores(http),
		station: new Station(http),
		today: new Today(http),
		reviews: new Reviews(http),
		files: new Files(http),
		figures: new Figures(http, now),
	};
	const outbox: Outbox = new Outbox(http, keep, () => {
		const stage = sessions.stage.get();
		return stage.name === 'in' ? stage.session.mode : null;
	}, (caseId) => emergencies.changesOf(caseId), () => emergencies.learn(reader()));
	const sessions = new Sessions(http, keep, () => {
		for (const part of Object.values(parts)) part.forget();
		outbox.forget();
		keep.forget();
	});
	sessions.stage.watch(() => {
		const stage = sessions.stage.get();
		// A session that is over or locked still has its key in this page, and what is on
		// its way goes on being kept; a store that is closed does not.
		if (stage.name === 'in') void keep.begin(stage.session).then(() => outbox.send());
		else {
			parts.cases.shut();
			if (stage.name === 'locked' && stage.at === 'station') keep.pause();
		}
	});
	outbox.onApplied = (change) => {
		if (change.case) void parts.cases.load(change.case);
		void parts.cases.reopen(change.rec);
		if (change.type === 'referral' || change.type === 'request') parts.letters.changed(change.rec);
		// A group's own record hangs on no case; the group is read like one.
		if (change.type === 'group') void parts.cases.load(change.rec);
		parts.station.changed();
		parts.reviews.changed();
		// Asked for once it was seen; what was never opened is not kept fresh.
		if (parts.today.state.get().value) void parts.today.load();
	};
	// What a round of syncing brought is shown without anybody asking.
	let held: string | undefined;
	parts.station.state.watch(() => {
		const here = parts.station.state.get().report?.step.here;
		if (here === held || !here) return;
		if (held) {
			parts.cases.again();
			void parts.caseload.load();
			void parts.letters.load();
		}
		held = here;
	});
	parts.cases.onLoaded = (summary) => parts.caseload.renew(summary);
	const asked = { suggestions: new Suggestions(http), withdrawals: new Withdrawals(http), salvage: new Salvage(http), office: new Office(http), trail: new Trail(http), duties: new Duties(http), retention: new Retention(http) };
	return { ...parts, ...asked, keep, sessions, outbox, make: { id: new UuidMaker(now).next, now }, masked: new Cell(false) };
}

const DataContext = createContext<Data | null>(null);
export const DataProvider = DataContext.Provider;

export function useData(): Data {
	const data = useContext(DataContext);
	if (!data) throw new Error('useData outside DataProvider');
	return data;
}

/*
 * sync.pml - what the centre and its stations do with each other: writers that
 * commit, grants and withdrawals, pages, purges, receipts, lost and doubled
 * messages, crashes, and a restore from a backup.  docs/model.md explains it,
 * says what is bounded and which function each step stands for.
 *
 *   NW writers at the centre (each one transaction), R = 2 stations, C cases
 *   E  changes saved at stations and sent through their outbox, one a station
 *   A  changes of access (grant or withdrawal), each for one station and case
 *   F  faults: an answer lost (by the net, by a crash of the station or of the
 *      daemon after COMMIT), a request executed a second time, the database
 *      crashing with commits that had not waited for the disk
 *   B  1: one verified backup, and one restore to it
 *   -DM_… takes one safeguard away; every one of them must be noticed.
 *
 * A change is a bit: a copy and a case are sets of changes, so that no later
 * version can hide a missed one.
 */
#ifndef NW
#define NW 3
#endif
#ifndef C
#define C 1
#endif
#ifndef E
#define E 1
#endif
#ifndef A
#define A 2
#endif
#ifndef F
#define F 1
#endif
#ifndef B
#define B 1
#endif
#define R 2
#define K (R + NW)     /* change r is station r's own, the rest the writers' */
#define GENS 12        /* never reached: offers would go round for ever */
#define I(r, c) ((r) * C + (c))

/* manifest: nothing held (no row, q, x), offered, held, purge sent */
#define NONE 0
#define OFFERED 1
#define HELD 2
#define ASKED 3
/* what a page says of a case */
#define PURGE 1
#define DELTA 2
#define FULL 3
/* requests and answers */
#define PULL 1
#define PUSH 2
#define RECEIPTS 3
#define RECONCILE 4
#define REFUSED 5      /* 409 epoch */
#define NOTHING 6
/* a station's own change */
#define UNSENT 1
#define JOURNAL 2
#define PRUNED 3

/* ---- the centre ---- */
byte head, epoch;
byte csn[K];                   /* 0: not in the log */
byte cas[K];
byte parked;                   /* changes in the log as parked, not in a case */
bit vis[R * C];
byte st[R * C], gen[R * C];
byte light[R * C];             /* the row's last change has not reached the disk; 2: it was held */
bit backup;
byte b_head, b_parked;
bit b_vis[R * C];
byte lost, seen_somewhere, salvaged;  /* by the restore; at a station then; offered back */

/* ---- the stations: what is on their disk ---- */
bit has[R * C];
byte copy[R * C];
byte r_stored[R * C], r_purged[R * C];        /* receipts not yet sent: the gen */
bit r_damaged[R * C], r_unlisted[R * C];
byte from[R], upto[R], after[R];              /* the token */
byte own[R];                                  /* state of the station's own change */
byte my_epoch[R];
byte pend[R];                                 /* request written down */
bit compare[R], afresh[R];                     /* digests differ; a new replica that has not said what it holds */

/* ---- in flight: the answer to the pending request, a doubled request ---- */
byte a_kind[R];
byte a_what[R * C], a_gen[R * C], a_set[R * C], a_dig[R * C];
byte a_from[R], a_upto[R], a_after[R];
bit a_done[R], a_safe[R];
byte d_kind, d_r, d_from, d_upto, d_after;
byte d_stored[C], d_purged[C];

/* ---- budgets ---- */
byte written, edits, flips, faults;
bit restored;

hidden byte i, j, k, m, n, lastc, x, y;
hidden byte more, waits, kept, same;

#ifdef M_sequence
byte number, num[K];
#endif
#ifdef M_late_visibility
bit w_open[R], w_vis[R * C];
#define MAY(r, c) w_vis[I(r, c)]
#else
#define MAY(r, c) vis[I(r, c)]
#endif
#ifdef M_stale_answer
byte o_kind[R], o_what[R * C], o_gen[R * C], o_set[R * C], o_from[R];
#endif

#define BIT(k) (1 << (k))
#define WRITERS (255 - BIT(0) - BIT(1))
#define IN(k, c, lo) (csn[k] > (lo) && cas[k] == (c) && !(parked & BIT(k)))

/* m: the changes of case c after commit lo */
inline changes(c, lo) {
	m = 0;
	for (k : 0 .. K - 1) {
		if
		:: IN(k, c, lo) -> m = m | BIT(k)
		:: else
		fi
	}
}

/* Anything that waits for the disk carries everything before it there. */
inline durable() {
	for (k : 0 .. R * C - 1) { light[k] = 0 }
}

/* ---- what must hold in every state ---- */
#ifdef M_no_epoch
#define HEARD(r) true
#else
#define HEARD(r) (my_epoch[r] == epoch)
#endif
#define TELLS(x) (r_stored[x] || r_purged[x] || r_damaged[x] || r_unlisted[x])

inline check(r) {
	same = 1; waits = 0;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		changes(j, 0);
		if
		:: HEARD(r) ->
			/* every copy is in the manifest, or about to be told of */
			assert(!has[x] || st[x] != NONE || r_unlisted[x] || afresh[r]);
			assert(st[x] != HELD || has[x]);
			/* of what the token says is here nothing is missing */
			y = 0;
			for (k : 0 .. K - 1) {
				if
				:: IN(k, j, 0) && csn[k] <= from[r] -> y = y | BIT(k)
				:: else
				fi
			}
			assert(st[x] != HELD || !vis[x] || (copy[x] & y) == y)
		:: else
		fi;
		if
		:: vis[x] && !(has[x] && copy[x] == m) -> same = 0
		:: !vis[x] && has[x] -> same = 0
		:: else
		fi;
		if
		:: TELLS(x) || (vis[x] && st[x] != HELD) || (!vis[x] && st[x] != NONE) -> waits = 1
		:: else
		fi;
		assert(gen[x] < GENS)
	}
	/* a saved change is at its station until the log has it for good */
	assert(own[r] != PRUNED || csn[r] > 0);
	assert(own[r] != JOURNAL || !HEARD(r) || csn[r] > 0);
	/* what the restore lost and a station had is offered back */
	assert(!restored || !HEARD(0) || !HEARD(1) || afresh[0] || afresh[1] || !(lost & WRITERS & seen_somewhere & ~salvaged));
	/* a station that has nothing to ask, tell or send is equal to the centre */
	assert(!HEARD(r) || pend[r] || compare[r] || afresh[r] || own[r] == UNSENT || from[r] != head ||
	       upto[r] || waits || same)
}
/* States that differ only in what nobody will ever look at again become one:
 * the number of an incarnation no message names, the books of a restore all
 * stations have heard of, what would be lost in a crash that may not come. */
#ifdef M_stale_answer
#define NOT_STALE(j) && !o_gen[j]
#else
#define NOT_STALE(j)
#endif
inline tidy() {
	if
	:: HEARD(0) && HEARD(1) && !afresh[0] && !afresh[1] -> lost = 0; seen_somewhere = 0; salvaged = 0
	:: else
	fi;
	for (j : 0 .. R * C - 1) {
		if
		:: !r_stored[j] && !r_purged[j] && !a_gen[j] && !(d_kind && d_r == j / C) NOT_STALE(j) -> gen[j] = (st[j] != NONE)
		:: else
		fi;
		if
		:: faults >= F -> light[j] = 0
		:: else
		fi
	}
	skip
}
inline check_all() { check(0); check(1); tidy() }

/* ---- the centre answers ---- */

/* log.sweep: what is not visible now and may be there is asked back; what is
 * visible again while it is being asked back is offered anew */
inline sweep(r) {
	for (j : 0 .. C - 1) {
		x = I(r, j);
		if
		:: !MAY(r, j) && (st[x] == OFFERED || st[x] == HELD) -> st[x] = ASKED; light[x] = 0
		:: MAY(r, j) && st[x] == ASKED -> st[x] = OFFERED; gen[x]++
		:: else
		fi
	}
}

/* One page: purges, then held cases that changed since the token, then cases
 * not yet held; `most` cases fit on it. 0: what is new of a held case does not
 * fit, so it is offered again, and comes with the next page. */
inline page(r, p_from, p_upto, p_after, most) {
#ifdef M_late_visibility
	if
	:: !w_open[r] ->
		w_open[r] = 1;
		for (j : 0 .. C - 1) { w_vis[I(r, j)] = vis[I(r, j)] }
	:: else
	fi;
#endif
	sweep(r);
	n = 0; more = 0; waits = 0; lastc = 0; kept = 0;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		a_what[x] = 0; a_gen[x] = 0; a_set[x] = 0; a_dig[x] = 0;
		if
		:: st[x] == ASKED -> a_what[x] = PURGE; a_gen[x] = gen[x]; kept = 1
		:: else
		fi;
		if
		:: st[x] == HELD && MAY(r, j) && !(p_upto && j <= p_after) ->
			changes(j, p_from);
			if
			:: m && !most ->
				st[x] = OFFERED; n = C; kept = 1;
#ifdef M_resend_in_memory
				light[x] = (faults < F -> 2 : 0)
#endif
			:: m && n < most -> a_what[x] = DELTA; a_set[x] = m; lastc = j; n++
			:: m && n >= most -> more = 1
			:: else
			fi
		:: else
		fi
	}
	for (j : 0 .. C - 1) {
		x = I(r, j);
		if
		:: MAY(r, j) && (st[x] == NONE || st[x] == OFFERED) ->
			if
			:: !more && n < most ->
				changes(j, 0);
				a_what[x] = FULL; a_set[x] = m; n++;
#ifdef M_late_manifest
				a_gen[x] = gen[x] + 1
#else
#ifdef M_offer_in_memory
				light[x] = st[x] == NONE && faults < F;
#endif
				gen[x]++; a_gen[x] = gen[x];
#ifdef M_offered_is_held
				st[x] = HELD;
#else
				st[x] = OFFERED;
#endif
				kept = 1
#endif
			:: else -> waits = 1
			fi
		:: else
		fi
	}
	/* the page is durable before it leaves when it gives away or asks back */
#if !defined(M_offer_in_memory) && !defined(M_resend_in_memory)
	if
	:: kept -> durable()
	:: else
	fi;
#endif
	a_done[r] = !more && !waits && !p_upto;
	if
	:: more -> a_from[r] = p_from; a_upto[r] = (p_upto -> p_upto : head); a_after[r] = lastc
	:: else -> a_from[r] = (p_upto -> p_upto : head); a_upto[r] = 0; a_after[r] = 0
	fi;
	kept = 0; n = 0;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		changes(j, 0);
		if
		:: a_done[r] && MAY(r, j) -> a_dig[x] = m + 1
		:: else
		fi;
#ifdef M_purge_last
		if
		:: a_what[x] == PURGE && !a_done[r] -> a_what[x] = 0; a_gen[x] = 0
		:: else
		fi;
#endif
		/* no page with a case its reader may not see now */
		if
		:: a_what[x] == DELTA || a_what[x] == FULL -> assert(vis[x]); n = 1
		:: else
		fi;
		if
		:: has[x] && !vis[x] && a_what[x] != PURGE -> kept = 1
		:: else
		fi
	}
	/* what the station must give up comes before what it gets */
	assert(!n || !kept);
	a_kind[r] = PULL;
#ifdef M_late_visibility
	w_open[r] = !a_done[r]
#endif
}

/* log.seal: the next number, in order of commit */
inline seal(change) {
#ifdef M_sequence
	if
	:: !num[change] -> number++; num[change] = number
	:: else
	fi;
	csn[change] = num[change]; head = (num[change] > head -> num[change] : head);
#else
	head++; csn[change] = head;
#endif
	durable()
}
inline commit(change, c) { printf("change %d to case %d is committed\n", change, c); cas[change] = c; seal(change) }

/* The door: a known change gets its old result; one that cannot be taken is
 * parked, which is a commit too. */
inline take(r) {
	if
#ifdef M_no_dedupe
	:: true ->
#else
	:: csn[r] == 0 ->
#endif
		/* at most once */
		assert(csn[r] == 0);
		seal(r);
		if
		:: !vis[I(r, cas[r])] -> parked = parked | BIT(r)
		:: else
		fi
	:: else
	fi;
	a_kind[r] = PUSH
#ifdef M_refuses
	/* neither taken nor kept, and the station keeps it too */
	;
	if
	:: parked & BIT(r) -> parked = 0; csn[r] = 0; a_kind[r] = NOTHING
	:: else
	fi
#endif
}

/* A receipt counts for the incarnation it names. */
#ifdef M_no_gen
#define GEN(x, g) (g)
#else
#define GEN(x, g) ((g) && (g) == gen[x])
#endif
inline note(x, s, p) {
	if
	:: GEN(x, s) && st[x] == OFFERED -> st[x] = HELD; light[x] = faults < F
	:: else
	fi;
	if
#ifdef M_no_gen
	:: (p) ->
#else
	:: GEN(x, p) && st[x] == ASKED ->
#endif
		st[x] = NONE; durable()
	:: else
	fi
}
inline mend(x) {
	if
	:: r_damaged[x] && st[x] == HELD -> st[x] = OFFERED; durable()
	:: else
	fi;
	if
	:: r_unlisted[x] && st[x] == NONE -> st[x] = OFFERED; gen[x]++; durable()
	:: else
	fi
}

/* A new replica has said all it holds: what is equal is held, anything else it
 * has is known to be there, and is sent anew or asked back. */
inline reconcile(r) {
	sweep(r);
	for (j : 0 .. C - 1) {
		x = I(r, j);
		changes(j, 0);
		if
		:: vis[x] && has[x] && copy[x] == m -> st[x] = HELD; gen[x]++
#ifndef M_reconcile_once
		/* an earlier answer was lost, and it is no longer so */
		:: vis[x] && st[x] == HELD && !(has[x] && copy[x] == m) -> st[x] = OFFERED
#endif
#ifdef M_reconcile_half
		:: !vis[x] && has[x] && st[x] == NONE -> st[x] = OFFERED; gen[x]++
#else
		:: has[x] && st[x] == NONE && !(vis[x] && copy[x] == m) -> st[x] = OFFERED; gen[x]++
#endif
		:: else
		fi
	}
	durable();
	a_from[r] = head;
	a_kind[r] = RECONCILE
}

/* The pending request is carried out; most: how many cases fit on a page. */
inline execute(r, most) {
	if
	:: !HEARD(r) -> a_kind[r] = REFUSED    /* log.guard: another lineage of the log */
	:: else ->
		if
		:: pend[r] == PULL -> page(r, from[r], upto[r], after[r], most)
		:: pend[r] == PUSH -> take(r)
		:: pend[r] == RECEIPTS ->
			for (i : 0 .. C - 1) { note(I(r, i), r_stored[I(r, i)], r_purged[I(r, i)]) }
			for (i : 0 .. C - 1) { mend(I(r, i)) }
			a_kind[r] = RECEIPTS
		:: pend[r] == RECONCILE -> reconcile(r)
		fi;
		/* Sync-Durable: may the station forget its change? */
#ifdef M_durable_is_head
		a_safe[r] = csn[r] > 0;
#else
		a_safe[r] = backup && csn[r] > 0 && csn[r] <= b_head;
#endif
	fi
}

/* ---- the station takes an answer: one transaction of its store ---- */

inline forget_answer(r) {
	a_kind[r] = 0; a_from[r] = 0; a_upto[r] = 0; a_after[r] = 0; a_done[r] = 0; a_safe[r] = 0;
	for (j : 0 .. C - 1) { a_what[I(r, j)] = 0; a_gen[I(r, j)] = 0; a_set[I(r, j)] = 0; a_dig[I(r, j)] = 0 }
}

inline take_rows(r) {
	kept = 0;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		if
		:: a_what[x] == PURGE ->
			if
#ifndef M_purge_drops_outbox
			:: own[r] == UNSENT && cas[r] == j -> kept = 1    /* goes out first; the purge comes again */
			:: else ->
#else
			:: true ->
				if
				:: own[r] == UNSENT && cas[r] == j -> own[r] = PRUNED
				:: else
				fi;
#endif
				has[x] = 0; copy[x] = 0; r_stored[x] = 0; r_purged[x] = a_gen[x]
			fi
		:: a_what[x] == DELTA -> has[x] = 1; copy[x] = copy[x] | a_set[x]
		:: a_what[x] == FULL -> has[x] = 1; copy[x] = a_set[x]; r_stored[x] = a_gen[x]
		:: else
		fi
	}
}
inline take_token(r) { from[r] = a_from[r]; upto[r] = a_upto[r]; after[r] = a_after[r] }

/* "synced" is said only when both digests are equal; what differs is asked for */
inline take_done(r) {
	same = 1;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		if
		:: a_dig[x] != (has[x] -> copy[x] + 1 : 0) -> same = 0
		:: else
		fi
	}
#ifdef M_says_synced
	assert(same);
#endif
	compare[r] = !same && !kept
}

/* the store becomes a new replica */
inline renew(r) {
	my_epoch[r] = epoch; from[r] = 0; upto[r] = 0; after[r] = 0; compare[r] = 0;
#ifndef M_no_reconcile
	afresh[r] = 1;
#endif
	for (j : 0 .. C - 1) {
		x = I(r, j);
		st[x] = NONE; gen[x] = 0; light[x] = 0;
		r_damaged[x] = 0;
		r_unlisted[x] = 0;
	}
#ifndef M_no_journal_back
	if
	:: own[r] == JOURNAL -> own[r] = UNSENT
	:: else
	fi
#endif
}

inline take_answer(r) {
	printf("station %d takes answer %d\n", r, a_kind[r]);
	if
	:: a_kind[r] == REFUSED -> renew(r)
	:: a_kind[r] == PULL ->
#ifndef M_token_first
		take_rows(r);
#endif
		take_token(r);
		if
		:: a_done[r] -> take_done(r)
		:: else
		fi
	:: a_kind[r] == PUSH && own[r] == UNSENT ->
#ifdef M_no_journal
		own[r] = PRUNED
#else
		own[r] = JOURNAL
#endif
	:: a_kind[r] == RECEIPTS ->
		for (j : 0 .. C - 1) {
			x = I(r, j);
			r_stored[x] = 0; r_purged[x] = 0; r_damaged[x] = 0; r_unlisted[x] = 0
		}
	:: a_kind[r] == RECONCILE ->
		take_token(r); afresh[r] = 0;
#ifndef M_no_salvage
		/* what the centre has in no version is offered before any page is asked for */
		for (j : 0 .. C - 1) {
			changes(j, 0);
			salvaged = salvaged | (copy[I(r, j)] & ~m)
		}
#endif
	:: else
	fi;
	if
	:: a_safe[r] && own[r] == JOURNAL && a_kind[r] != REFUSED -> own[r] = PRUNED
	:: else
	fi;
	pend[r] = 0
}

/* Of two cases on a page only the first came: held ones are sent first. */
inline take_first(r) {
	printf("station %d takes half of its answer\n", r);
	lastc = (a_what[I(r, 0)] == FULL && a_what[I(r, 1)] == DELTA);
	x = I(r, 1 - lastc);
	if
	:: a_what[x] == DELTA -> upto[r] = a_from[r]; after[r] = lastc
	:: else -> from[r] = a_from[r]; upto[r] = 0; after[r] = 0
	fi;
	a_what[x] = 0;
	take_rows(r);
	pend[r] = 0
}

/* POST /v1/digest, and what the station makes of its answer */
inline digests(r) {
	printf("station %d compares digests\n", r);
	compare[r] = 0;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		changes(j, 0);
		if
		:: vis[x] && !(has[x] && copy[x] == m) -> r_damaged[x] = 1
		:: !vis[x] && has[x] -> r_unlisted[x] = 1
		:: else
		fi
	}
}

#if C == 1
#define ANY(r) TELLS(I(r, 0))
#define ROWS(r) ((vis[I(r, 0)] && st[I(r, 0)] != HELD) || (!vis[I(r, 0)] && st[I(r, 0)] != NONE))
#else
#define ANY(r) (TELLS(I(r, 0)) || TELLS(I(r, 1)))
#define ROWS(r) ((vis[I(r, 0)] && st[I(r, 0)] != HELD) || (!vis[I(r, 0)] && st[I(r, 0)] != NONE) || \
	(vis[I(r, 1)] && st[I(r, 1)] != HELD) || (!vis[I(r, 1)] && st[I(r, 1)] != NONE))
#endif
/* One case, and it is held and has news. */
#define CHANGED(r) (HEARD(r) && st[I(r, 0)] == HELD && vis[I(r, 0)] && from[r] < head)
/* A poll would bring or tell something; others change nothing and are left out. */
#define NEWS(r) (!HEARD(r) || ROWS(r) || from[r] != head || upto[r] || \
	(own[r] == JOURNAL && backup && csn[r] && csn[r] <= b_head))

/* A doubled request: the guard lets it through until the next one came. */
inline double(r) {
	faults++;
	d_kind = pend[r]; d_r = r;
	if
	:: pend[r] == PULL -> d_from = from[r]; d_upto = upto[r]; d_after = after[r]
	:: pend[r] == RECEIPTS ->
		for (j : 0 .. C - 1) { d_stored[j] = r_stored[I(r, j)]; d_purged[j] = r_purged[I(r, j)] }
	:: else
	fi
}
inline forget_double() {
	d_kind = 0; d_r = 0; d_from = 0; d_upto = 0; d_after = 0;
	for (j : 0 .. C - 1) { d_stored[j] = 0; d_purged[j] = 0 }
}
/* A new number makes the doubled one stale. */
inline outdate(r) {
#ifdef M_no_counter
	skip
#else
	if
	:: d_kind && d_r == r -> forget_double()
	:: else
	fi
#endif
}

/* The doubled request is carried out as it was when it was sent; what it
 * answers reaches nobody. */
hidden byte s_kind, s_from, s_upto, s_after, s_done, s_safe;
hidden byte s_what[R * C], s_gen[R * C], s_set[R * C], s_dig[R * C];
inline put_aside(r) {
	s_kind = a_kind[r]; s_from = a_from[r]; s_upto = a_upto[r]; s_after = a_after[r];
	s_done = a_done[r]; s_safe = a_safe[r];
	for (j : 0 .. C - 1) {
		x = I(r, j);
		s_what[x] = a_what[x]; s_gen[x] = a_gen[x]; s_set[x] = a_set[x]; s_dig[x] = a_dig[x]
	}
}
inline put_back(r) {
	a_kind[r] = s_kind; a_from[r] = s_from; a_upto[r] = s_upto; a_after[r] = s_after;
	a_done[r] = s_done; a_safe[r] = s_safe;
	for (j : 0 .. C - 1) {
		x = I(r, j);
		a_what[x] = s_what[x]; a_gen[x] = s_gen[x]; a_set[x] = s_set[x]; a_dig[x] = s_dig[x]
	}
}
inline again(r) {
	printf("the doubled request of %d arrives\n", r);
	put_aside(r);
	if
	:: d_kind == PULL -> page(r, d_from, d_upto, d_after, C)
	:: d_kind == PUSH -> take(r)
	:: d_kind == RECONCILE -> reconcile(r)
	:: d_kind == RECEIPTS ->
		for (i : 0 .. C - 1) { note(I(r, i), d_stored[i], d_purged[i]) }
	fi;
	put_back(r)
}

/* What had not waited for the disk is forgotten: receipts for what was stored. */
inline crash() {
	printf("the database dies\n");
	for (j : 0 .. R * C - 1) {
		if
		:: light[j] && st[j] == HELD -> st[j] = OFFERED
		:: light[j] == 1 && st[j] == OFFERED -> st[j] = NONE
		:: light[j] == 2 && st[j] == OFFERED -> st[j] = HELD
		:: else
		fi;
		light[j] = 0
	}
}
#if C == 1
#define DIRTY (light[0] || light[1])
#else
#define DIRTY (light[0] || light[1] || light[2] || light[3])
#endif

#ifdef M_stale_answer
inline keep_old(r) {
	o_kind[r] = PULL; o_from[r] = a_from[r];
	for (j : 0 .. C - 1) {
		x = I(r, j);
		o_what[x] = a_what[x]; o_gen[x] = a_gen[x]; o_set[x] = a_set[x]
	}
}
inline take_old(r) {
	for (j : 0 .. C - 1) {
		x = I(r, j);
		a_what[x] = o_what[x]; a_gen[x] = o_gen[x]; a_set[x] = o_set[x];
		o_what[x] = 0; o_gen[x] = 0; o_set[x] = 0
	}
	take_rows(r);
	from[r] = o_from[r]; upto[r] = 0; after[r] = 0;
	o_from[r] = 0; o_kind[r] = 0;
	forget_answer(r)
}
#endif

/* An answer on its way is read by nobody else and changes what nobody else
 * reads, so it may be taken or lost before anything else happens. */
#ifdef EAGER
#define CALM (!a_kind[0] && !a_kind[1])
#else
#define CALM true
#endif
#define FREE(r) (!pend[r] && CALM && !a_kind[r])
#define QUIET(r) (FREE(r) && !afresh[r] && !ANY(r) && own[r] != UNSENT)
#define MAY_FAIL(r) (faults < F && !d_kind && HEARD(r))

/* A numbered request: written down, sent and carried out. That the station
 * waits in between can be left out, because it does nothing while it waits. */
inline ask(r, what, most) { printf("station %d asks %d, %d on a page\n", r, what, most); pend[r] = what; outdate(r); execute(r, most); check(r); tidy() }
inline ask_twice(r, what, most) { printf("station %d asks %d, and the request is doubled\n", r, what); pend[r] = what; outdate(r); double(r); execute(r, most); check(r); tidy() }

proctype Station(byte r) {
end:	do
	/* the person saves a change to a case that is on the screen */
	:: d_step { edits < E && !own[r] && (CALM || a_kind[r]) && has[I(r, 0)] -> printf("station %d saves a change\n", r); edits++; own[r] = UNSENT; cas[r] = 0; check(r); tidy() }
#if C > 1
	:: d_step { edits < E && !own[r] && (CALM || a_kind[r]) && has[I(r, 1)] -> printf("station %d saves a change\n", r); edits++; own[r] = UNSENT; cas[r] = 1; check(r); tidy() }
#endif
	/* receipts, the outbox, what a new replica holds, pages, digests */
	:: d_step { FREE(r) && !ANY(r) && own[r] != UNSENT && afresh[r] -> ask(r, RECONCILE, 1) }
	:: d_step { FREE(r) && !ANY(r) && own[r] != UNSENT && afresh[r] && MAY_FAIL(r) -> ask_twice(r, RECONCILE, 1) }
	:: d_step { FREE(r) && ANY(r) -> ask(r, RECEIPTS, 1) }
	:: d_step { FREE(r) && ANY(r) && MAY_FAIL(r) -> ask_twice(r, RECEIPTS, 1) }
	:: d_step { FREE(r) && !ANY(r) && own[r] == UNSENT -> ask(r, PUSH, 1) }
	:: d_step { FREE(r) && !ANY(r) && own[r] == UNSENT && MAY_FAIL(r) -> ask_twice(r, PUSH, 1) }
	:: d_step { QUIET(r) && !compare[r] && NEWS(r) -> ask(r, PULL, 1) }
	:: d_step { QUIET(r) && !compare[r] && NEWS(r) && MAY_FAIL(r) -> ask_twice(r, PULL, 1) }
#ifdef LARGE
	:: d_step { QUIET(r) && !compare[r] && CHANGED(r) -> ask(r, PULL, 0) }
#endif
#if C > 1
	:: d_step { QUIET(r) && !compare[r] && NEWS(r) -> ask(r, PULL, 2) }
	:: d_step { QUIET(r) && !compare[r] && NEWS(r) && MAY_FAIL(r) -> ask_twice(r, PULL, 2) }
#endif
	:: d_step { QUIET(r) && compare[r] -> digests(r); check(r); tidy() }
	/* silence means ask again, the very same */
	:: d_step { pend[r] && !a_kind[r] && CALM -> printf("station %d asks again\n", r); execute(r, C); check(r); tidy() }
#if C > 1
	/* the line breaks behind the first piece of an answer */
	:: d_step { a_kind[r] == PULL && a_what[I(r, 0)] > PURGE && a_what[I(r, 1)] > PURGE && faults < F ->
		faults++; take_first(r); forget_answer(r); check(r); tidy() }
#endif
	/* the answer is lost: on the way, with the station, or with the daemon */
	:: d_step { a_kind[r] && faults < F -> faults++; printf("the answer to %d is lost\n", r); forget_answer(r); skip }
#ifdef M_token_first
	:: d_step { a_kind[r] == PULL -> take_rows(r); take_answer(r); forget_answer(r); check(r); tidy() }
	:: d_step { a_kind[r] == PULL && faults < F -> faults++; take_answer(r); forget_answer(r); check(r); tidy() }
	:: d_step { a_kind[r] && a_kind[r] != PULL -> take_answer(r); forget_answer(r); check(r); tidy() }
#else
	:: d_step { a_kind[r] -> take_answer(r); forget_answer(r); check(r); tidy() }
#endif
#ifdef M_stale_answer
	:: d_step { a_kind[r] == PULL && !o_kind[r] && faults < F -> faults++; keep_old(r); forget_answer(r); skip }
	:: d_step { o_kind[r] && FREE(r) -> take_old(r); check(r); tidy() }
#endif
	od
}

/* The transactions at the centre. Nothing of one is to be seen before its
 * COMMIT, which also gives it its number; so its beginning is a step only where
 * that is not so. Writers are alike: the first to commit is the first. */
#ifdef M_sequence
proctype Writer(byte w) {
	d_step { number++; num[R + w] = number };
	if
	:: d_step { commit(R + w, 0); check_all() }
#if C > 1
	:: d_step { commit(R + w, 1); check_all() }
#endif
	fi
}
#else
proctype Writer(byte w) {
	if
	:: d_step { written == w && CALM -> written++; commit(R + w, 0); check_all() }
#if C > 1
	:: d_step { written == w && CALM -> written++; commit(R + w, 1); check_all() }
#endif
	fi
}
#endif

/* A person grants or withdraws; backup and restore. */
inline flip(r, c) {
	printf("access of %d to case %d changes to %d\n", r, c, !vis[I(r, c)]);
	flips++;
	x = I(r, c);
	vis[x] = !vis[x];
	durable();
	check(r); tidy()
}
inline restore() {
	printf("restored to %d\n", b_head);
	restored = 1; epoch++;
	seen_somewhere = 0;
	for (j : 0 .. R * C - 1) {
		if
		:: a_what[j] != PURGE -> seen_somewhere = seen_somewhere | copy[j]
		:: else
		fi;
		/* withdrawals stand in the witness file too; grants since the backup are lost */
		y = vis[j];
#ifdef M_no_witness
		vis[j] = b_vis[j];
#else
		vis[j] = b_vis[j] && vis[j];
#endif
		/* what a person withdrew stays withdrawn */
		assert(y || !vis[j]);
		b_vis[j] = 0
	}
	head = b_head; parked = b_parked; b_parked = 0;
	for (k : 0 .. K - 1) {
		if
		:: csn[k] > b_head -> lost = lost | BIT(k); csn[k] = 0
		:: else
		fi
	}
	durable();
	forget_double()
}

proctype Operator() {
end:	do
	:: d_step { flips < A && CALM -> flip(0, 0) }
	:: d_step { flips < A && CALM -> flip(1, 0) }
#if C > 1
	:: d_step { flips < A && CALM -> flip(0, 1) }
	:: d_step { flips < A && CALM -> flip(1, 1) }
#endif
	:: d_step {
		B && !backup && CALM ->
		printf("backup at %d\n", head); backup = 1; b_head = head; b_parked = parked;
		for (j : 0 .. R * C - 1) { b_vis[j] = vis[j] }
		skip
	}
	:: d_step { backup && !restored && CALM -> restore(); check_all() }
	od
}

/* The doubled request arrives; its answer is nobody's. The database dies, and
 * forgets what had not waited for the disk. */
proctype Fault() {
end:	do
	:: d_step { d_kind && CALM -> again(d_r); forget_double(); check_all() }
	:: d_step { faults < F && DIRTY && CALM -> faults++; crash(); check_all() }
	od
}

#ifdef REACH
proctype Seen() {
end:	d_step { REACH -> printf("seen\n"); assert(false) }
}
#endif

init {
	d_step {
		for (j : 0 .. R * C - 1) { vis[j] = 1 }
		skip
	}
	atomic {
		run Station(0); run Station(1); run Operator(); run Fault();
		for (i : 0 .. NW - 1) { run Writer(i) }
#ifdef REACH
		run Seen()
#endif
	}
}

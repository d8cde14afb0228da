-- Statements of server/figures.

-- query: figures_catch_up
SELECT figures.catch_up($1::bigint, $2::boolean)::integer AS more;

-- query: figures_counted
SELECT c.csn, c.head, c.ready::integer AS ready FROM figures.counted() c;

-- query: figure_sites
SELECT s.id, s.name, s.name_en, s.kind, s.subdistrict FROM figures.sites() s;

-- query: figure_cells
-- Months as year·12 + month-1, as server/figures/period.h has them.
SELECT (extract(year FROM k.month) * 12 + extract(month FROM k.month) - 1)::bigint AS month, k.site, k.value,
       k.m1, k.m2, k.m3, k.m4, k.m5, k.m6, k.m7, k.m8
  FROM figures.cells($1::text, $2::text,
    make_date(($3::bigint / 12)::integer, ($3::bigint % 12 + 1)::integer, 1),
    make_date(($4::bigint / 12)::integer, ($4::bigint % 12 + 1)::integer, 1)) k;

-- query: figure_now
SELECT 0::bigint AS month, k.site, k.value, k.m1, k.m2, k.m3, k.m4, k.m5, k.m6, k.m7, k.m8
  FROM figures.now_cells($1::text, $2::text) k;

-- query: figure_clients
SELECT c.year::bigint AS year, c.site, c.value, c.n1, c.n2, c.n3, c.n4, c.n5, c.n6, c.n7, c.n8,
       c.o1, c.o2, c.o3, c.o4, c.o5, c.o6, c.o7, c.o8
  FROM figures.clients_by_sum($1::text, $2::text, $3::bigint, $4::bigint) c;

-- query: figure_hidden
SELECT h.part, h.year, h.cell FROM figures.hidden_before($1::bigint, $2::text[], $3::bigint, $4::bigint) h;

-- query: figure_hide
SELECT figures.hide($1::bigint, $2::text[], $3::bigint[], $4::text[]);

-- query: figures_forget
SELECT figures.forget();

-- query: figures_compare
SELECT c.cells, c.wrong, c.behind FROM figures.compare() c;

-- query: outcome_scores
SELECT s.id, s.unit, s.who, s.site, s.programme, s.instrument, s.version, s.variant, s.respondent, s.timepoint,
       s.assessed::text AS assessed, s.answers
  FROM figures.scores(make_date($1::bigint::integer, 12, 31)) s
 ORDER BY s.id;

-- query: outcome_given
SELECT figures.outcome_given($1::bigint) AS given;

-- query: outcome_give
SELECT figures.outcome_give($1::bigint, $2::text);

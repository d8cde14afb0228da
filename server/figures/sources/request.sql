-- request.sql - requests for a service, by who is to answer them; what was taken back does not count.
--
-- records: request case
-- codes: kind=unmet_reason
-- clients: cases
-- m1: requests
-- m2: met
-- m3: unmet
-- m4: responded to
-- m5: minutes to the response
-- m6: in time
-- within: m2<m1 m3<m1-m2 m4<m1 m6<m4
-- amounts: m5~m4
SELECT coalesce(q.case_id, q.id), figures.month_of(q.requested), coalesce(q.to_site, q.site_id), coalesce(c.programme, ''), coalesce(c.sex, ''),
       coalesce(figures.age_band(c.birth, figures.month_of(q.requested)), ''), coalesce(c.model, ''), coalesce(c.setting, ''),
       CASE WHEN q.status = 'unmet' THEN coalesce(q.unmet_reason, '') ELSE '' END,
       1, (q.status = 'done')::integer, (q.status = 'unmet')::integer, (q.responded IS NOT NULL)::integer,
       greatest(coalesce(extract(epoch FROM q.responded - q.requested)::bigint / 60, 0), 0),
       coalesce(q.responded <= q.respond_by, false)::integer, 0, 0
  FROM rec.request q LEFT JOIN figures.kase c ON c.id = q.case_id
 WHERE (q.case_id = ANY (p_units) OR (q.case_id IS NULL AND q.id = ANY (p_units))) AND q.rec_state <> 'retracted' AND q.status <> 'withdrawn' AND q.requested IS NOT NULL
   AND coalesce(q.to_site, q.site_id) IS NOT NULL

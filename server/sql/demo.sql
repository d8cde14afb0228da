-- Statements of server/admin/demo: what a district that appears all at once
-- needs besides its records.

-- query: demo_analyze
-- Statistics of the new rows now, as the tables' owner: autovacuum comes a
-- minute later, and until then plans are made for empty tables.
ANALYZE log.version, log.unit, log.digest, log.change_result, log.commit, log.summary,
        access.reach, rec.person, rec."case", rec.relation, rec.member, rec.consent,
        rec.screening, rec.assessment, rec.response, rec.need, rec.plan, rec.goal,
        rec.task, rec.service, rec.review, rec.flag, rec.staff, rec.site;

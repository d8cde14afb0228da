-- 0101-figures-create.sql - who keeps the figures makes nothing new among them.
--
-- Why: a function can be given to casebridge_maint only while that role may create in
-- its schema; other schemas take the right back at once, `figures` kept it since 0040.
-- Here, behind the last migration that leaned on it (0064). `casebridged migrate`
-- replaces the functions of the sources as their schema's owner and does not need it.
-- While the previous release runs: the same to it. Locks: a short one on the schema.
-- Undo: none; migrations only go forward.

REVOKE CREATE ON SCHEMA figures FROM casebridge_maint;

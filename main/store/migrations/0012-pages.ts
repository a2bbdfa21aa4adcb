// What the pages need: how many messages came to what in each hour, kept by triggers, so that a year of charts costs a few thousand rows
// and outlives the log itself; the log by outcome; and what the pages remember (views that were saved, how far the set-up has come).

/** One word for a row of the log; NULL for what counts as nothing. */
const kindOf = (row: string): string => `CASE
    WHEN ${row}.outcome = 'delivered' THEN iif(${row}.direction = 'reply', 'sent', 'forwarded')
    WHEN ${row}.outcome IN ('refused', 'discarded') THEN 'blocked'
    WHEN ${row}.outcome = 'held' THEN 'held'
    WHEN ${row}.outcome IN ('failed', 'bounced') THEN 'failed'
  END`

const count = (row: string, step: string): string => `
  INSERT INTO log_hour(hour, kind, count)
    SELECT ${row}.at / 3600000, k.kind, ${step} FROM (SELECT ${kindOf(row)} AS kind) k WHERE k.kind IS NOT NULL
    ON CONFLICT(hour, kind) DO UPDATE SET count = count + ${step};`

export const PAGES = `
CREATE TABLE log_hour(
  hour INTEGER NOT NULL, -- hours since 1970, UTC
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(hour, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO log_hour(hour, kind, count)
  SELECT at / 3600000, ${kindOf('log')} AS kind, count(*) FROM log WHERE kind IS NOT NULL GROUP BY 1, 2;

CREATE TRIGGER log_counted AFTER INSERT ON log BEGIN${count('new', '1')}
END;
CREATE TRIGGER log_recounted AFTER UPDATE OF outcome ON log WHEN old.outcome <> new.outcome BEGIN${count('old', '-1')}${count('new', '1')}
END;

CREATE INDEX log_by_outcome ON log(outcome, id);

CREATE TABLE page_memory(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

// What else the log is narrowed by: the alias and its domain, who is on the other side, how the connection was encrypted, whom a message goes to.

/** Behind the last `@`. */
const hostOf = (column: string): string =>
  `CASE instr(${column}, '@') WHEN 0 THEN '' ELSE lower(substr(${column}, length(rtrim(${column}, replace(${column}, '@', ''))) + 1)) END`

/** What is before the last label, with the dot between them. */
const above = (column: string): string => `rtrim(${column}, replace(${column}, '.', ''))`

export const LOG_FILTERS = `
ALTER TABLE log ADD COLUMN alias_domain TEXT GENERATED ALWAYS AS (${hostOf('alias')}) VIRTUAL;
-- Who wrote, or whom a reply goes to.
ALTER TABLE log ADD COLUMN contact TEXT GENERATED ALWAYS AS (lower(CASE direction WHEN 'reply' THEN recipient ELSE sender END)) VIRTUAL;
ALTER TABLE log ADD COLUMN contact_host TEXT GENERATED ALWAYS AS (${hostOf('contact')}) VIRTUAL;
-- The last two labels of it: few enough rows to look through for what is under any longer name.
ALTER TABLE log ADD COLUMN contact_site TEXT GENERATED ALWAYS AS (
  substr(contact_host, length(rtrim(rtrim(${above('contact_host')}, '.'), replace(contact_host, '.', ''))) + 1)
) VIRTUAL;
-- TLSv1.3; none where a connection came in clear, empty where there was none.
ALTER TABLE log ADD COLUMN tls_version TEXT GENERATED ALWAYS AS (
  CASE WHEN tls <> '' THEN substr(tls, 1, instr(tls || ' ', ' ') - 1) WHEN peer <> '' THEN 'none' ELSE '' END
) VIRTUAL;
CREATE INDEX log_by_alias ON log(lower(alias), id);
CREATE INDEX log_by_alias_domain ON log(alias_domain, id);
CREATE INDEX log_by_contact ON log(contact, id);
CREATE INDEX log_by_contact_site ON log(contact_site, id);
CREATE INDEX log_by_tls_version ON log(tls_version, id);

-- Whom an entry names as recipient and to which mailboxes or strangers its deliveries go, also later ones. Kept by triggers, so that
-- no way of making or turning a delivery can forget it; it lives as long as its entry.
CREATE TABLE log_recipient(
  log_id INTEGER NOT NULL, address TEXT NOT NULL,
  PRIMARY KEY (log_id, address)
) STRICT, WITHOUT ROWID;
INSERT INTO log_recipient(log_id, address)
  SELECT id, recipient FROM log WHERE recipient <> ''
  UNION SELECT d.log_id, d.forward_path FROM delivery d JOIN log l ON l.id = d.log_id;
CREATE INDEX log_recipient_by_address ON log_recipient(lower(address), log_id);

CREATE TRIGGER log_recipient_named AFTER INSERT ON log WHEN new.recipient <> '' BEGIN
  INSERT OR IGNORE INTO log_recipient(log_id, address) VALUES(new.id, new.recipient);
END;
CREATE TRIGGER log_recipient_sent AFTER INSERT ON delivery BEGIN
  INSERT OR IGNORE INTO log_recipient(log_id, address) SELECT id, new.forward_path FROM log WHERE id = new.log_id;
END;
CREATE TRIGGER log_recipient_turned AFTER UPDATE OF forward_path ON delivery WHEN old.forward_path <> new.forward_path BEGIN
  INSERT OR IGNORE INTO log_recipient(log_id, address) SELECT id, new.forward_path FROM log WHERE id = new.log_id;
END;
CREATE TRIGGER log_recipient_gone AFTER DELETE ON log BEGIN
  DELETE FROM log_recipient WHERE log_id = old.id;
END;
`

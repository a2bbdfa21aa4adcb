// From an entry of the log to what is kept of it.
export const TRACE = `
CREATE INDEX held_by_log ON held(log_id);
`

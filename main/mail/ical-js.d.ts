// The one function of ical.js that we call. Its own declarations say `any`, and TypeScript does not find them by the package's
// `exports`.
declare module 'ical.js' {
  const ICAL: {
    /** iCalendar text as jCal (RFC 7265), an array of it where there are several. Throws on what it cannot read. */
    parse(input: string): unknown
  }
  export default ICAL
}

// Copies of everything.
import { counted } from './plural.ts'

const en = {
  title: 'Backup',
  lead: 'A copy of everything, made while mail goes on, encrypted, and tried: only what could be restored gets its name.',
  now: 'Back up now',
  phases: {
    copying: 'Copying',
    writing: 'Encrypting',
    checking: 'Restoring it to see that it works',
    restoring: 'Restoring',
    stopping: 'Stopping: what is being copied comes to its end first …',
  } as Readonly<Record<string, string>>,
  working: 'Backing up …',
  made: (size: string) => `The backup is made and was restored for a test: ${size}.`,
  stopped: 'Stopped; nothing of it is left. The backups that were there are untouched.',
  verify: 'Check it',
  verified: 'It opens, and everything in it is whole.',
  list: 'Backups',
  listEmpty: 'None yet.',
  listEmptyText: 'Make the first one now; it takes seconds.',
  kinds: { manual: 'by hand', daily: 'daily', scheduled: 'daily' } as Readonly<Record<string, string>>,
  size: 'Size',
  fresh: (when: string) => `The newest is from ${when}.`,
  old: 'The newest is older than a week, or there is none.',
  oldWhat: 'If this disk dies now, so do all aliases, and with them the way to every account that you opened with one.',
  schedule: 'By itself',
  scheduleLead:
    'Best on another disk, or in a folder that is copied elsewhere: it is encrypted, whoever keeps it can read nothing.',
  every: 'How often',
  everyChoices: { day: 'once a day', off: 'never' },
  folder: 'Folder',
  folderHelp: 'A path from the root, on the machine where Postern runs.',
  keep: 'How many are kept',
  saved: 'Saved.',
  restore: 'Putting one back',
  restoreLead:
    'A folder cannot be exchanged under a relay that runs. Stop Postern, then on this machine or on a new one:',
  restoreHelp:
    'It shows what is in it and asks before anything is changed; the old files are kept aside. The recovery key or any key that opened the folder when the backup was made opens it.',
  export: 'In plain form',
  exportLead:
    'Everything that you have, without mail and without secrets, as one JSON file: to look at, or to go elsewhere.',
  exportNow: 'Export everything',
  exporting: (table: string) => `Exporting ${table} …`,
  exported: (rows: number) => `Exported: ${counted('en', rows, { one: 'row', other: 'rows' })}.`,
  exportStopped: 'The export was stopped; nothing was saved.',
}

const de: typeof en = {
  title: 'Sicherung',
  lead: 'Eine Kopie von allem, gemacht, während die Mail läuft, verschlüsselt und erprobt: nur was sich wiederherstellen ließ, bekommt seinen Namen.',
  now: 'Jetzt sichern',
  phases: {
    copying: 'Wird kopiert',
    writing: 'Wird verschlüsselt',
    checking: 'Wird wiederhergestellt, um zu sehen, dass es geht',
    restoring: 'Wird wiederhergestellt',
    stopping: 'Wird angehalten: was gerade kopiert wird, kommt erst zu Ende …',
  },
  working: 'Wird gesichert …',
  made: (size: string) => `Die Sicherung ist gemacht und wurde zur Probe wiederhergestellt: ${size}.`,
  stopped: 'Angehalten; davon ist nichts übrig. Die Sicherungen, die schon da waren, sind unberührt.',
  verify: 'Prüfen',
  verified: 'Sie lässt sich öffnen, und alles darin ist heil.',
  list: 'Sicherungen',
  listEmpty: 'Noch keine.',
  listEmptyText: 'Machen Sie jetzt die erste; es dauert Sekunden.',
  kinds: { manual: 'von Hand', daily: 'täglich', scheduled: 'täglich' },
  size: 'Größe',
  fresh: (when: string) => `Die neueste ist von ${when}.`,
  old: 'Die neueste ist älter als eine Woche, oder es gibt keine.',
  oldWhat:
    'Stirbt dieser Datenträger jetzt, sterben alle Aliase und mit ihnen der Weg zu jedem Konto, das Sie mit einem eröffnet haben.',
  schedule: 'Von selbst',
  scheduleLead:
    'Am besten auf einen anderen Datenträger oder in einen Ordner, der anderswohin kopiert wird: sie ist verschlüsselt, wer sie aufbewahrt, kann nichts lesen.',
  every: 'Wie oft',
  everyChoices: { day: 'einmal am Tag', off: 'nie' },
  folder: 'Ordner',
  folderHelp: 'Ein Pfad von der Wurzel an, auf dem Rechner, auf dem Postern läuft.',
  keep: 'Wie viele aufgehoben werden',
  saved: 'Gespeichert.',
  restore: 'Eine zurückspielen',
  restoreLead:
    'Unter einem laufenden Relay lässt sich der Ordner nicht tauschen. Beenden Sie Postern, dann auf diesem Rechner oder einem neuen:',
  restoreHelp:
    'Es zeigt, was darin ist, und fragt, bevor etwas geändert wird; die alten Dateien bleiben daneben. Der Wiederherstellungsschlüssel oder jeder Schlüssel, der den Ordner damals öffnete, öffnet sie.',
  export: 'In klarer Form',
  exportLead:
    'Alles, was Sie haben, ohne Mail und ohne Geheimnisse, als eine JSON-Datei: zum Ansehen oder um anderswohin zu gehen.',
  exportNow: 'Alles exportieren',
  exporting: (table: string) => `${table} wird exportiert …`,
  exported: (rows: number) => `Exportiert: ${counted('de', rows, { one: 'Zeile', other: 'Zeilen' })}.`,
  exportStopped: 'Der Export wurde abgebrochen; nichts wurde gesichert.',
}

export const backup = { en, de }

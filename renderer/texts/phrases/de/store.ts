// Backups, and what is wrong with the data. Room: store.
import type { Phrases } from '../matcher.ts'

export const store: Phrases = {
  'The backup {0} is damaged.': 'Die Sicherung {0} ist beschädigt.',
  'Use another one: postern backup list': 'Nehmen Sie eine andere: postern backup list',
  'The backup {0} cannot be read.': 'Die Sicherung {0} ist nicht lesbar.',
  'Check its path and its mode.': 'Prüfen Sie ihren Pfad und ihre Rechte.',
  '{0} is no backup of Postern, or its beginning is damaged.':
    '{0} ist keine Sicherung von Postern, oder ihr Anfang ist beschädigt.',
  'See: postern backup list': 'Siehe: postern backup list',
  'The backup was stopped; nothing of it is left.': 'Die Sicherung wurde angehalten; davon ist nichts übrig.',
  'The backup ended before it was done.': 'Die Sicherung endete, bevor sie fertig war.',
  '{0} is there already.': '{0} ist schon da.',
  'Name another file.': 'Nennen Sie eine andere Datei.',
  'the backup': 'die Sicherung',
  'A backup is being made or checked.': 'Gerade wird eine Sicherung gemacht oder geprüft.',
  'Try again when it is done.': 'Versuchen Sie es wieder, wenn sie fertig ist.',
  'The backup was made by a newer version of Postern.': 'Die Sicherung stammt von einer neueren Version von Postern.',
  'Install that version, or use an older backup.':
    'Installieren Sie diese Version, oder nehmen Sie eine ältere Sicherung.',
  '{0} became shorter while it was read.': '{0} wurde kürzer, während es gelesen wurde.',
  'The copy of the database': 'Die Kopie der Datenbank',
  'The backup was stopped.': 'Die Sicherung wurde angehalten.',
  '{0} is damaged: {1}.': '{0} ist beschädigt: {1}.',
  '{0} does not hold every row.': '{0} enthält nicht jede Zeile.',
  'The data folder was written by a newer version of Postern.':
    'Der Datenordner wurde von einer neueren Version von Postern geschrieben.',
  'Nothing was changed. Install that version again, or restore a backup made by this one.':
    'Nichts wurde geändert. Installieren Sie diese Version wieder, oder spielen Sie eine Sicherung von dieser zurück.',
  'The database {0} is not there.': 'Die Datenbank {0} ist nicht da.',
  'Restore it from a backup, or make a new folder with: postern init':
    'Holen Sie sie aus einer Sicherung zurück, oder machen Sie einen neuen Ordner mit: postern init',
  'The database cannot be opened: its first page does not authenticate. It is damaged, or of another folder.':
    'Die Datenbank lässt sich nicht öffnen: ihre erste Seite ist nicht echt. Sie ist beschädigt oder gehört zu einem anderen Ordner.',
  'Nothing was changed. Put the right postern.db back, or restore a backup: postern backup restore FILE':
    'Nichts wurde geändert. Legen Sie die richtige postern.db zurück, oder spielen Sie eine Sicherung zurück: postern backup restore DATEI',
  'Nothing was changed. Restore a backup: postern backup restore FILE':
    'Nichts wurde geändert. Spielen Sie eine Sicherung zurück: postern backup restore DATEI',
  'The database is damaged ({0}).': 'Die Datenbank ist beschädigt ({0}).',
  'The database is damaged: a page does not authenticate ({0}).':
    'Die Datenbank ist beschädigt: eine Seite ist nicht echt ({0}).',
  'The disk is full.': 'Der Datenträger ist voll.',
  'Free some space; nothing that was accepted is lost.':
    'Schaffen Sie Platz; nichts, was angenommen wurde, geht verloren.',
  'The disk does not take writes ({0}).': 'Der Datenträger nimmt nichts mehr an ({0}).',
  'Mount it for writing, or check who owns the data folder.':
    'Hängen Sie ihn zum Schreiben ein, oder sehen Sie nach, wem der Datenordner gehört.',
  'The data folder cannot be opened for writing ({0}).': 'Der Datenordner lässt sich nicht zum Schreiben öffnen ({0}).',
  'Check who owns it and whether its disk is mounted for writing.':
    'Sehen Sie nach, wem er gehört und ob sein Datenträger zum Schreiben eingehängt ist.',
  'The disk fails ({0}).': 'Der Datenträger versagt ({0}).',
  'Check its health, and make a backup to another one.':
    'Prüfen Sie seinen Zustand, und sichern Sie auf einen anderen.',
  'The database under its new key': 'Die Datenbank mit ihrem neuen Schlüssel',
  'The stored body {0} is damaged.': 'Der gespeicherte Inhalt {0} ist beschädigt.',
  'Restore a backup; the sender has to send this message again.':
    'Spielen Sie eine Sicherung zurück; der Absender muss diese Nachricht noch einmal senden.',
  'The writer thread ended with {0}.': 'Der schreibende Thread endete mit {0}.',
  'The store has stopped.': 'Der Speicher ist stehen geblieben.',
  'That exists already or is in use ({0}).': 'Das gibt es schon, oder es wird benutzt ({0}).',
}

// Signing in, and what opens the data. Rooms: access, vault, and the calls of api that speak of them.
import type { Phrases } from '../matcher.ts'

export const access: Phrases = {
  'Five random words make a good one: postern login generate':
    'Fünf zufällige Wörter sind eine gute: postern login generate',
  'It has parts that are among the first that anybody tries.': 'Sie enthält Teile, die jeder zuerst versucht.',
  'It has parts of your own names and addresses, which are not secret.':
    'Sie enthält Teile Ihrer eigenen Namen und Adressen, die kein Geheimnis sind.',
  'It repeats a character.': 'Sie wiederholt ein Zeichen.',
  'It has a row of the keyboard or the alphabet.': 'Sie enthält eine Reihe der Tastatur oder des Alphabets.',
  'It has a year or a date.': 'Sie enthält ein Jahr oder ein Datum.',
  'It is one part, repeated.': 'Sie ist ein Teil, wiederholt.',
  'It has {0} characters; at least {1} are needed.': 'Sie hat {0} Zeichen; mindestens {1} sind nötig.',
  'It is too easy to guess: five random words make a good one.':
    'Sie ist zu leicht zu erraten: fünf zufällige Wörter sind eine gute.',
  'This login link was used already or is too old. Ask for a new one: postern status --login':
    'Dieser Anmeldelink wurde schon benutzt oder ist zu alt. Fragen Sie nach einem neuen: postern status --login',
  'That is not the passphrase.': 'Das ist nicht die Passphrase.',
  'That is not the recovery key.': 'Das ist nicht der Wiederherstellungsschlüssel.',
  'Sign in first.': 'Melden Sie sich zuerst an.',
  'That was not right.': 'Das war nicht richtig.',
  'The pages are open beyond this machine, which needs a passphrase. Serve them on 127.0.0.1 first.':
    'Die Seiten sind über diesen Rechner hinaus offen, und dafür ist eine Passphrase nötig. Bieten Sie sie zuerst nur auf 127.0.0.1 an.',
  'That is not the code of now. Check the clock of your phone, and type the newest code.':
    'Das ist nicht der Code von jetzt. Prüfen Sie die Uhr Ihres Telefons, und geben Sie den neuesten Code ein.',
  'Recovery codes come with a second factor; set one first.':
    'Wiederherstellungscodes gehören zu einem zweiten Faktor; richten Sie zuerst einen ein.',
  'A security key is added in a browser, at http://localhost: postern status --login':
    'Ein Sicherheitsschlüssel wird im Browser hinzugefügt, unter http://localhost: postern status --login',
  'The key was not added: its answer does not fit. Try again.':
    'Der Schlüssel wurde nicht hinzugefügt: seine Antwort passt nicht. Versuchen Sie es noch einmal.',
  'That is not enough here. Prove it by: {0}.': 'Das genügt hier nicht. Weisen Sie es nach durch: {0}.',
  'There are no keys at {0}.': 'Bei {0} gibt es keine Schlüssel.',
  'It is one of keychain, file, file:PATH, credential:NAME, passphrase and recovery.':
    'Möglich sind keychain, file, file:PFAD, credential:NAME, passphrase und recovery.',
  'No re-key is planned: there is nothing to call off.': 'Kein neuer Schlüssel ist geplant: es gibt nichts abzusagen.',

  // The vault.
  'systemd gave this process no credential "{0}".': 'systemd gab diesem Prozess kein Credential „{0}“.',
  'Put it into the unit with LoadCredentialEncrypted={0}:FILE, or name another source with --key.':
    'Tragen Sie es mit LoadCredentialEncrypted={0}:DATEI in die Unit ein, oder nennen Sie mit --key eine andere Quelle.',
  'The credential "{0}" has fewer than {1} bytes.': 'Das Credential „{0}“ hat weniger als {1} Bytes.',
  'Make one with: head -c 48 /dev/urandom | base64 | systemd-creds encrypt - FILE':
    'Machen Sie eines mit: head -c 48 /dev/urandom | base64 | systemd-creds encrypt - DATEI',
  'The key file {0} is not there.': 'Die Schlüsseldatei {0} ist nicht da.',
  'Put the key file back, name another place with --key file:PATH, or use the recovery key.':
    'Legen Sie die Schlüsseldatei zurück, nennen Sie mit --key file:PFAD einen anderen Ort, oder nehmen Sie den Wiederherstellungsschlüssel.',
  'The key file {0} is not a plain file.': 'Die Schlüsseldatei {0} ist keine gewöhnliche Datei.',
  'The key file {0} can be read by others.': 'Die Schlüsseldatei {0} ist für andere lesbar.',
  'Run: chmod 600 {0}': 'Führen Sie aus: chmod 600 {0}',
  'The key file {0} belongs to another user.': 'Die Schlüsseldatei {0} gehört einem anderen Benutzer.',
  'Run as the user who owns it.': 'Starten Sie Postern als der Benutzer, dem sie gehört.',
  'The key file {0} does not hold a key.': 'Die Schlüsseldatei {0} enthält keinen Schlüssel.',
  'Restore it from a copy, or use the recovery key.':
    'Holen Sie sie aus einer Kopie zurück, oder nehmen Sie den Wiederherstellungsschlüssel.',
  'The key file {0} exists already.': 'Die Schlüsseldatei {0} gibt es schon.',
  'Name another place with --key file:PATH.': 'Nennen Sie mit --key file:PFAD einen anderen Ort.',
  'The keychain did not answer in time.': 'Der Schlüsselbund hat nicht rechtzeitig geantwortet.',
  'Look for its prompt on the screen and unlock it, or restart it.':
    'Suchen Sie seine Frage auf dem Bildschirm und entsperren Sie ihn, oder starten Sie ihn neu.',
  'The keychain cannot be reached: the library libsecret is not installed.':
    'Der Schlüsselbund ist nicht erreichbar: die Bibliothek libsecret ist nicht installiert.',
  'Install it (Debian: apt install libsecret-1-0; Fedora: dnf install libsecret).':
    'Installieren Sie sie (Debian: apt install libsecret-1-0; Fedora: dnf install libsecret).',
  'The keychain library does not run on this machine.':
    'Die Bibliothek für den Schlüsselbund läuft auf diesem Rechner nicht.',
  'Run npm install again.': 'Führen Sie npm install noch einmal aus.',
  'The keychain cannot be reached: this session has no D-Bus.':
    'Der Schlüsselbund ist nicht erreichbar: diese Sitzung hat kein D-Bus.',
  'Start Postern from your desktop session.': 'Starten Sie Postern aus Ihrer Desktop-Sitzung.',
  'No keychain runs in this session.': 'In dieser Sitzung läuft kein Schlüsselbund.',
  'Start one (GNOME Keyring, KWallet or KeePassXC).': 'Starten Sie einen (GNOME Keyring, KWallet oder KeePassXC).',
  'The keychain is locked, or has no collection to keep keys in.':
    'Der Schlüsselbund ist gesperrt oder hat keine Sammlung für Schlüssel.',
  'Unlock it, or log in to the desktop once so that it makes one.':
    'Entsperren Sie ihn, oder melden Sie sich einmal am Desktop an, damit er eine anlegt.',
  'The keychain refused: access was denied.': 'Der Schlüsselbund hat abgelehnt: der Zugriff wurde verweigert.',
  'Try again and allow it.': 'Versuchen Sie es noch einmal, und erlauben Sie es.',
  'The keychain stopped answering.': 'Der Schlüsselbund antwortet nicht mehr.',
  'Restart it, or log in to the desktop again.': 'Starten Sie ihn neu, oder melden Sie sich neu am Desktop an.',
  'The keychain failed: {0}.': 'Der Schlüsselbund hat versagt: {0}.',
  'Check that it is unlocked.': 'Sehen Sie nach, ob er entsperrt ist.',
  'The keychain is locked, or has no key for this folder ({0}, {1}).':
    'Der Schlüsselbund ist gesperrt oder hat keinen Schlüssel für diesen Ordner ({0}, {1}).',
  'Unlock the keychain of the user who made the folder; log in to the desktop once if it was just started.':
    'Entsperren Sie den Schlüsselbund des Benutzers, der den Ordner gemacht hat; melden Sie sich einmal am Desktop an, wenn der Rechner gerade gestartet ist.',
  'the keychain library ended without an answer': 'die Bibliothek für den Schlüsselbund endete ohne Antwort',
  'The key list of {0} cannot be read: keys.json is damaged.':
    'Die Schlüsselliste von {0} ist nicht lesbar: keys.json ist beschädigt.',
  'Restore a backup, which holds a copy of it: postern backup restore FILE':
    'Spielen Sie eine Sicherung zurück, die eine Kopie davon enthält: postern backup restore DATEI',
  'The key list of {0} (keys.json) cannot be read.': 'Die Schlüsselliste von {0} (keys.json) ist nicht lesbar.',
  'Check who owns the folder, or restore a backup, which holds a copy of it.':
    'Sehen Sie nach, wem der Ordner gehört, oder spielen Sie eine Sicherung zurück, die eine Kopie davon enthält.',
  'A passphrase has at least {0} characters.': 'Eine Passphrase hat mindestens {0} Zeichen.',
  'Four or five random words make a good one.': 'Vier oder fünf zufällige Wörter sind eine gute.',
  'The recovery key has {0} characters; {1} were given.':
    'Der Wiederherstellungsschlüssel hat {0} Zeichen; es waren {1}.',
  'Compare it with the paper, group by group.': 'Vergleichen Sie ihn mit dem Papier, Gruppe für Gruppe.',
  'Group {0} of the recovery key has a typing error.': 'Gruppe {0} des Wiederherstellungsschlüssels ist vertippt.',
  'Compare the five characters of group {0} with the paper.':
    'Vergleichen Sie die fünf Zeichen der Gruppe {0} mit dem Papier.',
  'The key does not open this data folder.': 'Der Schlüssel öffnet diesen Datenordner nicht.',
  'Use the key that was made with this folder, or the recovery key.':
    'Nehmen Sie den Schlüssel, der mit diesem Ordner gemacht wurde, oder den Wiederherstellungsschlüssel.',
  'The key file must not be inside the data folder.': 'Die Schlüsseldatei darf nicht im Datenordner liegen.',
  'Name a place outside of it with --key file:PATH.': 'Nennen Sie mit --key file:PFAD einen Ort außerhalb.',
  'key file {0}': 'Schlüsseldatei {0}',
  'keychain item {0}, {1}': 'Eintrag im Schlüsselbund: {0}, {1}',
  'systemd credential {0}': 'systemd-Credential {0}',
  passphrase: 'Passphrase',
  'recovery key': 'Wiederherstellungsschlüssel',
  'The data is locked: its {0} is needed.': 'Die Daten sind gesperrt. Nötig ist: {0}.',
  'Give it with --passphrase-file FILE, or to a relay that waits for it: postern key unlock.':
    'Geben Sie sie mit --passphrase-file DATEI an, oder einem Relay, das darauf wartet: postern key unlock.',
  'Give it with --recovery-file FILE.': 'Geben Sie ihn mit --recovery-file DATEI an.',
  'There is no key source "{0}".': 'Eine Quelle „{0}“ gibt es nicht.',
  'See: postern key list': 'Siehe: postern key list',
  '{0} is the last source that opens this folder day by day.':
    '{0} ist die letzte Quelle, die diesen Ordner Tag für Tag öffnet.',
  'Add another one first: postern key add keychain|file|passphrase':
    'Fügen Sie zuerst eine andere hinzu: postern key add keychain|file|passphrase',
  'A systemd credential is changed outside of Postern.': 'Ein systemd-Credential wird außerhalb von Postern geändert.',
  'Make one under another name, then: postern key add credential:NAME, and: postern key remove {0}':
    'Machen Sie eines unter einem anderen Namen, dann: postern key add credential:NAME, und: postern key remove {0}',
  'The {0} is not the one of this data folder.': 'Gehört nicht zu diesem Datenordner: {0}.',
  'Try again.': 'Versuchen Sie es noch einmal.',
  'This folder has no {0} key. It opens by: {1}.': 'Dieser Ordner hat keinen Schlüssel der Art {0}. Ihn öffnet: {1}.',
  'Leave --key away, or name one of those.': 'Lassen Sie --key weg, oder nennen Sie eine davon.',
  'It also opens by: {0} (--key {1}).': 'Ihn öffnet auch: {0} (--key {1}).',
}

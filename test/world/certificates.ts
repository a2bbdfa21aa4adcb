// A certificate authority of the test's own, by openssl.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export interface TestCertificate {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
  /** The certificate and its authority's. */
  readonly chainFile: string
}

export interface TestCa extends TestCertificate {
  /** A certificate for these names or addresses, signed by the authority; dates as `20200101000000Z`. */
  issue(names: readonly string[], options?: { readonly dates?: readonly [from: string, to: string] }): TestCertificate
  /** By nobody but itself. */
  issueSelfSigned(name: string): TestCertificate
  /** With an RSA key. */
  issueRsa(names: readonly string[]): TestCertificate
  remove(): void
}

function openssl(args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync('openssl', [...args], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
const RSA = ['-newkey', 'rsa:2048', '-nodes']
const SIGNER = ['-CA', 'ca.pem', '-CAkey', 'ca.key']
const CA_CONFIG = `[ca]
default_ca=d
[d]
database=index.txt
serial=serial
new_certs_dir=.
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
`

/** `openssl x509` knows days from now only; `openssl ca` knows dates. */
function signWithDates(folder: string, stem: string, serial: number, from: string, to: string): void {
  const at = (file: string): string => path.join(folder, file)
  writeFileSync(at('index.txt'), '')
  writeFileSync(at('serial'), `${serial}\n`)
  writeFileSync(at('ca.cnf'), CA_CONFIG)
  const files = ['-in', `${stem}.csr`, '-extfile', `${stem}.ext`, '-out', `${stem}.pem`, '-notext']
  const signer = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-startdate', from, '-enddate', to]
  openssl(['ca', '-batch', '-config', 'ca.cnf', ...signer, ...files], folder)
}

/** The files of one folder, by their stems. */
class Folder {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'postern-ca-'))
  private count = 0

  at(file: string): string {
    return path.join(this.path, file)
  }

  read(stem: string, issuer?: string): TestCertificate {
    const text = (file: string): string => readFileSync(this.at(file), 'utf8')
    writeFileSync(this.at(`${stem}.chain`), text(`${stem}.pem`) + (issuer === undefined ? '' : text(issuer)))
    return {
      ...{ certFile: this.at(`${stem}.pem`), keyFile: this.at(`${stem}.key`), chainFile: this.at(`${stem}.chain`) },
      ...{ cert: text(`${stem}.pem`), key: text(`${stem}.key`) },
    }
  }

  selfSigned(name: string): TestCertificate {
    const stem = `self${++this.count}`
    const files = ['-keyout', `${stem}.key`, '-out', `${stem}.pem`]
    openssl(['req', '-x509', ...EC, '-days', '20', '-subj', `/CN=${name}`, ...files], this.path)
    return this.read(stem)
  }

  issue(names: readonly string[], kind: readonly string[], dates?: readonly [string, string]): TestCertificate {
    const stem = `leaf${++this.count}`
    const alternative = names.map((one) => (/^[\d.]+$|:/.test(one) ? `IP:${one}` : `DNS:${one}`)).join(',')
    const purpose = 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n'
    writeFileSync(this.at(`${stem}.ext`), `subjectAltName=${alternative}\n${purpose}`)
    const subject = ['-subj', `/CN=${names[0] ?? 'none'}`]
    openssl(['req', '-new', ...kind, ...subject, '-keyout', `${stem}.key`, '-out', `${stem}.csr`], this.path)
    if (dates === undefined) {
      const files = ['-in', `${stem}.csr`, '-extfile', `${stem}.ext`, '-out', `${stem}.pem`]
      openssl(['x509', '-req', ...SIGNER, '-set_serial', String(1000 + this.count), '-days', '20', ...files], this.path)
    } else signWithDates(this.path, stem, 2000 + this.count, dates[0], dates[1])
    return this.read(stem, 'ca.pem')
  }
}

export function makeCa(name = 'Test CA'): TestCa {
  const folder = new Folder()
  const use = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  const own = ['-days', '30', '-subj', `/CN=${name}`, ...use, '-keyout', 'ca.key', '-out', 'ca.pem']
  openssl(['req', '-x509', ...EC, ...own], folder.path)
  return {
    ...folder.read('ca'),
    issue: (names, { dates } = {}) => folder.issue(names, EC, dates),
    issueRsa: (names) => folder.issue(names, RSA),
    issueSelfSigned: (subject) => folder.selfSigned(subject),
    remove() {
      rmSync(folder.path, { recursive: true, force: true })
    },
  }
}

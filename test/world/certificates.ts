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
}

export interface TestCa extends TestCertificate {
  /** A certificate for these names or addresses, signed by the authority; dates as `20200101000000Z`. */
  issue(names: readonly string[], options?: { readonly dates?: readonly [from: string, to: string] }): TestCertificate
  remove(): void
}

function openssl(args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync('openssl', [...args], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
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

export function makeCa(name = 'Test CA'): TestCa {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-ca-'))
  const at = (file: string): string => path.join(folder, file)
  const read = (stem: string): TestCertificate => ({
    ...{ certFile: at(`${stem}.pem`), keyFile: at(`${stem}.key`) },
    ...{ cert: readFileSync(at(`${stem}.pem`), 'utf8'), key: readFileSync(at(`${stem}.key`), 'utf8') },
  })
  const use = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  const own = ['-days', '30', '-subj', `/CN=${name}`, ...use, '-keyout', 'ca.key', '-out', 'ca.pem']
  openssl(['req', '-x509', ...EC, ...own], folder)
  let count = 0
  return {
    ...read('ca'),
    issue(names, { dates } = {}) {
      const stem = `leaf${++count}`
      const alternative = names.map((one) => (/^[\d.]+$|:/.test(one) ? `IP:${one}` : `DNS:${one}`)).join(',')
      const purpose = 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n'
      writeFileSync(at(`${stem}.ext`), `subjectAltName=${alternative}\n${purpose}`)
      const subject = ['-subj', `/CN=${names[0] ?? 'none'}`]
      openssl(['req', '-new', ...EC, ...subject, '-keyout', `${stem}.key`, '-out', `${stem}.csr`], folder)
      if (dates === undefined) {
        const files = ['-in', `${stem}.csr`, '-extfile', `${stem}.ext`, '-out', `${stem}.pem`]
        openssl(['x509', '-req', ...SIGNER, '-set_serial', String(1000 + count), '-days', '20', ...files], folder)
      } else signWithDates(folder, stem, 2000 + count, dates[0], dates[1])
      return read(stem)
    },
    remove() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

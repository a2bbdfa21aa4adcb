import { useState } from 'react'
import type { Security } from '../../main/api/shapes-access.ts'
import { Stack } from '../parts/page/Page.tsx'
import { AppCodes } from './AppCodes.tsx'
import { CodesOnce } from './Once.tsx'
import { Passphrase } from './Passphrase.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { SecurityKeys } from './SecurityKeys.tsx'

/** The factors, in the order in which they are asked for. The first second one brings recovery codes, which are shown once. */
export function SignIn({ security }: { readonly security: Security }) {
  const [codes, setCodes] = useState<readonly string[]>()
  return (
    <Stack>
      <Passphrase security={security} />
      <AppCodes security={security} onCodes={setCodes} />
      <SecurityKeys security={security} onCodes={setCodes} />
      <RecoveryCodes security={security} onCodes={setCodes} />
      {codes !== undefined && <CodesOnce codes={codes} onClose={() => setCodes(undefined)} />}
    </Stack>
  )
}

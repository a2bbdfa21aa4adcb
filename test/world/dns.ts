// A name server for tests: answers from a table, or says nothing at all.
import dgram from 'node:dgram'
import dnsPacket from 'dns-packet'

export interface TestDns {
  readonly server: string
  readonly questions: string[]
  close(): Promise<void>
}

export type Zone = Readonly<
  Record<string, readonly { readonly type: 'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME'; readonly data: unknown }[]>
>

/** Serves `zone` on a free loopback port; `'silent'` swallows every question. Unknown names are NXDOMAIN. */
export async function startDns(zone: Zone | 'silent'): Promise<TestDns> {
  const socket = dgram.createSocket('udp4')
  const questions: string[] = []
  socket.on('message', (bytes, peer) => {
    const query = dnsPacket.decode(bytes)
    const [question] = query.questions ?? []
    if (question === undefined) return
    questions.push(`${question.type} ${question.name}`)
    if (zone === 'silent') return
    const known = zone[question.name.toLowerCase()]
    const answers = (known ?? [])
      .filter((one) => one.type === question.type)
      .map((one) => ({ ...one, name: question.name, ttl: 60, class: 'IN' }))
    const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | (known === undefined ? 3 : 0)
    const packet = { type: 'response' as const, id: query.id ?? 0, flags, questions: [question], answers }
    socket.send(dnsPacket.encode(packet as dnsPacket.Packet), peer.port, peer.address)
  })
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve)
  })
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve()
        })
      }),
  }
}

// A verifying thread that does as the message says: `stuck` never comes back from its own code, `silent` waits for an answer that never
// comes but hears the order to stop, anything else is answered at once.
import { parentPort, workerData } from 'node:worker_threads'

/** @param {number} id */
function answerOf(id) {
  const verdicts = { spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'none' }
  const author = { kind: 'unknown', fault: 'no-from', domains: [] }
  const evidence = {
    author,
    aligned: false,
    unresolved: false,
    sealer: undefined,
    sealedFor: undefined,
    offline: false,
  }
  return { id, verdicts, authenticationResults: 'x', signatures: [], evidence }
}

parentPort?.on('message', (order) => {
  if (order.ping === true) {
    parentPort?.postMessage({ there: true })
    return
  }
  if (order.stop === true) {
    parentPort?.postMessage({ id: order.id, error: 'stopped' })
    return
  }
  parentPort?.postMessage({ id: order.id, begun: true })
  const text = Buffer.from(order.header).toString()
  for (;;) if (!text.includes('stuck')) break
  if (text.includes('crash')) process.exit(1)
  if (!text.includes('silent')) parentPort?.postMessage(answerOf(order.id))
})
if (!String(workerData.spoolFolder).includes('broken')) parentPort?.postMessage({ there: true })
else process.exit(1)

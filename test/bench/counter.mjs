// counter.mjs PORT: an SMTP server that takes everything and prints how much it took. Counts whole messages by their final dot.
import net from 'node:net'

let taken = 0
const end = Buffer.from('\r\n.\r\n')
net
  .createServer((socket) => {
    let inData = false
    let buffer = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.write('220 counter\r\n')
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk])
      for (;;) {
        if (inData) {
          const at = buffer.indexOf(end)
          if (at < 0) {
            buffer = buffer.subarray(Math.max(0, buffer.length - end.length))
            return
          }
          buffer = buffer.subarray(at + end.length)
          inData = false
          taken++
          process.stdout.write(`${taken}\n`)
          socket.write('250 taken\r\n')
        } else {
          const at = buffer.indexOf('\r\n')
          if (at < 0) return
          const verb = buffer.toString('latin1', 0, 4).toUpperCase()
          buffer = buffer.subarray(at + 2)
          inData = verb === 'DATA'
          socket.write(verb === 'DATA' ? '354 go\r\n' : verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
        }
      }
    })
  })
  .listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'))

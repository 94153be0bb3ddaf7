/**
 * A name server for benches: `name_server.ts <port>` answers every question with the address
 * 10.0.0.1. It does nearly nothing, so that a bench measures who asks.
 *
 * @module
 */

/** The records after the question: an A record of its name. */
const ANSWER = [0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 10, 0, 0, 1];

/** The flags and counts of an answer. */
const HEADER = [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];

/** Answers a query into a buffer; returns the answer's length. */
function answer(query: Uint8Array, target: Uint8Array): number {
  let end = 12;
  while (query[end] !== 0) end += (query[end] as number) + 1;
  end += 5;
  target.set(query.subarray(0, end));
  target.set(HEADER, 2);
  target.set(ANSWER, end);
  return end + ANSWER.length;
}

async function serveUDP(socket: Deno.DatagramConn): Promise<void> {
  for await (const [query, from] of socket) {
    const bytes = new Uint8Array(query.length + ANSWER.length);
    socket.send(bytes.subarray(0, answer(query, bytes)), from);
  }
}

/** Answers all queries of a read with one write. */
async function serveTCP(connection: Deno.TcpConn): Promise<void> {
  connection.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  let held = 0;
  for (;;) {
    const count = await connection.read(buffer.subarray(held));
    if (count === null) return connection.close();
    held += count;
    const answers = new Uint8Array(2 * held);
    let length = 0;
    let start = 0;
    while (held - start >= 2) {
      const end = start + 2 + (buffer[start] as number) * 256 + (buffer[start + 1] as number);
      if (end > held) break;
      const size = answer(buffer.subarray(start + 2, end), answers.subarray(length + 2));
      answers[length] = size >> 8;
      answers[length + 1] = size;
      length += size + 2;
      start = end;
    }
    buffer.copyWithin(0, start, held);
    held -= start;
    for (let sent = 0; sent < length;) {
      sent += await connection.write(answers.subarray(sent, length));
    }
  }
}

const address = { hostname: "127.0.0.1", port: Number(Deno.args[0]) };
serveUDP(Deno.listenDatagram({ ...address, transport: "udp" }));
for await (const connection of Deno.listen(address)) serveTCP(connection);

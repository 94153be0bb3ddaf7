/** A name server on real sockets that knows one address. */

import { Buffer } from "node:buffer";
import dnsPacket from "dns-packet";

/** A server under way. */
export interface NameServer extends AsyncDisposable {
  /** Its address, as options want it. */
  readonly address: string;
}

/** Answers 10.0.0.1 to every A question; what is called `big.test` it cuts off over UDP. */
export function startNameServer(hostname: string): NameServer {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
  const udp = serveDatagrams(socket);
  const tcp = serveStreams(listener);
  return {
    address: hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`,
    async [Symbol.asyncDispose]() {
      socket.close();
      listener.close();
      await Promise.all([udp, tcp]);
    },
  };
}

function answer(bytes: Uint8Array, isStream: boolean): Uint8Array<ArrayBuffer> {
  const { id, questions } = dnsPacket.decode(Buffer.from(bytes));
  const { name, type } = questions[0];
  const isTruncated = name === "big.test" && !isStream;
  return new Uint8Array(dnsPacket.encode({
    type: "response",
    id,
    flags: 0x180 | (isTruncated ? 0x200 : 0),
    questions,
    answers: type === "A" && !isTruncated ? [{ name, type, ttl: 60, data: "10.0.0.1" }] : [],
  }));
}

async function serveDatagrams(socket: Deno.DatagramConn): Promise<void> {
  for await (const [bytes, from] of socket) await socket.send(answer(bytes, false), from);
}

async function serveStreams(listener: Deno.Listener): Promise<void> {
  for await (const conn of listener) {
    using connection = conn;
    const buffer = new Uint8Array(2048);
    const count = await connection.read(buffer);
    if (count === null) continue;
    const packet = answer(buffer.subarray(2, count), true);
    await connection.write(new Uint8Array([packet.length >> 8, packet.length & 255, ...packet]));
    await connection.read(buffer);
  }
}

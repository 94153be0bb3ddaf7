/// <reference lib="deno.worker" />
/** A name server on a thread of its own, for benches: posts its port, and answers 10.0.0.1. */

/** The records after the question: an A record of its name. */
const ANSWER = [0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 10, 0, 0, 1];

const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
postMessage((socket.addr as Deno.NetAddr).port);

// Written by hand, so that the bench measures who asks and not who answers.
for await (const [bytes, from] of socket) {
  let end = 12;
  while (bytes[end] !== 0) end += (bytes[end] as number) + 1;
  end += 5;
  const answer = new Uint8Array(end + ANSWER.length);
  answer.set(bytes.subarray(0, end));
  answer.set([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], 2);
  answer.set(ANSWER, end);
  socket.send(answer, from);
}

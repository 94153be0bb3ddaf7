/**
 * The other side of a bench: a number of connections that play ping-pong, in a process of its own.
 * `echo_clients.ts <port> <connections> <seconds>` prints how many round trips there were.
 *
 * @module
 */

const [port, connections, seconds] = Deno.args.map(Number) as [number, number, number];
const end = performance.now() + seconds * 1000;
let rounds = 0;

async function play(): Promise<void> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const bytes = new Uint8Array(64).fill(120);
  const buffer = new Uint8Array(64);
  while (performance.now() < end) {
    await conn.write(bytes);
    let got = 0;
    while (got < bytes.length) got += (await conn.read(buffer)) ?? bytes.length;
    rounds++;
  }
  conn.close();
}

await Promise.all(Array.from({ length: connections }, play));
console.log(rounds);

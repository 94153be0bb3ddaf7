/**
 * Sends what is typed and prints the lines that come back, on Tornado's `TCPClient`.
 *
 *     deno run --allow-net=127.0.0.1 examples/line_client.ts --port=8000
 *
 * It talks to any server of lines, such as `examples/chat_server.ts`. It ends when the server closes
 * the connection, or at the end of the input (Ctrl+D).
 *
 * @module
 */

import { type IOStream, PollIOLoop, TCPClient } from "../ioloop/mod.ts";
import { DenoPlatform, SocketError } from "../poller/mod.ts";
import { readPort } from "./port_option.ts";
import { readLines } from "./stream_lines.ts";

const USAGE = "usage: line_client.ts --port=PORT";

/** Sends the input, piece by piece, and then closes the stream. */
async function sendInput(stream: IOStream): Promise<void> {
  for await (const bytes of Deno.stdin.readable) await stream.write(bytes);
  stream.close();
}

async function main(): Promise<void> {
  const stream = await new TCPClient({ ioLoop }).connect("127.0.0.1", port, { timeout: 10 });
  // If the server is gone, the loop below has ended, too.
  sendInput(stream).catch(() => stream.close());
  for await (const line of readLines(stream)) console.log(line);
}

const port = readPort(USAGE, null);
const ioLoop = new PollIOLoop(new DenoPlatform());
try {
  await ioLoop.runSync(main);
} catch (error) {
  if (!(error instanceof SocketError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
// The input may still be waited for.
Deno.exit(0);

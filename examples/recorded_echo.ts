/**
 * A server that says back what it hears, recorded on real sockets and played again in virtual time.
 *
 *     deno run --allow-net=127.0.0.1 --allow-write examples/recorded_echo.ts record echo.recording
 *     deno run --allow-read examples/recorded_echo.ts replay echo.recording
 *
 * The first prints `PORT 8000`; talk to it with `nc 127.0.0.1 8000`, stop it with Ctrl+C. The second
 * prints the same as the first did, at once and without a socket: the server hears again what it has
 * heard, at the times at which it has heard it. Change what the server answers, and the second says at
 * which line of the recording it does something else.
 *
 * @module
 */

import { DenoPlatform, formatAddress, type Platform } from "../poller/mod.ts";
import { PollReactor, Protocol, ServerFactory } from "../reactor/mod.ts";
import { Recording, recordToFile, replayRecording } from "../sim/mod.ts";

/** Serves until it is interrupted; the same in both worlds. */
async function serve(platform: Platform): Promise<void> {
  const reactor = new PollReactor(platform);
  const start = reactor.seconds();
  const say = (what: string) => console.log(`${(reactor.seconds() - start).toFixed(3)} s ${what}`);

  class Echo extends Protocol {
    #peer = "";

    override connectionMade(): void {
      const { host, port } = this.transport.getPeer() as { host: string; port: number };
      this.#peer = formatAddress({ transport: "tcp", hostname: host, port });
      say(`${this.#peer} has come`);
    }

    override dataReceived(data: Uint8Array): void {
      say(`${this.#peer} says ${JSON.stringify(new TextDecoder().decode(data))}`);
      this.transport.write(data);
    }

    override connectionLost(): void {
      say(`${this.#peer} has gone`);
    }
  }

  const port = reactor.listenTCP(0, ServerFactory.forProtocol(Echo), { interface: "127.0.0.1" });
  console.log("PORT", port.getHost().port);
  await reactor.run();
}

const [command, path = ""] = Deno.args;
if (command === "record") {
  using file = recordToFile(path, new DenoPlatform(), { about: { program: "recorded_echo" } });
  await serve(file.platform);
} else if (command === "replay") {
  // A server that was killed has left a recording without an end.
  const recording = Recording.parse(await Deno.readFile(path), { allowCut: true });
  await replayRecording(recording, serve);
} else {
  console.error("usage: recorded_echo.ts record|replay FILE");
  Deno.exit(2);
}

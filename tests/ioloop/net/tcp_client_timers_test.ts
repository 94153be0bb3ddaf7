import { assertEquals, assertRejects } from "@std/assert";
import {
  type AddressInfo,
  type IOStream,
  PollIOLoop,
  TCPClient,
  type TCPConnectOptions,
  TCPServer,
  type Timeout,
} from "../../../ioloop/mod.ts";
import { AF_INET } from "../../../poller/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

/** A loop that knows which timeouts wait. */
class CountingLoop extends PollIOLoop {
  readonly waiting = new Set<Timeout>();

  override callAt<A extends unknown[]>(
    deadline: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): Timeout {
    const timeout: Timeout = super.callAt(deadline, (...args: A) => {
      this.waiting.delete(timeout);
      return callback(...args);
    }, ...args);
    this.waiting.add(timeout);
    return timeout;
  }

  override removeTimeout(timeout: Timeout): void {
    this.waiting.delete(timeout);
    super.removeTimeout(timeout);
  }
}

class Greeter extends TCPServer {
  override handleStream(stream: IOStream): void {
    stream.close();
  }
}

function timersTest(
  name: string,
  resolve: (port: number) => Promise<AddressInfo[]>,
  body: (connect: () => Promise<IOStream>) => Promise<void>,
): void {
  Deno.test(`TCPClient.connect() ${name}`, () => {
    const sim = new Simulation({ seed: 1 });
    const ioLoop = new CountingLoop(sim.host("host"), { makeCurrent: false });
    return sim.run(() =>
      ioLoop.runSync(async () => {
        using server = new Greeter({ ioLoop });
        const port = server.listen(0, "127.0.0.1")[0]?.port ?? 0;
        const options: TCPConnectOptions = { timeout: 3600 };
        const client = new TCPClient({ ioLoop, resolver: { resolve: () => resolve(port) } });
        await body(() => client.connect("a.test", port, options));
        assertEquals(ioLoop.waiting.size, 0);
      })
    );
  });
}

timersTest(
  "leaves no timer behind when it has connected",
  (port) => Promise.resolve([[AF_INET, ["127.0.0.1", port]]]),
  async (connect) => (await connect()).close(),
);

timersTest(
  "leaves no timer behind when the host is not found",
  () => Promise.reject(new Error("no such host")),
  async (connect) => void await assertRejects(connect, Error, "no such host"),
);

timersTest(
  "leaves no timer behind when the connection is refused",
  () => Promise.resolve([[AF_INET, ["127.0.0.1", 9]]]),
  async (connect) => void await assertRejects(connect),
);

import { assertEquals } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { SocketError, type StreamHandle, type UDPAddress } from "../../poller/mod.ts";
import { resolverLoop } from "../../resolver/loop.ts";
import { TCPConnection } from "../../resolver/tcp_connection.ts";
import { frame } from "../../resolver/tcp_frames.ts";
import { Simulation } from "../../sim/mod.ts";
import { openOn } from "./resolver_world.ts";

/** What a test does with the two ends. */
interface Deeds {
  /** Changes the client's end before it is used. */
  readonly prepare?: (stream: StreamHandle) => void;
  /** What the server does, once it has a packet of the client. */
  readonly serve: (stream: StreamHandle) => void;
}

/**
 * Connects to a server and sends a packet; returns the packets that came, and the error's code, or
 * `null`, for each time that the connection told of its end.
 */
async function connectTo(
  { prepare, serve }: Deeds,
): Promise<{ packets: number[][]; ends: (string | null)[] }> {
  const sim = new Simulation({ seed: 1 });
  const client = sim.host("client");
  const loop = new PollIOLoop(client);
  const connect = client.network.connect.bind(client.network);
  client.network.connect = (...args) => {
    const stream = connect(...args);
    prepare?.(stream);
    return stream;
  };
  const { address: hostname, network } = sim.host("server");
  const listener = network.listen({ transport: "tcp", hostname, port: 53 });
  const server: UDPAddress = { transport: "udp", hostname, port: 53 };
  const packets: number[][] = [];
  const ends: (string | null)[] = [];
  await sim.run(() =>
    loop.runSync(async () => {
      const connection = new TCPConnection(resolverLoop(loop), {
        server,
        onPacket: (packet) => packets.push([...packet]),
        onEnd: (error) => ends.push(error === null ? null : error.code),
      });
      connection.send(new Uint8Array(20));
      await sim.sleep(1);
      const stream = listener.accept() as StreamHandle;
      serve(stream);
      await sim.sleep(1);
      connection.send(new Uint8Array(20));
      await sim.sleep(1);
      stream.close();
    })
  );
  listener.close();
  loop.close();
  assertEquals(openOn(sim, "client"), []);
  return { packets, ends };
}

function sendTwo(stream: StreamHandle): void {
  stream.send(frame(new Uint8Array([1, 2])));
  stream.send(frame(new Uint8Array([3])));
}

Deno.test("TCPConnection hands out what came before the server ended it, and tells of the end once", async () => {
  const { packets, ends } = await connectTo({
    serve(stream) {
      sendTwo(stream);
      stream.shutdownWrite();
    },
  });
  assertEquals(packets, [[1, 2], [3]]);
  assertEquals(ends, [null]);
});

Deno.test("TCPConnection hands out what came before a reset, and tells of the error once", async () => {
  const { packets, ends } = await connectTo({
    serve(stream) {
      sendTwo(stream);
      stream.abort();
    },
  });
  assertEquals(packets, [[1, 2], [3]]);
  assertEquals(ends, ["ECONNRESET"]);
});

for (const method of ["send", "receive"] as const) {
  Deno.test(`TCPConnection hands out what comes after a ${method} has failed, until the end`, async () => {
    let failures = 0;
    const { packets, ends } = await connectTo({
      prepare(stream) {
        const original = stream[method].bind(stream) as StreamHandle["send"];
        // The system tells of a failed write wherever it is asked next.
        stream[method] = ((bytes: Uint8Array) => {
          if (method === "receive" && failures > 0) return original(bytes);
          failures++;
          throw new SocketError("EPIPE", "Cannot send: it is a test");
        }) as never;
      },
      serve(stream) {
        sendTwo(stream);
        stream.shutdownWrite();
      },
    });
    assertEquals(packets, [[1, 2], [3]]);
    assertEquals(ends, ["EPIPE"]);
    assertEquals(failures, 1, "nothing is sent any more");
  });
}

/**
 * TLS between hosts of a simulation: round trips, and what befalls them.
 *
 * @module
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ERROR,
  READ,
  type StreamHandle,
  TLSError,
  type TLSOptions,
  WRITE,
} from "../../../poller/mod.ts";
import type { SimulationOptions } from "../../../sim/mod.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../../contract/tls_certificates.ts";
import { ready } from "../raw_loop.ts";
import { HTTP, TwoHosts } from "../two_hosts.ts";

const SERVER = { side: "server", cert: CERTIFICATE, key: KEY } as const;
const CLIENT = { side: "client", hostname: "localhost", caCerts: [AUTHORITY] } as const;

/** When the certificate begins to be good, in seconds since 1970. */
const VALID_FROM = Date.parse("2026-11-22T17:41:14Z") / 1000;
const wallClock = VALID_FROM + 86_400;

/** Two hosts, and the two ends of a connection that go over to TLS. */
class SecurePair extends TwoHosts {
  constructor(options: SimulationOptions = {}) {
    super({ wallClock, latency: 1, ...options });
  }

  async begin(server: TLSOptions = SERVER, client: TLSOptions = CLIENT): Promise<Ends> {
    const pair = await this.pair();
    // Both ends are up from now on: the last message of TCP's own handshake has arrived.
    return {
      began: this.sim.now,
      server: pair.server.startTls?.(server) as StreamHandle,
      client: pair.client.startTls?.(client) as StreamHandle,
    };
  }

  async secured(): Promise<Ends> {
    const ends = await this.begin();
    await ready(this.client, ends.client, WRITE);
    await ready(this.server, ends.server, WRITE);
    return ends;
  }
}

interface Ends {
  readonly began: number;
  readonly server: StreamHandle;
  readonly client: StreamHandle;
}

/** Why a handshake has failed. */
function reasonOf(stream: StreamHandle): string {
  const error = stream.takeError();
  assertInstanceOf(error, TLSError);
  return error.reason;
}

for (const [version, rounds] of [["TLSv1.3", 1], ["TLSv1.2", 2]] as const) {
  Deno.test(`StreamHandle.startTls() takes ${rounds} round trips in ${version}`, async () => {
    const world = new SecurePair();
    await world.sim.run(async () => {
      const { began, client, server } = await world.begin({ ...SERVER, maxVersion: version });
      await ready(world.client, client, WRITE);
      assertEquals([client.takeError(), world.sim.now - began], [null, 2 * rounds]);
      await ready(world.server, server, WRITE);
      assertEquals(Math.round(world.sim.now - began), version === "TLSv1.3" ? 3 : 4);
    });
  });
}

Deno.test("StreamHandle.startTls() goes by the wall clock of the host", async () => {
  const codes: string[] = [];
  for (const days of [-2, 0, 365 * 200]) {
    const world = new SecurePair();
    world.sim.host("client").clock.step(days * 86_400);
    await world.sim.run(async () => {
      const { client } = await world.begin();
      await ready(world.client, client, WRITE);
      codes.push(client.tls === null ? reasonOf(client) : "secured");
    });
  }
  assertEquals(codes, ["not-yet-valid", "secured", "expired"]);
});

Deno.test("StreamHandle.startTls() tells the other side why", async () => {
  const world = new SecurePair();
  await world.sim.run(async () => {
    const { client, server } = await world.begin(SERVER, { ...CLIENT, hostname: "other.test" });
    await ready(world.client, client, WRITE);
    assertEquals(reasonOf(client), "wrong-name");
    await ready(world.server, server, WRITE);
    assertEquals(reasonOf(server), "refused-by-peer");
    assertEquals(client.receive(), null);
  });
});

Deno.test("StreamHandle over TLS is told by a reading client that its certificate is refused", async () => {
  const world = new SecurePair();
  await world.sim.run(async () => {
    const { client } = await world.begin({ ...SERVER, verify: true, caCerts: [AUTHORITY] });
    await ready(world.client, client, WRITE);
    // TLS 1.3: the client is done before the server has looked.
    assertEquals(client.takeError(), null);
    assertEquals((await ready(world.client, client, READ | ERROR)) & ERROR, ERROR);
    assertEquals(reasonOf(client), "refused-by-peer");
  });
});

Deno.test("StreamHandle.startTls() survives loss, and takes longer", async () => {
  const world = new SecurePair({ seed: 3 });
  await world.sim.run(async () => {
    const { client: raw, server } = await world.pair();
    using _lossy = world.sim.network.shape({}, { loss: 0.5 });
    const client = raw.startTls?.(CLIENT) as StreamHandle;
    server.startTls?.(SERVER);
    const began = world.sim.now;
    await ready(world.client, client, WRITE);
    assertEquals([client.takeError(), world.sim.now - began > 2], [null, true]);
  });
});

Deno.test("StreamHandle.startTls() waits for a peer behind a partition, and for one that is paused", async () => {
  const world = new SecurePair();
  await world.sim.run(async () => {
    const pair = await world.pair();
    const server = pair.server.startTls?.(SERVER) as StreamHandle;
    const pause = world.sim.hosts.pause("server");
    const client = pair.client.startTls?.(CLIENT) as StreamHandle;
    await world.sim.sleep(100);
    assertEquals([client.connecting, server.connecting], [true, true]);
    pause[Symbol.dispose]();
    const cut = world.sim.network.partition("client", "server");
    await world.sim.sleep(10);
    assertEquals([client.connecting, server.connecting], [true, true]);
    cut[Symbol.dispose]();
    await ready(world.client, client, WRITE);
    await ready(world.server, server, WRITE);
    assertEquals([client.takeError(), server.takeError()], [null, null]);
  });
});

Deno.test("HostControl.crash() in a handshake: closed by resets, waited for if silent", async () => {
  for (const how of ["resets", "silent"] as const) {
    const world = new SecurePair();
    await world.sim.run(async () => {
      const { client } = await world.begin();
      await world.sim.sleep(0.5);
      world.sim.hosts.crash("server", how);
      await world.sim.sleep(60);
      assertEquals(client.connecting, how === "silent");
      if (how === "silent") world.sim.hosts.restart("server");
      await ready(world.client, client, WRITE);
      assertEquals(reasonOf(client), "closed");
    });
  }
});

Deno.test("HostControl.stop() cuts streams over TLS off, and close() says goodbye", async () => {
  for (const isTruncated of [false, true]) {
    const world = new SecurePair();
    await world.sim.run(async () => {
      const { client, server } = await world.secured();
      server.send(new TextEncoder().encode("last words"));
      if (isTruncated) world.sim.hosts.stop("server");
      else server.close();
      await ready(world.client, client, READ);
      assertEquals(client.receive()?.length, 10);
      while (client.receive() !== null) await ready(world.client, client, READ);
      assertEquals(client.tls?.isTruncated, isTruncated);
    });
  }
});

Deno.test("HostControl.crash() resets streams over TLS", async () => {
  const world = new SecurePair();
  await world.sim.run(async () => {
    const { client } = await world.secured();
    world.sim.hosts.crash("server", "resets");
    await ready(world.client, client, READ | ERROR);
    assertEquals(client.takeError()?.code, "ECONNRESET");
    assertEquals([client.receive(), client.tls?.isTruncated], [null, false]);
  });
});

for (const isBefore of [true, false]) {
  Deno.test(`StreamHandle.setKeepAlive() ${isBefore ? "before" : "after"} startTls() finds a lost peer`, async () => {
    const world = new SecurePair();
    await world.sim.run(async () => {
      const pair = await world.pair();
      if (isBefore) pair.client.setKeepAlive(true);
      pair.server.startTls?.(SERVER);
      const client = pair.client.startTls?.(CLIENT) as StreamHandle;
      if (!isBefore) client.setKeepAlive(true);
      await ready(world.client, client, WRITE);
      // Nothing is under way that would be missed.
      await world.sim.sleep(10);
      world.sim.hosts.crash("server");
      await world.sim.sleep(3 * 3600);
      assertEquals(client.takeError()?.code, "ETIMEDOUT");
    });
  });
}

Deno.test("StreamHandle over TLS is ready for WRITE again when there is room", async () => {
  const world = new SecurePair({ sendBuffer: 30_000, receiveBuffer: 30_000 });
  await world.sim.run(async () => {
    const { client, server } = await world.secured();
    let sent = 0;
    while (sent < 300_000) {
      const count = client.send(new Uint8Array(50_000));
      sent += count;
      if (count > 0) continue;
      for (let got = server.receive(); got !== undefined; got = server.receive());
      await ready(world.client, client, WRITE);
      for (let got = server.receive(); got !== undefined; got = server.receive());
    }
    assertEquals(sent, 300_000);
  });
});

Deno.test("StreamHandle over TLS sends records of their real size", async () => {
  const world = new SecurePair();
  await world.sim.run(async () => {
    const { client } = await world.secured();
    const sizes: number[] = [];
    using _rule = world.sim.network.addRule(({ from, kind, size }) => {
      if (from === "client" && kind === "data") sizes.push(size);
      return undefined;
    });
    client.send(new Uint8Array(20_000));
    await world.sim.sleep(5);
    // A header of 5 bytes, the content, its real type, and a tag of 16.
    assertEquals(sizes, [16_384 + 22, 3_616 + 22]);
    assertEquals(world.sim.trace.toString().includes("secured"), true);
  });
});

Deno.test("StreamHandle.startTls() draws nothing, and runs twice in the same way", async () => {
  const traces: string[] = [];
  for (let i = 0; i < 2; i++) {
    const world = new SecurePair();
    await world.sim.run(async () => {
      const { client, server } = await world.secured();
      client.close();
      server.close();
      await world.sim.sleep(10);
    });
    assertEquals(world.sim.leaks().filter(({ kind }) => kind === "handle"), []);
    traces.push(world.sim.trace.toString());
  }
  assertEquals(traces[0], traces[1]);
  assertEquals(traces[0]?.includes("choose"), false);
});

Deno.test("StreamHandle.startTls() takes over the address that was asked for, until the connection is over", async () => {
  const world = new SecurePair();
  const { sim, client: loop } = world;
  await sim.run(async () => {
    const from = { transport: "tcp", hostname: "client", port: 5000 } as const;
    const { network } = loop.platform;
    const listener = world.listen();
    for (let i = 0; i < 2; i++) {
      const plain = network.connect(HTTP, { from });
      await ready(loop, plain, WRITE);
      assertEquals(plain.takeError(), null);
      await ready(world.server, listener, READ);
      const server = listener.accept()?.startTls?.(SERVER) as StreamHandle;
      const client = plain.startTls?.(CLIENT) as StreamHandle;
      await ready(loop, client, WRITE);
      client.close();
      await sim.sleep(10);
      server.close();
      await sim.sleep(10);
    }
  });
});

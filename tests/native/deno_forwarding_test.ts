import { createHash, type Hash } from "node:crypto";
import { assertEquals } from "@std/assert";
import {
  type Handle,
  type Interest,
  type Platform,
  READ,
  type StreamHandle,
  WRITE,
} from "../../poller/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { ANY_PORT, connectTo, type Pair, pair, until } from "../contract/passes.ts";
import { shakeHands } from "../contract/tls_contract.ts";
import { scribble } from "../poller/free_buffers.ts";

const NOTHING: Interest = 0;

type Handlers = Map<Handle, () => void>;

/** Sends so many bytes, then ends the stream, and says what it has sent. */
function sendBlocks(
  { poller, random }: Platform,
  handlers: Handlers,
  stream: StreamHandle,
  total: number,
): Hash {
  const hash = createHash("md5");
  const block = new Uint8Array(100_003); // No multiple of any buffer's size.
  random.fill(block);
  let sent = 0;
  poller.register(stream, WRITE);
  handlers.set(stream, () => {
    const start = sent % block.length;
    const part = block.subarray(start, Math.min(block.length, start + total - sent));
    const count = stream.send(part);
    hash.update(part.subarray(0, count));
    sent += count;
    if (sent < total) return;
    stream.shutdownWrite();
    poller.unregister(stream);
  });
  return hash;
}

/** Sends what one stream receives to others, as it comes; one of them is lost when it is full. */
function forward(
  { poller }: Platform,
  handlers: Handlers,
  source: StreamHandle,
  targets: readonly StreamHandle[],
  frail: StreamHandle,
): void {
  const waiting = new Map<StreamHandle, Uint8Array>();
  let ended = false;
  const send = (target: StreamHandle, bytes: Uint8Array): void => {
    if (target.closed) return;
    const count = target.send(bytes);
    const isAll = count === bytes.length;
    if (!isAll && target === frail) return target.abort();
    if (isAll) waiting.delete(target);
    else waiting.set(target, bytes.slice(count));
    poller.modify(target, isAll ? NOTHING : WRITE);
  };
  const goOn = (): void => {
    if (!ended) poller.modify(source, waiting.size === 0 ? READ : NOTHING);
    else if (waiting.size === 0) { for (const target of targets) target.shutdownWrite(); }
  };
  poller.register(source, READ);
  handlers.set(source, () => {
    const view = source.receive();
    if (view === undefined) return;
    if (view === null) {
      ended = true;
      poller.unregister(source);
    } else for (const target of targets) send(target, view);
    goOn();
  });
  for (const target of targets) {
    poller.register(target, NOTHING);
    handlers.set(target, () => {
      send(target, waiting.get(target) ?? new Uint8Array(0));
      goOn();
    });
  }
}

/** Receives until the end of the stream, at every so many chances, and says what has come. */
function receiveSlowly(
  { poller }: Platform,
  handlers: Handlers,
  stream: StreamHandle,
  every: number,
  running: Set<StreamHandle>,
): Hash {
  const hash = createHash("md5");
  running.add(stream);
  const scratch = new Uint8Array(70_000);
  let chances = 0;
  poller.register(stream, READ);
  handlers.set(stream, () => {
    if (++chances % every !== 0) return;
    const count = stream.receiveInto(scratch);
    if (typeof count === "number") hash.update(scratch.subarray(0, count));
    if (count !== null) return;
    poller.unregister(stream);
    running.delete(stream);
  });
  return hash;
}

/** How the streams are made over which is sent on. */
const KINDS: Record<string, { readonly total: number; open(p: Platform): Promise<Pair> }> = {
  "TCP": { total: 10_000_000, open: pair },
  "TLS": { total: 10_000_000, open: shakeHands },
  "UNIX": {
    total: 10_000_000,
    async open(platform) {
      const path = `\0${crypto.randomUUID()}`;
      const listener = platform.network.listen({ transport: "unix", path });
      const streams = await connectTo(platform, listener);
      listener.close();
      await listener.released;
      return streams;
    },
  },
  "TCP from a chosen address": {
    total: 10_000_000,
    async open(platform) {
      const { network, poller } = platform;
      const listener = network.listen(ANY_PORT);
      const client = network.connect(listener.localAddress, { from: ANY_PORT });
      let server: StreamHandle | undefined;
      poller.register(client, WRITE);
      poller.register(listener, READ);
      await until(poller, () => server !== undefined && !client.connecting, () => {
        server ??= listener.accept();
        if (!client.connecting) poller.modify(client, NOTHING);
      });
      for (const handle of [client, listener]) poller.unregister(handle);
      listener.close();
      await listener.released;
      return { client, server: server as StreamHandle };
    },
  },
};

for (const [kind, { total, open }] of Object.entries(KINDS)) {
  const name = `DenoStream sends on what it received, over ${kind} to several, unchanged`;
  const ignore = kind === "UNIX" && Deno.build.os !== "linux";
  Deno.test({ name, ignore }, () =>
    new DenoWorld().run(async ({ platform }) => {
      const froms = [await pair(platform), await pair(platform), await pair(platform)];
      const tos: Pair[] = [];
      for (let i = 0; i < 9; i++) tos.push(await open(platform));
      await forwardAll(platform, froms, tos, total);
    }));
}

/** Sends over each of some connections, and on over three others, one of which is lost. */
async function forwardAll(
  platform: Platform,
  froms: readonly Pair[],
  tos: readonly Pair[],
  total: number,
): Promise<void> {
  const handlers: Handlers = new Map();
  const running = new Set<StreamHandle>();
  const frails: StreamHandle[] = [];
  const hashes = froms.map((from, i) => {
    const to = tos.slice(i * 3, i * 3 + 3);
    // The one that takes the buffer over, or one that is sent a copy of it.
    const frail = (to[i] as Pair).client;
    const kept = to.filter(({ client }) => client !== frail);
    frails.push(frail);
    forward(platform, handlers, from.server, to.map(({ client }) => client), frail);
    return [
      sendBlocks(platform, handlers, from.client, total),
      ...kept.map(({ server }, n) => receiveSlowly(platform, handlers, server, n * 2 + 1, running)),
    ];
  });
  await until(platform.poller, () => {
    scribble();
    return running.size === 0;
  }, (handle) => handlers.get(handle)?.());
  for (const each of hashes) {
    const [sent, ...received] = each.map((hash) => hash.digest("hex"));
    assertEquals(received, [sent, sent]);
  }
  assertEquals(frails.map(({ closed }) => closed), [true, true, true]);
  for (const handle of [...platform.network.handles.values()]) handle.abort();
}

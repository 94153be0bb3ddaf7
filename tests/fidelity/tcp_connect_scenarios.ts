/**
 * How TCP connections come to be.
 *
 * @module
 */

import type { ListenerHandle, StreamAddress, StreamHandle } from "../../poller/mod.ts";
import { ANY_PORT } from "../contract/passes.ts";
import { attempt, type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);

/** The port of a TCP address. */
function portOf(address: StreamAddress): number {
  return "port" in address ? address.port : 0;
}

/** The scenarios. */
export const tcpConnectScenarios: Scenarios = {
  "connect to a listener": (lab) => lab.connect(lab.listen().localAddress),

  "connect to a port that nobody listens on": async (lab) => lab.connect(await lab.freeAddress()),

  "connect, twice, to a port that nobody listens on": async (lab) => {
    const address = await lab.freeAddress();
    return `${await lab.connect(address)}, ${await lab.connect(address)}`;
  },

  "the listener closes while one connects": async (lab) => {
    const listener = lab.listen();
    const client = lab.network.connect(listener.localAddress);
    listener.close();
    const outcome = await lab.settled(client);
    return outcome === "connected" ? `connected, then ${await lab.read(client)}` : outcome;
  },

  "the listener closes with a connection that waits": async (lab) => {
    const listener = lab.listen();
    const client = lab.network.connect(listener.localAddress);
    await lab.settled(client);
    listener.close();
    return await lab.read(client);
  },

  "connected before accept(), and sent": async (lab) => {
    const listener = lab.listen();
    const client = lab.network.connect(listener.localAddress);
    await lab.settled(client);
    await lab.sendAll(client, FIVE);
    return await lab.read(await lab.accept(listener), 5);
  },

  "more connect than the backlog has room for": async (lab) => {
    const listener = lab.listen(undefined, { backlog: 1 });
    const clients = Array.from({ length: 5 }, () => lab.network.connect(listener.localAddress));
    await lab.roundTrip();
    const waiting = clients.filter(({ connecting }) => connecting);
    const errors = clients.filter((client) => client.takeError() !== null);
    return `${5 - waiting.length} connected, ${waiting.length} wait, ${errors.length} fail`;
  },

  "one is accepted from a full backlog, and the next comes late": async (lab) => {
    const listener = lab.listen(undefined, { backlog: 1 });
    const address = listener.localAddress;
    const clients = Array.from({ length: 3 }, () => lab.network.connect(address));
    for (let i = 0; i < 3; i++) await lab.accept(listener);
    const outcomes = [];
    for (const client of clients) outcomes.push(await lab.settled(client));
    return outcomes.join(", ");
  },

  "close() right after connect()": (lab) => afterConnect(lab, (client) => client.close()),

  "abort() right after connect()": (lab) => afterConnect(lab, (client) => client.abort()),

  "close() of a connection that waits": (lab) => whileWaiting(lab, (client) => client.close()),

  "abort() of a connection that waits": (lab) => whileWaiting(lab, (client) => client.abort()),

  "5 bytes and close() of a connection that waits": (lab) =>
    whileWaiting(lab, async (client) => {
      await lab.sendAll(client, FIVE);
      client.close();
    }),

  "5 bytes and abort() of a connection that waits": (lab) =>
    whileWaiting(lab, async (client) => {
      await lab.sendAll(client, FIVE);
      client.abort();
    }),

  "5 bytes, and abort() later, of a connection that waits": (lab) =>
    whileWaiting(lab, async (client) => {
      await lab.sendAll(client, FIVE);
      await lab.roundTrip();
      client.abort();
      await lab.roundTrip();
    }),

  "connect to 0.0.0.0": async (lab) => {
    const address = lab.listen().localAddress;
    const client = lab.network.connect({ ...address, hostname: "0.0.0.0" } as StreamAddress);
    return `${await lab.settled(client)} to ${hostOf(client.remoteAddress)}`;
  },

  "connect to localhost": async (lab) => {
    const address = lab.listen().localAddress;
    const client = lab.network.connect({ ...address, hostname: "localhost" } as StreamAddress);
    return `${await lab.settled(client)} to ${hostOf(client.remoteAddress)}`;
  },

  "connect to 127.0.0.2 and 0.0.0.0 is listened on": (lab) =>
    connectAcross(lab, "0.0.0.0", "127.0.0.2"),

  "connect to 127.0.0.2 and 127.0.0.1 is listened on": (lab) =>
    connectAcross(lab, "127.0.0.1", "127.0.0.2"),

  "connect to ::1": (lab) => connectAcross(lab, "::1", "::1"),

  "connect to ::1 and :: is listened on": (lab) => connectAcross(lab, "::", "::1"),

  "connect to 127.0.0.1 and :: is listened on": (lab) => connectAcross(lab, "::", "127.0.0.1"),

  "connect to ::1 and 0.0.0.0 is listened on": (lab) => connectAcross(lab, "0.0.0.0", "::1"),

  "connect to 127.0.0.1 and ::1 is listened on": (lab) => connectAcross(lab, "::1", "127.0.0.1"),

  "ten connect, and are accepted": async (lab) => {
    const listener = lab.listen();
    const ports: number[] = [];
    for (let i = 0; i < 10; i++) {
      const client = lab.network.connect(listener.localAddress);
      await lab.settled(client);
      ports.push(portOf(client.localAddress as StreamAddress));
    }
    const accepted: number[] = [];
    for (const _ of ports) accepted.push(portOf((await lab.accept(listener)).remoteAddress));
    return accepted.join() === ports.join() ? "in order" : "in another order";
  },

  "connect from a port that is listened on": async (lab) => {
    const listener = lab.listen();
    const from = lab.listen().localAddress;
    return await lab.settled(lab.network.connect(listener.localAddress, { from }));
  },

  "connect twice from one port": async (lab) => {
    const to = lab.listen().localAddress;
    const first = lab.network.connect(to, { from: { ...ANY_PORT } });
    const outcome = await lab.settled(first);
    const from = first.localAddress as StreamAddress;
    return `${outcome}, ${await lab.settled(lab.network.connect(to, { from }))}`;
  },

  "connect from one port to two places": async (lab) => {
    const first = lab.network.connect(lab.listen().localAddress, { from: { ...ANY_PORT } });
    const outcome = await lab.settled(first);
    const from = first.localAddress as StreamAddress;
    const to = lab.listen().localAddress;
    return `${outcome}, ${await lab.settled(lab.network.connect(to, { from }))}`;
  },

  "connect from an address of another machine": async (lab) => {
    const listener = lab.listen();
    const from = { transport: "tcp", hostname: "192.0.2.1", port: 0 } as const;
    return await lab.settled(lab.network.connect(listener.localAddress, { from }));
  },

  "send(), receive() and takeError() while connecting": async (lab) => {
    const client = lab.network.connect(lab.listen().localAddress);
    const seen = [client.send(FIVE), client.receive(), client.takeError(), client.localAddress];
    return `${seen.join()}, then ${await lab.settled(client)}`;
  },

  "shutdownWrite() while connecting": async (lab) => {
    const listener = lab.listen();
    const client = lab.network.connect(listener.localAddress);
    client.shutdownWrite();
    await lab.settled(client);
    return await lab.read(await lab.accept(listener));
  },

  "connect to port 0": async (lab) => {
    const address = { transport: "tcp", hostname: "127.0.0.1", port: 0 } as const;
    return await Promise.resolve(attempt(() => lab.network.connect(address)));
  },

  "the addresses of both ends": async (lab) => {
    const { client, server } = await lab.pair();
    const text = (address: StreamAddress | null) => JSON.stringify(address);
    const same = text(client.localAddress) === text(server.remoteAddress) &&
      text(server.localAddress) === text(client.remoteAddress);
    client.close();
    const stays = text(client.localAddress) === text(server.remoteAddress);
    return `${same ? "the same" : "different"}, ${stays ? "also" : "not"} after close()`;
  },
};

function hostOf(address: StreamAddress): string {
  return "hostname" in address ? address.hostname : "nowhere";
}

/** Listens on one address and connects to another with the same port. */
async function connectAcross(lab: Lab, listened: string, connected: string): Promise<string> {
  const listener = lab.listen({ transport: "tcp", hostname: listened, port: 0 });
  const address = { ...listener.localAddress, hostname: connected } as StreamAddress;
  const client = lab.network.connect(address);
  const outcome = await lab.settled(client);
  if (outcome !== "connected") return outcome;
  const server = await lab.accept(listener);
  return `connected from ${hostOf(server.remoteAddress)}`;
}

/** What a listener sees of a client that gives up at once, told apart from one that comes later. */
async function afterConnect(lab: Lab, end: (client: StreamHandle) => void): Promise<string> {
  const listener = lab.listen();
  end(lab.network.connect(listener.localAddress));
  return await firstAccepted(lab, listener);
}

/** What a listener sees of a client that ends once it is connected. */
async function whileWaiting(
  lab: Lab,
  end: (client: StreamHandle) => void | Promise<void>,
): Promise<string> {
  const listener = lab.listen();
  const client = lab.network.connect(listener.localAddress);
  await lab.settled(client);
  await end(client);
  return await firstAccepted(lab, listener);
}

/** What becomes of the connection that came before the one that is made now. */
async function firstAccepted(lab: Lab, listener: ListenerHandle): Promise<string> {
  await lab.roundTrip();
  const marker = lab.network.connect(listener.localAddress);
  await lab.settled(marker);
  const accepted = await lab.accept(listener);
  const isMarker = portOf(accepted.remoteAddress) === portOf(marker.localAddress as StreamAddress);
  if (!isMarker) return `accepted: ${await lab.read(accepted)}`;
  // It may have been overtaken.
  await lab.roundTrip();
  const late = tryTo(() => listener.accept());
  return typeof late === "object" ? `accepted: ${await lab.read(late)}` : "not accepted";
}

/**
 * UNIX streams and datagrams.
 *
 * @module
 */

import type { DatagramAddress, DatagramHandle } from "../../poller/mod.ts";
import { attempt, type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);

/** The scenarios. */
export const unixScenarios: Scenarios = {
  "UNIX: connect to a path that is missing": (lab) => lab.connect(lab.path()),

  "UNIX: connect to a file that was left behind": async (lab) => lab.connect(await lab.stalePath()),

  "UNIX: listen on a file that was left behind": async (lab) => {
    const path = await lab.stalePath();
    return attempt(() => lab.listen(path));
  },

  "UNIX: replace a file that was left behind": async (lab) => {
    const path = await lab.stalePath();
    lab.listen(path, { replaceSocketFile: true });
    return await lab.connect(path);
  },

  "UNIX: listen on a path in use": async (lab) => {
    const listener = lab.listen(lab.path());
    return await Promise.resolve(attempt(() => lab.listen(listener.localAddress)));
  },

  "UNIX: replace a path in use, and close the old listener": async (lab) => {
    const old = lab.listen(lab.path());
    const replacement = lab.listen(lab.path(), { replaceSocketFile: true });
    old.close();
    await old.released;
    const outcome = await lab.connect(lab.path());
    return `${outcome}, ${(await lab.accept(replacement)).kind} accepted`;
  },

  "UNIX: connect after close()": async (lab) => {
    const listener = lab.listen(lab.path());
    listener.close();
    await listener.released;
    return await lab.connect(lab.path());
  },

  "UNIX: listen again after close()": async (lab) => {
    const listener = lab.listen(lab.path());
    listener.close();
    await listener.released;
    return attempt(() => lab.listen(lab.path()));
  },

  "UNIX: listen on a path of 200 characters": async (lab) =>
    await Promise.resolve(attempt(() => lab.listen(lab.path("x".repeat(200))))),

  "UNIX: connect to a path of 200 characters": (lab) => lab.connect(lab.path("x".repeat(200))),

  "UNIX: listen on a name without a file": async (lab) => {
    const path = `\0${lab.path().path}`;
    const listener = lab.listen({ transport: "unix", path });
    const again = attempt(() => lab.listen({ transport: "unix", path }));
    const outcome = await lab.connect({ transport: "unix", path });
    return `${outcome}, ${(await lab.accept(listener)).kind} accepted; again ${again}`;
  },

  "UNIX: the addresses of both ends": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    const nameOf = (address: unknown) =>
      JSON.stringify(address).includes("/socket") ? "the path" : "none";
    return [client.localAddress, client.remoteAddress, server.localAddress, server.remoteAddress]
      .map(nameOf).join();
  },

  "UNIX: 5 bytes, then the end": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    await lab.sendAll(client, FIVE);
    client.close();
    return await lab.read(server);
  },

  "UNIX: 200,000 bytes": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    const sending = client.send(new Uint8Array(200_000));
    client.close();
    return await lab.read(server) === `${sending} bytes, end` ? "all that was taken, end" : "less";
  },

  "UNIX: half-close, and an answer": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    client.shutdownWrite();
    const seen = await lab.read(server);
    await lab.sendAll(server, FIVE);
    server.close();
    return `${seen}; ${await lab.read(client)}`;
  },

  "UNIX: send() to a peer that has closed": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    server.close();
    await lab.roundTrip();
    return `${await lab.sendUntilBroken(client)}; ${await lab.read(client)}`;
  },

  "UNIX: the peer closes with bytes unread": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    server.close();
    await lab.roundTrip();
    return await lab.read(client);
  },

  "UNIX: the peer closes with bytes unread that it was told of": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    await lab.sendAll(client, FIVE);
    await lab.ready(server, 1);
    server.close();
    return await lab.read(client);
  },

  "UNIX: the peer aborts with bytes unread": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    server.abort();
    return await lab.read(client);
  },

  "UNIX: the peer aborts": async (lab) => {
    const { client, server } = await lab.pair(lab.path());
    server.abort();
    return await lab.read(client);
  },

  "UNIX: the listener closes with a connection that waits": async (lab) => {
    const listener = lab.listen(lab.path());
    const client = lab.network.connect(lab.path());
    await lab.settled(client);
    listener.close();
    return await lab.read(client);
  },

  "UNIX: 5 bytes and close() of a connection that waits": async (lab) => {
    const listener = lab.listen(lab.path());
    const client = lab.network.connect(lab.path());
    await lab.settled(client);
    await lab.sendAll(client, FIVE);
    client.close();
    return await lab.read(await lab.accept(listener));
  },

  "UNIX datagrams: a datagram and its answer": async (lab) => {
    const [one, other] = [bind(lab, "one"), bind(lab, "other")];
    one.send(FIVE, other.localAddress);
    const text = await lab.receive(other);
    other.send(new Uint8Array(3), one.localAddress);
    return `${text}; ${await lab.receive(one)}`;
  },

  "UNIX datagrams: an answer to a socket without a name": async (lab) => {
    const other = bind(lab, "other");
    const one = lab.network.bindDatagram({ transport: "unixpacket", path: null });
    one.send(FIVE, other.localAddress);
    const datagram = await lab.receiveFrom(other);
    other.send(new Uint8Array(3), datagram.from);
    return await lab.receive(one);
  },

  "UNIX datagrams: to a path that is missing": async (lab) => {
    const one = bind(lab, "one");
    const outcome = attempt(() =>
      one.send(FIVE, { transport: "unixpacket", path: lab.path().path })
    );
    if (outcome === "ok") await lab.ready(one, 0x18);
    return `${outcome}, then ${one.takeError()?.code ?? "nothing"}`;
  },

  "UNIX datagrams: to a socket that has closed": async (lab) => {
    const [one, other] = [bind(lab, "one"), bind(lab, "other")];
    other.close();
    await other.released;
    const outcome = attempt(() => one.send(FIVE, other.localAddress));
    if (outcome === "ok") await lab.ready(one, 0x18);
    return `${outcome}, then ${one.takeError()?.code ?? "nothing"}`;
  },

  "UNIX datagrams: an empty one": async (lab) => {
    const [one, other] = [bind(lab, "one"), bind(lab, "other")];
    one.send(new Uint8Array(0), other.localAddress);
    return await lab.receive(other);
  },

  "UNIX datagrams: bind a path in use": async (lab) => {
    bind(lab, "one");
    return await Promise.resolve(attempt(() => bind(lab, "one")));
  },

  "UNIX datagrams: bind again after close()": async (lab) => {
    const one = bind(lab, "one");
    one.close();
    await one.released;
    return attempt(() => bind(lab, "one"));
  },

  "UNIX datagrams: connect a stream to one": async (lab) => {
    bind(lab, "one");
    return await lab.connect(lab.path("one"));
  },

  "UNIX datagrams: to a TCP address": async (lab) => {
    const one = bind(lab, "one");
    const to = { transport: "udp", hostname: "127.0.0.1", port: 9 } as const;
    return await Promise.resolve(String(tryTo(() => one.send(FIVE, to))));
  },
};

function bind(lab: Lab, name: string): DatagramHandle {
  const address: DatagramAddress = { transport: "unixpacket", path: lab.path(name).path };
  return lab.network.bindDatagram(address);
}

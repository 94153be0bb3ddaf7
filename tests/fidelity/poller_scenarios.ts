/**
 * What a poller reports, and when.
 *
 * @module
 */

import { NONE, READ, WRITE } from "../../poller/mod.ts";
import { attempt } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);

/** The scenarios. */
export const pollerScenarios: Scenarios = {
  "poll: register twice": async (lab) => {
    const { client } = await lab.pair();
    lab.poller.register(client, READ);
    return attempt(() => lab.poller.register(client, WRITE));
  },

  "poll: modify what is not registered": async (lab) => {
    const { client } = await lab.pair();
    return attempt(() => lab.poller.modify(client, READ));
  },

  "poll: unregister twice": async (lab) => {
    const { client } = await lab.pair();
    lab.poller.register(client, READ);
    lab.poller.unregister(client);
    return attempt(() => lab.poller.unregister(client));
  },

  "poll: register what is closed": async (lab) => {
    const { client } = await lab.pair();
    client.close();
    return attempt(() => lab.poller.register(client, READ));
  },

  "poll: close what is registered": async (lab) => {
    const { client } = await lab.pair();
    lab.poller.register(client, WRITE);
    client.close();
    lab.poller.wake();
    const reports = await lab.pass(Infinity);
    return `${reports.length} reports, ${lab.poller.size} registered`;
  },

  "poll: within a poll": async (lab) => {
    lab.poller.wake();
    const first = lab.pass(Infinity);
    const second = attempt(() => lab.poller.poll(0, () => {}, () => {}));
    await first;
    return second;
  },

  "poll: after close()": async (lab) => {
    lab.poller.close();
    return await Promise.resolve(attempt(() => lab.poller.poll(0, () => {}, () => {})));
  },

  "poll: wake() before a poll": async (lab) => {
    lab.poller.wake();
    return `${(await lab.pass(Infinity)).length} reports`;
  },

  "poll: a time-out": async (lab) => {
    const begin = lab.platform.clock.now();
    await lab.pass(0.001);
    return lab.platform.clock.now() - begin >= 0.001 ? "not early" : "early";
  },

  "poll: what is ready is reported inside of poll(), or later": async (lab) => {
    const { client } = await lab.pair();
    lab.poller.register(client, WRITE);
    let isInside = true;
    let seen = "";
    await new Promise<void>((resolve) => {
      lab.poller.poll(Infinity, () => seen ||= isInside ? "inside" : "later", resolve);
      isInside = false;
    });
    return seen || "in another pass";
  },

  "poll: READ and WRITE together": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.ready(server, READ | WRITE);
    return "together";
  },

  "poll: what is not read is reported again": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    for (let i = 0; i < 3; i++) await lab.ready(server, READ);
    return await lab.read(server, 5);
  },

  "poll: the end is reported again and again": async (lab) => {
    const { client, server } = await lab.pair();
    client.close();
    const seen = await lab.read(server);
    for (let i = 0; i < 3; i++) await lab.ready(server, READ);
    return `${seen}, again and again`;
  },

  "poll: a lost connection, without interest": async (lab) => {
    const listener = lab.listen();
    const { localAddress } = listener;
    listener.close();
    await listener.released;
    const client = lab.network.connect(localAddress);
    lab.poller.register(client, NONE);
    for (let passes = 0; client.connecting && passes < 1000; passes++) {
      for (const { handle, events } of await lab.pass(Infinity)) {
        if (handle === client && !client.connecting) {
          return `${(events & READ) > 0 ? "READ " : ""}${
            (events & 0x18) > 0 ? "ERROR" : ""
          }: ${client.takeError()?.code}`;
        }
      }
    }
    return "not reported";
  },

  "poll: a refused connection": async (lab) => {
    const client = lab.network.connect(await lab.freeAddress());
    await lab.until(client, WRITE, () => !client.connecting);
    return `${client.takeError()?.code ?? null}, then ${client.takeError()?.code ?? null}`;
  },

  "poll: interest is withdrawn within a batch": async (lab) => {
    const one = await lab.pair();
    const { client, server } = one;
    const seen: string[] = [];
    for (const stream of [client, server]) lab.poller.register(stream, WRITE);
    await new Promise<void>((resolve) => {
      lab.poller.poll(Infinity, (handle) => {
        seen.push("one");
        const other = handle === client ? server : client;
        if (seen.length === 1) lab.poller.modify(other, NONE);
      }, resolve);
    });
    return `${seen.length} reports`;
  },

  "poll: the other is closed within a batch": async (lab) => {
    const { client, server } = await lab.pair();
    let reports = 0;
    for (const stream of [client, server]) lab.poller.register(stream, WRITE);
    await new Promise<void>((resolve) => {
      lab.poller.poll(Infinity, (handle) => {
        reports++;
        (handle === client ? server : client).close();
      }, resolve);
    });
    return `${reports} reports`;
  },

  "poll: wake() within a handler": async (lab) => {
    const { client } = await lab.pair();
    lab.poller.register(client, WRITE);
    await new Promise<void>((resolve) => {
      lab.poller.poll(Infinity, () => {
        lab.poller.wake();
        lab.poller.modify(client, NONE);
      }, resolve);
    });
    // The next pass ends at once, or never.
    await lab.pass(Infinity);
    return "the next poll ends";
  },
};

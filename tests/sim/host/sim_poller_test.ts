import { assertEquals } from "@std/assert";
import { READ } from "../../../poller/mod.ts";
import { Simulation, type Strategy } from "../../../sim/mod.ts";

/** Makes four sockets with a datagram each and logs which are reported in which pass. */
async function batches(strategy?: Strategy): Promise<number[][]> {
  const sim = new Simulation(strategy === undefined ? {} : { strategy });
  const { network, poller } = sim.host("a");
  const sockets = [0, 1, 2, 3].map((i) =>
    network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 1000 + i })
  );
  for (const socket of sockets) {
    poller.register(socket, READ);
    socket.send(new Uint8Array(1), socket.localAddress);
  }
  const log: number[][] = [];
  await sim.run(async () => {
    await sim.sleep(1);
    const step = (): void => {
      if (log.flat().length === 4) return;
      const batch: number[] = [];
      log.push(batch);
      poller.poll(Infinity, (handle) => {
        const index = sockets.findIndex((socket) => socket === handle);
        sockets[index]?.receive();
        batch.push(index);
      }, step);
    };
    step();
    await sim.sleep(1);
  });
  return log;
}

function answering(answers: Record<string, number>): Strategy {
  return { name: "test", choose: (label, bound) => Math.min(answers[label] ?? 0, bound - 1) };
}

Deno.test("SimPoller.poll() reports all that is ready, in the order in which it became so", async () => {
  assertEquals(await batches(), [[0, 1, 2, 3]]);
});

Deno.test("SimPoller.poll() lets the strategy choose the size and the order of a batch", async () => {
  assertEquals(await batches(answering({ order: 9 })), [[3, 2, 1, 0]]);
  assertEquals(await batches(answering({ order: 1 })), [[1, 2, 3, 0]]);
  assertEquals(await batches(answering({ batch: 2 })), [[0, 1], [2], [3]]);
  assertEquals(await batches(answering({ batch: 9 })), [[0], [1], [2], [3]]);
});

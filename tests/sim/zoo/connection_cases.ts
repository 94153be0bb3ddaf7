/** Bugs in the lives of connections. */

import { IOStream, type PollIOLoop } from "../../../ioloop/mod.ts";
import { READ, type StreamHandle } from "../../../poller/mod.ts";
import { PollReactor, Protocol, ServerFactory } from "../../../reactor/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";
import {
  connectPair,
  expect,
  LATENCY,
  onMessage,
  send,
  sendAll,
  startLoop,
  type ZooCase,
} from "./zoo_case.ts";

/** Calls a function when a connection is over, well or not. */
function onLoss(loop: PollIOLoop, stream: StreamHandle, lost: () => void): void {
  loop.addHandler(stream, () => {
    try {
      if (stream.receive() !== null) return;
    } catch {
      // Reset: as good as closed.
    }
    loop.closeFd(stream);
    lost();
  }, READ);
}

/** A connection that is found lost by a write is found lost again by the read of the same batch. */
async function lostTwice(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const client = sim.host("client");
  const { accepted, stream } = await connectPair(loop, client, sim);
  let losses = 0;
  const connectionLost = () => {
    if (isFixed && losses > 0) return;
    losses++;
  };
  onLoss(loop, accepted, connectionLost);
  onMessage(loop, () => {
    if (losses > 0) return;
    try {
      accepted.send(new Uint8Array(1));
    } catch {
      connectionLost();
    }
  });
  stream.abort();
  send(client, "write");
  await sim.sleep(20 * LATENCY);
  expect(losses, 1, "the number of losses");
}

/** A write that fails tells so before it returns, and its caller goes on with what is gone. */
async function callbackInCall(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const client = sim.host("client");
  const { accepted, stream } = await connectPair(loop, client, sim);
  let session: { sent: number } | null = { sent: 0 };
  const connectionLost = () => session = null;
  const write = (bytes: Uint8Array) => {
    try {
      accepted.send(bytes);
    } catch {
      if (isFixed) loop.addCallback(connectionLost);
      else connectionLost();
    }
  };
  onLoss(loop, accepted, connectionLost);
  onMessage(loop, () => {
    if (session === null) return;
    write(new Uint8Array(1));
    // The compiler knows as little as the author that this may be null by now.
    (session as { sent: number }).sent++;
  });
  stream.abort();
  send(client, "write");
  await sim.sleep(20 * LATENCY);
  expect(session, null, "the session");
}

/** A buffer goes to its next user while a read into it is under way. */
async function bufferInUse(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const first = await connectPair(loop, sim.host("first"), sim, 80);
  const second = await connectPair(loop, sim.host("second"), sim, 81);
  const slow = new IOStream(first.accepted, loop);
  const next = new IOStream(second.accepted, loop);
  const buffer = new Uint8Array(4);
  let seen = "";
  const handOn = async () => {
    await next.readInto(buffer);
    await sim.sleep(LATENCY);
    seen = buffer.join();
  };
  await sendAll(second.stream, new Uint8Array([2, 2, 2, 2]), sim);
  await sim.sleep(2 * LATENCY);
  const reading = slow.readInto(buffer);
  let hasGivenUp = false;
  const giveUp = loop.callLater(LATENCY, async () => {
    hasGivenUp = true;
    if (isFixed) {
      slow.close();
      await reading.catch(() => {});
    }
    handOn();
  });
  reading.then(() => {
    loop.removeTimeout(giveUp);
    if (!hasGivenUp) handOn();
  }, () => {});
  await sendAll(first.stream, new Uint8Array([1, 1, 1, 1]), sim).catch(() => {});
  await sim.sleep(20 * LATENCY);
  expect(seen, "2,2,2,2", "what the second reads");
}

/** What was held back is handed on after what comes next. */
async function resumedTooEarly(sim: Simulation, isFixed: boolean): Promise<void> {
  const reactor = new PollReactor(sim.host("server"));
  let seen = "";
  class Pausing extends Protocol {
    #held = "";
    #isPaused = false;

    override dataReceived(data: Uint8Array): void {
      for (const letter of new TextDecoder().decode(data)) {
        if (this.#isPaused) this.#held += letter;
        else seen += letter;
        if (letter === "p") this.#pause();
      }
    }

    #pause(): void {
      this.#isPaused = true;
      this.transport.pauseProducing();
      reactor.callLater(LATENCY, () => this.#resume());
    }

    #resume(): void {
      this.#isPaused = false;
      this.transport.resumeProducing();
      const handOn = () => {
        seen += this.#held;
        this.#held = "";
      };
      if (isFixed) handOn();
      else reactor.callLater(0, handOn);
    }
  }
  const factory = new ServerFactory();
  factory.buildProtocol = () => new Pausing();
  reactor.listenTCP(80, factory);
  const running = reactor.run();
  const client = sim.host("client");
  const stream = client.network.connect({ transport: "tcp", hostname: "server", port: 80 });
  await sim.sleep(10 * LATENCY);
  await sendAll(stream, new TextEncoder().encode("apbc"), sim);
  await sim.sleep(20 * LATENCY);
  reactor.stop();
  await running;
  expect(seen, "apbc", "what is seen");
}

/** A server that stops closes what it has accepted, and accepts one more before its listener is closed. */
async function acceptAfterStop(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const { network } = loop.platform;
  const listener = network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
  const streams: StreamHandle[] = [];
  let isStopped = false;
  loop.addHandler(listener, () => {
    const stream = listener.accept();
    if (stream === undefined) return;
    streams.push(stream);
    if (isFixed && isStopped) stream.close();
  }, READ);
  onMessage(loop, () => {
    isStopped = true;
    for (const stream of streams) stream.close();
    loop.addCallback(() => loop.closeFd(listener));
  });
  const client = startLoop(sim, "client");
  client.platform.network.connect({ transport: "tcp", hostname: "server", port: 80 });
  // It comes in the moment in which the connection is made.
  client.callLater(2 * LATENCY, () => send(client.platform, "stop"));
  await sim.sleep(20 * LATENCY);
  expect(streams.every((stream) => stream.fileno() < 0), true, "the end of all streams");
}

/** The cases of this file. */
export const connectionCases: readonly ZooCase[] = [
  { name: "Z3 a connection is lost twice", depth: 1, run: lostTwice },
  { name: "Z15 a buffer is used again while a read is under way", depth: 1, run: bufferInUse },
  { name: "Z16 what was held back comes after what follows it", depth: 1, run: resumedTooEarly },
  {
    name: "Z18 a callback runs inside of the call that it is about",
    depth: 1,
    run: callbackInCall,
  },
  {
    name: "Z22 a connection is accepted after the server has stopped",
    depth: 1,
    run: acceptAfterStop,
  },
];

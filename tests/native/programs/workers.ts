/**
 * A program that runs in several processes, in one of several ways; each worker answers every
 * connection with its number and ends when it is told to. The supervisor prints nothing.
 *
 *     workers.ts <way> <processes> [<port>]
 */
import {
  bindSockets,
  forkProcesses,
  IOLoop,
  type IOStream,
  taskId,
  TCPServer,
  TooManyRestartsError,
} from "../../../ioloop/mod.ts";
import { DenoPlatform, type TCPAddress } from "../../../poller/mod.ts";
import { install, installReactor, PollReactor } from "../../../reactor/mod.ts";

const [way, count, sharedPort] = Deno.args as [string, string, string | undefined];
const ADDRESS = { address: "127.0.0.1" };

class NumberServer extends TCPServer {
  override async handleStream(stream: IOStream): Promise<void> {
    const word = new TextDecoder().decode(await stream.readUntil("\n")).trim();
    await stream.write(new TextEncoder().encode(`${taskId()}`));
    stream.close();
    if (word === "crash") Deno.exit(3);
    if (word === "end") {
      this.stop();
      this.ioLoop.stop();
    }
  }
}

/** Tells the test that this worker takes connections. */
function announce(port: number): void {
  console.log(`worker ${taskId()} ${Deno.pid} ${port}`);
}

async function serve(port: number): Promise<void> {
  announce(port);
  await IOLoop.current().start();
}

async function bindAndStart(): Promise<void> {
  const server = new NumberServer();
  const [address] = server.bind(0, ADDRESS);
  await server.start(Number(count));
  await serve((address as TCPAddress).port);
}

async function addSockets(): Promise<void> {
  const listeners = bindSockets(0, ADDRESS);
  const more = bindSockets(0, ADDRESS);
  await forkProcesses(Number(count));
  const server = new NumberServer();
  server.addSockets(listeners);
  server.addSockets(more);
  await serve((more[0]?.localAddress as TCPAddress).port);
}

async function shareByHand(): Promise<void> {
  // The port is told by the caller, as one that was looked for before.
  const port = Number(sharedPort);
  // What makes neither loop nor reactor yet does not make it too late.
  install(() => IOLoop.current());
  await forkProcesses(Number(count));
  const server = new NumberServer();
  server.addSockets(bindSockets(port, { ...ADDRESS, reusePort: true }));
  await serve(port);
}

async function crashAtStart(): Promise<void> {
  const server = new NumberServer();
  const [address] = server.bind(0, ADDRESS);
  try {
    await server.start(Number(count), { maxRestarts: 4 });
  } catch (error) {
    if (!(error instanceof TooManyRestartsError)) throw error;
    console.log(`supervisor ${error.code} ${error.runningPids.join(",")}`);
    return;
  }
  if (taskId() === 1) Deno.exit(7);
  await serve(address?.port ?? 0);
}

/** Prints what forkProcesses() says after something that makes it too late. */
async function refused(before: () => unknown): Promise<void> {
  before();
  const error = await forkProcesses(2).then(() => null, (error) => error);
  console.log(`${error?.name}: ${error?.message}`);
}

const WAYS: Record<string, () => Promise<void>> = {
  bindAndStart,
  addSockets,
  shareByHand,
  crashAtStart,
  afterLoop: () => refused(() => IOLoop.instance()),
  afterReactor: () => refused(() => installReactor(new PollReactor(new DenoPlatform()))),
  afterInstall: () => refused(() => install(IOLoop.current())),
};
await WAYS[way]?.();

/**
 * What every stream does, on whatever loop: the behaviours that Tornado's own tests assert (`IS-01`
 * to `IS-45`).
 *
 * @module
 */

import { IOLoop, IOStream, type IOStreamOptions } from "../../ioloop/mod.ts";
import type { ListenerHandle, StreamHandle } from "../../poller/mod.ts";
import type { MakeIOLoop } from "./io_loop_contract.ts";
import { closeCases } from "./io_stream_close_cases.ts";
import { connectCases } from "./io_stream_connect_cases.ts";
import { errorCases } from "./io_stream_error_cases.ts";
import { limitCases } from "./io_stream_limit_cases.ts";
import { readCases } from "./io_stream_read_cases.ts";
import { streamingCases } from "./io_stream_streaming_cases.ts";
import { writeCases } from "./io_stream_write_cases.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

/** What to test, and where. */
export interface StreamContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Where the tests run. */
  readonly world: World;
  /** Stands in the names of tests. */
  readonly name: string;
  /** Makes a loop, and the loops below it. */
  readonly makeLoop: MakeIOLoop;
  /** Whether writes may arrive in pieces of any size, so that some cases make no sense. */
  readonly isUnsteady?: boolean;
}

/** Makes a stream over a connected handle; a test's own kind of stream where it needs one. */
export type MakeStream = (
  handle: StreamHandle,
  ioLoop: IOLoop,
  options?: IOStreamOptions,
) => IOStream;

/** How a test's pair of streams is made. */
export interface PairOptions {
  /** For the end that was accepted. */
  readonly server?: IOStreamOptions;
  /** For the end that connected. */
  readonly client?: IOStreamOptions;
  /** Makes the end that was accepted. */
  readonly makeServer?: MakeStream;
}

/** One test's share: it runs inside the loop. */
export class StreamCase {
  /** The loop under test; it runs. */
  readonly ioLoop: IOLoop;
  /** The test's share of the world. */
  readonly world: WorldRun;
  /** What happened, in order. */
  readonly log: string[] = [];
  readonly #handles: (StreamHandle | ListenerHandle)[] = [];
  readonly #streams: IOStream[] = [];
  readonly #finally: (() => unknown)[] = [];

  /** Made by the contract. */
  constructor(ioLoop: IOLoop, world: WorldRun) {
    this.ioLoop = ioLoop;
    this.world = world;
  }

  /** Connects two streams. */
  async pair(options: PairOptions = {}): Promise<readonly [server: IOStream, client: IOStream]> {
    const listener = this.listen();
    const accepted = this.accept(listener);
    const client = this.own(new IOStream(null, this.ioLoop, options.client));
    await client.connect(listener.localAddress);
    const handle = await accepted;
    const make = options.makeServer ??
      ((stream, ioLoop, limits) => new IOStream(stream, ioLoop, limits));
    const server = this.own(make(handle, this.ioLoop, options.server));
    this.ioLoop.removeHandler(listener);
    listener.close();
    await listener.released;
    return [server, client];
  }

  /** Listens on a free port until the test is over. */
  listen(): ListenerHandle {
    const { network } = this.ioLoop.platform;
    const listener = network.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
    this.#handles.push(listener);
    return listener;
  }

  /** Accepts one connection; the listener keeps its handler. */
  accept(listener: ListenerHandle): Promise<StreamHandle> {
    return new Promise((resolve) => {
      this.ioLoop.addHandler(listener, () => {
        const handle = listener.accept();
        if (handle === undefined) return;
        this.#handles.push(handle);
        resolve(handle);
      }, IOLoop.READ);
    });
  }

  /** Closes a stream when the test is over. */
  own<S extends IOStream>(stream: S): S {
    this.#streams.push(stream);
    return stream;
  }

  /** Calls a function when the test is over. */
  finally(fn: () => unknown): void {
    this.#finally.push(fn);
  }

  /** Waits for some seconds. */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => void this.ioLoop.callLater(seconds, resolve));
  }

  /** Waits for the next pass. */
  pass(): Promise<void> {
    return new Promise((resolve) => this.ioLoop.addCallback(resolve));
  }

  /** Waits until a stream calls its close callback. */
  closing(stream: IOStream): Promise<void> {
    return new Promise((resolve) => stream.setCloseCallback(resolve));
  }

  /** Closes what the test left. */
  async close(): Promise<void> {
    for (const fn of this.#finally) await fn();
    for (const stream of this.#streams) stream.close();
    for (const handle of this.#handles) {
      if (handle.kind === "listener") this.ioLoop.removeHandler(handle.id);
      handle.abort();
      if (handle.kind === "listener") await handle.released;
    }
  }
}

/** Registers a case. */
export interface StreamSuite {
  (name: string, body: (test: StreamCase) => Promise<void>): void;
  /** Registers a case that counts on small writes to arrive whole. */
  steady(name: string, body: (test: StreamCase) => Promise<void>): void;
}

/** Long enough for everything but a hang, in seconds. */
const GUARD = 20;

/** Makes the function that registers cases for one kind of loop in one kind of world. */
export function streamSuite(options: StreamContractOptions): StreamSuite {
  const { test, world, name, makeLoop } = options;
  const suite = (title: string, body: (test: StreamCase) => Promise<void>) => {
    test(`${title} [${name}, ${world.name}]`, () =>
      world.run(async (run) => {
        const ioLoop = makeLoop(run.platform);
        const share = new StreamCase(ioLoop, run);
        try {
          await ioLoop.runSync(async () => {
            try {
              await body(share);
            } finally {
              await share.close();
            }
          }, GUARD);
        } finally {
          ioLoop.close();
        }
      }));
  };
  return Object.assign(suite, { steady: options.isUnsteady ? () => {} : suite });
}

/** Registers the suite for one kind of loop in one kind of world. */
export function ioStreamContract(options: StreamContractOptions): void {
  const suite = streamSuite(options);
  closeCases(suite);
  connectCases(suite);
  errorCases(suite);
  limitCases(suite);
  readCases(suite);
  streamingCases(suite);
  writeCases(suite);
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** The text of bytes. */
export function text(data: Uint8Array): string {
  return DECODER.decode(data);
}

/** Bytes that tell where they are: any loss, doubling or swap shows. */
export function pattern(length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (let i = 0; i < length; i++) data[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xff;
  return data;
}

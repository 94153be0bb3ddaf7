/**
 * What the parts of the poller's suite share.
 *
 * @module
 */

import type { Platform } from "../../poller/mod.ts";
import { type Pair, pair } from "./passes.ts";
import type { TestFunction, World } from "./world.ts";

/** What the suite runs with. */
export interface PollerContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Makes the platforms. */
  readonly world: World;
}

/** A short wait, in seconds: real time passes in some worlds. */
export const SHORT = 0.003;

/** Registers tests. */
export interface PollerSuite {
  /** Puts the world before the name of a test. */
  name(text: string): string;
  /** Registers a test on two connected streams; it closes what the test leaves open of them. */
  testPair(text: string, body: (platform: Platform, streams: Pair) => Promise<void>): void;
}

/** Makes what registers tests for one world. */
export function pollerSuite({ test, world }: PollerContractOptions): PollerSuite {
  const name = (text: string): string => `${world.name}: ${text}`;
  return {
    name,
    testPair(text, body) {
      test(name(text), () =>
        world.run(async ({ platform }) => {
          const streams = await pair(platform);
          await body(platform, streams);
          streams.client.close();
          streams.server.close();
        }));
    },
  };
}

/**
 * The stub resolver with the system's configuration.
 *
 * @module
 */

import { DenoFiles } from "./deno_files.ts";
import type { AnyLoop } from "./loop.ts";
import { StubResolver, type StubResolverOptions } from "./stub_resolver.ts";

/**
 * Makes a stub resolver that reads the system's `hosts` and `resolv.conf`.
 *
 * @param loop The loop to run on.
 * @param options What to do otherwise.
 * @returns The resolver; the caller closes it.
 */
export function createStubResolver(
  loop: AnyLoop,
  options: StubResolverOptions = {},
): StubResolver {
  return new StubResolver(loop, { files: new DenoFiles(), ...options });
}

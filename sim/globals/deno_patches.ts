/**
 * Puts the globals of the process under the rule of simulations, and gives them back.
 *
 * @module
 */

import { fencedGlobals } from "./deno_fenced.ts";
import type { Patch, PatchedGlobal } from "./deno_patch.ts";
import { simulatedGlobals } from "./deno_simulated.ts";

/** What takes the place of what; made with the first simulation that needs it. */
let patches: readonly Patch[] | null = null;

/** How many runs need the patches now. */
let holders = 0;

/**
 * Installs the patches, unless they are. Each call must be followed by one of the function it
 * returns; the last gives the originals back.
 *
 * @returns Says that the patches are not needed any more; further calls are ignored.
 */
export function holdPatches(): () => void {
  if (holders === 0) install(allPatches());
  holders++;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    if (--holders === 0) uninstall();
  };
}

/** Whether the patches are installed. */
export function arePatchesHeld(): boolean {
  return holders > 0;
}

/** Lists what happens to which global in a run. */
export function listPatches(): PatchedGlobal[] {
  return allPatches().map(({ name, action, note }) => ({ name, action, note }));
}

function allPatches(): readonly Patch[] {
  patches ??= [...simulatedGlobals(), ...fencedGlobals()];
  return patches;
}

/** Installs all patches or, should one fail, none. */
function install(all: readonly Patch[]): void {
  let count = 0;
  try {
    for (; count < all.length; count++) {
      const { target, key, descriptor, replacement, isGetter } = all[count] as Patch;
      const { enumerable = true } = descriptor;
      Object.defineProperty(
        target,
        key,
        isGetter
          ? { configurable: true, enumerable, get: replacement as () => unknown }
          : { configurable: true, enumerable, writable: true, value: replacement },
      );
    }
  } catch (error) {
    for (const patch of all.slice(0, count)) restore(patch);
    throw error;
  }
}

function uninstall(): void {
  for (const patch of allPatches()) restore(patch);
}

function restore({ target, key, descriptor }: Patch): void {
  Object.defineProperty(target, key, descriptor);
}

/**
 * Keeping programs under test quiet.
 *
 * @module
 */

const METHODS = ["debug", "log", "info", "warn", "error", "trace", "table", "dir"] as const;

/**
 * Drops what is written to the console.
 *
 * @returns Ceases to.
 */
export function mute(): () => void {
  const originals = METHODS.map((method) => console[method]);
  for (const method of METHODS) console[method] = () => {};
  return () =>
    METHODS.forEach((method, i) => {
      console[method] = originals[i] as typeof console.log;
    });
}

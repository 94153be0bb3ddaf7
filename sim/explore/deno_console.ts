/**
 * Keeping programs under test quiet.
 *
 * @module
 */

const METHODS = ["debug", "log", "info", "warn", "error", "trace", "table", "dir"] as const;

/**
 * Does something while what is written to the console is dropped.
 *
 * @param work What to do.
 * @returns What it returns.
 */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const originals = METHODS.map((method) => console[method]);
  for (const method of METHODS) console[method] = () => {};
  try {
    return await work();
  } finally {
    METHODS.forEach((method, i) => {
      console[method] = originals[i] as typeof console.log;
    });
  }
}

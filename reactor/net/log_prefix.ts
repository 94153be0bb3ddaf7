/**
 * Names for the log.
 *
 * @module
 */

/**
 * Returns what stands for a protocol or factory in the log. It never throws: ports are closed and
 * connections are lost under this name.
 *
 * @param named The protocol or factory.
 * @returns Its `logPrefix()` if it has one that does not throw, otherwise the name of its class; `-`
 * for `null`.
 */
export function prefixOf(named: object | null): string {
  if (named === null) return "-";
  try {
    const { logPrefix } = named as { logPrefix?: unknown };
    if (typeof logPrefix === "function") return String(logPrefix.call(named));
  } catch {
    // The name of the class is as good.
  }
  return named.constructor.name;
}

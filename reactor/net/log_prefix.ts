/**
 * Names for the log.
 *
 * @module
 */

/**
 * Returns what stands for a protocol or factory in the log.
 *
 * @param named The protocol or factory.
 * @returns Its `logPrefix()` if it has one, otherwise the name of its class; `-` for `null`.
 */
export function prefixOf(named: object | null): string {
  if (named === null) return "-";
  const { logPrefix } = named as { logPrefix?: unknown };
  if (typeof logPrefix === "function") return String(logPrefix.call(named));
  return named.constructor.name;
}

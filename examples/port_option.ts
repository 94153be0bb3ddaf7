/**
 * The one option that the examples share.
 *
 * @module
 */

/**
 * Reads `--port=8000` from the command line. Ends the program with a usage line and exit code 2 if
 * something else stands there.
 *
 * @param usage The usage line.
 * @param fallback The port to take if none is given; `null` if one must be.
 */
export function readPort(usage: string, fallback: number | null): number {
  const [argument, ...rest] = Deno.args;
  if (argument === undefined && fallback !== null) return fallback;
  const digits = /^--port=(\d{1,5})$/.exec(argument ?? "")?.[1];
  const port = Number(digits);
  const lowest = fallback ?? 1;
  if (rest.length === 0 && digits !== undefined && port >= lowest && port <= 65_535) return port;
  console.error(usage);
  Deno.exit(2);
}

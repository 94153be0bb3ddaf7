/**
 * The table of services of the machine.
 *
 * @module
 */

import { toSocketError } from "./deno_errors.ts";
import { parseServices, type ServiceTable } from "./services.ts";

/** Where the systems have their tables. */
const PATH = "/etc/services";
const WINDOWS_PATH = "C:\\Windows\\System32\\drivers\\etc\\services";

/**
 * Reads the table of the machine.
 *
 * @param path Where it is; by default where the system has it.
 * @returns What it holds now; nothing if there is no such file.
 * @throws {SocketError} If the file may not be read.
 */
export function readServices(
  path: string = Deno.build.os === "windows" ? WINDOWS_PATH : PATH,
): ServiceTable {
  try {
    return parseServices(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw toSocketError(`read ${path}`, error);
  }
}

/**
 * The file that stands for a UNIX socket, or the name where there is none.
 *
 * @module
 */

/** The file of a socket that was bound just now; as long as the socket is open no other is taken for it. */
export class SocketFile {
  readonly #path: string;
  readonly #identity: string | null;

  /**
   * Remembers the file.
   *
   * @param path Where the socket is bound.
   */
  constructor(path: string) {
    this.#path = path;
    this.#identity = identify(path);
  }

  /** Whether another file stands at the path by now, or none. */
  get isGone(): boolean {
    return this.#identity !== null && identify(this.#path) !== this.#identity;
  }

  /** Removes the file, unless it is another by now, or none. */
  remove(): void {
    if (this.#identity === null || identify(this.#path) !== this.#identity) return;
    try {
      Deno.removeSync(this.#path);
    } catch {
      // Somebody removed it before, or it may not be removed.
    }
  }

  /**
   * Holds on to the file of another socket that has taken the place of this one.
   *
   * @returns What puts it back if somebody has removed it; `null` if there is no other file.
   */
  keepReplacement(): (() => void) | null {
    const found = identify(this.#path);
    if (found === null || this.#identity === null || found === this.#identity) return null;
    const second = `${this.#path}.${crypto.randomUUID().slice(0, 8)}`;
    try {
      Deno.linkSync(this.#path, second);
    } catch {
      // The folder may not be written to: then the file cannot be removed either.
      return null;
    }
    return () => {
      try {
        Deno.linkSync(second, this.#path);
      } catch {
        // It is still there, or again.
      }
      Deno.removeSync(second);
    };
  }
}

/**
 * Tells apart what a path leads to, by links if there are any.
 *
 * @param path The path.
 * @returns A text that no other file has that exists at the same time; `null` if there is no file.
 */
export function identifyFile(path: string): string | null {
  return identify(path, Deno.statSync);
}

/** The same of what stands at the path itself, by default. */
function identify(path: string, look = Deno.lstatSync): string | null {
  try {
    const { dev, ino } = look(path);
    // Not every system numbers its files.
    return ino === null ? null : `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/**
 * Sets the permission bits of a socket's file; closes the socket if that is not possible.
 *
 * @param path The path of the file.
 * @param mode The bits; `undefined` to leave them as they are.
 * @param socket The socket.
 * @throws {Error} What Deno throws.
 */
export function setFileMode(
  path: string,
  mode: number | undefined,
  socket: { close(): void },
): void {
  if (mode === undefined) return;
  try {
    Deno.chmodSync(path, mode);
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Makes a name that stands for no file and that nobody else has, as Linux gives it to sockets. */
export function abstractName(): string {
  return `\0twinloop-${Deno.pid}-${crypto.randomUUID()}`;
}

/**
 * A lock on a file, held by a process.
 *
 * @module
 */

/**
 * A lock that can be tried, and that other processes see.
 *
 * Twisted: the part of `FilesystemLock` (`python/lockfile.py`, 24.7) that `DeferredFilesystemLock`
 * stands on.
 */
export interface FilesystemLock {
  /**
   * Tries to take the lock, without waiting.
   *
   * @returns Whether it is held now.
   */
  lock(): boolean;
  /** Gives the lock back. */
  unlock(): void;
}

/**
 * An advisory lock of the operating system on a file, which is made if it is not there and stays. The
 * system gives it back when the process ends, however that happens.
 *
 * Differs from Twisted: there it is a symbolic link with the number of the process.
 */
export class DenoFileLock implements FilesystemLock {
  /** The file's path. */
  readonly path: string;
  #file: Deno.FsFile | null = null;

  /**
   * Makes a lock that is not held.
   *
   * @param path The file's path; reading and writing it must be permitted.
   */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * Tries to take the lock, without waiting.
   *
   * @returns Whether it is held now; false also if it was held by this object before.
   * @throws {Deno.errors.NotCapable} If writing the file is not permitted; or another error of
   * `Deno.openSync`.
   */
  lock(): boolean {
    if (this.#file !== null) return false;
    const file = Deno.openSync(this.path, { write: true, create: true });
    if (file.tryLockSync(true)) this.#file = file;
    else file.close();
    return this.#file !== null;
  }

  /** Gives the lock back, if it is held. */
  unlock(): void {
    this.#file?.close();
    this.#file = null;
  }
}

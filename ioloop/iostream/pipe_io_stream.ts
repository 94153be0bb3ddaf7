/**
 * Tornado's stream over a pipe.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import { IOLoop } from "../io_loop.ts";
import { BaseIOStream } from "./base_io_stream.ts";
import type { IOStreamOptions } from "./stream_options.ts";

/**
 * A stream over one end of a pipe: one that is read or one that is written, not both.
 *
 * Tornado: `PipeIOStream` (`iostream.py`, 4.5.3).
 *
 * Differs from Tornado: the pipe is a `StreamHandle`, as of a child process, since there are no file
 * descriptors.
 */
export class PipeIOStream extends BaseIOStream {
  /** The pipe. Tornado: `fd`. */
  readonly handle: StreamHandle;

  /**
   * Makes a stream.
   *
   * @param handle The pipe, which belongs to the stream from now on.
   * @param ioLoop The loop to run on; its platform must have opened the pipe.
   * @param options The limits of the buffers.
   * @throws {RangeError} If a limit is not a positive number.
   */
  constructor(
    handle: StreamHandle,
    ioLoop: IOLoop = IOLoop.current(),
    options: IOStreamOptions = {},
  ) {
    super(ioLoop, options);
    this.handle = handle;
  }

  /** Returns the number of the pipe, or -1 after it was closed. Tornado: `fileno()`. */
  override fileno(): number {
    return this.handle.fileno();
  }

  /** See {@linkcode BaseIOStream.closeFd}. */
  protected override closeFd(): void {
    this.handle.close();
  }

  /** See {@linkcode BaseIOStream.writeToFd}. */
  protected override writeToFd(bytes: Uint8Array): number {
    return this.handle.send(bytes);
  }

  /** See {@linkcode BaseIOStream.readFromFd}. */
  protected override readFromFd(buffer: Uint8Array): number | null | undefined {
    return this.handle.receiveInto(buffer);
  }

  /** See {@linkcode BaseIOStream.getFdError}. */
  protected override getFdError(): unknown {
    return this.handle.takeError();
  }
}

/**
 * What the recorded handles of a platform share.
 *
 * @module
 */

import type { AnyHandle } from "../../poller/mod.ts";
import type { RenewingMap } from "../../poller/renewing_map.ts";
import type { RecordWriter } from "./record_writer.ts";

/** What the recorded handles of a platform share. */
export interface RecordingSite {
  /** Takes what happens. */
  readonly writer: RecordWriter;
  /** The open handles, as the program has them, by id. */
  readonly handles: RenewingMap<number, AnyHandle>;
}

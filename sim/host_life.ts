/**
 * What befalls hosts.
 *
 * @module
 */

import type { SimHost } from "./host.ts";
import { SimStream } from "./sim_stream.ts";

/** Has connections that are probed begin to look for their peers. */
export function faultsChanged(hosts: Iterable<SimHost>): void {
  for (const host of hosts) {
    for (const handle of host.network.handles.values()) {
      if (handle instanceof SimStream) handle.watchPeer();
    }
  }
}

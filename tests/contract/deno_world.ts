/**
 * The world of real sockets.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DenoPlatform, type ErrorReport } from "../../poller/mod.ts";
import type { World, WorldRun } from "./world.ts";

/** A table of services: not every machine has one. */
const SERVICES = new URL("./services", import.meta.url).pathname;

/** Runs each test on a platform of its own and looks at what it left behind. */
export class DenoWorld implements World {
  /** Stands in the names of tests. */
  readonly name = "deno";
  /** Time passes by itself. */
  readonly isReal = true;

  /** See {@linkcode World.run}. */
  async run(body: (world: WorldRun) => Promise<void>): Promise<void> {
    const reports: ErrorReport[] = [];
    const report = (report: ErrorReport) => void reports.push(report);
    const platform = new DenoPlatform({ report, servicesFile: SERVICES });
    let failed = true;
    try {
      await body({ platform, takeReports: () => reports.splice(0), sleep: sleepNatively });
      failed = false;
    } finally {
      const handles = [...platform.network.handles.values()].map((handle) => handle.kind);
      const registered = platform.poller.size;
      platform.poller.close();
      for (const handle of [...platform.network.handles.values()]) handle.abort();
      await platform.settled();
      // Operations that a close cancelled end in the next turns of the native loop.
      await sleepNatively(0);
      if (!failed) {
        assertEquals(handles, [], "handles are left open");
        assertEquals(registered, 0, "handles are left registered");
        assertEquals(reports, [], "errors were reported that the test did not take");
      }
    }
  }
}

/** Waits by the machine's clock. */
function sleepNatively(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

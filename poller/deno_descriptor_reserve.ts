/**
 * What Deno can hold a descriptor in reserve with.
 *
 * @module
 */

import { codeOf, toSocketError } from "./deno_errors.ts";
import { listenOnLoopback } from "./deno_loopback_pipe.ts";
import { isGranted } from "./deno_permissions.ts";
import {
  type DescriptorReserve,
  NullDescriptorReserve,
  SharedDescriptorReserve,
  type SpareDescriptor,
} from "./descriptor_reserve.ts";
import type { ErrorReporter } from "./error_report.ts";

/** What is opened for the sake of its descriptor, where it may be read. */
const NULL_DEVICE = "/dev/null";

/**
 * Makes the reserve of a platform.
 *
 * It takes no permission, but needs one that was given: to read `/dev/null`, or to listen on the
 * loopback interface on any port. Without either it holds nothing.
 *
 * @param report Is told what no caller can be.
 * @returns The reserve; on Windows, where descriptors do not run out, one that never holds any.
 */
export function reserveDescriptor(report: ErrorReporter): DescriptorReserve {
  if (Deno.build.os === "windows") return new NullDescriptorReserve();
  return new SharedDescriptorReserve(openSpare, report);
}

/** Deno frees the descriptors of both at once when they are closed: nothing of theirs is under way. */
function openSpare(): SpareDescriptor | null {
  const isReadable = isGranted({ name: "read", path: NULL_DEVICE });
  return (isReadable ? tryToOpen(() => Deno.openSync(NULL_DEVICE)) : null) ??
    tryToOpen(listenOnLoopback);
}

/** A reserve is a help and no condition: only that there are no descriptors is told. */
function tryToOpen(open: () => SpareDescriptor | null): SpareDescriptor | null {
  try {
    return open();
  } catch (error) {
    if (codeOf(error) !== "EMFILE") return null;
    throw toSocketError("hold a descriptor in reserve", error);
  }
}

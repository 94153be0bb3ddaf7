/**
 * What this program may do.
 *
 * @module
 */

/**
 * Tells whether a permission is granted, without asking the user for it.
 *
 * @param descriptor The permission.
 * @returns Whether it is.
 */
export function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/**
 * Asks for the permission to use an address: the user, if Deno asks users.
 *
 * @param host The address: `127.0.0.1:80`, `[::1]:80`.
 * @throws {Deno.errors.NotCapable} If it is not granted.
 */
export function requireNet(host: string): void {
  if (Deno.permissions.requestSync({ name: "net", host }).state === "granted") return;
  throw new Deno.errors.NotCapable(`Requires net access to ${host}`);
}

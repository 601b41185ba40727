/** What people type before a command here. Help, messages and the banner of `start` print it, so that it can be pasted. */

export const programName = "connect-authorizer";

export const checkoutProgram = "npm run --silent cli --";

/** @param ownUrl a module of the program: an installed package is below `node_modules` */
export function calledAs(ownUrl = import.meta.url): string {
  return ownUrl.includes("/node_modules/") ? `npx ${programName}` : checkoutProgram;
}

/** Barriers for people who use a page without seeing it, or without a mouse. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * Finds what axe finds; its script is run by the debugger, which the page's policy does not concern. A panel that is still
 * appearing has paler letters, so that this waits until nothing moves.
 */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => {}),
  );
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { readonly axe: typeof import("axe-core") }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
  );
}

/** Starts the browser of the tests and of the screenshots: Chromium of the system, without a window. */
import { chromium } from "playwright-core";

export function launchChromium() {
  const named = process.env["CHROMIUM"];
  return chromium.launch({
    ...(named ? { executablePath: named } : { executablePath: "/usr/bin/chromium" }),
    // The sandbox cannot be had by root, who runs pipelines; only our own page is opened.
    // Names that lead to this machine: another site, and one that was made to point here.
    args: [
      "--no-sandbox",
      "--force-device-scale-factor=1",
      "--font-render-hinting=none",
      "--host-resolver-rules=MAP *.example 127.0.0.1",
    ],
  });
}

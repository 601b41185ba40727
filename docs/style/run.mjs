/** `npm run pages` and its kin: installs what they need on first use. */
import { fileURLToPath } from "node:url";
import { installPackages } from "../../tools/install-packages.mjs";

installPackages(fileURLToPath(new URL("../..", import.meta.url)), "docs/style");
await import("./main.mjs");

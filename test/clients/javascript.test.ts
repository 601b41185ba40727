/** docs/how-to/clients/javascript.md, run by Node.js with AWS's SDK. */
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeClient, root } from "./client-page.ts";

describeClient({
  name: "javascript",
  language: "js",
  end: "};",
  async prepare(program, folder) {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const file = join(folder, "client.mjs");
    await writeFile(file, program);
    return [process.execPath, file];
  },
});

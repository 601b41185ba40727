/** docs/how-to/clients/go.md, built and run with AWS's SDK for Go. */
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, describeClient, root } from "./client-page.ts";

describeClient({
  name: "go",
  language: "go",
  end: "}",
  async prepare(program, folder) {
    await cp(join(root, "docs/examples/clients/go"), folder, { recursive: true });
    await writeFile(join(folder, "main.go"), program);
    await build(["go", "build", "-o", "client", "."], folder);
    return [join(folder, "client")];
  },
});

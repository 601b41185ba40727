/** docs/how-to/clients/java.md, built by Maven and run with AWS's SDK for Java. */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, describeClient, root } from "./client-page.ts";

describeClient({
  name: "java",
  language: "java",
  end: "  }",
  async prepare(program, folder) {
    const sources = join(folder, "src/main/java");
    await mkdir(sources, { recursive: true });
    await cp(join(root, "docs/examples/clients/java"), folder, { recursive: true });
    await writeFile(join(sources, "Client.java"), program);
    // The class path of what `mvn compile exec:exec` runs, without Maven's start in each test.
    const goals = ["compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath.txt"];
    await build(["mvn", "-q", "-B", ...goals], folder);
    const classpath = await readFile(join(folder, "classpath.txt"), "utf8");
    return ["java", "-cp", `${join(folder, "target/classes")}:${classpath.trim()}`, "Client"];
  },
});

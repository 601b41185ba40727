/** docs/how-to/clients/boto3.md, run by Python with boto3. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeClient } from "./client-page.ts";

describeClient({
  name: "boto3",
  language: "python",
  end: "",
  async prepare(program, folder) {
    const file = join(folder, "client.py");
    await writeFile(file, program);
    return ["python3", file];
  },
});

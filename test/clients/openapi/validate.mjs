/** Validates a document of OpenAPI in a file, by its version's JSON Schema; prints what is wrong. */
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

const { valid, errors } = await new Validator().validate(
  JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")),
);
if (!valid) console.log(JSON.stringify(errors));
process.exitCode = valid ? 0 : 1;

/** What answers about a configuration leave open where the table of principals also takes away: it is not read for them. */
import type { Configuration } from "../../shared/bundle/types.ts";

type Mode = Pick<Configuration, "principals">;

export function tableNotes({ principals }: Mode): readonly string[] {
  return principals === "authoritative"
    ? [
        "`principals: authoritative`: a caller's item in the table of principals may deny what is allowed here, and allow more; it is not read here",
      ]
    : [];
}

/** For those who check and publish a configuration. */
export function tableNeeds({ principals }: Mode): readonly string[] {
  return principals === "authoritative"
    ? [
        "`principals: authoritative`: functions deny every call unless `AUTHORIZER_PRINCIPALS_TABLE` (PrincipalsTableName in template.yaml) names a table",
      ]
    : [];
}

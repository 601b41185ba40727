/** The values of enumerations, which the SDK's schemas do not have. `npm run generate` writes them. */
import found from "./generated/enumerations.generated.json" with { type: "json" };

const enumerations = new Map<string, readonly string[]>(
  Object.values(found.enums).flatMap(({ values, at }) => at.map((place) => [place, values] as const)),
);

/** The values of an enumeration member. @param place structure and member: `CreateContactFlowRequest.Type` */
export function enumerationAt(place: string): readonly string[] | undefined {
  return enumerations.get(place);
}

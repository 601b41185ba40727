/** CloudFormation's short forms (`!Ref Name`), for reading a template: each becomes an object with the function's name. */
const names = [
  "Ref",
  "Sub",
  "GetAtt",
  "Join",
  "Split",
  "Select",
  "If",
  "Not",
  "Equals",
  "And",
  "Or",
  "Condition",
];

export const cloudFormationTags = names.flatMap((name) => [
  { tag: `!${name}`, resolve: (text: string) => ({ [name]: text }) },
  { tag: `!${name}`, collection: "seq" as const },
]);

import { expect, it } from "vitest";
import { CodedError, InputError, recordedMessageOf } from "../shared/errors.ts";

it.each<[string, unknown, RegExp]>([
  [
    "of a member that cannot be accepted what is wrong, not which it is",
    new InputError("Attributes.secret", "must be a string"),
    /^InputError: must be a string$/,
  ],
  [
    "of an error of ours all that it says",
    new CodedError("unauthorized", "the token has expired"),
    /^CodedError: the token has expired$/,
  ],
  [
    "of any other where it was thrown, not what it says",
    new TypeError("secret of\n    at secret\nseveral lines"),
    /^TypeError at (?!secret).+:\d+:\d+\)?$/,
  ],
  ["of one without a stack its name", Object.assign(new RangeError("secret"), { stack: "" }), /^RangeError$/],
  ["of what is no error its type", "secret", /^string$/],
])("a record holds %s", (_, error, expected) => {
  expect(recordedMessageOf(error)).toMatch(expected);
});

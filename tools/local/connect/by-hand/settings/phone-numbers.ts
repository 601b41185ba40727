/** Phone numbers: searched for, claimed for an instance or a traffic distribution group, moved, given a flow. */
import { create, remove } from "../../engine/change.ts";
import { type FamilyCall, locate } from "../../engine/locate.ts";
import { cutPage } from "../../engine/paging.ts";
import { familyNamed } from "../../families/families.ts";
import { numbersOf } from "../../families/phone-numbers.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { OutputOf } from "../../operation-types.ts";
import { checkReferences } from "../../records/checks.ts";
import type { Shown } from "../../records/record.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import { invalidParameter, invalidRequest } from "../../service-fault.ts";
import type { World } from "../../world.ts";
import { checkPhoneNumber } from "../contacts/start/new-contact.ts";

export const phoneNumberHandlers = {
  SearchAvailablePhoneNumbers(input, world) {
    targetOf(input, world);
    const { PhoneNumberCountryCode, PhoneNumberType, PhoneNumberPrefix = "" } = input;
    const claimed = new Set(world.instances().flatMap((instance) => numbersIn(instance)));
    const all = numbersOf({ country: PhoneNumberCountryCode, type: PhoneNumberType });
    const free = all
      .map((PhoneNumber, at) => ({ PhoneNumber, sequence: at + 1 }))
      .filter(({ PhoneNumber }) => !claimed.has(PhoneNumber) && PhoneNumber.startsWith(PhoneNumberPrefix));
    const page = cutPage(free, input, {
      scope: `SearchAvailablePhoneNumbers:${PhoneNumberCountryCode}:${PhoneNumberType}`,
      sizes: { usual: 10, largest: 10 },
    });
    const found = page.items.map(({ PhoneNumber }) => ({
      PhoneNumber,
      PhoneNumberCountryCode,
      PhoneNumberType,
    }));
    return { AvailableNumbersList: found, NextToken: page.next };
  },
  ClaimPhoneNumber(input, world) {
    checkPhoneNumber(input.PhoneNumber, "PhoneNumber");
    if (world.instances().some((instance) => numbersIn(instance).includes(input.PhoneNumber)))
      throw invalidParameter("PhoneNumber", "is claimed already; search for one that is available");
    return claim("ClaimPhoneNumber", input, world);
  },
  /** The number itself is only known to the service that it comes from, so it is one of those to give. */
  ImportPhoneNumber(input, world) {
    const claimed = new Set(world.instances().flatMap((instance) => numbersIn(instance)));
    const PhoneNumber = numbersOf({ country: "US", type: "DID" }).find((number) => !claimed.has(number));
    if (PhoneNumber === undefined) throw invalidRequest("there are no numbers to give any more");
    return claim("ImportPhoneNumber", { ...input, PhoneNumber }, world);
  },
  UpdatePhoneNumber(input, world) {
    const { row, instance } = find("UpdatePhoneNumber", { PhoneNumberId: input.PhoneNumberId }, world);
    const target = targetOf(input, world);
    const shape = { ...row.shape, TargetArn: target.arn };
    if (target.instance === instance) instance.table("PhoneNumber").revise(row, { shape });
    else {
      setFlow(instance, row, undefined);
      instance.table("PhoneNumber").remove(row);
      target.instance.table("PhoneNumber").add({ id: row.id, tags: row.tags, shape });
    }
    return { PhoneNumberId: row.id, PhoneNumberArn: row.arn };
  },
  AssociatePhoneNumberContactFlow(input, world) {
    const operation = "AssociatePhoneNumberContactFlow";
    const { row, instance } = find(operation, input, world);
    checkReferences(operation, input, instance);
    const family = familyNamed("ContactFlow");
    setFlow(instance, row, locate({ operation: "DescribeContactFlow", family, input, world }).row.arn);
    return {};
  },
  DisassociatePhoneNumberContactFlow(input, world) {
    const { row, instance } = find("DisassociatePhoneNumberContactFlow", input, world);
    setFlow(instance, row, undefined);
    return {};
  },
  /** Its flow is no longer that of a number. */
  ReleasePhoneNumber(input, world) {
    const operation = "ReleasePhoneNumber";
    const { row, instance } = find(operation, input, world);
    remove({ operation, family: familyNamed("PhoneNumber"), input, world });
    setFlow(instance, row, undefined);
    return {};
  },
} satisfies Handlers;

/** The flow of a number is one of the instance's flow associations, by ARN both. */
function setFlow(instance: InstanceState, { arn }: Row<Members>, FlowId: string | undefined): void {
  const table = instance.table("Flow");
  const parents = ["VOICE_PHONE_NUMBER"];
  const held = table.find(arn, parents);
  if (FlowId === undefined) table.remove({ id: arn, parents });
  else if (held) table.revise(held, { shape: { ...held.shape, FlowId } });
  else table.add({ id: arn, parents, shape: { FlowId } });
}

function numbersIn(instance: InstanceState): readonly string[] {
  return instance
    .table("PhoneNumber")
    .all()
    .map(({ shape }) => String(shape["PhoneNumber"]));
}

function find(operation: string, input: FamilyCall["input"], world: World): Shown {
  return locate({ operation, family: familyNamed("PhoneNumber"), input, world });
}

interface Target {
  readonly InstanceId?: string | undefined;
  readonly TargetArn?: string | undefined;
}

/** The instance or traffic distribution group that a number is for. Exactly one of two members names it. */
function targetOf({ InstanceId, TargetArn }: Target, world: World): { instance: InstanceState; arn: string } {
  if ((InstanceId === undefined) === (TargetArn === undefined))
    throw invalidParameter("TargetArn", "give exactly one of `TargetArn` and `InstanceId`");
  for (const instance of world.instances()) {
    const groups = instance.table("TrafficDistributionGroup").all();
    if (TargetArn !== undefined && groups.some(({ arn }) => arn === TargetArn))
      return { instance, arn: TargetArn };
  }
  const instance = world.instance(InstanceId ?? TargetArn ?? "");
  return { instance, arn: instance.configured.arn };
}

type Claim = Target & { readonly PhoneNumber: string };

function claim(operation: "ClaimPhoneNumber" | "ImportPhoneNumber", input: Claim, world: World) {
  const target = targetOf(input, world);
  const whole = { ...input, InstanceId: target.instance.configured.id, TargetArn: target.arn };
  // The rule fills the output by the operation's own schema.
  return create({ operation, family: familyNamed("PhoneNumber"), input: whole, world }) as OutputOf<
    typeof operation
  >;
}

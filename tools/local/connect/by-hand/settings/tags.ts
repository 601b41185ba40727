/** Tags of resources: the limits that the API Reference gives, and the three tag operations. */

import { cutSorted, searchSizes } from "../../engine/paging.ts";
import { compareTexts } from "../../engine/search.ts";
import { upperSnake } from "../../families/words.ts";
import type { Handlers } from "../../handler.ts";
import type { Tags } from "../../records/resource-table.ts";
import { invalidParameter, ServiceFault } from "../../service-fault.ts";
import type { World } from "../../world.ts";

/** Tags of a resource, AWS General Reference, "Tag naming limits and requirements". */
const maxTags = 50;
const maxKeyLength = 128;
const maxValueLength = 256;

/** Checks tags that a call brings. @throws ServiceFault `InvalidParameterException` */
export function checkTags(tags: Tags | undefined, path: string): Tags {
  const entries = Object.entries(tags ?? {});
  if (entries.length > maxTags) throw invalidParameter(path, `must not be more than ${maxTags} tags`);
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > maxKeyLength)
      throw invalidParameter(path, `a key must have 1 to ${maxKeyLength} characters`);
    if (/^aws:/i.test(key))
      throw invalidParameter(path, `the key \`${key}\` is reserved; choose one without \`aws:\``);
    if (value.length > maxValueLength)
      throw invalidParameter(path, `a value must have at most ${maxValueLength} characters`);
  }
  return tags ?? {};
}

/** Handlers of the tag operations. They find the instance by the resource's ARN. */
export const tagHandlers = {
  TagResource(input, world) {
    const target = findTagged(world, input.resourceArn);
    checkTags(input.tags, "tags");
    target.write(checkTags({ ...target.tags, ...input.tags }, "tags"));
    return {};
  },
  UntagResource(input, world) {
    const target = findTagged(world, input.resourceArn);
    const removed = new Set(input.tagKeys);
    target.write(Object.fromEntries(Object.entries(target.tags).filter(([key]) => !removed.has(key))));
    return {};
  },
  ListTagsForResource(input, world) {
    return { tags: { ...findTagged(world, input.resourceArn).tags } };
  },
  /** Every pair of key and value once, in the order of keys and values. */
  SearchResourceTags(input, world) {
    const instance = world.instance(input.InstanceId);
    const types = input.ResourceTypes ?? [];
    const tables = instance
      .tables()
      .filter(([family]) => types.length === 0 || types.includes(upperSnake(family)));
    const pairs = tables.flatMap(([, table]) => table.all().flatMap(({ tags }) => Object.entries(tags)));
    const unique = [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair] as const)).values()];
    const { tagKey, tagValue, tagKeyComparisonType, tagValueComparisonType } =
      input.SearchCriteria?.TagSearchCondition ?? {};
    const found = unique.filter(
      ([key, value]) =>
        (tagKey === undefined || compareTexts(key, tagKey, tagKeyComparisonType)) &&
        (tagValue === undefined || compareTexts(value, tagValue, tagValueComparisonType)),
    );
    const page = cutSorted(found, input, {
      scope: `SearchResourceTags:${input.InstanceId}`,
      sizes: searchSizes,
      keyOf: JSON.stringify,
    });
    return { Tags: page.items.map(([key, value]) => ({ key, value })), NextToken: page.next };
  },
} satisfies Handlers;

interface Tagged {
  readonly tags: Tags;
  readonly write: (tags: Tags) => void;
}

function findTagged(world: World, arn: string): Tagged {
  for (const instance of world.instances()) {
    if (arn === instance.configured.arn) {
      return {
        tags: instance.tags,
        write: (tags) => {
          instance.tags = tags;
        },
      };
    }
    // Contacts have tag operations of their own.
    for (const [, table] of instance.tables()) {
      const row = table.all().find((candidate) => candidate.arn === arn);
      if (row) return { tags: row.tags, write: (tags) => table.revise(row, { tags }) };
    }
  }
  throw new ServiceFault("ResourceNotFoundException", `no resource with the ARN \`${arn}\` exists`);
}

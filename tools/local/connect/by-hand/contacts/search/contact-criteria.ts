/** The criteria of SearchContacts: each that is given must hold; an empty list asks for nothing. */
import type {
  AiAgentSearchCriteria,
  ControlPlaneTagFilter,
  Expression,
  SearchContactsAdditionalTimeRange,
  SearchContactsMatchType,
  SearchContactsTimeRange,
  SearchContactsTimeRangeType,
  SearchCriteria,
} from "@aws-sdk/client-connect";
import { lowerAscii } from "../../../../../../shared/ascii.ts";
import { hasTag } from "../../../engine/search.ts";
import { groupPath } from "../../../families/hierarchy.ts";
import type { InstanceState } from "../../../instance-state.ts";
import type { Row } from "../../../records/resource-table.ts";
import { invalidParameter } from "../../../service-fault.ts";
import { checkAtMost, idIn } from "../../metrics/filters.ts";
import { firstOfChain } from "../contact-attributes.ts";
import type { ContactShape } from "../contact-shape.ts";

/** A contact that may be found, and the instance that it is in. */
export interface Found {
  readonly row: Row<ContactShape>;
  readonly instance: InstanceState;
}

type Test = (found: Found) => boolean;
type Described = ContactShape["described"];

/** The times of a contact, by the names that ranges and sorts have for them. */
export const timesOf: Readonly<
  Record<SearchContactsTimeRangeType, (described: Described) => Date | undefined>
> = {
  INITIATION_TIMESTAMP: ({ InitiationTimestamp }) => InitiationTimestamp,
  SCHEDULED_TIMESTAMP: ({ ScheduledTimestamp }) => ScheduledTimestamp,
  CONNECTED_TO_AGENT_TIMESTAMP: ({ AgentInfo }) => AgentInfo?.ConnectedToAgentTimestamp,
  DISCONNECT_TIMESTAMP: ({ DisconnectTimestamp }) => DisconnectTimestamp,
  ENQUEUE_TIMESTAMP: ({ QueueInfo }) => QueueInfo?.EnqueueTimestamp,
};

/** Both ends are in the range. @throws ServiceFault `InvalidParameterException` */
export function compileTimeRange(range: SearchContactsTimeRange, path: string): Test {
  const from = range.StartTime?.getTime() ?? Number.NaN;
  const to = range.EndTime?.getTime() ?? Number.NaN;
  if (!(from <= to)) throw invalidParameter(`${path}.EndTime`, "must not be before the start");
  const timeOf = timesOf[range.Type ?? "INITIATION_TIMESTAMP"];
  return ({ row }) => {
    const at = timeOf(row.shape.described)?.getTime();
    return at !== undefined && at >= from && at <= to;
  };
}

/** Compiles the criteria that are given. @throws ServiceFault `InvalidParameterException` */
export function compileCriteria(criteria: SearchCriteria, instance: InstanceState): readonly Test[] {
  checkLimits(criteria);
  const { Channels, InitiationMethods, QueueIds, AgentIds, ActiveRegions, Name } = criteria;
  const within = (
    wanted: readonly string[] | undefined,
    readValue: (described: Described) => string | undefined,
  ) =>
    wanted && wanted.length > 0
      ? [({ row }: Found) => wanted.includes(readValue(row.shape.described) ?? "")]
      : [];
  const ids = (given: readonly string[] | undefined) => given?.map((id) => idIn(instance, id));
  return [
    ...within(Channels, ({ Channel }) => Channel),
    ...within(InitiationMethods, ({ InitiationMethod }) => InitiationMethod),
    ...within(ids(QueueIds), ({ QueueInfo }) => QueueInfo?.Id),
    ...within(ids(AgentIds), ({ AgentInfo }) => AgentInfo?.Id),
    ...within(ActiveRegions, () => instance.configured.region),
    ...(Name ? [matchTexts(Name.SearchText, Name.MatchType, ({ row }) => [row.shape.name])] : []),
    ...compileHierarchy(criteria, ids),
    ...compileTranscript(criteria),
    ...compileRouting(criteria, ids),
    ...compileAttributes(criteria),
    ...(criteria.AdditionalTimeRange ? [compileMoreTimes(criteria.AdditionalTimeRange)] : []),
    ...(criteria.ContactTags ? [compileTags(criteria.ContactTags)] : []),
    ...(criteria.AiAgents?.Criteria ?? []).map(compileAiAgent),
  ];
}

function checkLimits({ AgentIds, QueueIds, AgentHierarchyGroups, Name, ...criteria }: SearchCriteria): void {
  checkAtMost(AgentIds, "SearchCriteria.AgentIds", 100);
  checkAtMost(QueueIds, "SearchCriteria.QueueIds", 100);
  checkAtMost(Name?.SearchText, "SearchCriteria.Name.SearchText", 100);
  for (const [level, ids] of Object.entries(AgentHierarchyGroups ?? {}))
    checkAtMost(ids, `SearchCriteria.AgentHierarchyGroups.${level}`, 10);
  const { SearchableContactAttributes, SearchableSegmentAttributes } = criteria;
  for (const [name, searched] of Object.entries({
    SearchableContactAttributes,
    SearchableSegmentAttributes,
  })) {
    const path = `SearchCriteria.${name}.Criteria`;
    checkAtMost(searched?.Criteria, path, 15);
    for (const [at, { Values }] of (searched?.Criteria ?? []).entries())
      checkAtMost(Values, `${path}[${at}].Values`, 20);
  }
  checkAtMost(
    criteria.ContactAnalysis?.Transcript?.Criteria,
    "SearchCriteria.ContactAnalysis.Transcript.Criteria",
    6,
  );
}

/** Joins tests; `MATCH_EXACT` is for texts and means all elsewhere. */
function joined(tests: readonly Test[], type: SearchContactsMatchType | undefined = "MATCH_ALL"): Test {
  if (tests.length === 0) return () => true;
  if (type === "MATCH_ANY") return (found) => tests.some((test) => test(found));
  if (type === "MATCH_NONE") return (found) => !tests.some((test) => test(found));
  return (found) => tests.every((test) => test(found));
}

/** Looks for words in texts, without case; with `MATCH_EXACT`, a text must be one of the words. */
function matchTexts(
  wanted: readonly string[] | undefined,
  type: SearchContactsMatchType | undefined,
  textsOf: (found: Found) => readonly string[],
): Test {
  const isExact = type === "MATCH_EXACT";
  const tests = (wanted ?? []).map(lowerAscii).map(
    (word): Test =>
      (found) =>
        textsOf(found).some((text) =>
          isExact ? lowerAscii(text) === word : lowerAscii(text).includes(word),
        ),
  );
  return joined(tests, isExact ? "MATCH_ANY" : type);
}

type ReadIds = (given: readonly string[] | undefined) => readonly string[] | undefined;

/** Groups of the agent as they are now, one list for each level. */
function compileHierarchy({ AgentHierarchyGroups: groups }: SearchCriteria, ids: ReadIds): readonly Test[] {
  const levels = [groups?.L1Ids, groups?.L2Ids, groups?.L3Ids, groups?.L4Ids, groups?.L5Ids];
  return levels.flatMap((given, level) => {
    const wanted = ids(given) ?? [];
    if (wanted.length === 0) return [];
    return [
      ({ row, instance }: Found) => {
        const agent = instance.table("User").find(row.shape.described.AgentInfo?.Id ?? "");
        const path = groupPath(String(agent?.shape["HierarchyGroupId"] ?? ""), instance);
        return wanted.includes(String(path[level]?.["Id"]));
      },
    ];
  });
}

/** What calls have said in a chat is all that there is of transcripts. */
function compileTranscript({ ContactAnalysis: analysis }: SearchCriteria): readonly Test[] {
  if (!analysis?.Transcript) return [];
  const { Criteria = [], MatchType } = analysis.Transcript;
  const tests = Criteria.map(({ ParticipantRole, SearchText, MatchType: type }) =>
    matchTexts(SearchText, type, ({ row }) =>
      (row.shape.session?.messages ?? [])
        .filter(({ from }) => from.role === ParticipantRole)
        .map(({ Content = "" }) => Content),
    ),
  );
  return [joined(tests, MatchType)];
}

/** Preferred agents in the steps of the contact's routing criteria. */
function compileRouting({ RoutingCriteria: routing }: SearchCriteria, ids: ReadIds): readonly Test[] {
  return (routing?.Steps ?? []).map(({ AgentCriteria: agents }) => {
    const tests = (ids(agents?.AgentIds) ?? []).map(
      (id): Test =>
        ({ row }) =>
          (row.shape.described.RoutingCriteria?.Steps ?? []).some(({ Expression }) =>
            agentsIn(Expression).includes(id),
          ),
    );
    return joined(tests, agents?.MatchType ?? "MATCH_ANY");
  });
}

function agentsIn(expression: Expression | undefined): readonly string[] {
  const { AttributeCondition, AndExpression = [], OrExpression = [] } = expression ?? {};
  const own = AttributeCondition?.MatchCriteria?.AgentsCriteria?.AgentIds ?? [];
  return [...own, ...[...AndExpression, ...OrExpression].flatMap(agentsIn)];
}

function compileAttributes(criteria: SearchCriteria): readonly Test[] {
  const { SearchableContactAttributes: attributes, SearchableSegmentAttributes: segments } = criteria;
  const test = (Key = "", Values: readonly string[] = [], valuesOf: (found: Found) => object): Test => {
    return (found) => {
      const own = new Map<string, unknown>(Object.entries(valuesOf(found))).get(Key);
      return typeof own === "string" && Values.includes(own);
    };
  };
  const inChain = ({ row, instance }: Found) => firstOfChain(instance, row).shape.attributes;
  const inSegment = ({ row }: Found) =>
    Object.fromEntries(
      Object.entries(row.shape.described.SegmentAttributes ?? {}).map(([key, value]) => [
        key,
        value.ValueString,
      ]),
    );
  return [
    joined(
      (attributes?.Criteria ?? []).map(({ Key, Values }) => test(Key, Values, inChain)),
      attributes?.MatchType,
    ),
    joined(
      (segments?.Criteria ?? []).map(({ Key, Values }) => test(Key, Values, inSegment)),
      segments?.MatchType,
    ),
  ];
}

function compileMoreTimes({ Criteria = [], MatchType }: SearchContactsAdditionalTimeRange): Test {
  const tests = Criteria.map(({ TimeRange, TimestampCondition }, at) => {
    const path = `SearchCriteria.AdditionalTimeRange.Criteria[${at}]`;
    if ((TimeRange === undefined) === (TimestampCondition === undefined))
      throw invalidParameter(path, "give exactly one of `TimeRange` and `TimestampCondition`");
    if (TimeRange) return compileTimeRange(TimeRange, `${path}.TimeRange`);
    // The only condition is NOT_EXISTS.
    const timeOf = timesOf[TimestampCondition?.Type ?? "INITIATION_TIMESTAMP"];
    return ({ row }: Found) => timeOf(row.shape.described) === undefined;
  });
  return joined(tests, MatchType);
}

function compileTags({ OrConditions = [], AndConditions = [], TagCondition }: ControlPlaneTagFilter): Test {
  return ({ row: { tags } }) =>
    (OrConditions.length === 0 || OrConditions.some((all) => all.every((each) => hasTag(tags, each)))) &&
    AndConditions.every((each) => hasTag(tags, each)) &&
    (!TagCondition || hasTag(tags, TagCondition));
}

function compileAiAgent({ Id, VersionNumber, AiAgentEscalated, AiUseCase }: AiAgentSearchCriteria): Test {
  return ({ row }) =>
    (row.shape.session?.aiAgents ?? []).some(
      (agent) =>
        (Id === undefined || agent.AiAgentVersionId?.split(":")[0] === Id || agent.AiAgentVersionId === Id) &&
        (VersionNumber === undefined || agent.AiAgentVersionId?.endsWith(`:${VersionNumber}`) === true) &&
        (AiAgentEscalated === undefined || agent.AiAgentEscalated === AiAgentEscalated) &&
        (AiUseCase === undefined || agent.AiUseCase === AiUseCase),
    );
}

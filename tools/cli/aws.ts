/**
 * AWS as a person reaches it: through the SDK's clients, so that profiles, SSO and assumed roles work as they do for the
 * AWS CLI. A command imports its client on demand: other commands do not wait for it (decision 0079).
 */
import { confidentialForm, isConfidential } from "../../shared/endpoint.ts";

/** Why AWS refused a command's request: a message for people that says what to do next. */
export class AwsProblem extends Error {
  override readonly name = "AwsProblem";
  /** AWS's name for an error, like `NoSuchKey`; the SDK's own name when there was no answer. */
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Settings of every client. The SDK for JavaScript does not read `AWS_DEFAULT_REGION`, which the AWS CLI does. */
export function clientSettings(): { readonly region?: string } {
  const region = process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"];
  return region ? { region } : {};
}

interface Client {
  readonly middlewareStack: { add(middleware: never, place: never): void };
}

interface Sent {
  readonly request: { readonly protocol: string; readonly hostname: string };
}

type Next = (args: Sent) => Promise<unknown>;

/** Makes a client send nothing that others could read, and throw only {@link AwsProblem}. */
export function prepareClient<SomeClient extends Client>(client: SomeClient): SomeClient {
  const explain =
    (next: Next, context: { readonly clientName?: string; readonly commandName?: string }) =>
    async (args: Sent) => {
      try {
        return await next(args);
      } catch (error) {
        const service = serviceNames.get(context.clientName ?? "") ?? "";
        throw explainFailure(error, `${service}:${context.commandName?.replace(/Command$/, "")}`);
      }
    };
  const assertConfidential = (next: Next) => async (args: Sent) => {
    if (isConfidential(args.request)) return next(args);
    throw new AwsProblem("InsecureEndpoint", `an endpoint of AWS must be ${confidentialForm}`, undefined);
  };
  const first = { name: "explain", step: "initialize", priority: "high", override: true };
  // Low: next to the wire, so that it sees the request that is sent.
  const last = { name: "assertConfidential", step: "deserialize", priority: "low", override: true };
  client.middlewareStack.add(explain as never, first as never);
  client.middlewareStack.add(assertConfidential as never, last as never);
  return client;
}

/** What IAM calls the services. */
const serviceNames: ReadonlyMap<string, string> = new Map([
  ["S3Client", "s3"],
  ["SSMClient", "ssm"],
  ["AppConfigClient", "appconfig"],
  ["AppConfigDataClient", "appconfig"],
  ["DynamoDBClient", "dynamodb"],
]);

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** @param action what IAM calls the request: `s3:PutObject` */
function explainFailure(error: unknown, action: string): unknown {
  if (error instanceof AwsProblem || !(error instanceof Error)) return error;
  const { name, message, $metadata, $response }: Failure = error;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) {
    const region = $response?.headers?.["x-amz-bucket-region"];
    const hint =
      region && status < 400 ? `the bucket is in another region: \`${region}\`` : hintOf(name, action);
    const said = `the service answered ${status} \`${name}\``;
    return new AwsProblem(name, hint === "" ? said : `${said}; ${hint}`, error);
  }
  return new AwsProblem(name, explainSilence(name, message), error);
}

function hintOf(code: string, action: string): string {
  if (/^AccessDenied/.test(code)) return `your credentials need \`${action}\``;
  if (/^(?:Expired|Invalid|Unrecognized).*(?:Token|Client)|^SignatureDoesNotMatch$/.test(code))
    return "your credentials have expired or are wrong: sign in again, for example with `aws sso login`";
  return "";
}

/** For failures without an answer. */
function explainSilence(name: string, message: string): string {
  if (/^Region (?:is missing|not accepted)/.test(message))
    return "`AWS_REGION` must name a region, like `us-east-1`, or your profile must";
  if (/^(?:Credentials|Token)ProviderError$/.test(name))
    return `there are no AWS credentials: ${message.replace(/\.$/, "")}; name a profile in \`AWS_PROFILE\`, sign in with \`aws sso login\`, or set \`AWS_ACCESS_KEY_ID\` and \`AWS_SECRET_ACCESS_KEY\``;
  if (/^(?:Abort|Timeout)Error$/.test(name)) return "the service did not answer in time; try again";
  return message;
}

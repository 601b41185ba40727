"""A drop-in endpoint, by AWS's SDK for Python: what Connect receives through the gateway is what it receives directly,
and the client gets the same output, for every operation that this botocore knows.

Inputs and answers are made up from botocore's own service model, so that encoder and decoder on both sides of the gateway
are independent of the SDK that the gateway itself uses. What botocore knows and that SDK does not, the gateway must refuse
by name; in an answer it is dropped, as that SDK drops it.

Starts a gateway and a recording Connect of its own and ends with `N passed, N failed`. Needs boto3.
"""

import json
import re
import subprocess
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote

import botocore
from botocore.exceptions import ClientError

from running_gateway import ROOT, Checks, client_of, gateway, token_of

HOSTILE = "ü/?#%25&+=, \"\\'<>{}[];: \u2028\U0001f600"
INSTANCE = "00fbeee1-123e-111e-93e3-11111bfbfcc1"
PLACE = {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012", "InstanceId": INSTANCE}
MAX_SELF = 2
VOLATILE = {
    "host", "connection", "user-agent", "x-amz-user-agent", "authorization", "x-amz-date", "x-amz-security-token",
    "x-amz-content-sha256", "amz-sdk-invocation-id", "amz-sdk-request", "content-length", "accept-encoding",
    # The SDK for Python names the content type only where it sends a body; so does the other, but for another set of bodies.
    "content-type",
}

catalogue = json.loads((ROOT / "shared/catalog/generated/catalog.generated.json").read_text())
names_nothing = set(json.loads((ROOT / "test/wire/names-nothing.json").read_text()))
sdk = json.loads(subprocess.run(["node", "test/boto3/sdk-members.mjs"], cwd=ROOT, capture_output=True, check=True).stdout)
checks = Checks(quiet=True)


# --- Connect's stand-in -------------------------------------------------------------------------------------------

class Upstream(ThreadingHTTPServer):
    """Keeps the requests it receives and gives the answer that was set last."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Recorder)
        self.received, self.reply = [], (200, {}, "{}")
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait for each other's acknowledgement.
    wbufsize = 65_536

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, _, query = self.path.partition("?")
        self.server.received.append({
            "method": self.command,
            # Both encoders escape what must be escaped; which other characters they escape is their own affair.
            "path": [unquote(segment) for segment in path.split("/")],
            "query": sorted(parse_qsl(query, keep_blank_values=True)),
            "headers": {name.lower(): value for name, value in self.headers.items() if name.lower() not in VOLATILE},
            # An operation without body members: the one sends nothing, the other an empty object.
            "body": (json.loads(body) if body else None) or None,
        })
        status, headers, text = self.server.reply
        payload = text.encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers, "content-length": str(len(payload))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


# --- values from the service model --------------------------------------------------------------------------------

class Maker:
    """Makes a value of a shape: `full`, `required` or `empty` (as test/wire/synthetic-value.ts has them)."""

    def __init__(self, extent, variant=0, texts=None, reveal=None):
        self.extent, self.variant, self.texts, self.reveal = extent, variant, texts or {}, reveal
        self.revealed = []

    def make(self, shape, name="", path="", within=()):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, path, within)
        if kind == "list":
            inner = f"{path}[0]"
            return [] if self.stops(shape.member, within) else [self.make(shape.member, name, inner, within)]
        if kind == "map":
            inner = f"{path}.{HOSTILE}"
            return {} if self.stops(shape.value, within) else {HOSTILE: self.make(shape.value, name, inner, within)}
        if kind == "timestamp":
            return datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
        if kind in ("integer", "long"):
            return 7
        if kind in ("float", "double"):
            return (7.0, -1.5)[self.variant % 2]
        if kind == "boolean":
            return self.variant % 2 == 0
        if kind == "string":
            return self.texts.get(name, HOSTILE)
        raise TypeError(f"{shape.name} is a {kind}")

    def stops(self, shape, within):
        return self.extent == "empty" or within.count(shape.name) >= MAX_SELF

    def structure(self, shape, path, within):
        known = sdk["structures"].get(shape.name)
        members = dict(shape.members)
        if known is not None:
            members = {name: inner for name, inner in members.items() if name in known or self.shows(shape, name)}
        if shape.is_tagged_union:
            arms = list(members)
            shown = [name for name in arms if self.shows(shape, name)]
            members = {name: members[name] for name in (shown or arms[self.variant % len(arms):])[:1]}
        else:
            whole = self.extent == "full" and within.count(shape.name) < MAX_SELF
            members = {name: inner for name, inner in members.items() if whole or self.wanted(shape, name, inner, within)}
        made = {}
        for name, inner in members.items():
            place = f"{path}.{name}" if path else name
            if not path and inner.serialization.get("location"):
                # Of what is not in the body, the gateway knows no other name than that on the wire.
                place = inner.serialization.get("name", name)
            if self.shows(shape, name):
                self.revealed.append(place)
            header = inner.serialization.get("location") == "header"
            # A header has no other alphabets.
            is_text = header and inner.type_name == "string"
            made[name] = "plain" if is_text else self.make(inner, name, place, (*within, shape.name))
        return made

    def wanted(self, shape, name, inner, within):
        container = inner.type_name in ("list", "map")
        return (
            name in shape.required_members
            or (self.extent == "empty" and not within and container)
            or (not within and inner.metadata.get("idempotencyToken"))
        )

    def shows(self, shape, name):
        return self.reveal == (shape.name, name)


def wire_value(shape, value):
    """A value as Connect writes it in JSON."""
    kind = shape.type_name
    if kind == "structure":
        return {name: wire_value(shape.members[name], inner) for name, inner in value.items()}
    if kind == "list":
        return [wire_value(shape.member, inner) for inner in value]
    if kind == "map":
        return {key: wire_value(shape.value, inner) for key, inner in value.items()}
    if kind == "timestamp":
        if shape.serialization.get("timestampFormat") == "iso8601":
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        return value.timestamp()
    return value


# --- identifiers, from the catalogue ------------------------------------------------------------------------------

LINES = {line.split(";")[0]: line.split(";") for line in catalogue["operations"]}


def targets_of(operation):
    """The operation's targets, those of what it asks besides included: what is usual is left out of the file."""
    fields = [*LINES.get(operation, []), "", "", "", ""]
    own = [] if operation not in LINES or fields[3] == "-" else fields[3].split("&")
    extra = catalogue["rare"].get(operation, {}).get("extra", [])
    return [expand(target) for target in [*own, *(target for each in extra for target in each[2:])]]


def expand(target):
    """A type alone stands at the member of its ARN's label, and nothing at all is the instance."""
    if " " in target:
        return target
    kind = target or "instance"
    label = re.search(r"\$\{(\w+)\}(?::\$\{\w+\})?$", catalogue["resourceTypes"][kind])
    return f"{kind} {label.group(1)}"


def texts_of(operation):
    """The text of each member that names something: by the name of the member, wherever it stands in the operation."""
    targets = targets_of(operation)
    texts = {"InstanceId": INSTANCE}
    for target in targets:
        kind, source, *options = target.split(" ")
        if source == "*" or any(option.startswith("#") for option in options):
            continue
        name = source.rstrip("?+").replace("[]", "").split(".")[-1]
        kind = kind.lstrip("~")
        types = next((option[1:].split(",") for option in options if option.startswith("@")), [])
        if kind == "instance":
            texts[name] = arn_of("instance") if name.endswith("Arn") else INSTANCE
        elif kind == "arn":
            texts.setdefault(name, arn_of(types[0] if types else "user"))
        else:
            texts.setdefault(name, "id-1")
    return texts


def arn_of(kind):
    # As shared/catalog/catalog.ts reads them.
    arn = catalogue["resourceTypes"][kind]
    beginning = "arn:${Partition}:connect:${Region}:${Account}:"
    arn = arn.replace("~/", beginning + "instance/${InstanceId}/").replace("~", beginning)
    for name, value in PLACE.items():
        arn = arn.replace(f"${{{name}}}", value)
    while "${" in arn:
        start = arn.index("${")
        arn = arn[:start] + "id-1" + arn[arn.index("}", start) + 1:]
    return arn


def input_of(maker, shape):
    value = maker.make(shape) if shape else {}
    # What a filter's values name is told by its key.
    if value.get("Filters") and isinstance(value["Filters"], list):
        value["Filters"] = [{"FilterKey": "QUEUE", "FilterValues": ["id-1"]}]
    return value


# --- the comparison -----------------------------------------------------------------------------------------------

class Wire:
    def __init__(self, upstream, direct, proxied):
        self.upstream, self.direct, self.proxied = upstream, direct, proxied

    def send(self, client, operation, parameters):
        """The request that Connect received, if any, and what the client made of the answer."""
        self.upstream.received.clear()
        call = getattr(client, botocore.xform_name(operation))
        try:
            outcome = call(**parameters)
        except ClientError as error:
            outcome = {"exception": type(error).__name__, **error.response}
        outcome.pop("ResponseMetadata", None)
        received = list(self.upstream.received)
        return (received[0] if received else None), outcome


def compare(wire, model, extent, variant=0):
    name = model.name
    title = f"{name} {extent}" + (f", variant {variant}" if variant else "")
    answer = Maker(extent, variant).make(model.output_shape) if model.output_shape else {}
    text = json.dumps(wire_value(model.output_shape, answer) if answer else {})
    wire.upstream.reply = (200, {}, text)
    parameters = input_of(Maker(extent, variant, texts_of(name)), model.input_shape)
    sent, output = wire.send(wire.direct, name, parameters)
    through, answered = wire.send(wire.proxied, name, parameters)
    if title in names_nothing:
        checks.check(f"{title}: is refused", through is None and answered.get("exception") == "InvalidParameterException")
        return
    checks.check(f"{title}: request\n  {sent}\n  {through}\n  {answered if through is None else ''}", sent is not None and sent == through)
    checks.check(f"{title}: output\n  {output}\n  {answered}", output == answered)


def unknown_members(shape, seen=None):
    """Names what botocore has in a shape and the gateway's SDK has not: (structure, member)."""
    seen = set() if seen is None else seen
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if shape.type_name == "list":
        yield from unknown_members(shape.member, seen)
    elif shape.type_name == "map":
        yield from unknown_members(shape.value, seen)
    elif shape.type_name == "structure":
        known = sdk["structures"].get(shape.name, [])
        for name, inner in shape.members.items():
            if name in known:
                yield from unknown_members(inner, seen)
            else:
                yield shape.name, name


def refuses_unknown(wire, model):
    found = 0
    for structure, member in unknown_members(model.input_shape):
        maker = Maker("full", 0, texts_of(model.name), (structure, member))
        parameters = input_of(maker, model.input_shape)
        sent, answered = wire.send(wire.proxied, model.name, parameters)
        message = answered.get("Error", {}).get("Message", "")
        named = any(path in message for path in maker.revealed)
        refused = sent is None and answered.get("exception") == "InvalidParameterException" and named
        checks.check(f"{model.name}: refuses {structure}.{member} by name: {answered}", bool(maker.revealed) and refused)
        found += 1
    return found


def compare_exceptions(wire, service):
    parameters = {"InstanceId": INSTANCE, "UserId": "id-1"}
    shapes = [shape for shape in service.error_shapes]
    for shape in shapes:
        fields = wire_value(shape, Maker("full").make(shape))
        wire.upstream.reply = (409, {"x-amzn-errortype": shape.error_code}, json.dumps(fields))
        _, direct = wire.send(wire.direct, "DescribeUser", parameters)
        _, proxied = wire.send(wire.proxied, "DescribeUser", parameters)
        right = direct["exception"] == shape.name and direct["Error"]["Code"] == shape.error_code
        checks.check(f"{shape.name}\n  {direct}\n  {proxied}", right and without_twins(direct) == without_twins(proxied))
    return len(shapes)


def without_twins(response):
    """`message` in both spellings, since AWS's SDKs do not agree on one: botocore keeps what the body has."""
    return {name: value for name, value in response.items() if name not in ("message", "Message", "__type")}


def run():
    upstream = Upstream()
    with gateway("--connect", upstream.url) as url:
        settings = {"parameter_validation": False}
        wire = Wire(upstream, client_of(upstream.url, **settings), client_of(url, token_of(url, "admins"), **settings))
        service = wire.direct.meta.service_model
        known, compared, newer = set(sdk["operations"]), 0, 0
        for name in service.operation_names:
            model = service.operation_model(name)
            if name not in known or "refused" in catalogue["rare"].get(name, {}):
                parameters = input_of(Maker("required", 0, texts_of(name)), model.input_shape)
                sent, answered = wire.send(wire.proxied, name, parameters)
                refused = answered.get("Error", {}).get("Code") == "UnknownOperationException"
                checks.check(f"{name}: is refused: {answered}", sent is None and refused)
                continue
            for extent, variant in (("full", 0), ("full", 1), ("required", 0), ("empty", 0)):
                compare(wire, model, extent, variant)
            newer += refuses_unknown(wire, model)
            compared += 1
        errors = compare_exceptions(wire, service)
    print(f"botocore {botocore.__version__}: {compared} operations, {errors} exceptions, {newer} members newer than the gateway's SDK")


run()
sys.exit(checks.end())

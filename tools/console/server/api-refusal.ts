/** What the console answers instead: its status, and the reason in words, or as JSON what the page shows. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: 400 | 409;
  readonly body: string | object;

  constructor(status: 400 | 409, body: string | object) {
    super(typeof body === "string" ? body : "the file changed since it was read");
    this.status = status;
    this.body = body;
  }
}

// Networks to the real host: one that fails in the middle of a request, and one that asks as a browser does.

/** Passes requests on. One of them fails: before it is sent, on its way back, or in the middle of the answer. */
export class Failing {
  requests = [];
  #inner;
  #left = -1;
  #how;

  constructor(inner) {
    this.#inner = inner;
    this.fetch = this.fetch.bind(this);
  }

  /** Let the request after `at` others fail; `how` is "request", "answer" or "body". */
  failAt(at, how) {
    this.#left = at;
    this.#how = how;
    this.requests = [];
  }

  async fetch(url, init) {
    const { method, cache, credentials, referrerPolicy, redirect, headers } = init;
    const path = new URL(url).pathname;
    this.requests.push({ method, path, cache, credentials, referrerPolicy, redirect, headers });
    const fails = this.#left === 0;
    this.#left -= 1;
    if (fails && this.#how === "request") throw new TypeError("fetch failed");
    const response = await this.#inner(url, init);
    if (!fails) return response;
    await response.clone().arrayBuffer(); // the host has done it
    if (this.#how === "answer") throw new TypeError("fetch failed");
    return broken(response);
  }
}

/** The same answer, whose connection breaks off after some bytes. */
function broken(response) {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(await response.arrayBuffer()).slice(0, 10));
      controller.error(new TypeError("terminated"));
    },
  });
  return new Response(body, response);
}

const SIMPLE = ["GET", "HEAD", "POST"];
const FORBIDDEN = ["accept-encoding"]; // a browser sets it itself
const SAFE = ["accept"];

/** Asks first whether the host allows a page of this origin, as browsers do (the Fetch standard, CORS). */
export function browserFetch(page) {
  return async (url, init) => {
    const headers = Object.fromEntries(
      Object.entries(init.headers ?? {}).filter(([name]) => !FORBIDDEN.includes(name)),
    );
    const unsafe = Object.keys(headers).filter((name) => !SAFE.includes(name));
    if (unsafe.length > 0 || !SIMPLE.includes(init.method))
      await preflight(page, url, init.method, unsafe);
    const response = await fetch(url, { ...init, headers: { ...headers, origin: page } });
    if (!allows(response, page)) throw new TypeError("Failed to fetch");
    return response;
  };
}

const allows = ({ headers }, page) =>
  ["*", page].includes(headers.get("access-control-allow-origin"));

async function preflight(page, url, method, names) {
  const response = await fetch(url, {
    method: "OPTIONS",
    headers: {
      origin: page,
      "access-control-request-method": method,
      "access-control-request-headers": names.sort().join(","),
    },
  });
  const list = (name) => (response.headers.get(name) ?? "").toLowerCase().split(/\s*,\s*/);
  const methods = [
    ...SIMPLE,
    ...list("access-control-allow-methods").map((each) => each.toUpperCase()),
  ];
  const allowed = list("access-control-allow-headers");
  const passes = response.ok && allows(response, page) && methods.includes(method);
  if (!passes || !names.every((name) => allowed.includes(name)))
    throw new TypeError("Failed to fetch");
}

const last = (list) => list.slice(0, -1);
const changeMessages =
  (change) =>
  ({ messages, ...page }) => ({ ...page, messages: change(messages) });
const changeLast = (change) =>
  changeMessages((messages) => [
    ...last(messages),
    { ...messages.at(-1), ...change(messages.at(-1)) },
  ]);

/** Another base64url text of the same length. */
const other = (text) => (text[0] === "A" ? "B" : "A") + text.slice(1);
const weekLater = (day) => new Date(Date.parse(day) + 7 * 86_400_000).toISOString().slice(0, 10);

const REPORT = /^GET .*\/v1\/(report|inbox\/[^/]+)$/;
const MESSAGES = /^GET .*\/messages$/;
const WRITES = /^PUT /;
const FILE = /^GET .*\/attachments\//;
const INBOX = /^GET .*\/v1\/inbox$/;
const LINE = /^GET .*\/v1\/lines\/[^/]+$/;

/** What a bad host may do: which answers it changes, and how. */
const TAMPERS = {
  "hide-newest": [MESSAGES, changeMessages(last)],
  "hide-first": [MESSAGES, changeMessages((messages) => messages.slice(1))],
  "hide-all": [MESSAGES, changeMessages(() => [])],
  reverse: [MESSAGES, changeMessages((messages) => messages.toReversed())],
  body: [MESSAGES, changeLast(({ body }) => ({ body: other(body) }))],
  "no-body": [MESSAGES, changeLast(() => ({ body: undefined }))],
  "no-wrap": [MESSAGES, changeLast(() => ({ wraps: [] }))],
  wrap: [
    MESSAGES,
    changeLast(({ wraps: [first] }) => ({ wraps: [{ ...first, wrap: other(first.wrap) }] })),
  ],
  signature: [MESSAGES, changeLast(({ signature }) => ({ signature: other(signature) }))],
  day: [MESSAGES, changeLast(({ receivedOn }) => ({ receivedOn: weekLater(receivedOn) }))],
  proof: [MESSAGES, changeLast(({ proof }) => ({ proof: other(proof) }))],
  "no-end": [MESSAGES, (page) => ({ ...page, more: true })],
  state: [REPORT, (claim) => ({ ...claim, state: "closed" })],
  clocks: [REPORT, ({ clocks, ...claim }) => ({ ...claim, clocks: last(clocks) })],
  erasure: [REPORT, (claim) => ({ ...claim, erasedOn: weekLater(claim.erasedOn) })],
  document: [REPORT, (claim) => ({ ...claim, document: other(claim.document) })],
  count: [REPORT, (claim) => ({ ...claim, messageCount: claim.messageCount + 1 })],
  erased: [REPORT, (claim) => ({ ...claim, erased: true })],
  "other-line": [REPORT, (claim) => ({ ...claim, lineId: "a".repeat(32) })],
  "empty-inbox": [INBOX, (page) => ({ ...page, entries: [] })],
  "other-entry": [
    INBOX,
    (page) => ({
      ...page,
      entries: page.entries.map((each) => ({ ...each, entry: other(each.entry) })),
    }),
  ],
  "other-keys": [
    REPORT,
    ({ birthKeys, ...claim }) => ({
      ...claim,
      birthKeys: { ...birthKeys, boxKey: other(birthKeys.boxKey) },
    }),
  ],
  "no-box-keys": [LINE, (line) => ({ ...line, boxKeys: [] })],
  accepted: [WRITES, (answer) => ({ ...answer, proof: other(answer.proof) })],
  line: [LINE, (line) => ({ ...line, signature: other(line.signature) })],
  file: [FILE, (bytes) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))],
  "short-file": [FILE, (bytes) => bytes.slice(1)],
  more: [/./, (answer) => ({ ...answer, later: { members: ["of", "a", "later", "host"] } })],
};

/** Changes answers as a bad host would: `times` of them, all if it is 0. */
export class Tampering {
  #inner;
  #how;
  #left = 0;

  constructor(inner) {
    this.#inner = inner;
    this.fetch = this.fetch.bind(this);
  }

  tamper(how, times) {
    this.#how = TAMPERS[how];
    this.#left = times || Number.POSITIVE_INFINITY;
  }

  async fetch(url, init) {
    const response = await this.#inner(url, init);
    const [which, change] = this.#how ?? [];
    if (
      !which?.test(`${init.method} ${new URL(url).pathname}`) ||
      !response.ok ||
      this.#left <= 0
    ) {
      return response;
    }
    this.#left -= 1;
    const { status, headers } = response;
    const changed =
      which === FILE
        ? change(new Uint8Array(await response.arrayBuffer()))
        : JSON.stringify(change(await response.json()));
    return new Response(changed, { status, headers });
  }
}

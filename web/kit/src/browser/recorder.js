// A proxy that writes down everything a browser sends, as it goes over the wire, and lets it reach this machine alone.

import { createServer, request as send } from "node:http";
import { connect } from "node:net";
import { pipeline } from "node:stream";

const HERE = /^(localhost|127\.0\.0\.1|\[::1\])$/;
const MOST = 1 << 20; // bytes of one body that are kept

/** Records requests in `requests`: method, url, headers and body. Those to other machines are refused. */
export class Recorder {
  requests = [];
  #fails = { left: -1, how: "" };
  #server = createServer((request, response) => this.#pass(request, response));
  #allows;

  /** `allows` says, by host name, what may be reached besides this machine. */
  constructor(allows = () => false) {
    this.#allows = (host) => HERE.test(host) || allows(host);
    this.#server.on("connect", (request, socket) => this.#tunnel(request, socket));
  }

  /**
   * Let the network go in the middle of the request after `at` others, preflights not counted: before it is sent
   * ("request"), before its answer comes back ("answer"), or in the middle of that ("body").
   */
  failAt(at, how) {
    this.#fails = { left: at, how };
  }

  async start() {
    await new Promise((ready) => this.#server.listen(0, "127.0.0.1", ready));
    return this.#server.address().port;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #pass(request, response) {
    const url = new URL(request.url, "http://nowhere.invalid");
    const record = this.#record(request.method, url.href, request.headers);
    collect(request, record);
    if (!this.#allows(url.hostname)) {
      response.writeHead(502).end();
      return;
    }
    const fault = this.#fault(request);
    if (fault === "request") return void hangUp(response);
    const { "proxy-connection": _, ...headers } = request.headers;
    const passed = send(url, { method: request.method, headers }, (answer) => {
      record.status = answer.statusCode;
      if (fault !== undefined) return void breakOff(answer, response, fault === "body");
      response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
      pipeline(answer, response, () => {});
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  }

  /** How this request fails, if it does. */
  #fault({ method }) {
    if (method === "OPTIONS") return undefined;
    const { left, how } = this.#fails;
    this.#fails = { left: left - 1, how };
    return left === 0 ? how : undefined;
  }

  /** What is encrypted is known by its host alone. */
  #tunnel(request, socket) {
    const [, host, port] = /^(.*):(\d+)$/.exec(request.url) ?? [];
    this.#record("CONNECT", `https://${request.url}/`, request.headers);
    if (host === undefined || !this.#allows(host)) {
      socket.end("HTTP/1.1 502 Refused\r\n\r\n");
      return;
    }
    const other = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      pipeline(socket, other, socket, () => {});
    });
    other.on("error", () => socket.destroy());
    socket.on("error", () => other.destroy());
  }

  #record(method, url, headers) {
    const record = { method, url, headers, body: Buffer.alloc(0) };
    this.requests.push(record);
    return record;
  }
}

/** End a connection. Without these first bytes a browser would send the request again by itself. */
const hangUp = ({ socket }) => socket.end("HTTP/1.1 ", () => socket.destroy());

/** Take the whole answer, and give its beginning or nothing. */
async function breakOff(answer, response, hasBeginning) {
  const parts = [];
  for await (const part of answer) parts.push(part);
  if (!hasBeginning) return hangUp(response);
  response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
  response.write(Buffer.concat(parts).subarray(0, 10), () => response.destroy());
}

function collect(request, record) {
  const parts = [];
  let size = 0;
  request.on("data", (part) => {
    if (size >= MOST) return;
    size += part.length;
    parts.push(part);
    record.body = Buffer.concat(parts);
  });
}

// A small host for reporters (openapi/protocol.md section 10). It keeps nothing on disk, writes down what a client breaks,
// and may be told to lie.

import { createServer } from "node:http";

import { signingKey } from "@meldpunt/client/protocol/keys";
import {
  bytes,
  decodeBase64url,
  encodeBase64url,
  hex,
} from "@meldpunt/client/protocol/verify/encoding";
import { RefusedError } from "@meldpunt/client/protocol/verify/errors";
import { reportId } from "@meldpunt/client/protocol/verify/ids";
import { verifyHeader } from "@meldpunt/client/protocol/verify/log/header";
import { verifyRequest } from "@meldpunt/client/protocol/verify/request";
import { checkBody } from "@meldpunt/client/protocol/verify/sealed";

import { KitLine, random } from "./line.js";
import { KitReport } from "./report.js";
import { TEXTS } from "./texts.js";

const OPEN = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, PUT, POST, HEAD, PATCH, DELETE",
  "access-control-allow-headers": "content-type, content-digest, signature, signature-input",
};

/** A refusal, as a problem document. */
export class Problem extends Error {
  constructor(status, type, reason) {
    super(type);
    Object.assign(this, { status, type, reason });
  }
}

/** A host with one line. */
export class KitHost {
  requests = []; // all that came, with what a host reads of it
  broken = []; // rules that a client broke: { rule, section }
  reports = new Map(); // by signing key in hexadecimal
  lie = undefined; // changes an answer: ({ method, path, status, body, ... }) => the same, changed
  #challenges = new Set();
  #server = createServer((request, response) => void this.#serve(request, response));

  async start() {
    await new Promise((ready) => this.#server.listen(0, "127.0.0.1", ready));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    this.line = new KitLine(this.origin, signingKey(random(32)));
    return this;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    const [path] = url.split("?");
    const asked = { method, path, url, headers, body: new Uint8Array(Buffer.concat(parts)) };
    if (method === "OPTIONS") return void response.writeHead(204, OPEN).end();
    this.requests.push(asked);
    const served = { method, path, url, host: headers.host };
    const honest = { ...served, status: 200, headers: {}, ...this.#answer(asked) };
    const { status, headers: more, body } = (await this.lie?.(honest)) ?? honest;
    const type = status >= 400 ? "application/problem+json" : "application/json";
    const content = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": type, ...OPEN, ...more }).end(content);
  }

  #answer(asked) {
    try {
      return this.#route(asked);
    } catch (error) {
      const problem =
        error instanceof RefusedError ? new Problem(400, "protocol", error.reason) : error;
      if (!(problem instanceof Problem)) throw error;
      const { status, type, reason } = problem;
      return {
        status,
        body: { type: `urn:meldpunt:problem:${type}`, title: type, status, reason },
      };
    }
  }

  #route(asked) {
    const { line } = this;
    const { method, path } = asked;
    const [, text] = /\/texts\/([\w-]{43})$/.exec(path) ?? [];
    if (method === "POST" && path === "/v1/challenges") return this.#challenge();
    if (method === "GET" && path === line.path) return { body: line.answer() };
    if (method === "GET" && path === `${line.path}/documents/${encodeBase64url(line.older.hash)}`) {
      const { document, signature } = line.older;
      return { body: { document, signature } };
    }
    if (text !== undefined) return this.#text(text);
    if (!path.startsWith("/v1/report")) throw new Problem(404, "not-found");
    return this.#ofReport(asked, this.#signer(asked));
  }

  #challenge() {
    const challenge = encodeBase64url(random(32));
    this.#challenges.add(challenge);
    return { body: { challenge, expiresIn: 300 } };
  }

  #text(hash) {
    const { document } = this.line.newest;
    const named = JSON.parse(Buffer.from(document, "base64url"));
    const found = Object.keys(TEXTS).find((name) => named[name] === hash);
    if (found === undefined) throw new Problem(404, "not-found");
    return { body: { text: encodeBase64url(bytes(TEXTS[found])) } };
  }

  /** Who signed a request. */
  #signer({ method, url, headers, body }) {
    if (headers["signature-input"] === undefined) {
      this.#break("a request about a report has no signature", "10.2");
      throw new Problem(401, "signature-required");
    }
    const received = { fields: headers, method, origins: [this.origin], target: url, body };
    const { publicKey, challenge } = this.#checked("a request's signature is wrong", "10.2", () =>
      verifyRequest(received),
    );
    if (!this.#challenges.has(challenge)) throw new Problem(401, "challenge-expired");
    return publicKey;
  }

  #ofReport({ method, path, body }, key) {
    const report = this.reports.get(hex(key));
    if (method === "PUT" && path === "/v1/report") return this.#submit(this.#json(body), key);
    if (report === undefined) throw new Problem(404, "not-found");
    if (method === "GET" && path === "/v1/report") return { body: report.status() };
    if (method === "GET" && path === "/v1/report/messages") return { body: report.page() };
    if (method === "PUT" && path === "/v1/report/bulletin-key")
      return { body: { bulletinSince: report.status().receivedOn } };
    if (method === "PUT" && path.startsWith("/v1/report/messages/"))
      return this.#keep(report, this.#json(body));
    throw new Problem(404, "not-found");
  }

  #submit({ keys, message }, key) {
    const signingKey = decodeBase64url(keys.signingKey, 32);
    const boxKey = decodeBase64url(keys.boxKey, 1216);
    if (hex(signingKey) !== hex(key))
      this.#break("the report has another key than its request", "10.2");
    const known = this.reports.get(hex(key));
    const report =
      known ?? new KitReport(this.line, reportId(signingKey, boxKey), { signingKey, boxKey });
    const answer = this.#keep(report, message);
    this.reports.set(hex(key), report);
    return answer;
  }

  /** Keep a reporter's message, and write down what no reader could use. */
  #keep(report, message) {
    const sealed = {
      header: decodeBase64url(message.header),
      signature: decodeBase64url(message.signature),
      body: decodeBase64url(message.body),
      wraps: message.wraps.map((each) => ({
        keyId: decodeBase64url(each.keyId),
        wrap: decodeBase64url(each.wrap),
      })),
    };
    const verified = this.#checked("a message's header or signature is wrong", "7.1", () =>
      verifyHeader(sealed.header, sealed.signature, report.signingKey),
    );
    this.#checked("a body is not the one that its header names", "7.3", () =>
      checkBody(verified.header, sealed.body),
    );
    const known = report.find(verified.id);
    const kept = known ?? report.add(sealed, verified);
    if (known === undefined) this.#read(report, kept);
    return { status: known ? 200 : 201, body: { receivedOn: kept.receivedOn, proof: kept.proof } };
  }

  #read(report, message) {
    for (const handler of this.line.handlers) {
      if (!message.header.readers.includes(hex(handler.id))) continue;
      try {
        this.#checked("a handler cannot read a message", "7.5", () =>
          report.open(message, handler),
        );
      } catch {
        // it is written down: the host of a real line would not know
      }
    }
  }

  #checked(rule, section, check) {
    try {
      return check();
    } catch (error) {
      this.#break(`${rule} (${error.reason ?? error.message})`, section);
      throw error;
    }
  }

  #break(rule, section) {
    if (!this.broken.some((each) => each.rule === rule)) this.broken.push({ rule, section });
  }

  #json(body) {
    try {
      return JSON.parse(Buffer.from(body).toString());
    } catch {
      this.#break("a request's body is not JSON", "10.3");
      throw new Problem(400, "malformed-request");
    }
  }
}

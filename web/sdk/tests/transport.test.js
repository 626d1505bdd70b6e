// What a host may do to a client is bounded (openapi/protocol.md section 10.1): a real server misbehaves.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import { explain, LIMITS, openLine } from "@meldpunt/client";

let behave;
const server = createServer((request, response) => behave(request, response));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => server.closeAllConnections() ?? server.close());

const address = `http://127.0.0.1:${server.address().port}/v1/lines/${"a".repeat(32)}`;
const JSON_TYPE = { "content-type": "application/json" };

/** Open a line on a server that behaves so; give the error, and how often it was asked. */
async function opening(behaviour, limits = {}) {
  let asked = 0;
  behave = (request, response) => {
    asked += 1;
    return behaviour(response, asked, request);
  };
  const given = { limits: { ...LIMITS, delays: [1, 1], ...limits } };
  const error = await openLine(address, given).then(
    () => assert.fail("it opened"),
    (thrown) => thrown,
  );
  explain(error, "nl"); // each error has words
  return { code: error.code, kind: error.kind, reason: error.reason, asked };
}

const problem = (kind, status, more = {}) =>
  JSON.stringify({ type: `urn:meldpunt:problem:${kind}`, title: "", status, detail: "", ...more });

const refusing =
  (kind, status, fields = {}, more = {}) =>
  (response) => {
    response.writeHead(status, { "content-type": "application/problem+json", ...fields });
    response.end(problem(kind, status, more));
  };

test("an answer that is larger than any is not read to its end", async () => {
  const found = await opening((response) => {
    response.writeHead(200, JSON_TYPE);
    const more = () =>
      response.destroyed || response.write(" ".repeat(65_536), () => setImmediate(more));
    more();
  });
  assert.deepEqual([found.code, found.asked], ["answer-size", 1]);
});

test("an answer with more header fields than any is refused", async () => {
  const fields = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-${i}`, "1"]));
  const found = await opening((response) =>
    response.writeHead(200, { ...JSON_TYPE, ...fields }).end("{}"),
  );
  assert.equal(found.code, "answer-size");
});

test("a compressed answer is refused", async () => {
  const fields = { ...JSON_TYPE, "content-encoding": "gzip" };
  const found = await opening((response) => response.writeHead(200, fields).end(gzipSync("{}")));
  assert.equal(found.code, "answer");
});

test("a redirect is not followed", async () => {
  const asked = [];
  const found = await opening((response, _, request) => {
    asked.push(request.url);
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  assert.equal(found.code, "unreachable");
  assert.ok(!asked.includes("/elsewhere"));
});

test("another media type, and what is no JSON, are answers of something else", async () => {
  const html = (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>");
  assert.equal((await opening(html)).code, "answer");
  const login = (response) => response.writeHead(403, { "content-type": "text/html" }).end("<p>");
  assert.equal((await opening(login)).code, "answer");
  const broken = await opening((response) => response.writeHead(200, JSON_TYPE).end("{"));
  assert.equal(broken.reason, "json-syntax");
});

test("a host that drips single bytes ends at the lowest rate", async () => {
  const found = await opening(
    (response) => {
      response.writeHead(200, JSON_TYPE);
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    },
    { grace: 3000, rate: 0.512 },
  );
  assert.deepEqual([found.code, found.asked], ["slow", 1]);
});

test("attempts and waits together have a deadline", async () => {
  const found = await opening(refusing("busy", 503, { "retry-after": "1" }), { deadline: 300 });
  assert.equal(found.code, "slow");
});

test("a fault of the host is asked again, a refusal is not", async () => {
  assert.deepEqual(await opening(refusing("internal", 500)), {
    code: "problem",
    kind: "internal",
    reason: undefined,
    asked: 3,
  });
  assert.equal((await opening(refusing("not-found", 404))).asked, 1);
  const gateway = (response) => response.writeHead(502, { "content-type": "text/html" }).end("bad");
  assert.deepEqual((await opening(gateway)).asked, 3);
});

test("a long Retry-After is left to the caller", async () => {
  const found = await opening(refusing("database-full", 507, { "retry-after": "3600" }));
  assert.deepEqual([found.kind, found.asked], ["database-full", 1]);
});

test("a problem whose status is another one is no problem of this protocol", async () => {
  const found = await opening((response) => {
    response.writeHead(400, { "content-type": "application/problem+json" });
    response.end(problem("not-found", 404));
  });
  assert.equal(found.code, "answer");
});

test("a refusal names its rule", async () => {
  const more = { reason: "fields", field: "wraps" };
  const found = await opening(refusing("refused", 400, {}, more));
  assert.deepEqual([found.kind, found.reason], ["refused", "fields"]);
});

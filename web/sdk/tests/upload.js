// An upload with tus-js-client as it is, its requests signed on their way out. What to upload stands
// on standard input; on standard output a line for every part that the host has taken, and the end.
// tests/web/test_upload.py is the other side.

import { createReadStream } from "node:fs";
import { buffer, text } from "node:stream/consumers";

import { signingKey } from "@meldpunt/client/protocol/keys";
import { signRequest } from "@meldpunt/client/protocol/request-signing";
import { unhex } from "@meldpunt/client/protocol/verify/encoding";
import { DefaultHttpStack, Upload } from "tus-js-client";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Signs what the client sends (openapi/protocol.md section 10); everything else is the client's. */
class SigningStack {
  constructor(origin, key) {
    this.inner = new DefaultHttpStack({});
    this.origin = origin;
    this.key = key;
  }

  getName = () => "SigningStack";

  createRequest(method, url) {
    const request = this.inner.createRequest(method, url);
    const send = request.send.bind(request);
    request.send = async (body) => {
      const answer = await fetch(`${this.origin}/v1/challenges`, { method: "POST" });
      const { challenge } = await answer.json();
      const part = body ? await whole(body) : Buffer.alloc(0);
      const signed = { method, uri: url, body: part, challenge, key: this.key };
      for (const [name, value] of Object.entries(signRequest(signed)))
        request.setHeader(name, value);
      return send(part.length ? part : null);
    };
    return request;
  }
}

async function whole(body) {
  const part = Buffer.isBuffer(body) ? body : await buffer(body);
  part.size = part.length; // where the client looks for it
  return part;
}

const given = JSON.parse(await text(process.stdin));
const upload = new Upload(createReadStream(given.file), {
  endpoint: given.origin + given.path,
  uploadUrl: given.resume ? given.origin + given.path : null,
  chunkSize: given.chunkSize,
  retryDelays: given.retryDelays,
  metadata: given.metadata ?? {},
  headers: given.headers ?? {},
  httpStack: new SigningStack(given.origin, signingKey(unhex(given.seed))),
  onChunkComplete: (_size, accepted) => say({ accepted }),
  onSuccess: () => say({ url: upload.url }),
  onError: (error) =>
    say({
      status: error.originalResponse?.getStatus() ?? null,
      problem: error.originalResponse?.getBody() ?? null,
    }),
});
upload.start();

// Signed requests (openapi/protocol.md section 10).

import { createHash } from "node:crypto";

import { isSignature, signRaw } from "./crypto.js";
import { bytes, decodeBase64url, encodeBase64url, refuse } from "./encoding.js";

const digestOf = (body) => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;

function base(method, uri, digest, parameters) {
  const lines = [`"@method": ${method}`, `"@target-uri": ${uri}`];
  if (digest !== undefined) lines.push(`"content-digest": ${digest}`);
  return bytes([...lines, `"@signature-params": ${parameters}`].join("\n"));
}

export function signRequest({ method, uri, body, challenge, key }) {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(challenge) || challenge.endsWith("\n")) refuse("challenge");
  const digest = body.length > 0 ? digestOf(body) : undefined;
  const covered = `"@method" "@target-uri"${digest ? ' "content-digest"' : ""}`;
  const keyid = encodeBase64url(key.publicKey);
  const parameters = `(${covered});keyid="${keyid}";nonce="${challenge}";alg="ed25519";tag="meldpunt-1"`;
  const signature = Buffer.from(signRaw(key, base(method, uri, digest, parameters)));
  const fields = {
    "signature-input": `sig=${parameters}`,
    signature: `sig=:${signature.toString("base64")}:`,
  };
  return digest === undefined ? fields : { "content-digest": digest, ...fields };
}

const PARAMETERS =
  /^sig=(\(("@method" "@target-uri"( "content-digest")?)\);keyid="([A-Za-z0-9_-]{43})";nonce="([A-Za-z0-9_-]{1,256})";alg="ed25519";tag="meldpunt-1")$/;

export function verifyRequest({ fields, method, origins, target, body }) {
  const input = PARAMETERS.exec(fields["signature-input"]);
  const value = /^sig=:([A-Za-z0-9+/]{86}==):$/.exec(fields.signature);
  if (input === null || value === null) refuse("request-syntax");
  const publicKey = decodeBase64url(input[4], 32);
  const signature = Buffer.from(value[1], "base64");
  if (signature.toString("base64") !== value[1]) refuse("request-syntax");
  const digest = fields["content-digest"];
  const covers = input[3] !== undefined;
  if (covers !== body.length > 0 || covers !== (digest !== undefined)) refuse("request-digest");
  if (digest !== undefined && digest !== digestOf(body)) refuse("request-digest");
  const holds = (origin) =>
    isSignature(base(method, origin + target, digest, input[1]), signature, publicKey);
  if (!origins.some(holds)) refuse("request-signature");
  return { publicKey, challenge: input[5] };
}

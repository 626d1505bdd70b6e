/** Signed requests (RFC 9421, one fixed profile): what is signed, and verifying it (openapi/protocol.md section 10.2). */

import { sha256 } from "@noble/hashes/sha2.js";

import { isSignature } from "./ed25519.js";
import {
  type Bytes,
  bytes,
  decodeBase64,
  decodeBase64url,
  encodeBase64,
  encodeBase64url,
} from "./encoding.js";
import { refuse } from "./errors.js";

/** Fields of a request, by their names in lower case. */
export interface RequestFields {
  "content-digest"?: string;
  "signature-input": string;
  signature: string;
}

/** The form of a challenge that may be signed. */
export const CHALLENGE = /^[A-Za-z0-9_-]{1,256}$/;

/** The field `Content-Digest` of a body; undefined for an empty one. */
export const contentDigest = (body: Uint8Array): string | undefined =>
  body.length === 0 ? undefined : `sha-256=:${encodeBase64(sha256(body))}:`;

/** What stands in `Signature-Input` after `sig=`. */
export function signatureParameters(key: Uint8Array, challenge: string, hasBody: boolean): string {
  const covered = `"@method" "@target-uri"${hasBody ? ' "content-digest"' : ""}`;
  return `(${covered});keyid="${encodeBase64url(key)}";nonce="${challenge}";alg="ed25519";tag="meldpunt-1"`;
}

/** The bytes that are signed, without a label. */
export function signatureBase(
  method: string,
  uri: string,
  digest: string | undefined,
  parameters: string,
): Bytes {
  const lines = [`"@method": ${method}`, `"@target-uri": ${uri}`];
  if (digest !== undefined) lines.push(`"content-digest": ${digest}`);
  return bytes([...lines, `"@signature-params": ${parameters}`].join("\n"));
}

const INPUT =
  /^sig=(\("@method" "@target-uri"( "content-digest")?\);keyid="([A-Za-z0-9_-]{43})";nonce="([A-Za-z0-9_-]{1,256})";alg="ed25519";tag="meldpunt-1")$/;
const SIGNATURE = /^sig=:([A-Za-z0-9+/]{86}==):$/;

/** A request as a host received it. */
export interface ReceivedRequest {
  readonly fields: RequestFields;
  readonly method: string;
  /** The host's own origins; the Host field says nothing. */
  readonly origins: readonly string[];
  /** Raw path and query. */
  readonly target: string;
  readonly body: Uint8Array;
}

function signatureOf(field: string): Bytes {
  const [, value = ""] = SIGNATURE.exec(field) ?? refuse("request-syntax");
  try {
    return decodeBase64(value);
  } catch {
    return refuse("request-syntax");
  }
}

/**
 * Verify a request as a host does: who signed it, and over which challenge.
 *
 * @throws {@link RefusedError} `request-syntax`, `base64url`, `request-digest`, `request-signature`.
 */
export function verifyRequest(request: ReceivedRequest): { publicKey: Bytes; challenge: string } {
  const { fields, method, origins, target, body } = request;
  const input = INPUT.exec(fields["signature-input"]) ?? refuse("request-syntax");
  const [, parameters = "", covered, key = "", challenge = ""] = input;
  const signature = signatureOf(fields.signature);
  const publicKey = decodeBase64url(key, 32);
  const digest = fields["content-digest"];
  if ((covered !== undefined) !== (digest !== undefined)) refuse("request-digest");
  if (digest !== contentDigest(body)) refuse("request-digest");
  const holds = (origin: string) =>
    isSignature(signatureBase(method, origin + target, digest, parameters), signature, publicKey);
  return origins.some(holds) ? { publicKey, challenge } : refuse("request-signature");
}

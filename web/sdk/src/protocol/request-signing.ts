/** Signing requests (openapi/protocol.md section 10.2). */

import { type SigningKey, signRaw } from "./keys.js";
import { encodeBase64 } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import {
  CHALLENGE,
  contentDigest,
  type RequestFields,
  signatureBase,
  signatureParameters,
} from "./verify/request.js";

/** A request that is to be signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** The whole address. */
  readonly uri: string;
  /** Empty where there is none. */
  readonly body: Uint8Array;
  /** What the host gave, as it gave it. */
  readonly challenge: string;
  readonly key: SigningKey;
}

/** The fields that sign a request. @throws {@link RefusedError} `challenge`: it must not be signed. */
export function signRequest({ method, uri, body, challenge, key }: UnsignedRequest): RequestFields {
  if (!CHALLENGE.test(challenge)) refuse("challenge");
  const digest = contentDigest(body);
  const parameters = signatureParameters(key.publicKey, challenge, digest !== undefined);
  const signature = signRaw(key, signatureBase(method, uri, digest, parameters));
  const fields = {
    "signature-input": `sig=${parameters}`,
    signature: `sig=:${encodeBase64(signature)}:`,
  };
  return digest === undefined ? fields : { "content-digest": digest, ...fields };
}

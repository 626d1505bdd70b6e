/**
 * A line's address: the URL of the line on its host, `https://report.example/v1/lines/<line id>`.
 *
 * It may have a pin, `#<number>-<key number>-<hash>`: the newest line document known to whoever gave the address.
 */

import type { Pin } from "../../protocol/line.js";
import {
  type Bytes,
  decodeBase64url,
  decodeLineId,
  encodeBase64url,
  encodeLineId,
} from "../../protocol/verify/encoding.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import { ClientError } from "./errors.js";

/** A line on a host. */
export interface LineAddress {
  /** Scheme, host, and port if it is not the usual one. */
  readonly origin: string;
  /** 20 bytes. */
  readonly lineId: Bytes;
  readonly pin: Pin | undefined;
}

const LINES = "/v1/lines/";
const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin of a base URL, if nobody on the way can read what goes there.
 *
 * @throws {@link ClientError} `address`; `insecure` for HTTP without TLS, except to this machine or over Tor.
 */
export function privateOrigin(url: string): string {
  if (!URL.canParse(url)) throw new ClientError("address");
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(url);
  const isBare = pathname === "/" && `${search}${hash}${username}${password}` === "";
  if (!["https:", "http:"].includes(protocol) || !isBare) throw new ClientError("address");
  const isPrivate = protocol === "https:" || hostname.endsWith(".onion") || LOCAL.test(hostname);
  if (!isPrivate) throw new ClientError("insecure");
  return origin;
}

/** Whether an origin is reached through Tor only. */
export const isOnion = (origin: string): boolean => new URL(origin).hostname.endsWith(".onion");

/**
 * Read an address.
 *
 * @throws {@link ClientError} `address` or `insecure`.
 */
export function parseAddress(text: string): LineAddress {
  const [head = "", pin, ...more] = text.trim().split("#");
  const [origin = "", line, ...rest] = head.split(LINES);
  if (line === undefined || rest.length > 0 || more.length > 0) throw new ClientError("address");
  try {
    const lineId = decodeLineId(line);
    return { origin: privateOrigin(origin), lineId, pin: pin === undefined ? pin : parsePin(pin) };
  } catch (error) {
    throw error instanceof RefusedError ? new ClientError("address") : error;
  }
}

const PIN = /^([1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})-([A-Za-z0-9_-]{43})$/;

function parsePin(text: string): Pin {
  const [, number, keyNumber, hash] = PIN.exec(text) ?? [];
  if (hash === undefined) throw new ClientError("address");
  const document = decodeBase64url(hash, 32);
  return { number: Number(number), keyNumber: Number(keyNumber), document };
}

/** Write an address, with the pin if there is one. */
export function writeAddress({ origin, lineId, pin }: LineAddress): string {
  const text = `${origin}${LINES}${encodeLineId(lineId)}`;
  return pin === undefined
    ? text
    : `${text}#${pin.number}-${pin.keyNumber}-${encodeBase64url(pin.document)}`;
}

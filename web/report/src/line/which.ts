/**
 * Which line this page is for.
 *
 * A page on a server takes it from `line.json` beside it, and from nothing else: else a link with a fragment could
 * show somebody else's line under this page's address. A page that was opened from disk takes the fragment, or asks.
 */

/** The address of the page's line; undefined if the person must give it. */
export async function whichLine(): Promise<string | undefined> {
  if (location.protocol === "file:") return fromFragment();
  const answer = await fetch("line.json", {
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    redirect: "error",
  });
  const told: unknown = await answer.json();
  if (answer.ok && typeof told === "object" && told !== null && "address" in told) {
    if (typeof told.address === "string") return told.address;
  }
  throw new TypeError("line.json");
}

const NODE = /^[a-z][a-zA-Z0-9-]{0,39}$/u;

/**
 * The node of the guide that a poster's QR code names, on a page from a server. The fragment goes from the address,
 * so that the browser's history does not tell it. It never says which line this is.
 */
export function namedNode(): string | undefined {
  const id = location.hash.slice(1);
  if (location.protocol === "file:" || id === "") return undefined;
  history.replaceState(null, "", location.href.split("#")[0]);
  return NODE.test(id) ? id : undefined;
}

function fromFragment(): string | undefined {
  const address = decodeURIComponent(location.hash.slice(1));
  if (address !== "") history.replaceState(null, "", location.href.split("#")[0]);
  return address === "" ? undefined : address;
}

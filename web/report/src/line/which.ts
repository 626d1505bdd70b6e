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

function fromFragment(): string | undefined {
  const address = decodeURIComponent(location.hash.slice(1));
  if (address !== "") history.replaceState(null, "", location.href.split("#")[0]);
  return address === "" ? undefined : address;
}

/** What a poster's QR code says: the node of the guide at which the page opens. It never says which line this is. */

const NODE = /^[a-z][a-zA-Z0-9-]{0,39}$/u;

/**
 * The node that the fragment names, on a page from a server. The fragment goes from the address at once, before
 * anything else is loaded, so that neither the address bar nor the browser's history tells it.
 */
export function namedNode(): string | undefined {
  const id = location.hash.slice(1);
  if (location.protocol === "file:" || id === "") return undefined;
  history.replaceState(null, "", location.href.split("#")[0]);
  return NODE.test(id) ? id : undefined;
}

// Which answer of a host a lie changes. Each function takes the change, and returns what `change` of a lie is.

/** An honest answer of success to one kind of request. */
const on = (method, ending, change) => (answer, host) =>
  answer.method === method && answer.path.endsWith(ending) && answer.status < 300
    ? { ...answer, body: change(answer.body, host, answer) }
    : answer;
export const line = (change) => (answer, host) =>
  answer.method === "GET" && answer.path === host.line.path
    ? { ...answer, body: change(answer.body, host) }
    : answer;
export const status = (change) => on("GET", "/v1/report", change);
export const page = (change) =>
  on("GET", "/v1/report/messages", (body, host) => ({ ...body, ...change(body.messages, host) }));
export const messages = (change) => page((list, host) => ({ messages: change(list, host) }));
export const at = (index, change) =>
  messages((list, host) =>
    list.map((each, i) => (i === (index + list.length) % list.length ? change(each, host) : each)),
  );
export const accepted = (change) => (answer, host) =>
  answer.method === "PUT" && answer.status < 300
    ? { ...answer, body: change(answer.body, host, answer) }
    : answer;
/** Send a client on to the same host under another name: what it would send there, any host could have. */
export const elsewhere = (method, ending) => (answer, host) => {
  const { host: asked, port } = new URL(host.origin);
  if (answer.method !== method || answer.host !== asked || !answer.path.endsWith(ending(host)))
    return answer;
  return {
    ...answer,
    status: 307,
    headers: { location: `http://localhost:${port}${answer.url}` },
    body: "",
  };
};

// Walk through a page as a person would: by marks in its HTML, which README.md lists, or by ordinary labels and roles.

const STEPS = 60;
const PAUSE = 50;
/** Milliseconds in which a page shows that something was pressed. */
const ANSWERS = 20_000;

/** How a thing is found: its mark, else the first element that looks like it. */
const FIELDS = {
  text: "[data-kit=text], textarea",
  confirm: "[data-kit=confirm]",
  code: "[data-kit=code]",
  reply: "[data-kit=reply]",
  receipt: "[data-kit=receipt]",
  next: "[data-kit=next]",
  visit: "[data-kit=visit]",
  send: "[data-kit=send], form button[type=submit], button[type=submit]",
  sent: "[data-kit=sent]",
  messages: "[data-kit=messages]",
};

const pause = () => new Promise((done) => setTimeout(done, PAUSE));

/** What a person sees of the page, as text. It runs in the page. */
const picture = () =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not seen
  document.body.innerText + [...document.querySelectorAll(":checked")].map(({ id }) => id).join();

/** Look at the page: which of these are visible and may be used. It runs in the page. */
function look(fields) {
  for (const old of document.querySelectorAll("[data-kit-found]")) delete old.dataset.kitFound;
  const isShown = (element) => element.checkVisibility() && !element.disabled;
  const find = (selectors) => {
    for (const selector of selectors.split(", ")) {
      const found = [...document.querySelectorAll(selector)].find(isShown);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const seen = {};
  for (const [name, selectors] of Object.entries(fields)) {
    const found = find(selectors);
    if (found === undefined) continue;
    found.dataset.kitFound = name;
    seen[name] = found.value ?? found.textContent;
  }
  const choice = [...document.querySelectorAll("[required][type=radio], [data-kit=choice]")].find(
    (each) => isShown(each) && !document.querySelector(`[name="${each.name}"]:checked`),
  );
  if (choice !== undefined) choice.dataset.kitFound = "choice";
  return { ...seen, ...(choice && { choice: "" }) };
}

/** Where a walk got stuck: the heading, and each mark there with why it cannot be used. It runs in the page. */
function stuckAt() {
  const shown = [...document.querySelectorAll("h1, h2")].find((each) => each.checkVisibility());
  const marks = [...document.querySelectorAll("[data-kit]")].map((element) => {
    const state = element.checkVisibility() ? element.disabled && "disabled" : "hidden";
    const isEmpty = (element.value ?? element.textContent).trim() === "";
    return [element.dataset.kit, state || (isEmpty && "empty") || "usable"];
  });
  return { heading: shown?.textContent.trim() ?? "", marks };
}

/** What is missing, on which page, for whoever wrote the page. */
function stuckText(wanted, buttons, { heading, marks }) {
  const place = heading === "" ? "a page without a heading" : `the page “${heading}”`;
  const found = marks.map(([name, state]) => `${name} (${state})`).join(", ");
  const own = marks.find(([name]) => name === wanted);
  const onward = buttons.map((name) => `data-kit="${name}"`).join(" or ");
  const missing = own
    ? `data-kit="${wanted}" stays ${own[1]}`
    : `nothing is marked data-kit="${wanted}", and no ${onward} leads to it`;
  return `the kit cannot go on at ${place}: ${missing}. Marks there: ${found || "none"}.`;
}

/** A page in its window, and what the kit fills in. */
export class Walk {
  /** `patience`: milliseconds for one way through the page. */
  constructor(page, words, patience) {
    this.page = page;
    this.patience = patience;
    this.words = words;
    this.filled = new Set();
  }

  #element = (name) => this.page.$(`[data-kit-found=${name}]`);

  async #fill(name, text) {
    const field = await this.#element(name);
    await field.focus();
    await field.type(text);
    this.filled.add(name);
  }

  /** Press once, and wait until the page shows it. */
  async #click(name) {
    const before = await this.page.evaluate(picture);
    await (await this.#element(name)).click();
    // Not `waitForFunction`: it makes code of text, which a page's policy may forbid.
    for (const until = Date.now() + ANSWERS; Date.now() < until; await pause()) {
      if ((await this.page.evaluate(picture).catch(() => before)) !== before) return;
    }
  }

  /** Go on until `ends` is seen. @throws Error in words if it is not. */
  async until(ends, buttons) {
    const until = Date.now() + this.patience;
    for (let steps = 0; steps < STEPS && Date.now() < until; ) {
      const seen = await this.page.evaluate(look, FIELDS).catch(() => ({}));
      if (seen[ends]?.trim()) return seen[ends].trim();
      const acted = await this.#act(seen, buttons).catch(() => false); // the page drew itself anew
      if (acted) steps += 1;
      await pause();
    }
    throw new Error(stuckText(ends, buttons, await this.page.evaluate(stuckAt)));
  }

  /** Fill what is empty, then press what leads on. */
  async #act(seen, buttons) {
    if (seen.receipt !== undefined) this.words.confirm = seen.receipt.trim();
    for (const name of ["text", "confirm", "code", "reply"]) {
      const isMissing = seen[name] === "" && this.words[name];
      if (isMissing) {
        await this.#fill(name, this.words[name]);
        return true;
      }
    }
    if (seen.choice !== undefined) {
      await this.#click("choice");
      return true;
    }
    const button = buttons.find((name) => seen[name] !== undefined);
    if (button === undefined) return false;
    await this.#click(button);
    return true;
  }
}

// The texts of the kit's line: one question, one way to report, one promise (openapi/texts.md).

const both = (en, nl) => [
  { language: "en", text: en },
  { language: "nl", text: nl },
];

const form = {
  version: 1,
  kinds: [{ id: "report", label: both("Report", "Melden") }],
  pages: [{ id: "what", title: both("What happened?", "Wat gebeurde er?") }],
  questions: [
    {
      id: "story",
      type: "text",
      label: both("Tell it", "Vertel het"),
      page: "what",
      required: true,
    },
  ],
};
const guide = {
  version: 1,
  nodes: [{ id: "start", title: both("Report something", "Iets melden"), report: "report" }],
};
const procedure = {
  version: 1,
  steps: [
    { id: "hello", title: both("A first answer", "Een eerste antwoord"), clock: "acknowledge" },
    { id: "done", title: both("What we did", "Wat wij deden"), clock: "feedback" },
  ],
  readers: both("Two people read this.", "Twee mensen lezen dit."),
  privacy: both("This line tests pages.", "Dit meldpunt is een proef."),
  outside: { name: both("Nobody", "Niemand"), telephone: "020 765 4321" },
};

/** Each as its text, by the name that the document has for it. */
export const TEXTS = {
  form: JSON.stringify(form),
  guide: JSON.stringify(guide),
  procedure: JSON.stringify(procedure),
};

// Operations on the texts of a line, and on answers to a form (openapi/texts.md).

import * as answers from "@meldpunt/client/protocol/texts/answers";
import { checkTexts } from "@meldpunt/client/protocol/texts/check";
import { readContent } from "@meldpunt/client/protocol/texts/content";
import { readDesk, tick } from "@meldpunt/client/protocol/texts/desk";
import { readForm } from "@meldpunt/client/protocol/texts/form";
import { readGuide } from "@meldpunt/client/protocol/texts/guide";
import { readPageManifest } from "@meldpunt/client/protocol/texts/page-manifest";
import { readProcedure } from "@meldpunt/client/protocol/texts/procedure";
import { readTheme } from "@meldpunt/client/protocol/texts/theme";
import { bytes } from "@meldpunt/client/protocol/verify/encoding";
import { readDocument } from "@meldpunt/client/protocol/verify/line-document";

const names = (listed) => listed.map(({ id }) => id);

function checkedTexts({ document, form, guide, procedure, theme, desk }) {
  const texts = {
    form: readForm(bytes(form)),
    guide: readGuide(bytes(guide)),
    procedure: readProcedure(bytes(procedure)),
    theme: theme && readTheme(bytes(theme)),
    desk: desk && readDesk(bytes(desk)),
  };
  checkTexts(texts, readDocument(bytes(document)));
  return {};
}

const evaluation = ({ shown, answers: counted, missing, urgent }) => ({
  shown: names(shown),
  answers: Object.fromEntries(counted),
  missing,
  urgent,
});

const evaluated = ({ form, kind, answers: given }) =>
  answers.evaluate(readForm(bytes(form)), kind, given);

export const TEXT_OPERATIONS = {
  "read-form": ({ text }) => ({ questions: names(readForm(bytes(text)).questions) }),
  "read-guide": ({ text }) => ({ nodes: names(readGuide(bytes(text)).nodes) }),
  "read-procedure": ({ text }) => ({ steps: names(readProcedure(bytes(text)).steps) }),
  "read-desk": ({ text }) => ({
    ticks: (readDesk(bytes(text)).checklists ?? []).flatMap(({ tasks }) =>
      tasks.map(({ id }) => tick(id)),
    ),
  }),
  "read-theme": ({ text }) => ({ hasLogo: readTheme(bytes(text)).logo !== undefined }),
  "read-page": ({ text }) => ({
    files: readPageManifest(bytes(text)).files.map(({ path }) => path),
  }),
  "check-texts": checkedTexts,
  "evaluate-form": (given) => evaluation(evaluated(given)),
  "compose-answers": (given) => answers.compose(evaluated(given), given.language),
  "read-answers": ({ form, kind, content }) =>
    evaluation(answers.readAnswers(readForm(bytes(form)), kind, content)),
  "read-content": ({ content }) => {
    const { known, raw } = readContent(content);
    return { known, raw: Object.keys(raw).sort() };
  },
};

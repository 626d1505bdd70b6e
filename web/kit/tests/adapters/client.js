// The adapter of `@meldpunt/client` for the kit's lying host.

import { explain, openLine } from "@meldpunt/client";

import { serveCommands } from "@meldpunt/kit/commands";

const shown = ({ messages, alarms, notices }) => ({
  alarms,
  notices,
  messages: messages.map(({ readability, text }) => {
    if (readability === "own") return { own: true };
    return text === undefined ? { unreadable: readability } : { text };
  }),
});

await serveCommands(
  {
    async submit({ address, text }) {
      const draft = await (await openLine(address)).prepare({ text, language: "en" });
      const { notices } = await draft.send();
      return { receipt: draft.receipt, notices };
    },
    async visit({ address, receipt }) {
      return shown((await (await openLine(address)).visit(receipt)).thread);
    },
    async reply({ address, receipt, text }) {
      const visit = await (await openLine(address)).visit(receipt);
      const { alarms } = visit.thread;
      const { notices } = await visit.reply({ text, language: "en" });
      return { alarms, notices };
    },
  },
  (error) => ({ message: error.message, ...explain(error, "en") }),
);
process.exit();

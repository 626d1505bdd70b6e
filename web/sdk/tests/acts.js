// What a reporter can do beyond a report and an answer, as commands of client.js.

import { readFile, writeFile } from "node:fs/promises";

import {
  answerCheckIn,
  begunDay,
  fetchDesk,
  findLine,
  followReferral,
  handoverStatuses,
  ifTold,
  isWithheld,
  listReferrals,
  newcomersOf,
  openLine,
  proposedLines,
  prove,
  proveReport,
  sealConsent,
  sealTakingBack,
  tellReferred,
  verifyReportProof,
} from "@meldpunt/client";

const given = async (path) =>
  path === undefined ? undefined : new Uint8Array(await readFile(path));

/** @param state - what the client has at hand, by functions. */
export function acts(state) {
  let sealed;
  let target;
  const seal = (draft) => {
    sealed = { draft };
    const { readers, notices, messages, until } = draft;
    return { readers, notices, messages, until };
  };
  return {
    async findLine({ line }) {
      target = await findLine(state.visit(), line);
      const { document, handlers } = target;
      return { name: target.name("nl"), handlers, clocks: document.clocks.length };
    },
    proposed: () => proposedLines(state.visit().thread),
    statuses: ({ today }) =>
      handoverStatuses(state.visit().thread, today).map(({ handover, ...rest }) => rest),
    sealConsent: async ({ consent }) => seal(await sealConsent(state.visit(), target, consent)),
    sealTakingBack: async ({ words }) => seal(await sealTakingBack(state.visit(), words)),
    seal: async ({ reply }) => seal(await state.visit().seal(reply)),
    async sendSealed() {
      sealed.sent = await sealed.draft.send();
      return state.sent(sealed.sent);
    },
    newcomers: () => newcomersOf(state.visit().thread),
    referrals: () => listReferrals(state.visit().thread),
    async refer({ address, report }) {
      const line = await openLine(address, state.environment());
      const draft = await followReferral(state.visit(), line, report);
      await draft.send();
      await tellReferred(state.visit(), line, report.language);
      return draft.receipt;
    },
    checkIn: async ({ how, reply }) => state.sent(await answerCheckIn(state.visit(), how, reply)),
    async told({ today }) {
      const { thread } = state.visit();
      const desk = await fetchDesk(state.visit());
      const begun = ["worseOff", "storyTakenBack"].map((each) =>
        begunDay(thread, desk, each, today),
      );
      return { begun, ifTold: ifTold(thread, desk, today) };
    },
    async proveReport({ path }) {
      const { data, missing } = await proveReport(state.draft());
      await writeFile(path, data);
      return missing;
    },
    async prove({ path, earlier, isOwnShown = false }) {
      const drafts = isOwnShown ? [sealed] : [];
      const kept = await prove(state.visit(), { earlier: await given(earlier), drafts });
      await writeFile(path, kept.data);
      return { missing: kept.missing, withheld: isWithheld(kept, state.visit().thread) };
    },
    async verifyProof({ path }) {
      const { alarms, shown } = verifyReportProof(await given(path));
      return { alarms, shown };
    },
  };
}

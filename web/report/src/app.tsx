/** The page, once the line is known: which step is shown, and in which language. */

import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Door, Doors } from "./doors.js";
import { Guide } from "./guide/guide.js";
import { HereContext } from "./here.js";
import { Opening } from "./line/opening.js";
import type { OpenLine } from "./line/texts.js";
import { Report } from "./report/report.js";
import { Faults } from "./shell/faults.js";
import { Frame } from "./shell/frame.js";
import { Enter } from "./visit/enter.js";
import { type Opened, Visit } from "./visit/visit.js";
import { directionOf, firstLanguage, wordsOf } from "./words/index.js";

/**
 * Show the page in an element.
 *
 * @param named - the node of the guide that a poster's QR code names.
 */
export function show(root: HTMLElement, named: string | undefined): void {
  root.replaceChildren();
  render(<Opening>{(open) => <Page open={open} named={named} />}</Opening>, root);
}

function Page({ open, named }: { open: OpenLine; named: string | undefined }) {
  const { languages } = open.line.document; // every text of the line is in each of them, and in no other
  const [language, setLanguage] = useState(() => firstLanguage(languages));
  const [poster] = useState(() => open.guide.nodes.find(({ id }) => id === named)?.id);
  const [door, setDoor] = useState<Door | undefined>(poster === undefined ? undefined : "guide");
  const [visit, setVisit] = useState<Opened>();
  const [kind, setKind] = useState<string>();
  const [isFirst, setFirst] = useState(true);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);
  const go = (to: Door | undefined) => {
    setFirst(false);
    if (to === undefined) {
      setKind(undefined);
      setVisit(undefined);
    }
    setDoor(to);
  };
  const report = (found: string) => {
    setKind(found);
    go("report");
  };
  const here = useMemo(
    () => ({ ...open, language, say: wordsOf(language), toStart: () => go(undefined) }),
    [open, language],
  );
  return (
    <HereContext.Provider value={here}>
      <Frame languages={languages} choose={setLanguage}>
        <Faults key={door}>
          {door === undefined && <Doors open={go} isFirst={isFirst} />}
          {door === "guide" && <Guide report={report} start={isFirst ? poster : undefined} />}
          {door === "code" && !visit && <Enter opened={setVisit} />}
          {door === "code" && visit && <Visit {...visit} />}
          {door === "report" && <Report kind={kind} />}
        </Faults>
      </Frame>
    </HereContext.Provider>
  );
}

/** The guide: a few choices, and then who can help. No choice leaves the page. */

import type { Guide as GuideText } from "@meldpunt/client";
import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Contacts } from "../parts/contact.js";
import { Heading } from "../parts/heading.js";
import { Said } from "../parts/text.js";

type Node = GuideText["nodes"][number];

interface Props {
  /** Begin a report of a kind. */
  readonly report: (kind: string) => void;
  /** The id of the node to begin at, instead of the first. */
  readonly start?: string | undefined;
}

export function Guide({ report, start }: Props) {
  const { guide, say, toStart } = useHere();
  const [walked, setWalked] = useState<readonly string[]>(start ? [start] : []);
  const at = walked.at(-1) ?? guide.nodes[0]?.id;
  const node = guide.nodes.find(({ id }) => id === at);
  if (node === undefined) return null;
  const back = () => (walked.length === 0 ? toStart() : setWalked(walked.slice(0, -1)));
  return (
    <main class="sheet" key={node.id}>
      <Heading>
        <Said of={node.title} />
      </Heading>
      {walked.length === 0 && guide.introduction && (
        <p>
          <Said of={guide.introduction} />
        </p>
      )}
      {node.text && (
        <p>
          <Said of={node.text} />
        </p>
      )}
      {node.choices && <Choices node={node} go={(to) => setWalked([...walked, to])} />}
      {node.contacts && <Contacts contacts={node.contacts} />}
      {node.publications && <Publications of={node.publications} />}
      {node.line && (
        <p>
          {say.guide.otherLine} <code dir="ltr">{node.line}</code>
        </p>
      )}
      <div class="actions">
        {node.report && <ReportDoor kind={node.report} report={report} />}
        <Button kind="quiet" onClick={back}>
          {say.back}
        </Button>
      </div>
    </main>
  );
}

function Choices({ node, go }: { node: Node; go: (to: string) => void }) {
  return (
    <ul class="doors">
      {node.choices?.map(({ label, to }) => (
        <li key={to}>
          <button type="button" class="door" onClick={() => go(to)}>
            <strong>
              <Said of={label} />
            </strong>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Publications({ of }: { of: NonNullable<Node["publications"]> }) {
  const { say } = useHere();
  return (
    <>
      <h2>{say.guide.publications}</h2>
      <ul>
        {of.map(({ title, address, version }) => (
          <li key={address}>
            <a href={address} rel="noreferrer noopener" target="_blank">
              <Said of={title} />
            </a>
            {version && ` (${say.guide.version} ${version})`}
          </li>
        ))}
      </ul>
    </>
  );
}

function ReportDoor({ kind, report }: { kind: string } & Pick<Props, "report">) {
  const { say } = useHere();
  return (
    <Button kind="primary" onClick={() => report(kind)}>
      {say.guide.report}
    </Button>
  );
}

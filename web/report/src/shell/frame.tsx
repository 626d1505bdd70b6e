/** What stands around every step: the way out, the language, and who helps at once. */

import type { ComponentChildren } from "preact";
import { useHere } from "../here.js";
import { Contacts } from "../parts/contact.js";
import { Written } from "../parts/text.js";
import { nameOf } from "../words/index.js";
import { ELSEWHERE, leave } from "./leave.js";
import { Logo } from "./logo.js";

interface Props {
  readonly languages: readonly string[];
  readonly choose: (language: string) => void;
  readonly children: ComponentChildren;
}

export function Frame({ languages, choose, children }: Props) {
  const { say, line, language } = useHere();
  return (
    <>
      <LeaveLink text={say.leave.button} />
      <header class="top">
        <div class="office">
          <Logo />
          <strong>
            <Written text={line.name(language)} />
          </strong>
        </div>
        <Languages languages={languages} choose={choose} />
      </header>
      {children}
      <Help />
    </>
  );
}

function LeaveLink({ text }: { text: string }) {
  const go = (event: Event) => {
    event.preventDefault();
    leave();
  };
  return (
    <nav class="way-out" aria-label={text}>
      <a class="leave" href={ELSEWHERE} rel="noreferrer" onClick={go}>
        {text}
      </a>
    </nav>
  );
}

function Languages({ languages, choose }: Pick<Props, "languages" | "choose">) {
  const { say, language } = useHere();
  if (languages.length < 2) return null;
  return (
    <nav class="languages" aria-label={say.language}>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          onClick={() => choose(each)}
        >
          {nameOf(each)}
        </button>
      ))}
    </nav>
  );
}

/** Help by people, on every page. */
function Help() {
  const { say, line, guide, procedure, language } = useHere();
  const { help, leave: way } = say;
  return (
    <footer class="help">
      <h2>{help.title}</h2>
      <p>
        <a href="tel:112">{help.danger}</a> {help.text}
      </p>
      {guide.numbers && <Contacts contacts={guide.numbers} />}
      <h2>{help.office}</h2>
      <p>
        <Written text={line.contact(language)} />
      </p>
      <h2>{help.outside}</h2>
      <Contacts contacts={[procedure.outside]} />
      <p class="small">{way.help}</p>
    </footer>
  );
}

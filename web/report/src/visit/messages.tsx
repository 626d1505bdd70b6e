/** What was said. All of it is somebody else's text: shown as text, and never as nothing. */

import {
  type Attachment,
  download,
  handlerNames,
  readContent,
  shownText,
  type Thread,
  type ThreadMessage,
  type Visit,
} from "@meldpunt/client";
import { ancestors, at, seenBy } from "@meldpunt/client/protocol/verify/log/causality";
import { useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { dayText } from "../parts/days.js";
import { save } from "../parts/reminder.js";
import { Written } from "../parts/text.js";
import { useActing } from "./acting.js";

interface Props {
  /** Those to show, of the thread. */
  readonly messages: readonly ThreadMessage[];
  readonly thread: Thread;
  readonly visit: Visit;
}

/** The person's own messages and those for them: what handlers write to each other says nothing here. */
export const shown = ({ messages }: Thread): readonly ThreadMessage[] =>
  messages.filter(
    ({ author, header }) => author === "reporter" || header.readers.includes("reporter"),
  );

/** What others wrote since the person last wrote: the page keeps nothing, so it cannot know what was read. */
export function unanswered(thread: Thread): readonly ThreadMessage[] {
  const { messages, report } = thread;
  const { known } = report.log;
  const last = messages.findLast(({ author }) => author === "reporter");
  const seen = last ? ancestors(seenBy(at(known, last.id)), known) : new Set();
  return shown(thread).filter(({ author, id }) => author !== "reporter" && !seen.has(id));
}

export function Messages({ messages, thread, visit }: Props) {
  const names = handlerNames(thread);
  const { say } = useHere();
  const nameOf = (author: string) =>
    author === "reporter" ? say.visit.you : shownText(names.get(author) ?? say.alarms.someone);
  const newestFirst = [...messages].reverse();
  const explained = newestFirst.find(({ readability }) => readability === "own");
  return (
    <ol class="messages" data-kit="messages">
      {newestFirst.map((message) => (
        <li key={message.id} class={message.author === "reporter" ? "mine" : "theirs"}>
          <Message
            message={message}
            name={nameOf(message.author)}
            visit={visit}
            explains={message === explained}
          />
        </li>
      ))}
    </ol>
  );
}

interface MessageProps {
  readonly message: ThreadMessage;
  readonly name: string;
  readonly visit: Visit;
  /** Whether it says why own words are not shown: once is enough. */
  readonly explains: boolean;
}

function Message({ message, name, visit, explains }: MessageProps) {
  const { language, say } = useHere();
  const { tag, header, receivedOn, payload, confirmed } = message;
  const day = dayText(header.day ?? receivedOn, language);
  return (
    <article>
      <h3>
        <span dir="auto">{name}</span>: {say.visit.tags[tag] ?? tag}
      </h3>
      <p class="small">{day}</p>
      {!confirmed && <p class="error">{say.visit.unconfirmed}</p>}
      <Body message={message} explains={explains} />
      {payload?.attachments?.map((file) => (
        <File key={file.name} file={file} visit={visit} />
      ))}
    </article>
  );
}

function Body({ message, explains }: Pick<MessageProps, "message" | "explains">) {
  const { readability, payload, text } = message;
  const { say } = useHere();
  const { visit } = say;
  if (text !== undefined && payload !== undefined) {
    const { raw } = readContent(payload.content);
    const more = Object.entries(raw);
    return (
      <>
        <p>
          <Written text={text} language={payload.language} />
        </p>
        {more.length > 0 && (
          <p class="small">
            {visit.more}:{" "}
            <Written
              text={more.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join("\n")}
            />
          </p>
        )}
      </>
    );
  }
  const told = {
    opened: visit.unreadable,
    own: explains ? visit.own : visit.mine,
    "not-for-you": visit.unreadable,
    "no-wrap": visit.noWrap,
    unreadable: visit.unreadable,
    refused: visit.refused,
    erased: visit.erasedMessage,
  }[readability];
  return <p>{told}</p>;
}

const KILOBYTE = 1000;

function File({ file, visit }: { file: Attachment; visit: Visit }) {
  const { say } = useHere();
  const [told, setTold] = useState("");
  const { isBusy, error, act } = useActing(() => setTold(say.visit.saved));
  const get = async (signal: AbortSignal) => {
    setTold(say.busy);
    const content = await download(visit, file, (done, of) => {
      signal.throwIfAborted();
      setTold(say.percent(Math.floor((100 * done) / of)));
    });
    signal.throwIfAborted(); // nothing is saved once its page was left
    save(content, file.name);
  };
  return (
    <div class="file">
      <Button disabled={isBusy} onClick={() => void act(get)}>
        {say.visit.download}: <Written text={file.name} />
      </Button>{" "}
      <span class="small">{say.visit.size(Math.ceil(file.size / KILOBYTE))}</span>
      <p role="status">{error === undefined ? told : failureText(error, say)}</p>
    </div>
  );
}

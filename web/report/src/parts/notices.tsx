/** What a person should know, though nothing was refused. */

import type { Notice } from "@meldpunt/client";
import { useHere } from "../here.js";

export function NoticeList({ notices }: { notices: readonly Notice[] }) {
  const { say } = useHere();
  const told = notices.map(({ kind }) => say.notices[kind] ?? say.notices["host"] ?? "");
  if (told.length === 0) return null;
  return (
    <ul class="advice">
      {[...new Set(told)].map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

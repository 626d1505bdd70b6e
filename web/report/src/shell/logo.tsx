/** The logo that the office signed: a small picture, checked with the theme. */

import { useEffect, useState } from "preact/hooks";
import { textIn, useHere } from "../here.js";

export function Logo() {
  const { theme, language } = useHere();
  const [source, setSource] = useState<string>();
  const logo = theme?.logo;
  useEffect(() => {
    if (logo === undefined) return undefined;
    const url = URL.createObjectURL(
      new Blob([logo.data as Uint8Array<ArrayBuffer>], { type: logo.type }),
    );
    setSource(url);
    return () => URL.revokeObjectURL(url);
  }, [logo]);
  if (logo === undefined || source === undefined) return null;
  return <img class="logo" src={source} alt={textIn(logo.label, language).text} />;
}

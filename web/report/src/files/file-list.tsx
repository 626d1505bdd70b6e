/** Choose files, see what was cleaned, and say what may go along. */

import { useEffect, useRef } from "preact/hooks";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { keepPrivate } from "../parts/private.js";
import { Written } from "../parts/text.js";
import { type Picked, pick } from "./picked.js";

/** A change of the files as they are at that moment: looking over a file takes time. */
export type FilesChange = (files: readonly Picked[]) => readonly Picked[];

interface Props {
  readonly files: readonly Picked[];
  readonly change: (how: FilesChange) => void;
  /** How many choices are looked over now. Nobody goes on before all are done. */
  readonly working: number;
  readonly setWorking: (how: (working: number) => number) => void;
}

export function FileList({ files, change, working, setWorking }: Props) {
  const { say } = useHere();
  const isOpen = useRef(true);
  useEffect(
    () => () => {
      isOpen.current = false;
    },
    [],
  );
  const add = async (input: HTMLInputElement) => {
    const chosen = [...(input.files ?? [])];
    input.value = ""; // the browser forgets which files they were
    if (chosen.length === 0) return;
    setWorking((before) => before + 1);
    try {
      for (const file of chosen) {
        const found = await pick(file, say.files.picture);
        if (!isOpen.current) return;
        change((before) => [...before, found]);
      }
    } finally {
      setWorking((before) => before - 1);
    }
  };
  return (
    <>
      <label for="files" class="button plain pick">
        {say.files.add}
      </label>
      <input
        id="files"
        class="unseen"
        type="file"
        multiple
        ref={keepPrivate}
        onChange={({ currentTarget }) => void add(currentTarget)}
      />
      <p role="status">{working > 0 ? say.files.working : ""}</p>
      {files.length > 0 && (
        <ul class="files">
          {files.map((file) => (
            <FileItem
              key={file.key}
              file={file}
              remove={() => change((before) => before.filter(({ key }) => key !== file.key))}
              set={(goes) =>
                change((before) =>
                  before.map((each) => (each.key === file.key ? { ...each, goes } : each)),
                )
              }
            />
          ))}
        </ul>
      )}
      <p class="small">{say.files.name}</p>
    </>
  );
}

interface ItemProps {
  readonly file: Picked;
  readonly remove: () => void;
  readonly set: (goes: boolean) => void;
}

function FileItem({ file, remove, set }: ItemProps) {
  const { say } = useHere();
  const told = {
    cleaned: say.files.cleaned,
    "not-cleaned": say.files.notCleaned,
    empty: say.files.empty,
    large: say.files.large,
    broken: say.files.refused,
  }[file.cleaning];
  return (
    <li>
      <strong>
        <Written text={file.name} />
      </strong>
      <p>{told}</p>
      {file.cleaning === "not-cleaned" && (
        <label class="option">
          <input
            type="checkbox"
            ref={keepPrivate}
            checked={file.goes}
            onChange={({ currentTarget }) => set(currentTarget.checked)}
          />
          <span>{say.files.keep}</span>
        </label>
      )}
      <Button kind="quiet" onClick={remove}>
        {say.files.remove} <span class="unseen">{file.name}</span>
      </Button>
    </li>
  );
}

#!/usr/bin/env node
// The kit's command line.

import { parseArgs } from "node:util";

import { runLies } from "./lies/run.js";
import { lieReport, pageReport, vectorReport } from "./report.js";
import { HIGHEST } from "./vectors/levels.js";
import { runVectors } from "./vectors/run.js";

/** Seconds in which a browser without a compiler gets through a page, on a busy machine. */
const PATIENCE = 120;
const USAGE = `Does a client or a page keep the contract of Meldpunt?

  meldpunt-kit vectors [--level 1|2|3] [--json] -- PROGRAM…   what a client computes, by the vectors
  meldpunt-kit host [--json] -- PROGRAM…                      what a client notices of a host that lies
  meldpunt-kit page [--wait SECONDS] [--json] URL             what leaves a page, in Chromium

PROGRAM reads a line of JSON and writes one, until its input ends.
URL is a page that has data-kit marks. It gets the kit's line as its line.json, or in place of {line} in URL.
CHROMIUM in the environment names the browser, where it is not on the PATH.

  --level   check the levels up to this one; all ${HIGHEST} unless told
  --wait    seconds for a report, and for a visit; ${PATIENCE} unless told
  --json    give everything as JSON
  --help    show this

The exit code is 0 if all is well, 1 if it is not, and 2 if the kit could not find out.
README.md beside this program lists the commands, the answers and the marks.
`;
const MS = 1000;
const OPTIONS = {
  json: { type: "boolean" },
  level: { type: "string", default: `${HIGHEST}` },
  wait: { type: "string", default: `${PATIENCE}` },
  help: { type: "boolean", short: "h" },
};

/** By command: from what was given to `{ ok, data, text }`. */
const COMMANDS = {
  async vectors(program, { level }) {
    const wanted = Number(level);
    if (![1, 2, HIGHEST].includes(wanted) || program.length === 0) return undefined;
    const files = await runVectors(program, wanted);
    const ok = files.every(({ faults }) => faults.length === 0);
    return { ok, data: files, text: vectorReport(files, wanted) };
  },
  async host(program) {
    if (program.length === 0) return undefined;
    const found = await runLies(program);
    const ok = found.broken.length === 0 && found.results.every(({ noticed }) => noticed);
    return { ok, data: found, text: lieReport(found) };
  },
  async page(given, { wait }) {
    if (given.length !== 1 || !(Number(wait) > 0)) return undefined;
    const { watchPage } = await import("./page/watch.js"); // a browser is needed for this alone
    const findings = await watchPage(given[0], Number(wait) * MS);
    return { ok: findings.length === 0, data: findings, text: pageReport(findings) };
  },
};

async function main() {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [name, ...given] = positionals;
  const found = await COMMANDS[name]?.(given, values);
  if (found === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  process.stdout.write(`${values.json ? JSON.stringify(found.data, null, 2) : found.text}\n`);
  return found.ok ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

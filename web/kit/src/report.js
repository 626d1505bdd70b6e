// What came of a run, for people.

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const SHOWN = 20;

/** The levels that hold, what is not implemented, and what is wrong. */
export function vectorReport(files, wanted) {
  const lines = [];
  for (let level = 1; level <= wanted; level += 1) {
    const own = files.filter((each) => each.level === level);
    const total = own.reduce((sum, each) => sum + each.total, 0);
    const failed = own.reduce((sum, each) => sum + each.faults.length, 0);
    const verdict = failed === 0 ? "holds" : `does not hold: ${plural(failed, "fault")}`;
    lines.push(`level ${level}: ${total - failed} of ${total} vectors, ${verdict}`);
    lines.push(...missing(own), ...own.flatMap(faultLines));
  }
  return lines.join("\n");
}

function missing(files) {
  const faults = files.flatMap((each) => each.faults.filter(({ isMissing }) => isMissing));
  const names = [...new Set(faults.map(({ operation }) => operation))].sort();
  return names.length === 0 ? [] : [`  not implemented: ${names.join(", ")}`];
}

function faultLines({ file, faults }) {
  const wrong = faults.filter(({ isMissing }) => !isMissing);
  const lines = wrong
    .slice(0, SHOWN)
    .map(
      ({ name, operation, comment, fault }) =>
        `  ${file}:${name} (${operation}) ${fault}\n    ${comment}`,
    );
  return wrong.length > SHOWN ? [...lines, `  ${file}: ${wrong.length - SHOWN} more`] : lines;
}

/** Every lie, noticed or not. */
export function lieReport({ results, broken }) {
  const missed = results.filter(({ noticed }) => !noticed);
  return [
    `${results.length - missed.length} of ${plural(results.length, "lie")} noticed`,
    ...missed.map(
      ({ name, act, says, section, fault }) =>
        `  ${name}: during \`${act}\` the host ${says}, and ${fault} (section ${section})`,
    ),
    ...broken.map(({ rule, section }) => `  the client itself: ${rule} (section ${section})`),
  ].join("\n");
}

/** Everything that a page does and must not. */
export function pageReport(findings) {
  if (findings.length === 0) return "nothing leaves the page that must not";
  return [
    `${plural(findings.length, "finding")}`,
    ...findings.map(({ says, where, section }) => `  ${says}: ${where} (${section})`),
  ].join("\n");
}

// Somebody's implementation as a program: one line of JSON in, one line of JSON out, in the same order.

import { spawn } from "node:child_process";

import { lineOf, linesOf } from "./lines.js";

const NO_ANSWER = "gave no answer in time";

/** A program that runs. Its standard error is shown as it comes. */
export class Adapter {
  #process;
  #lines;
  #patience;

  /** `patience`: milliseconds to wait for one answer. */
  constructor([program, ...given], patience) {
    this.#process = spawn(program, given, { stdio: ["pipe", "pipe", "inherit"] });
    this.#patience = patience;
    this.#lines = linesOf(this.#process.stdout);
    this.ended = new Promise((resolve) => {
      this.#process.on("error", () => resolve("could not be started"));
      this.#process.on("exit", () => resolve("ended"));
    });
    this.#process.stdin.on("error", () => {}); // it has ended: `ask` says so
  }

  /** Its answer to a line, or `{ failed }` in words. */
  async ask(question) {
    this.#process.stdin.write(lineOf(question));
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, this.#patience, NO_ANSWER);
    });
    const line = this.#lines.next().then(({ value, done }) => (done ? this.ended : { value }));
    const found = await Promise.race([line, late]);
    clearTimeout(timer);
    if (typeof found === "string") return { failed: `the program ${found}` };
    try {
      const answer = JSON.parse(found.value);
      if (typeof answer === "object" && answer !== null) return answer;
    } catch {
      // said below
    }
    return { failed: "the program wrote a line that is no JSON object" };
  }

  /** Close its input, and end it if it stays. */
  async stop() {
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 3000);
    await this.ended;
    clearTimeout(timer);
  }
}

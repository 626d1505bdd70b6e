// A program that takes one command of JSON a line on standard input, and gives one answer a line on standard output.

import { createInterface } from "node:readline";

const plain = ({ name, message, code, kind }) => ({ name, message, code, kind });

/** Answer `{"command": …, …}` by the function of that name: `{"value": …}`, or `{"error": …}` as `tell` says it. */
export async function serveCommands(commands, tell = plain) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...given } = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await answer(commands[command], given, tell))}\n`);
  }
}

async function answer(command, given, tell) {
  try {
    return { value: (await command(given)) ?? null };
  } catch (error) {
    return { error: tell(error) };
  }
}

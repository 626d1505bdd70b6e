// Pictures are cleaned as the command line cleans them; what is none, or too much, is refused before it is read.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CleaningError, cleanPicture, neutralName } from "@meldpunt/client/cleaning";

const CORPUS = new URL("../../../tests/corpus/pictures/", import.meta.url);
const EXPECTED = JSON.parse(readFileSync(new URL("cleaned.json", CORPUS), "utf-8"));
const WORDS = ["Jo Canary", "CanaryCam", "2026:03:04", "canary", "http:"];

async function told(file) {
  try {
    const { data, ...found } = await cleanPicture(file);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", data));
    for (const word of WORDS) assert.ok(!Buffer.from(data).includes(word), word);
    return { hash: digest.toString("base64"), size: data.length, ...found };
  } catch (error) {
    if (error instanceof CleaningError) return { failure: error.failure };
    throw error;
  }
}

for (const [name, expected] of Object.entries(EXPECTED))
  test(`${name} gives what the command line gives`, async () => {
    assert.deepEqual(await told(new Blob([readFileSync(new URL(name, CORPUS))])), expected);
  });

test("a cleaned picture has nothing to clean", async () => {
  for (const [name, { failure }] of Object.entries(EXPECTED)) {
    if (failure !== undefined) continue;
    const once = await cleanPicture(new Blob([readFileSync(new URL(name, CORPUS))]));
    const again = await cleanPicture(new Blob([once.data]));
    assert.deepEqual(again, { ...once, removed: [] }, name);
  }
});

/** A file of any size that counts how much of it is read. */
class CountedFile {
  size;
  read = 0;
  #beginning;

  constructor(beginning, size) {
    [this.#beginning, this.size] = [new Blob([Uint8Array.from(beginning)]), size];
  }

  slice(from, to) {
    this.read += to - from;
    return this.#beginning.slice(from, to);
  }

  arrayBuffer() {
    assert.fail("the whole file was read");
  }
}

test("a file of 2 GB is refused unread, and nothing is refused as empty", async () => {
  const jpeg = new CountedFile([0xff, 0xd8, 0xff, 0xe0], 2 ** 31);
  const film = new CountedFile([0, 0, 0, 0x18], 2 ** 31);
  assert.deepEqual(await told(jpeg), { failure: "too-large" });
  assert.deepEqual(await told(film), { failure: "unknown-type" });
  assert.ok(jpeg.read <= 12 && film.read <= 12);
  assert.deepEqual(await told(new Blob([])), { failure: "empty" });
});

test("a picture of very many parts is cleaned, or refused, as any other", async () => {
  const still = readFileSync(new URL("screenshot-clean.png", CORPUS));
  const empty = Buffer.from("0000000049444154 35af061e".replace(" ", ""), "hex"); // an IDAT chunk without data
  const many = Buffer.concat([
    still.subarray(0, 33),
    ...Array(300_000).fill(empty),
    still.subarray(33),
  ]);
  const { data } = await cleanPicture(new Blob([many]));
  assert.ok(many.equals(data));
});

test("a file that is gone is no broken picture", async () => {
  const gone = { size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) };
  assert.deepEqual(await told(gone), { failure: "unreadable" });
});

test("a neutral name says nothing", () => {
  assert.equal(neutralName("bijlage", 2, "image/jpeg"), "bijlage-2.jpg");
  assert.equal(neutralName("bijlage", 1, "video/mp4"), "bijlage-1");
});

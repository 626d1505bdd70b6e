// Where words turn up that must not leave a page, in every form that pages give them.

const bytesOf = (text) => Buffer.from(text, "utf8");

/** The forms of a word on a wire: plain, escaped, and inside base64 at each of three offsets. */
export function formsOf(word) {
  const plain = bytesOf(word);
  const escaped = JSON.stringify(word).slice(1, -1);
  const ascii = escaped.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const inBase64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), plain]).toString("base64");
    return text.slice(Math.ceil((offset * 4) / 3) + (offset && 1), -4); // what its neighbours cannot change
  });
  const forms = [
    word,
    escaped,
    ascii,
    encodeURIComponent(word),
    plain.toString("hex"),
    ...inBase64,
  ];
  const url = inBase64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const form = encodeURIComponent(word).replaceAll("%20", "+");
  const utf16 = Buffer.from(word, "utf16le").toString("latin1");
  return new Set([...forms, ...url, form, utf16].filter((each) => each.length >= 6));
}

/** The forms of a receipt code: as it is shown, without dashes, in small letters. */
export function receiptForms(receipt) {
  const bare = receipt.replaceAll("-", "");
  return new Set(
    [receipt, bare, receipt.toLowerCase(), bare.toLowerCase()].flatMap((each) => [
      ...formsOf(each),
    ]),
  );
}

/** Whether a text holds one of these forms. Letters of a wire are bytes: `text` is latin1 or UTF-8. */
export const holds = (text, forms) => {
  const readings = [text, Buffer.from(text, "latin1").toString("utf8")];
  return [...forms].some((form) => readings.some((reading) => reading.includes(form)));
};

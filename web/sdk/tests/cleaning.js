// Clean pictures that the tests in Python hand over, and say what came out.

import { CleaningError, cleanPicture } from "@meldpunt/client/cleaning";

const base64 = (data) => Buffer.from(data).toString("base64");

async function cleaned(file) {
  try {
    const { data, ...told } = await cleanPicture(new Blob([Buffer.from(file, "base64")]));
    return { data: base64(data), ...told };
  } catch (error) {
    if (error instanceof CleaningError) return { failure: error.failure };
    throw error;
  }
}

/** Each file as base64; each result as JSON. */
export const cleanPictures = async ({ files }) => {
  const made = [];
  for (const file of files) made.push(await cleaned(file));
  return { cleaned: made };
};

/** Sizes that an observer may see (openapi/protocol.md section 7.2). */

/** Padded lengths of a payload, in bytes. */
export const SIZE_CLASSES = [1024, 4096, 16_384, 65_536] as const;
/** How much longer than its padded payload a body is: commitment (32) and authentication tag (16). */
export const BODY_OVERHEAD = 48;

/** Whether a body can have so many bytes. */
export const isBodySize = (size: number): boolean =>
  SIZE_CLASSES.some((each) => each + BODY_OVERHEAD === size);
/** The most bytes of a text that a line document names (openapi/texts.md). */
export const TEXT_SIZE = 262_144;

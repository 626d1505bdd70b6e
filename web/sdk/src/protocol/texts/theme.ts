/** Themes: how a line's page looks. Nobody may hide words by their colour (openapi/texts.md section 6). */

import { decodeBase64url } from "../verify/encoding.js";
import { refuse } from "../verify/errors.js";
import * as f from "../verify/fields.js";
import { readText, translations } from "./shapes.js";

/** The most bytes of a logo. */
const MAX_LOGO = 65_536;
/** Contrast of text and of controls: WCAG 2.2 success criteria 1.4.3 and 1.4.11 (AA). */
const READABLE = 4.5;
const VISIBLE = 3;
const SIGNATURES = {
  "image/png": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "image/jpeg": [0xff, 0xd8, 0xff],
} as const;

const colour = f.pattern(/^#[0-9a-f]{6}$/);
const COLOURS = f.record({
  text: colour,
  background: colour,
  accent: colour,
  accentText: colour,
});
type Colours = ReturnType<typeof COLOURS>;

const picture: f.Read<Uint8Array> = (value) => {
  const data = decodeBase64url(f.sized(0, 2 * MAX_LOGO)(value));
  return data.length <= MAX_LOGO ? data : refuse("fields");
};
const LOGO = f.record({
  type: f.oneOf("image/png", "image/jpeg"),
  data: picture,
  label: translations,
});

const THEME = {
  version: f.version,
  light: COLOURS,
  dark: f.optional(COLOURS),
  logo: f.optional(LOGO),
};
/** How a page looks. */
export type Theme = f.Output<typeof THEME>;

const linear = (share: number): number =>
  share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;

function luminance(name: string): number {
  const light = (at: number) => linear(Number.parseInt(name.slice(at, at + 2), 16) / 255);
  return 0.2126 * light(1) + 0.7152 * light(3) + 0.0722 * light(5);
}

/** The contrast ratio of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const isReadable = (colours: Colours): boolean =>
  contrast(colours.text, colours.background) >= READABLE &&
  contrast(colours.accentText, colours.accent) >= READABLE &&
  contrast(colours.accent, colours.background) >= VISIBLE;

/**
 * Read a theme.
 *
 * @throws {@link RefusedError} A JSON reason, `fields`, `text-language`, `text-contrast`, `text-logo`.
 */
export function readTheme(data: Uint8Array): Theme {
  const theme = readText(data, THEME);
  const { light, dark, logo } = theme;
  if (!isReadable(light) || (dark !== undefined && !isReadable(dark))) refuse("text-contrast");
  if (logo !== undefined && !SIGNATURES[logo.type].every((byte, i) => logo.data[i] === byte)) {
    refuse("text-logo");
  }
  return theme;
}

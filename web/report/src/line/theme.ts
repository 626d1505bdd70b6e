/** The colours that the office signed. Contrast was checked when the theme was read. */

import type { Theme } from "@meldpunt/client";

const NAMES = ["text", "background", "accent", "accentText"] as const;

/** Use a line's colours; without dark ones, the light ones stand in both. */
export function applyTheme({ light, dark = light }: Theme): void {
  const { style } = document.documentElement;
  for (const name of NAMES) {
    style.setProperty(`--light-${name}`, light[name]);
    style.setProperty(`--dark-${name}`, dark[name]);
  }
}

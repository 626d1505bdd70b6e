/** Lists that a host serves in pages: each page must progress, and a list has an end (section 10.1). */

import { AnswerError } from "./errors.js";

/** The most of a list, on all pages together. */
export interface Most {
  readonly pages: number;
  readonly items: number;
  readonly bytes: number;
}

/** Checks the pages of one list as they come. */
export class Paging {
  readonly #most: Most;
  #last = 0;
  #pages = 0;
  #items = 0;
  #bytes = 0;

  constructor(most: Most) {
    this.#most = most;
  }

  /**
   * Count a page.
   *
   * @param items - how many items it has, of `size` bytes together.
   * @param cursor - where the next page starts; undefined on the last page.
   * @throws {@link AnswerError} `endless-list`.
   */
  add(items: number, size: number, cursor: number | undefined): void {
    this.#items += items;
    this.#bytes += size;
    this.#pages += 1;
    const { pages, items: most, bytes } = this.#most;
    const isTooLong = this.#items > most || this.#bytes > bytes || this.#pages > pages;
    const isStill = cursor !== undefined && (items === 0 || cursor <= this.#last);
    if (isTooLong || isStill) throw new AnswerError("endless-list");
    this.#last = cursor ?? this.#last;
  }
}

/**
 * Sets of characters of one Unicode version: openapi/characters.json as a module.
 *
 * Written by openapi/generator/characters.py; annexes.md 7.8 and 3 say what each set
 * is for. A span is its distance from the end of the one before, and, after a dash, how
 * many code points follow its first; both to the base 36.
 */

export const CHARACTERS = {
  unicode: "18.0.0",
  ignorable:
    "4t iq jx 283-1 190-1 2e-4 1ks-4 r-4 1e-f 3cl 14f0-f 6o 4h 28-8 119k-3 440-7 h406-35r",
  blank:
    "7wg 1gzl-1 bs2 j91",
  separators:
    "9-4 j d 2g r yy 1g 2te hs au 1kq-a 6-5 j-1 6 10 c s g av 2dh 3 w-1 5 t bn s k 34 14lt-1 12 b 4q 2u9 8v",
  control:
    "0-8 3-k 2o-w 689-1 10bb-1kv 6be-2",
  virama:
    "1u5 3k 3k 3k 3k 3k 3k 3k 32-1 h 3h 34 3k 5m 51-1 1cq-1 v 4e i6 6c 2u-1 1z-1 3gs o7b 12 48 3z 31 8m 6v imq 16v 16 f 1m 3e-1 3w 39 51 2r 3l-2 36 3k 71 3k 3b 39 7i 78-1 4i 2c j 2a bq 79-1 2a bu-1 d0t",
  joinsNext:
    "17k 6 2 2-4 5-c 2-6 2-1 10-1 9-f j-11 2-1 a 2 2-1 15-2 3 j-2 6-3 2-8 2 2 2-1 w-a 4-e 3-3 2 3-2 3-5 23-w 2f-4 3 2-9 2 b 2-3 3 u 3-4 2 h-9 6-1 3-5 2-e 30f p-2g f-x 2 sd2-1e jf2-4 9 6-9 2-2 b-3 42 2 4-2 2-1 2 3 t-1 9e-x 2 bk-1 2-1 i-l 1u-2 2-g d-2 t-3 3-b 1b 2-1 5 3-1 2-1 2 3 6-1 16wl-1v",
  joinsPrevious:
    "17k 2-t 2-9 10-1 2-2 2-2m 2 p-1 b-2 3 h 2-t u-1e 23-w 2e-o 8 2-3 2-3 6-i 4 3-6 h-c 2-q 30f p-2g f-x 2 sd2-1d jf3-5 2 2-1 4-8 2-9 3 7-4 41-h o-5 9f-y bj-2 2-1 2x-k d-3 s-h 1b 2-4 2-7 2-3 5-1 16wm-1v",
  passedOver:
    "lc-26 2-v 7o-6 7c-18 2 2-1 2-1 2-2 1z-a 1d-k h 2u-6 3-5 3-1 2-3 y 2 v-q 2k-a 1n-8 a p-3 2-8 2-2 2-4 18-2 1o-8 17-n 2-v 1k 2 5-7 5 4-6 b-1 u 1n 5-3 9 l-1 r 3-1 1m 5-1 5-1 3-2 4 v-1 4 c-1 1m 5-4 2-1 5 l-1 n-5 2 1n 3 2-3 9 6-3 c-1 v 1q d 1f 4 1k 2-2 6-2 2-3 8-1 c-1 u 1n 3 7 6-1 l-1 t-1 1m-1 5-3 9 l-1 u 21 8-2 2 2j 3-6 d-7 2r 3-8 c-6 22-1 s 2 2 1k-d 2-4 2-1 6-a 2-z a 2v-3 2-5 2-1 3-1 q-1 5-2 h-3 e 3-1 7 g jk-2 qb-2 u-1 v-1 v-1 1w-6 9 3-a a 4o-1 z 3b-2 5-1 a 7-2 64-1 3 1n 2-6 2 2 3-7 7-9 3 1d-1s g-3 1d 2-4 2 6 15-8 d-1 x-3 3-1 2-2 1l 2-1 4 2-2 1n-7 3-1 49-2 2-c 2-6 5 7 4-1 5j-1r k1-w 2db-2 3y 2p-v ff-3 30-1 n9x-3 2-9 x-1 29-1 7l 4 5 q-1 6 48-1 r-h e 13-7 q-a 1b-2 1d 3-3 3-1 14 1w-5 3-1 3-1 d 9 1c 1g 2-2 3-1 6-1 2 17-1 9 6n 3 5 fn5 le-f cq-2 ea 6b 46-4 1af-2 2-1 6-3 15-2 5 4m-1 fy-3 1u-4 8u-1 v-4 x-f 1z-a 1e-3 3g 1j-e 16 3-1 b-2 1e-3 3-1 8 1q-2 11-4 2-7 1r d-1 1h-8 b-3 3 2o-2 3 2-1 7 3 4e 4-7 m-1 1m-1 4 12-6 4-4 1z-5 e 2 2 f-1 2e-7 3-2 2 o 2d-5 2 5-1 2-1 6n-3 7-1 2-1 s-1 2e-7 3 2-1 2z 2 3-5 2 2u 2 3-3 2-4 78-8 2-1 75-1 2 5 41-3 3-1 5 x-9 15-5 3-3 9 a-5 3-2 1b-c 2-1 5j 2-2 2 5m-6 2-5 2 2b-l 3-6 2-1 2-1 3f-5 4 2-1 2-6 2 21-1 4 2 2h 77-1 c-1 1h-4 6 2 o 446-g 7-e 8uh-b 4-2 1xd-4 1o-6 t5 1s-3 2a f5l-1 3mq-19 3-m dd-1 1r-2 i-7 3-6 v-3 45-2 n-1 1ic-1i 5-1d 9 f n-4 2-e 11t-6 2-g 3-6 2-1 2-4 2t 4h-6 ag 1q-3 e5-3 73-1 6s 3 8-1 6 d7-6 32-7",
  pictographic:
    "4p 5 68e d 61 n 2j-5 g-1 a8-1 d 4n q-a 5-2 5k 6g-1 b a 1n-3 2-4 a 3 3-1 3 5 3 2-1 3 4 4-1 9-2 6 2 6-b c-1 3 2-1 2 j 3-1 j-5 2 2-1 4-1 6 3-1 5-1 c-1 6-1 3 6-1 2 2-1 l-1 6-5 2-3 3 5 3 3-5 2 3 2 2 7 4 7 b-1 g 3 5 2 5-2 2 c-1 1d-2 a f f ad-1 cw-2 k-1 1g 5 yj d gq 2 2fzf 14-3 2t-b g-1 g f-1 12-9 35-1 d-1 f 3-9 l-1i s-e b l 3-8 2-3 a-m 7-57 3-33 3-1 2-2 3-2a 3-2 2-3 6-71 2-1q c-5 2-n 8-1 3-7 d 3-3 3 5-1 e-1 3 9-1 a 6-2 d-2 9-2 3 2 5 7 4 7-2d 1d-1x 6-7 3-g 4 2-5 3-c 65-k s-3 1l-7 b-5 15-7 v-1 d-3 3-d a-12 d-1a 2-9 2-54 2h-7 f-41 75-sd",
  skinTone:
    "2qrf-4",
  ideograph:
    "a9s-533 1t-g73 hsf-1 2 2-1 b 2 2-1 3-2 1fpz-wyn x-3dq 2-4gd 3-5rk g-h9 3hf-3t6 6-6jt",
  mongolian:
    "4rk-2g 8-4 3-x 2",
  unspaced:
    "2rl-1l 6-e 1f-1 2 2-4 2-n 2 2-m 3-4 2 2-6 e-3 81-1r h-1r b-3 1cz-2b 4 5-1 sub-f b-4 2q-m 4-5",
  rightToLeft:
    "15c-q 5-3 1a-16 10-1 2-2q 2 g-1 8-1 b-2 3 h 2-t u-2g c p-w a-1 5 6-l 5 a 4 o-o 8-a 6-n 2-6 h-15 1bv8 2-9 2-c 2-4 2 2-1 2-1 2-2z y-a2 j-1r 3-1h 15-b 39-4 2-3q 1s4-5 3 2-17 2-1 4 3-m b-m a-u 1u-i 2-1 b-l b-p 7-p 13-1j 7-1 1t g-3 2-2 2-s 17-s 4-s 10-7 2-r s-1h b-l b-i e-h 33-20 1k-1e e-1e e-z 13-r a-m 6z-15 7-1 h-5 i-l i-s b 9-l 17-h 1b-k s-m 16oa-5g 1o-1v 8 xh-3 2-q 2-1 2 3 2-9 2-3 2 2 7 5 2 2 2-2 2-1 2 3 2 2 2 2 2-1 2 3-3 2-6 2-3 2-3 2 2-9 2-g 6-2 2-4 2-g",
  leftToRight:
    "1t-p 7-p 1c b 5 6-m 2-u 2-cg 3-6 f-1 f-4 a 3m-3 3-1 3-3 2 7 2-2 2 2-j 2-2a 2-3u 9-4l 2-11 2-1 7-14 3-1 oo-1h 4 j 8-9 g-f 5-7 3-1 3-l 2-6 2 4-3 4 h e-1 2-2 f-1 b 9-5 5-1 3-l 2-6 2-1 2-1 2-1 w-3 2 k-2 h-8 2-2 2-l 2-6 2-1 2-4 4 j g-1 o c-7 3-1 3-l 2-6 2-1 2-4 4 v-1 2-2 g i 2-5 4-2 2-3 4-1 2 2-1 4-1 4-2 4-b n 1h-7 2-2 2-m 2-f 4 r-2 2-1 3-1 v 5-7 2-2 2-m 2-9 2-4 4 v-2 2-1 g-1 i-8 2-2 2-14 3 h 6-2 9-2 p-5 6-h 4-n 2-8 2 3-6 1n-1b 2-1 d-6 1n-1 2 2-4 2-n 2 2-9 2-1 a 3-4 2 m-3 x 1s-7 2-z s-4 38-16 l h-5 5-3 4 4-1 8-2 5-c d i-11 2 6 3-16 2-98 2-3 3-6 2 2-3 3-14 2-3 3-w 2-3 3-6 2 2-3 3-e 2-1k 2-3 3-1u 12-f h-2d 3-5 4-h7 3-g 2-p 6-22 7-7 8-h e-i f-h f-c 2-2 g-1f 10 5 1w-2g 8-4 3-x 2 6-1x b-u 1e-t 3-4 c-17 5-p 1j-m a-1g 2b 2m-1a i-7 1j-t e-1 b-17 r-z 16-2 b-z 3-a 6-16 3-2 16-3 2-5 2-1 4 6-5b 1t-7p 3-5 3-11 3-5 3-7 2 2 2 2-u 3-1g 2-6 2 4-2 2-6 4-3 3-5 5-c 6-2 2-6 39 e h-f 2r 5 3-9 2 4-4 7 2 2 2-3 2-a 3-3 6-4 5 1h-1 22k-6c 7-3 4-1 d-11 2 6 3-1j 8 h-m a-6 2-6 2-6 2-6 2-6 2-6 2-6 2-6 fb-1 17-4 6-1 5-2d 7-2 2-2h 2-3 6-16 2-2l i-v 1d-f e9-533 1t-h3g 1w-19 3-7g 4-f b-1 l-1a i-t 3-1x 1p-2t 4-2a 5 f-g 2-2 2-3 2-m u-1f f-1d 1r-5 4 2-1 c-r b-m q-s 8-1a t h-4 2-9 b-4 2-14 o-2 2-7 l-m 4 4-1d 2 4-1 3-4 3 2 p-2 3-a 8-2 d-5 3-5 3-5 a-6 2-6 2-16 2-d 3-1 3-36 u-8mb d-m 5-1c 6it-a5 3-2x 13-6 d-4 sq-p 7-p c-2g 4-5 3-5 3-5 3-2 10-b 2-p 2-i 2-1 2-e 3-d z-3e au-s 4-1c 1c-v e-j 2-7 7-11 b-t 3-z 5-7 1d-4d j-z 5-z 5-13 9-1f d-a 2-e 2-6 2-1 2-a 2-e 2-6 2-1 4-1f d-8m a-l b-7 p-5 2-15 2-d 1ms-1g 1m-1 3 e-18 x-o r-z u 3 9-y 4 d-1b f-3 m 2 10-h 2-o k-1 1s-6 2 2-3 2-e 2-9 8-1a 13-7 3-1 3-l 2-6 2-1 2-4 4 j d-4 v-9 2 3 2-11 2 q 2 19-1g j-3 l-2 v-1b l-1 2 55-1a 16-3 11-1b l 1o-16 e 20-q 12-6 56-17 39-1r w-7 3 3-7 2-1 2-n g 2 2n-7 3-12 h 2 t b-13 8 m c-19 k j-20 i 52-w w-8 2-10 i 1e-t 35-6 2-1 2-11 m q-5 2-1 2-v f o-17 m 6n-i g 2-c 2-x 3h 28-pl 6f-5f 219-2o g-tr i-5 q-32y 6-g6 5a2-t 1cz-fs 8-u i-26 i-t j-1b h-3 w-k 6-i c1-18 5w-1r x-o 3-o 19-22 6 1v-c 1t-1 2 f-1 d-5p6 11-x 2o-36 e-pd f-1e 5y6-3 2-6 2-1 2-88 a u-2 3 f-4 8-az 1s5-2y 6-c 4-8 8-9 4mf-2c 2-1y 2-1 3 3-1 3-3 2-b 2 2-6 2-1s 2-3 3-7 2-6 2-r 2-3 2-4 2 4-6 2-9g 2-o 2-o 2-u 2-o 2-u 2-o 2-u 2-o 2-u 2-o 2-7 1f9-3l f-6 1j-1e 1d-1p 43-18 b-6 h 8y-t j-17 dh-r 6d-t 3 5s-u 2-2 2-1 2-6 3-4 a-1 69-6 2-3 2-1 2-e 4qq-wyn x-3dq 2-4gd 3-5rk g-h9 1wj-f1 15v-3t6 6-6jt upz-8qn",
} as const;

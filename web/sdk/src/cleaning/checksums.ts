/** Checksums of PNG and zlib: CRC-32 (ISO 3309) and Adler-32 (RFC 1950). They protect nothing. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

export function crc32(data: Uint8Array): number {
  let value = 0xffffffff;
  for (let at = 0; at < data.length; at += 1)
    value = (value >>> 8) ^ (TABLE[(value ^ (data[at] as number)) & 255] as number);
  return (value ^ 0xffffffff) >>> 0;
}

export function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

/** Numbers of one list, and where the text goes on behind its `]`. */
export interface ScannedNumbers {
  readonly numbers: Float64Array;
  readonly end: number;
}

const [TAB, LINE_FEED, RETURN, SPACE, PLUS, COMMA, MINUS, DOT, ZERO, NINE, CLOSE] = [9, 10, 13, 32, 43, 44, 45, 46, 48, 57, 93];
const CAPITAL_E = 69;
const SMALL_E = 101;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** So many digits are a whole number below 2^53. */
const EXACT_DIGITS = 15;
/** Twice the shortest number and its comma. */
const BYTES_PER_NUMBER = 2;
const FIRST_GUESS = 1_024;

let scratch = new Float64Array(FIRST_GUESS);

/**
 * Reads a flat JSON list of numbers whose `[` is before `start`, as `JSON.parse` would read it, to the bit; `undefined` when it
 * is not that, for whatever reason: then `JSON.parse` is to say what it is. A whole number of up to 15 digits times or over
 * a power of ten of up to 22 is rounded once, and so exactly (Clinger, "How to read floating point numbers accurately", 1990);
 * other numbers are left to `Number`.
 */
export function scanNumbers(bytes: Buffer, start: number): ScannedNumbers | undefined {
  let at = start;
  let count = 0;
  for (;;) {
    at = skipSpace(bytes, at);
    const begin = at;
    if (bytes[at] === MINUS) at += 1;
    const digitsAt = at;
    let mantissa = 0;
    let byte = bytes[at]!;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) mantissa = mantissa * 10 + (byte - ZERO);
    let digits = at - digitsAt;
    // JSON knows neither `.5` nor `01`.
    if (digits === 0 || (digits > 1 && bytes[digitsAt] === ZERO)) return undefined;
    let exponent = 0;
    if (byte === DOT) {
      const fractionAt = ++at;
      for (byte = bytes[at]!; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) mantissa = mantissa * 10 + (byte - ZERO);
      exponent = fractionAt - at;
      if (exponent === 0) return undefined;
      digits -= exponent;
    }
    if (byte === SMALL_E || byte === CAPITAL_E) {
      byte = bytes[++at]!;
      const isNegative = byte === MINUS;
      if (isNegative || byte === PLUS) byte = bytes[++at]!;
      const exponentAt = at;
      let written = 0;
      for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) written = written * 10 + (byte - ZERO);
      if (at === exponentAt) return undefined;
      exponent += isNegative ? -written : written;
    }
    if (count === scratch.length) grow(bytes.length);
    if (digits <= EXACT_DIGITS && exponent <= 22 && exponent >= -22) {
      const value = exponent < 0 ? mantissa / POWERS[-exponent]! : mantissa * POWERS[exponent]!;
      scratch[count++] = begin === digitsAt ? value : -value;
    } else {
      scratch[count++] = Number(bytes.toString('latin1', begin, at));
    }
    if (byte !== COMMA && byte !== CLOSE) byte = bytes[(at = skipSpace(bytes, at))]!;
    at += 1;
    if (byte === CLOSE) return { numbers: scratch.slice(0, count), end: at };
    if (byte !== COMMA) return undefined;
  }
}

/** What JSON takes for space. */
export function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB; byte = bytes[at]) at += 1;
  return at;
}

function grow(textBytes: number): void {
  const larger = new Float64Array(Math.min(scratch.length * 4, Math.ceil(textBytes / BYTES_PER_NUMBER)));
  larger.set(scratch);
  scratch = larger;
}

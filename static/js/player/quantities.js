// Durations, clocks and prices as people write them: the mirror of simulator/engine/quantities.py
// and of the number forms in story.py. A test holds both to the same words.

const SECOND = 1_000_000;
const UNITS = [
  ["d", 86_400 * SECOND],
  ["h", 3_600 * SECOND],
  ["min", 60 * SECOND],
  ["s", SECOND],
  ["ms", 1_000],
];

/** `value` with `digits` decimals, exact ties to even as Python rounds (toFixed rounds them up). */
export function fixed(value, digits) {
  const text = value.toFixed(digits);
  const exact = value.toFixed(Math.min(100, digits + 60));
  const point = exact.length - Math.min(60, 100 - digits);
  if (!/^50*$/.test(exact.slice(point))) return text;
  const kept = exact.slice(0, point);
  return Number(kept.at(-1)) % 2 === 0 ? kept : text;
}

const withoutZeros = (text) => text.replace(/0+$/, "").replace(/\.$/, "");

/** The shortest way to write a duration: 30s, 1.5s, 250ms, 90min. */
export function durationText(us) {
  for (const [unit, size] of UNITS.slice(0, 4)) {
    if (us >= size && us % size === 0) return `${us / size}${unit}`;
  }
  for (const [unit, size] of UNITS.slice(3)) {
    if (us >= size) return `${withoutZeros(fixed(us / size, 3))}${unit}`;
  }
  return us ? `${us}us` : "0s";
}

/** A virtual time since the start: 0:41.250, 1:02:03.000. */
export function clockText(us) {
  const total = Math.floor(us / 1_000);
  const ms = String(total % 1_000).padStart(3, "0");
  const seconds = String(Math.floor(total / 1_000) % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60_000);
  const hours = Math.floor(minutes / 60);
  const lead = hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}` : String(minutes);
  return `${lead}:${seconds}.${ms}`;
}

/** A clock without trailing zeros, as sentences say it: 0:41.25. */
export const shortClock = (us) => withoutZeros(clockText(us));

/** Dollars with as many places as a price of millionths needs. */
export const money = (usd) => `$${fixed(usd, 8).replace(/0+$/, "").padEnd(5, "0")}`;

/** A number as Python's str() writes it; a whole float without its ".0". */
function numberText(value) {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const size = Math.abs(value);
  if (size >= 1e-4) return String(value);
  const [digits, exponent] = value.toExponential().split("e-");
  return `${digits}e-${exponent.padStart(2, "0")}`;
}

/** Any plain JSON value in a sentence. */
export function plain(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return value;
  return quoted(value);
}

// Lists and objects as Python writes them. No sentence should need it; when one does, both sides agree.
function quoted(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(quoted).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `'${key}': ${quoted(item)}`)
    .join(", ")}}`;
}

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** A gauge's value in its unit, as plates, gauges and charts show it: {figure, unit}. */
export function gaugeText(value, unit) {
  if (value === undefined || value === null) return { figure: "–", unit: "" };
  if (unit === "us") return { figure: briefDuration(value), unit: "" };
  if (unit === "pUSD") return { figure: value ? money(value / 1e12) : "$0.00", unit: "" };
  if (unit === "USD") return { figure: value ? money(value) : "$0.00", unit: "" };
  // The formatter is slow, and most numbers need none.
  const short = Number.isInteger(value) && value > -1_000 && value < 1_000;
  return { figure: short ? String(value) : grouped.format(value), unit };
}

/** A duration to three figures, for instruments: 28.4 s, 412 ms, 2 min 05 s. */
export function briefDuration(us) {
  if (us < 1_000) return us ? `${Math.round(us)} µs` : "0 s";
  if (us < SECOND) return `${Math.round(us / 1_000)} ms`;
  if (us < 60 * SECOND) return `${withoutZeros((us / SECOND).toFixed(us < 10 * SECOND ? 2 : 1))} s`;
  const seconds = Math.round(us / SECOND);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours} h ${String(minutes).padStart(2, "0")} min` : `${minutes} min ${rest} s`;
}

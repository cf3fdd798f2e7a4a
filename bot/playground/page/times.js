// Times in the acting person's zone and language.

const formats = new Map(); // making one takes longer than using it a hundred times

export function format(seconds, person, options) {
  const key = `${person.locale} ${person.tz} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(person.locale, { timeZone: person.tz, ...options }));
  return formats.get(key).format(new Date(seconds * 1000));
}

export const clockTime = (seconds, person) => format(seconds, person, { hour: "2-digit", minute: "2-digit" });
export const fullTime = (seconds, person) => format(seconds, person, { dateStyle: "full", timeStyle: "short" });
export const languageName = (locale) => new Intl.DisplayNames("en", { type: "language" }).of(locale.split(/[-_]/)[0]);
export const dayName = (seconds, person) => format(seconds, person, { weekday: "long", day: "numeric", month: "long" });

export function offset(seconds, tz) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: tz, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(new Date(seconds * 1000));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const there = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) / 1000;
  return there - Math.floor(seconds);
}

// "2026-11-20T15:00" there, as unix seconds
export function fromWall(text, tz) {
  const there = Date.parse(`${text}Z`) / 1000;
  const guess = there - offset(there, tz);
  return there - offset(guess, tz);
}

export function toWall(seconds, tz) {
  return new Date((seconds + offset(seconds, tz)) * 1000).toISOString().slice(0, 16);
}

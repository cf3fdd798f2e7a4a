// Times in the acting person's zone and language.

export function format(seconds, person, options) {
  return new Intl.DateTimeFormat(person.locale, { timeZone: person.tz, ...options }).format(new Date(seconds * 1000));
}

export const clockTime = (seconds, person) => format(seconds, person, { hour: "2-digit", minute: "2-digit" });
export const dayName = (seconds, person) => format(seconds, person, { weekday: "long", day: "numeric", month: "long" });

function offset(seconds, tz) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: tz, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(new Date(seconds * 1000));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) / 1000 - Math.floor(seconds);
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

const TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_pretty: { year: "numeric", month: "long", day: "numeric" },
  date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
  date_long_pretty: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_long_full: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

export function slackDate(seconds, pattern, person, now) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return relative(seconds - now, person);
    if (!TOKENS[name]) return whole;
    const near = name.endsWith("_pretty") && nearDay(seconds, person, now);
    return near || format(seconds, person, TOKENS[name]);
  });
}

function nearDay(seconds, person, now) {
  const day = (at) => Math.floor((at + offset(at, person.tz)) / 86400);
  const apart = day(seconds) - day(now);
  if (Math.abs(apart) > 1) return "";
  return new Intl.RelativeTimeFormat(person.locale, { numeric: "auto" }).format(apart, "day");
}

function relative(apart, person) {
  const words = new Intl.RelativeTimeFormat(person.locale, { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(apart) >= size) return words.format(Math.round(apart / size), unit);
  }
  return words.format(Math.round(apart), "second");
}

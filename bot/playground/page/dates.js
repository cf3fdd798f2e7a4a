// Slack's own pattern for dates, `{date_short_pretty} {time}`, as each person reads it: in their zone and language.

import { format, offset } from "./times.js";

const LONG = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };
const TOKENS = {
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_long: LONG,
  date_long_full: { ...LONG, weekday: undefined },
  date_long_pretty: LONG,
  date: { month: "long", day: "numeric" },
  date_pretty: { month: "long", day: "numeric" },
  date_short: SHORT,
  date_short_pretty: SHORT,
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

// what stands first begins with a capital letter, as it does in Slack
export function slackDate(seconds, pattern, person, now) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name, at) => {
    const said = one(name, seconds, person, now) ?? whole;
    return at ? said : said.charAt(0).toLocaleUpperCase(person.locale) + said.slice(1);
  });
}

function one(name, seconds, person, now) {
  if (name === "ago") return relative(seconds - now, person);
  if (name === "date_num") return dayOf(seconds, person).toISOString().slice(0, 10);
  const near = name.endsWith("_pretty") && nearDay(seconds, person, now);
  if (near) return near;
  if (name === "day_divider_pretty") {
    const isThisYear = dayOf(seconds, person).getUTCFullYear() === dayOf(now, person).getUTCFullYear();
    return format(seconds, person, isThisYear ? { ...LONG, year: undefined } : LONG);
  }
  return TOKENS[name] && format(seconds, person, TOKENS[name]);
}

// the person's own calendar, as if it were UTC's
const dayOf = (seconds, person) => new Date((seconds + offset(seconds, person.tz)) * 1000);

function nearDay(seconds, person, now) {
  const day = (at) => Math.floor(dayOf(at, person) / 86_400_000);
  const apart = day(seconds) - day(now);
  if (Math.abs(apart) > 1) return "";
  return new Intl.RelativeTimeFormat(person.locale, { numeric: "auto" }).format(apart, "day");
}

function relative(apart, person) {
  const words = new Intl.RelativeTimeFormat(person.locale, { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.round(Math.abs(apart)) >= size) return words.format(Math.round(apart / size), unit);
  }
  return words.format(Math.round(apart), "second");
}

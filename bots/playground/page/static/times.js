// Times of day and dates, in the reader's own way of writing them.

const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat(undefined, {
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 1,
});
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

const date = (seconds) => new Date(seconds * 1000);

/** Return the time of a Unix time in seconds. */
export const time = (seconds) => TIME.format(date(seconds));

/** Return it as short as can be: what stands beside it says which half of the day it is. */
export const brief = (seconds) =>
  TIME.formatToParts(date(seconds))
    .filter(({ type }) => type !== "dayPeriod")
    .map(({ value }) => value)
    .join("")
    .trim();

/** Return it with seconds and tenths. */
export const exact = (seconds) => EXACT.format(date(seconds));

/** Return it with its day. */
export const full = (seconds) => FULL.format(date(seconds));

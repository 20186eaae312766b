// Sentences from entries: the mirror of simulator/engine/story.py's `tell`.

import { durationText, money, plain, shortClock } from "./quantities.js";

const FIELD = /\{([a-z_]+)(?::([a-z]+))?\}/g;
const FORMS = { clock: shortClock, duration: durationText, money };

/** The sentence of a template about one entry; an unknown field becomes a dash. */
export function tell(template, entry, titles) {
  const own = { node: entry.node, message: entry.message, at_us: entry.at };
  const fields = entry.detail ? { ...own, ...entry.detail } : own;
  return template.replace(FIELD, (_, name, form) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : null;
    if (value === null || value === undefined) return "–";
    if (form && Object.hasOwn(FORMS, form)) return FORMS[form](value);
    if (form === "name" || name === "node" || name === "to" || name.endsWith("_node")) {
      const key = plain(value);
      return titles.get(key) ?? key;
    }
    return plain(value);
  });
}

/** The sentence of an entry of the log. */
export const sentence = (entry, model) => tell(model.kinds[entry.kind].says, entry, model.titles);

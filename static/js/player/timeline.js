// The timeline's scale: virtual time to a part of the rail, with skipped gaps as narrow cuts. Pure.
// The rail's end grows in steps, so that bookmarks stand still while time goes on.

const CUT = 0.02; // of the rail, for each gap; fewer and narrower when there are many
const CUTS_MOST = 0.4; // of the rail, for all of them
const FIRST_END_US = 10e6;

/** The end of the rail for a live edge: 10 s, 20 s, 50 s, 100 s … so that there is room to the right. */
export function railEnd(livedUs) {
  let end = FIRST_END_US;
  const steps = [2, 2.5, 2];
  for (let index = 0; end < livedUs * 1.04; index += 1) end *= steps[index % 3];
  return end;
}

/** A scale from `gaps` (pairs, in order) and the live edge: {end, at(us), us(part), cuts}. */
export function scale(gaps, edge) {
  const merged = [];
  for (const [from, to] of gaps) {
    const last = merged.at(-1);
    if (to <= from) continue;
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  const skipped = merged.reduce((sum, [from, to]) => sum + to - from, 0);
  const end = railEnd(Math.max(0, edge - skipped)); // of the time that is not cut
  const cut = merged.length ? Math.min(CUT, CUTS_MOST / merged.length) : 0;
  const room = 1 - cut * merged.length;
  const at = (us) => {
    let spent = 0;
    let cuts = 0;
    for (const [from, to] of merged) {
      if (us <= from) break;
      if (us < to) return clip(((from - spent) / end) * room + cuts * cut + ((us - from) / (to - from)) * cut);
      spent += to - from;
      cuts += 1;
    }
    return clip(((us - spent) / end) * room + cuts * cut);
  };
  const us = (part) => {
    let spent = 0;
    let cuts = 0;
    for (const [from, to] of merged) {
      const begins = ((from - spent) / end) * room + cuts * cut;
      if (part < begins) break;
      if (part < begins + cut) return from + ((part - begins) / cut) * (to - from);
      spent += to - from;
      cuts += 1;
    }
    return ((part - cuts * cut) / room) * end + spent;
  };
  return { end, at, us, cuts: merged.map(([from, to]) => ({ from, to, at: at(from), width: cut })) };
}

const clip = (part) => Math.max(0, Math.min(1, part));

// Whether a panel can be seen, by attributes alone: asking for a size in the middle of a frame would make
// the browser lay the page out there and then.

/** False inside a hidden tab panel or a closed details. */
export const seen = (element) => !element.closest("[hidden], details:not([open])");

// The page model (docs/architecture.md), read once and indexed for the player.

/** Where a kind leaves a hop: its edge, and whether it runs against the drawn direction. */
function edgeIndex(edges) {
  const found = new Map();
  for (const edge of edges) {
    const forth = `${edge.source}\n${edge.target}`;
    const back = `${edge.target}\n${edge.source}`;
    if (!found.has(forth)) found.set(forth, { edge: edge.id, back: false });
    if (!found.has(back)) found.set(back, { edge: edge.id, back: true });
  }
  // A track drawn the way a hop flies is better than one drawn the other way.
  for (const edge of edges) {
    const forth = `${edge.source}\n${edge.target}`;
    if (found.get(forth).back) found.set(forth, { edge: edge.id, back: false });
  }
  return found;
}

/** The model with its indexes: nodes by id, titles, edges by their ends. */
export function readModel(json) {
  const nodes = json.nodes;
  const between = edgeIndex(json.edges);
  return {
    ...json,
    captions: json.captions ?? [],
    charts: json.charts ?? [],
    controls: json.controls ?? [],
    byId: new Map(nodes.map((node) => [node.id, node])),
    titles: new Map(nodes.map((node) => [node.id, node.title || node.id])),
    between: (from, to) => between.get(`${from}\n${to}`) ?? null,
  };
}

/** The name and label of a node's headline gauge, or null. */
export function headline(node) {
  const found = Object.entries(node.gauges ?? {}).find(([, gauge]) => gauge.headline);
  return found ? { name: found[0], ...found[1] } : null;
}

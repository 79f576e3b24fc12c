/**
 * Looks at every state that a model can reach, breadth first, so that what it finds wrong it finds by the shortest way.
 * And it looks whether anything is a trap: from every state the end must be reachable without another mishap.
 */

export interface Step<State> {
  /** What happens, as a line of a trace. */
  readonly what: string;
  readonly next: State;
  /** A fault, or something else that need not happen: nothing may depend on it to come to an end. */
  readonly mishap: boolean;
}

export interface Model<State> {
  readonly initial: State;
  steps(state: State): readonly Step<State>[];
  /** What must never be, in words, when this state has it. */
  wrongWith(state: State): string | undefined;
  isEnd(state: State): boolean;
}

export interface Found {
  readonly states: number;
  /** Undefined: nothing is wrong. */
  readonly wrong: string | undefined;
  /** The shortest way to it. */
  readonly trace: readonly string[];
}

interface Visited<State> {
  readonly state: State;
  /** How it was reached first. */
  readonly by: { readonly from: Visited<State>; readonly what: string } | undefined;
  /** From where it is reached without a mishap. */
  readonly before: Visited<State>[];
  /** Known to come to an end. */
  ends: boolean;
}

export function search<State>(model: Model<State>): Found {
  const first: Visited<State> = { state: model.initial, by: undefined, before: [], ends: false };
  const visited = new Map([[JSON.stringify(model.initial), first]]);
  // What is added while it runs is looked at too, in the order it was found.
  for (const at of visited.values()) {
    const wrong = model.wrongWith(at.state);
    if (wrong !== undefined) return { states: visited.size, wrong, trace: traceTo(at) };
    for (const { what, next, mishap } of model.steps(at.state)) {
      const key = JSON.stringify(next);
      let reached = visited.get(key);
      if (reached === undefined) {
        reached = { state: next, by: { from: at, what }, before: [], ends: false };
        visited.set(key, reached);
      }
      if (!mishap) reached.before.push(at);
    }
  }
  const trap = findTrap(model, [...visited.values()]);
  if (trap === undefined) return { states: visited.size, wrong: undefined, trace: [] };
  return { states: visited.size, wrong: "from here it never comes to an end", trace: traceTo(trap) };
}

/** The first state from which no end can be reached. */
function findTrap<State>(
  model: Model<State>,
  visited: readonly Visited<State>[],
): Visited<State> | undefined {
  const toLookAt = visited.filter((each) => (each.ends = model.isEnd(each.state)));
  for (let at = toLookAt.pop(); at !== undefined; at = toLookAt.pop()) {
    for (const earlier of at.before) {
      if (earlier.ends) continue;
      earlier.ends = true;
      toLookAt.push(earlier);
    }
  }
  return visited.find((each) => !each.ends);
}

function traceTo<State>(end: Visited<State>): string[] {
  const trace: string[] = [];
  for (let { by } = end; by !== undefined; { by } = by.from) trace.unshift(by.what);
  return trace;
}

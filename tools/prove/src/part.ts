/** One piece of the evidence, as the report has it. */
export interface Part {
  name: string;
  facts: Record<string, number | string>;
  /** What is not as promised; none where the part is proved. */
  problems: string[];
  /** What this run could not look at, and why. */
  notProved: string[];
}

export function newPart(name: string): Part {
  return { name, facts: {}, problems: [], notProved: [] };
}

import type { StepAnswer } from './allowance.js';

const bigintTag = 'n:';

/** A stored answer; amounts are tagged strings, because JSON has no integers of 64 bits. */
export function answerToJson(answer: StepAnswer): string {
  return JSON.stringify(answer, (_name, value: unknown) =>
    typeof value === 'bigint' ? `${bigintTag}${value}` : value,
  );
}

/** The answer that `answerToJson` stored. */
export function answerFromJson(json: string): StepAnswer {
  return JSON.parse(json, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(bigintTag)
      ? BigInt(value.slice(bigintTag.length))
      : value,
  ) as StepAnswer;
}

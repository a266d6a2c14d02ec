import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** What is wrong with the environment, one line for each variable. Never holds a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/**
 * Reads the variables that `schema` names. `X_FILE` may stand for `X` and names a file that holds the value.
 * Throws ConfigError naming every variable that is missing, empty or malformed and how to fix it.
 */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  env: NodeJS.ProcessEnv = process.env,
): z.infer<S> {
  const problems: string[] = [];
  const failed = new Set<string>();
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const outcome = readVariable(name, env);
    if (outcome === undefined) continue;
    if ('problem' in outcome) {
      problems.push(outcome.problem);
      failed.add(name);
    } else {
      values[name] = outcome.value;
    }
  }
  const parsed = schema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? '');
    if (failed.has(name)) continue;
    problems.push(
      name !== '' && !(name in values)
        ? `${name} is missing: set ${name}, or ${name}_FILE to a file that holds it`
        : `${name} is not valid: ${issue.message}`,
    );
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return parsed.data;
}

type Outcome = { value: string } | { problem: string } | undefined;

function readVariable(name: string, env: NodeJS.ProcessEnv): Outcome {
  const direct = env[name];
  const file = env[`${name}_FILE`];
  if (direct !== undefined && file !== undefined) {
    return { problem: `${name} and ${name}_FILE are both set: keep one` };
  }
  if (direct !== undefined) {
    return direct.trim() === ''
      ? { problem: `${name} is empty: give it a value, or unset it where it is optional` }
      : { value: direct };
  }
  if (file === undefined) return undefined;
  try {
    const value = readFileSync(file, 'utf8').trim();
    return value === ''
      ? { problem: `${name}_FILE names an empty file: write the value into ${file}` }
      : { value };
  } catch {
    return { problem: `${name}_FILE cannot be read: ${file} must exist and be readable` };
  }
}

import type { Model } from '@modelbridge/dashboard-api';
import * as z from 'zod/mini';

/** What a person has filled in, as text; empty: as the model does by itself. */
export interface Settings {
  readonly system: string;
  readonly temperature: string;
  readonly topP: string;
  readonly mostTokens: string;
  readonly effort: string;
  /** A JSON list of tools as the Chat Completions API has them. */
  readonly tools: string;
  readonly isNeverStored: boolean;
}

export const noSettings: Settings = {
  system: '',
  temperature: '',
  topP: '',
  mostTokens: '',
  effort: '',
  tools: '',
  isNeverStored: false,
};

export type SettingsErrors = Partial<Record<keyof Settings, string>>;

/** Members of a request of the Chat Completions API. */
export type Parameters = Readonly<Record<string, unknown>>;

const tools = z.array(
  z.looseObject({
    type: z.literal('function'),
    function: z.looseObject({ name: z.string().check(z.minLength(1)) }),
  }),
);

export const EXAMPLE_TOOLS = JSON.stringify(
  [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather in a city now.',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        },
      },
    },
  ],
  undefined,
  2,
);

export type ReadSettings =
  | { readonly parameters: Parameters; readonly errors?: undefined }
  | { readonly parameters?: undefined; readonly errors: SettingsErrors };

/** What the settings say to the API, or what of them is none. */
export function readSettings(settings: Settings): ReadSettings {
  const errors: SettingsErrors = {};
  const number = (field: 'temperature' | 'topP', most: number) => {
    const text = settings[field].trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (value >= 0 && value <= most) return value;
    errors[field] = `A number from 0 to ${most}.`;
    return undefined;
  };
  const parameters = {
    temperature: number('temperature', 2),
    top_p: number('topP', 1),
    max_completion_tokens: whole(settings.mostTokens.trim(), errors),
    reasoning_effort: settings.effort === '' ? undefined : settings.effort,
    tools: toolsOf(settings.tools.trim(), errors),
    store: settings.isNeverStored ? false : undefined,
  };
  if (Object.keys(errors).length > 0) return { errors };
  return { parameters: withoutUndefined(parameters) };
}

function whole(text: string, errors: SettingsErrors): number | undefined {
  if (text === '') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  errors.mostTokens = 'A whole number from 1.';
  return undefined;
}

function toolsOf(text: string, errors: SettingsErrors): unknown[] | undefined {
  if (text === '') return undefined;
  try {
    const read = tools.safeParse(JSON.parse(text));
    if (read.success) return read.data.length === 0 ? undefined : read.data;
    errors.tools =
      'A list of tools, each {"type": "function", "function": {"name": …, "parameters": …}}.';
  } catch {
    errors.tools = 'This is no JSON. Look for a comma or a quotation mark that is missing.';
  }
  return undefined;
}

function withoutUndefined(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

/** What of the parameters a model is asked with: not sampling where it is refused, nor an effort that it does not have. */
export function parametersFor(model: Model | undefined, parameters: Parameters): Parameters {
  const { temperature, top_p, reasoning_effort, ...rest } = parameters;
  const efforts = model?.efforts ?? [];
  const hasEffort = efforts.length === 0 || efforts.includes(String(reasoning_effort));
  return withoutUndefined({
    ...(model?.takes_sampling === false ? {} : { temperature, top_p }),
    ...(hasEffort ? { reasoning_effort } : {}),
    ...rest,
  });
}

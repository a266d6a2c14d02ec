import * as z from 'zod/mini';

/** What every answer but a 2xx says. */
export const errorBody = z.object({
  error: z.object({
    /** For programs, such as `step_up_required`. */
    code: z.string(),
    /** A sentence for a person: what happened and what to do. */
    message: z.string(),
    /** The member of the params, query or body that was wrong, such as `limits.0.amount_nano_usd`. */
    field: z.optional(z.string()),
    request_id: z.string(),
  }),
});

export type ErrorBody = z.infer<typeof errorBody>;

/** Codes that the web app acts on itself. */
export const ERROR_CODES = {
  /** 401: nobody is signed in, or the session has ended. */
  signedOut: 'signed_out',
  /** 403: the act asks that the person proves themselves again. */
  stepUpRequired: 'step_up_required',
  /** 403: the CSRF token is not one of this session. Nothing was done. */
  csrf: 'csrf_token_invalid',
} as const;

import { planNames, uuidOf, type IdKind } from '@modelbridge/contracts';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { z } from 'zod';
import { BillingError } from './book/billing-error.js';

/** No single amount is above this, so that no sum of a few of them leaves int8: 1 billion USD. */
export const maxAmountNanoUsd = 10n ** 18n;

/** An id of one kind, as the UUID inside it. */
export function uuidField(kind: IdKind) {
  return z.string().transform((id, context) => {
    try {
      return uuidOf(kind, id);
    } catch {
      context.addIssue({ code: 'custom', message: `must be a ${kind} id` });
      return z.NEVER;
    }
  });
}

export const planField = z.enum(
  planNames,
  `must be one of ${planNames.filter(Boolean).join(', ')}, or empty`,
);

export const amountField = z
  .bigint()
  .min(0n, 'must not be negative')
  .max(maxAmountNanoUsd, 'is too large');
export const positiveAmountField = amountField.min(1n, 'must be greater than 0');

export const idempotencyKeyField = z
  .string()
  .min(1, 'is missing')
  .max(200, 'is longer than 200 characters');

/** Runs a use case; what its rules refuse becomes the public error of the same code. */
export async function answering<T>(useCase: () => Promise<T>): Promise<T> {
  try {
    return await useCase();
  } catch (error) {
    if (error instanceof BillingError) {
      throw new RpcError(error.code, error.message, { field: error.field, cause: error });
    }
    throw error;
  }
}

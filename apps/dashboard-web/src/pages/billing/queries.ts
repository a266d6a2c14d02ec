import { billingRoutes } from '@modelbridge/dashboard-api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';

/** @param isAwaited money is under way: it is asked again until it is here */
export const billingQuery = (account_id: string, isAwaited = false) =>
  queryOptions({
    queryKey: ['billing', account_id],
    queryFn: ({ signal }) => api.call(billingRoutes.summary, { params: { account_id }, signal }),
    refetchInterval: isAwaited ? 2_000 : false,
  });

export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: ({ signal }) => api.call(billingRoutes.plans, { signal }),
  staleTime: 300_000,
});

export type PlanName = 'free' | 'pro' | 'team';

export const previewQuery = (account_id: string, plan: PlanName) =>
  queryOptions({
    queryKey: ['billing', account_id, 'preview', plan],
    queryFn: ({ signal }) =>
      api.call(billingRoutes.previewPlan, { params: { account_id }, query: { plan }, signal }),
    staleTime: 0,
    gcTime: 0,
  });

export const paymentsQuery = (account_id: string) =>
  infiniteQueryOptions({
    queryKey: ['billing', account_id, 'payments'],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(billingRoutes.payments, { params: { account_id }, query: { cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export const invoicesQuery = (account_id: string) =>
  infiniteQueryOptions({
    queryKey: ['billing', account_id, 'invoices'],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(billingRoutes.invoices, { params: { account_id }, query: { cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export const invoiceQuery = (account_id: string, invoice_id: string) =>
  queryOptions({
    queryKey: ['billing', account_id, 'invoice', invoice_id],
    queryFn: ({ signal }) =>
      api.call(billingRoutes.invoice, { params: { account_id, invoice_id }, signal }),
  });

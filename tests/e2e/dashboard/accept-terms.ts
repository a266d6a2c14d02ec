import type { Consents } from '@modelbridge/dashboard-api';
import type { DashboardBrowser } from './browser.js';

/** As somebody does who is new: without it they have no key. */
export async function acceptTerms(browser: DashboardBrowser): Promise<Consents> {
  const { body } = await browser.ask<Consents>('GET', '/bff/consents');
  const accepted = await browser.ask<Consents>('POST', '/bff/consents/terms', {
    policy_version: body.to_accept?.version,
    terms_accepted: true,
    is_adult: true,
  });
  return accepted.body;
}

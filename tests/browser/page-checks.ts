import type { Page } from '@modelbridge/testing-kit/browser';
import { findOverflow, findViolations, loadAxe } from './in-page.js';

const widths = [1280, 390];
const schemes = ['light', 'dark'] as const;

/** A scheme is seen in the frame after it is chosen. */
const nextFrames = `new Promise((done) => requestAnimationFrame(() => setTimeout(done, 250)))`;

/**
 * What is wrong with how a page is laid out and read, wide and on a phone, light and dark. The page stays as it is, but
 * for its size and scheme.
 */
export async function lookProblems(page: Page): Promise<string[]> {
  const problems: string[] = [];
  await page.evaluate(loadAxe);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(nextFrames);
      const found = [
        ...(await page.evaluate<string[]>(findOverflow)),
        ...(await page.evaluate<string[]>(findViolations)),
      ];
      problems.push(...found.map((problem) => `${width} px, ${colorScheme}: ${problem}`));
    }
  }
  return problems;
}

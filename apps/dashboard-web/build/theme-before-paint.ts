import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Sets what `src/preferences/theme.ts` sets, for a theme that was chosen here before. */
const SCRIPT = `try{var t=localStorage.getItem('theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}`;

/**
 * A script that the page waits for, so that a dark page is never white first. It is a file, since the content
 * security policy allows no inline script.
 */
export function themeBeforePaint(): Plugin {
  const hash = createHash('sha256').update(SCRIPT).digest('base64url').slice(0, 8);
  const fileName = `assets/theme-${hash}.js`;
  return {
    name: 'theme-before-paint',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'asset', fileName, source: SCRIPT });
    },
    transformIndexHtml: () => [
      { tag: 'script', attrs: { src: `/app/${fileName}` }, injectTo: 'head-prepend' },
    ],
  };
}

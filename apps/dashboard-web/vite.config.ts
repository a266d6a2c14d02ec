import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompressed } from './build/precompressed.js';
import { themeBeforePaint } from './build/theme-before-paint.js';

export default defineConfig({
  base: '/app/',
  plugins: [react(), tailwind(), themeBeforePaint(), precompressed()],
  resolve: { conditions: ['@modelbridge/source', 'module', 'browser', 'production'] },
  build: {
    target: 'es2023',
    // The policy allows no inline script, style or font.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
    // What the first page may weigh is measured compressed.
    chunkSizeWarningLimit: 600,
  },
});

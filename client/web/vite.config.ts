import optimizeLocales from '@react-aria/optimize-locales-plugin';
import { defineConfig } from 'vite';
// @ts-expect-error a plain script shared with the compressor
import { outDir } from './scripts/out.mjs';

export default defineConfig({
	// Relative addresses: the daemon serves the app at /, a station on loopback.
	base: './',
	plugins: [
		// The widgets bring their own words in thirty languages; we show two.
		{ ...optimizeLocales.vite({ locales: ['zh-CN', 'en-US'] }), enforce: 'pre' },
	],
	build: {
		outDir: outDir as string,
		emptyOutDir: true,
		// Chromium 90 is what the older office browsers in use are built on.
		target: ['chrome90', 'edge90', 'firefox90', 'safari15'],
		cssMinify: 'lightningcss',
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		reportCompressedSize: false,
		license: { fileName: 'licences.txt' },
	},
});

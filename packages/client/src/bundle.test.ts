import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** What the browser entry may weigh, compressed: the whole table of operations is in it. More is a decision, not an accident. */
const gzipMaxBytes = 60 * 1024;

describe('the bundle for browsers', () => {
  it('holds nothing of Node and stays small', async () => {
    const result = await build({
      stdin: { contents: 'export { createClient } from "@ossature/client";', resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      minify: true,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2023',
      logLevel: 'silent',
    });
    const bytes = result.outputFiles[0]?.contents ?? new Uint8Array();
    const gzipBytes = gzipSync(bytes).byteLength;
    console.log(`The browser bundle has ${bytes.byteLength} bytes, ${gzipBytes} compressed.`);
    const inputs = Object.keys(result.metafile.inputs);
    expect(inputs.some((path) => path.endsWith('index.browser.js'))).toBe(true);
    // esbuild fails by itself on a module of Node; this is for what it would only leave out.
    const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports.map((one) => one.path));
    expect(imports).toEqual([]);
    expect(inputs.filter((path) => /undici|digests-node|hash-wasm/.test(path))).toEqual([]);
    expect(gzipBytes).toBeLessThan(gzipMaxBytes);
  });
});

// Writes tertulia.js: htmx with its two extensions, clock.js and chat.js, as one file (an extension in
// a later file can miss htmx's start); and clock.min.js, for pages without htmx.
import { readFileSync, writeFileSync } from 'node:fs'
import { transformSync } from 'esbuild'

const htmx = ['htmx.min.js', 'ext/hx-ws.min.js', 'ext/hx-upsert.min.js']
  .map((name) => readFileSync(`node_modules/htmx.org/dist/${name}`, 'utf8').trim())
const ours = (name) => transformSync(readFileSync(`../site/static/${name}`, 'utf8'), {
  minify: true,
  supported: { 'template-literal': false }, // on one line
}).code
const folder = process.argv[2] ?? '../site/static'
const clock = ours('clock.js')
writeFileSync(`${folder}/tertulia.js`, [...htmx, clock.trim(), ours('chat.js')].join('\n'))
writeFileSync(`${folder}/clock.min.js`, clock)

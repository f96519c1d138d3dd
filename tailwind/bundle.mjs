// Writes tertulia.js: htmx with its two extensions, clock.js and chat.js, as one file (an extension in
// a later file can miss htmx's start). Writes clock.min.js, for pages without htmx, and the modules
// that these load on first use.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { transformSync } from 'esbuild'

const htmx = ['htmx.min.js', 'ext/hx-ws.min.js', 'ext/hx-upsert.min.js']
  .map((name) => readFileSync(`node_modules/htmx.org/dist/${name}`, 'utf8').trim())
const minify = (name, options) => transformSync(readFileSync(`../site/static/${name}.js`, 'utf8'), {
  minify: true,
  ...options,
  supported: { 'template-literal': false }, // on one line
}).code
const folder = process.argv[2] ?? '../site/static'
writeFileSync(`${folder}/tertulia.js`, [...htmx, minify('clock').trim(), minify('chat')].join('\n'))
writeFileSync(`${folder}/clock.min.js`, minify('clock'))
for (const file of readdirSync('../site/static')) {
  const name = file.match(/^(\w+)\.js$/)?.[1]
  if (!name || ['chat', 'clock', 'tertulia'].includes(name)) continue
  writeFileSync(`${folder}/${name}.min.js`, minify(name, { format: 'esm' }))
}

// Writes tertulia.js: htmx with its two extensions, clock.js and chat.js, as one file (an extension in
// a later file can miss htmx's start). Writes clock.min.js, for pages without htmx, and the modules
<<<<<<< HEAD
// that these load on first use.
import { readFileSync, writeFileSync } from 'node:fs'
=======
// that chat.js loads on first use.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
>>>>>>> ad2c7e5 (Say what is not sent, edit with the keyboard, and load scripts on first use)
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
<<<<<<< HEAD
writeFileSync(`${folder}/clock.min.js`, minify('clock'))
for (const name of ['days', 'editing', 'history', 'prune', 'times']) {
  writeFileSync(`${folder}/${name}.min.js`, minify(name, { format: 'esm' }))
=======
for (const file of readdirSync('../site/static')) {
  const name = file.match(/^(\w+)\.js$/)?.[1]
  if (!name || ['chat', 'tertulia'].includes(name)) continue
  writeFileSync(`${folder}/${name}.min.js`, minify(name))
>>>>>>> ad2c7e5 (Say what is not sent, edit with the keyboard, and load scripts on first use)
}

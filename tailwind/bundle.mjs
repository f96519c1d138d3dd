// Writes ../site/static/tertulia.js: htmx with its two extensions, and chat.js, as one file. An
// extension in a later file can miss htmx's start.
import { readFileSync, writeFileSync } from 'node:fs'
import { transformSync } from 'esbuild'

const htmx = ['htmx.min.js', 'ext/hx-ws.min.js', 'ext/hx-upsert.min.js']
  .map((name) => readFileSync(`node_modules/htmx.org/dist/${name}`, 'utf8').trim())
const chat = transformSync(readFileSync('../site/static/chat.js', 'utf8'), { minify: true }).code
writeFileSync(process.argv[2] ?? '../site/static/tertulia.js', [...htmx, chat].join('\n'))

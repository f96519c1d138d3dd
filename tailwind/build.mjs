// Builds the stylesheet: `node build.mjs [--watch=always] [--output FILE]`. It includes the
// classes used in ../templates and in TEMPLATES_DIR, if set (relative paths start where npm was run).
import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

let entry = readFileSync('theme.css', 'utf8')
if (process.env.TEMPLATES_DIR) {
  const folder = resolve(process.env.INIT_CWD ?? '..', process.env.TEMPLATES_DIR)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`TEMPLATES_DIR: there is no folder ${folder}.`)
    process.exit(1)
  }
  entry += `@source ${JSON.stringify(folder)};\n`
}
const options = process.argv.slice(2)
if (!options.includes('--output')) options.push('--output', '../site/static/tertulia.css')
const tailwind = spawn('node_modules/.bin/tailwindcss', ['--input', '-', ...options], {
  stdio: ['pipe', 'inherit', 'inherit'],
})
tailwind.stdin.end(entry)
tailwind.on('exit', (code) => { process.exitCode = code ?? 1 })

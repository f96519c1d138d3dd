// Writes ../site/core/emoji/emoji.tsv, the emoji with their names, from npm's emojibase-data (MIT):
// `make emoji`. The file is committed: neither running nor building the product needs the package.
// A line is an emoji: itself, the codes that people type, codes of Slack's exports that mean another
// emoji here, and its name and search words in English, Spanish and Portuguese.
import { readFileSync, writeFileSync } from 'node:fs'

const folder = process.argv[2]
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'))
const codes = (name) => read(`en/shortcodes/${name}`)
const github = codes('github'), slack = codes('iamcal')
const languages = ['en', 'es', 'pt'].map((name) => new Map(read(`${name}/data`).map((each) => [each.hexcode, each])))
const list = (value) => value === undefined ? [] : [value].flat()

const owners = new Map() // the emoji that a code means; GitHub's codes win
for (const [hexcode, found] of [...Object.entries(github), ...Object.entries(slack)]) {
  for (const code of list(found)) if (!owners.has(code)) owners.set(code, hexcode)
}
const words = ({ label, tags = [] } = { label: '' }) => {
  const own = tags.filter((tag) => !label.split(' ').includes(tag))
  return [label, ...own].join('|').replaceAll('\t', ' ')
}
const emoji = read('en/data').filter((each) => each.group !== undefined && each.group !== 2)
  .sort((one, other) => one.order - other.order)
const lines = emoji.map((each) => {
  const all = [...new Set([...list(github[each.hexcode]), ...list(slack[each.hexcode])])]
  const own = all.filter((code) => owners.get(code) === each.hexcode)
  const others = all.filter((code) => owners.get(code) !== each.hexcode)
  // 👍 and the like: without U+FE0F, as phones type them.
  const shown = each.emoji.replace(/^(\p{Emoji_Presentation})\uFE0F$/u, '$1')
  return [shown, own.join(' '), others.join(' '), ...languages.map((map) => words(map.get(each.hexcode)))].join('\t')
})
writeFileSync('../site/core/emoji/emoji.tsv', lines.join('\n') + '\n')

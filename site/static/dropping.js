// Files that are pasted, or dropped anywhere on the page: they go where chosen files go (choosing.js).
// Without this the fields for files take them.
const files = document.getElementById('files'), { dataset } = document.body
let own, timer // something of this page is dragged; until the hint goes away

const take = (event, { items }) => {
  const found = [...items].filter((item) => item.kind == 'file' && !item.webkitGetAsEntry()?.isDirectory)
  if (!found[0]) return
  event.preventDefault()
  const detail = [...files.files, ...found.map((item) => item.getAsFile())]
  files.dispatchEvent(new CustomEvent('input', { bubbles: true, detail }))
}
addEventListener('paste', (event) => {
  const { types } = event.clipboardData
  // A part of a document or a table is text, with a picture of it.
  if (!types.includes('text/plain') || !types.includes('text/html')) take(event, event.clipboardData)
})
addEventListener('dragstart', () => { own = true })
addEventListener('dragend', () => { own = false })
const hint = (isShown) => {
  clearTimeout(timer)
  dataset.dropping = isShown
  if (isShown) timer = setTimeout(hint, 700, '') // no event says that the pointer has left
}
for (const type of ['dragenter', 'dragover', 'drop']) {
  addEventListener(type, (event) => {
    if (own || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    hint(type == 'drop' ? '' : 1)
    if (type == 'drop') take(event, event.dataTransfer)
  })
}
document.getElementById('alt').parentNode.hidden = true // each picture has its own: see listing.js

// Sending files. The text and the files stay until the server has acknowledged them, and a repeated send has
// the same nonce. Without this, or uploaded.js and choosing.js, which take them out of the composer then, the
// form posts and the page reloads.
const find = (id) => document.getElementById(id)
const form = find('compose'), text = find('body'), files = find('files'), line = find('upload')
let nonce, isBusy

const send = async () => {
  nonce ||= find('nonce').value + '.' + Date.now()
  isBusy = true
  line.textContent = line.dataset.sending
  const answer = htmx.ajax('POST', form.action, {
    source: line, // progress.js adds to this
    swap: 'none',
    headers: { 'HX-Source': 'form#compose' },
    values: { nonce, cursor: find('cursor').value },
  })
  find('scroller').scrollTop = 0
  await answer
  isBusy = false
  if (!line.firstChild) return // sent or refused
  const retry = document.createElement('button')
  retry.type = 'button'
  retry.textContent = line.dataset.retry
  retry.onclick = () => {
    text.focus()
    send()
  }
  line.replaceChildren(line.dataset.failed, retry)
}
// Other files are another send, but not the text: the server compares it.
form.addEventListener('change', ({ target }) => { if (target != text) nonce = '' })
form.addEventListener('submit', (event) => {
  if (event.submitter?.name || !line.ready) return
  if (files.value ? !files.held : !isBusy && !form.querySelector('[name=kept]:checked')) return
  event.preventDefault()
  event.stopPropagation()
  if (!isBusy) send()
}, true)

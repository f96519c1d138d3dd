// The answer to an upload: what was sent, or is kept by the server after an error, leaves the composer, but
// nothing that was added meanwhile. uploading.js sends.
const find = (id) => document.getElementById(id)
const form = find('compose'), text = find('body'), files = find('files'), line = find('upload')
line.ready = true

line.addEventListener('htmx:before:request', ({ detail }) => {
  const body = text.value, answers = form.reply_to, sent = [...files.files], kept = find('kept'), errors = find('compose-errors')
  errors.textContent = ''
  line.addEventListener('htmx:finally:request', () => {
    const isSent = find('nonce').dataset.sent == detail.ctx.values.nonce
    if (line.contains(document.activeElement)) text.focus()
    if (isSent) {
      if (text.value.startsWith(body)) text.value = text.value.slice(body.length)
      answers.value = kept.innerHTML = ''
      form.as_it_is.checked = false
      find('main').keep()
    }
    if (isSent || !kept.isConnected) {
      const detail = [...files.files].filter((file) => !sent.includes(file))
      files.dispatchEvent(new CustomEvent('input', { bubbles: true, detail }))
    }
    if (isSent || find('compose-errors').textContent || !kept.isConnected) line.textContent = ''
  }, { once: true })
})

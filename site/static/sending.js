// Sending. A text stays in #pending until the server acknowledges its nonce, and goes out with the same
// nonce on every new connection. chat.js loads this and waiting.js when somebody writes.
const find = (id) => document.getElementById(id)
const main = find('main'), text = find('body')
const unsent = () => [...find('pending').children]

const giveBack = (item, reply) => {
  const { value, form } = text
  if (reply && !form.reply_to.value) {
    form.reply_to.value = reply // at once: the text may be sent again before the line is there
    htmx.ajax('GET', form.dataset.reply.replace(0, reply), '#reply')
  }
  text.setRangeText((value && '\n') + item.textContent, value.length, value.length)
  item.remove()
}
main.addEventListener('htmx:before:swap', ({ detail }) => {
  for (const { fragment } of detail.tasks) {
    for (const { dataset } of fragment.querySelectorAll('[data-sent], [data-refused]')) {
      for (const item of unsent()) {
        const { nonce, reply_to } = item.dataset
        if (nonce == dataset.refused) giveBack(item, reply_to)
        if (nonce == dataset.sent) item.remove()
      }
      main.keep()
    }
  }
})

export const use = (event) => {
  const socket = main.connection?.socket
  for (const item of unsent()) {
    if (event == 4401) giveBack(item) // the session has ended: leave nothing to be sent
    else if (socket?.readyState == 1 && item.socket != socket) {
      item.socket = socket
      socket.send(JSON.stringify({ body: item.textContent, ...item.dataset, draft: find('draft').value }))
    }
  }
}

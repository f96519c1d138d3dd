// Behaviour that HTML, CSS and htmx cannot provide. Each part improves something that works without it.
(() => {
  const find = (id) => document.getElementById(id)
  const main = find('main'), log = find('messages'), scroller = find('scroller')
  const form = find('compose'), text = find('body'), status = find('connection')
  if (!log) return
  const on = (event, act) => main.addEventListener('htmx:' + event, ({ detail }) => act(detail))

  // The data in this tab belongs to one user: remove another user's.
  const drafts = sessionStorage, { person } = main.dataset
  if (drafts.person != person) drafts.clear()
  drafts.person = person

  // Show the state of the connection. Without this the log stops and resumes silently.
  let connection, opened, over, loggedOut
  const say = (state) => {
    document.body.dataset.connection = state
    status.textContent = status.dataset[state]
  }
  const readyState = () => connection?.socket?.readyState
  on('ws:before:connection', (detail) => { connection = detail.connection })
  on('ws:after:connection', () => {
    asked = 0
    if (document.body.dataset.connection) say('back')
    opened = true
    unsent().forEach(send)
  })
  on('ws:close', ({ code, reason }) => {
    if (reason != 'closed') return
    answered()
    over = !connection.config.reconnectCodes.includes(code)
    loggedOut = code == 4401
    say(loggedOut ? 'login' : over ? 'over' : 'lost')
    // Offline for too long to catch up. A reload keeps the draft, but not the edit of a message.
    if (code == 4413 && !main.querySelector('[data-editing]')) location.reload()
    if (loggedOut) {
      // Leave nothing in the tab for the next user.
      drafts.clear()
      unsent().forEach(giveBack)
      if (document.hidden) location.reload()
    }
    deliver()
  })

  // A socket can be dead without an event, for example after sleep. Request missing messages, and
  // reconnect if there is no response. Double the timeout after each attempt, because a slow line
  // needs time. Without this the server's pings detect it later.
  let asked, patience = 8000 // when the request was sent; milliseconds to wait for the response
  const check = () => {
    if (over || document.hidden) return
    asked ||= Date.now()
    if (readyState() == 3 || Date.now() - asked > patience) {
      asked = Date.now()
      patience *= 2
      htmx.process(main, true)
    } else if (readyState() == 1) htmx.trigger('#catch-up', 'tertulia:check')
  }
  const answered = () => {
    if (asked) patience = 8000 + Date.now() - asked
    asked = 0
  }
  on('ws:before:message:incoming', answered)
  addEventListener('online', check)
  document.addEventListener('visibilitychange', () => { check(); see() })
  // A page from the back/forward cache may belong to a user who has logged out since.
  addEventListener('pageshow', (event) => event.persisted && location.reload())

  // Ignore a change of a message that this page does not show (it would hide the gap before it), and
  // of the message that is being edited (Save and Cancel fetch it).
  on('before:swap', ({ tasks }) => {
    for (const { fragment, swapSpec } of tasks) {
      fragment.querySelectorAll('[data-sent], [data-refused]').forEach(settle)
      if (swapSpec.style != 'upsert') continue
      for (const message of [...fragment.children]) {
        const shown = find(message.id)
        if (shown ? 'editing' in shown.dataset : +message.dataset.position < +log.dataset.floor) {
          message.remove()
        }
      }
    }
  })

  // Report the read position while the page is visible. Without this the next visit does.
  const see = () => {
    const last = log.lastElementChild?.dataset.position, { seen } = find('seen')
    if (over || document.hidden || log.hidden || !(+last > +seen.value)) return
    seen.value = last
    htmx.trigger('#seen', 'tertulia:seen')
  }
  // Load rarely used scripts on first use; an element names its script.
  const update = () => {
    see()
    for (const { dataset } of main.querySelectorAll('[data-script]')) import(dataset.script)
    if (log.children.length >= 300) import(log.dataset.prune)
  }
  on('after:swap', update)
  update()
  scroller.addEventListener('scroll', () => {
    scroller.dataset.scrolled = scroller.scrollTop < -200
  })

  // Sending. A text stays in #pending until the server acknowledges its nonce, and is sent again with
  // the same nonce on every new connection. Without this the form posts and the page reloads.
  let count = 0, waits = 0, posting
  const unsent = () => [...main.querySelectorAll('#pending li')]
  const fields = (item) => ({ body: item.textContent, nonce: item.dataset.nonce })
  const send = (item) => connection.socket.send(JSON.stringify(fields(item)))
  const keep = () => {
    if (!loggedOut) drafts[location.pathname] = JSON.stringify([text.value, ...unsent().map(fields)])
  }
  const add = ({ body, nonce }) => {
    const item = document.createElement('li')
    item.textContent = body
    item.dataset.nonce = nonce
    find('pending').append(item)
    return item
  }
  const giveBack = (item) => {
    const end = text.value.length
    text.setRangeText((end ? '\n' : '') + item.textContent, end, end)
    item.remove()
  }
  const settle = ({ dataset: { sent, refused } }) => unsent().forEach((item) => {
    if (item.dataset.nonce == refused) giveBack(item)
    if (item.dataset.nonce == sent) item.remove()
    keep()
  })
  // Post the texts one by one if the socket does not open or does not acknowledge them. The response
  // contains the messages that the page has missed.
  const deliver = async () => {
    const [item] = unsent()
    if (!item || posting || opened && !over && waits < 3) return
    posting = true
    await htmx.ajax('POST', form.action, { source: form, values: fields(item) })
    posting = false
    if (!item.isConnected) deliver()
  }
  setInterval(() => {
    waits = unsent()[0] ? waits + 1 : 0
    deliver()
    if (waits || asked) check()
  }, 4000)
  if (!form) return

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const item = add({ body: text.value, nonce: find('nonce').value + '.' + ++count })
    text.value = find('compose-errors').textContent = ''
    keep()
    readyState() == 1 ? send(item) : over && deliver()
  })

  // Enter sends if there is a keyboard, Shift+Enter breaks the line, Up edits one's last message.
  // Ignore the Enter that ends an input method's word: in Safari it has the code 229 (UI Events,
  // 7.3.1).
  text.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode == 229 || event.shiftKey || event.altKey) return
    if (event.key == 'Enter' && matchMedia('(hover: hover)').matches) {
      event.preventDefault()
      if (text.value.trim()) form.requestSubmit()
    }
    if (event.key == 'ArrowUp' && !text.value) {
      import(form.dataset.editLast).then(({ editLast }) => editLast())
    }
  })
  let typed = 0
  text.addEventListener('input', () => {
    keep()
    if (over || Date.now() - typed < 3000) return
    typed = Date.now()
    htmx.trigger('#type', 'tertulia:typing')
  })

  const [draft, ...sent] = JSON.parse(drafts[location.pathname] ?? '[""]')
  text.value ||= draft
  sent.forEach(add)
})()

// What HTML, CSS and htmx cannot say. Every part improves something that works without it.
(() => {
  const find = (id) => document.getElementById(id)
  const main = find('main'), log = find('messages'), scroller = find('scroller')
  const form = find('compose'), text = find('body'), status = find('connection')
  if (!log) return

  // What is kept in this tab is its person's: what others left here goes.
  const drafts = sessionStorage, person = main.dataset.person + '/'
  const key = main.dataset.person + location.pathname
  for (const other of Object.keys(drafts)) other.startsWith(person) || drafts.removeItem(other)

  let kept, keptAt
  let held, opener // the message that has the focus; what had it before the form came

  // The connection, in words. Without this the log just stops and starts again.
  let socket, opened, over, gone
  const say = (state) => {
    document.body.dataset.connection = state
    status.textContent = status.dataset[state] || ''
  }
  main.addEventListener('htmx:ws:after:connection', (event) => {
    socket = event.detail.connection.socket
    if (document.body.dataset.connection) say('back')
    opened = true
    unsent().forEach(send)
  })
  main.addEventListener('htmx:ws:close', (event) => {
    const { code, reason } = event.detail
    if (reason != 'closed') return
    over = code >= 4000 || [1003, 1007, 1008, 1009].includes(code)
    gone = code == 4401
    say(gone ? 'login' : over ? 'over' : 'lost')
    // Away for too long to catch up: what is written is kept, but for the correction of a message.
    if (code == 4413 && !log.querySelector('[data-editing]')) location.reload()
    if (gone) {
      // Logged out, or another person logged in: nothing stays in the tab for whoever comes next.
      drafts.clear()
      unsent().forEach(giveBack)
      if (document.hidden) location.reload()
    }
    deliver()
  })

  // A sleeping laptop's socket may be dead without knowing it: ask for what is missing, and where
  // nothing comes back, begin anew. Without this the server's own pings find out, later.
  let answer
  const revive = () => {
    if (over || document.hidden) return
    clearTimeout(answer)
    if (socket?.readyState != 1) return opened && htmx.process(main, true)
    htmx.trigger('#catch-up', 'tertulia:check')
    answer = setTimeout(() => htmx.process(main, true), 4000)
  }
  addEventListener('online', revive)
  // A page that comes back as it was left may be another person's by now.
  addEventListener('pageshow', (event) => event.persisted && location.reload())
  document.addEventListener('visibilitychange', () => { revive(); see() })
  main.addEventListener('htmx:ws:before:message:incoming', () => clearTimeout(answer))

  // What must not come in: a change of a message that this page does not show (it would hide the
  // hole before it), and one of the message that is being edited (saving or leaving asks anew).
  main.addEventListener('htmx:before:swap', (event) => {
    // Newer messages come below what one reads: it stays where it is.
    kept = event.detail.ctx.target?.id == 'newer' && find('newer').previousElementSibling
    keptAt = kept && kept.getBoundingClientRect().top
    const { target } = event.detail.ctx, { activeElement } = document
    held = activeElement?.closest('.message')?.id
    if (target?.matches?.('.message:not([data-editing])')) opener = activeElement
    for (const { fragment, swapSpec } of event.detail.tasks) {
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

  // How far its reader has read, while the page is in sight. Without this: at the next visit.
  let seeing, unseen
  const see = () => {
    const last = log.lastElementChild?.dataset.position, seen = find('seen')
    if (over || document.hidden || log.hidden || !(+last > +seen.elements.seen.value)) return
    if (seeing) return unseen = true
    seen.elements.seen.value = last
    htmx.trigger(seen, 'tertulia:seen')
    seeing = setTimeout(() => { seeing = 0; if (unseen) see(unseen = false) }, 1000)
  }

  // A page that is left open for days: what has long scrolled out leaves, and comes back by paging.
  const prune = () => {
    if (scroller.scrollTop < -400 || log.children.length < 300) return
    while (log.children.length > 200) log.firstElementChild.remove()
    const first = log.dataset.floor = log.firstElementChild.dataset.position
    const older = find('older'), link = older.querySelector('a') || document.createElement('a')
    link.textContent = log.dataset.older
    link.setAttribute('hx-get', link.href = '?before=' + first)
    link.setAttribute('hx-target', '#older')
    link.setAttribute('hx-swap', 'outerHTML')
    older.replaceChildren(link)
    find('history').replaceChildren(older)
    htmx.process(older, true)
  }

  main.addEventListener('htmx:after:swap', () => {
    // Who has edited or deleted goes on from there. Without this: from the top of the page.
    if (held && document.activeElement == document.body) {
      (opener == text ? text : find(held)?.querySelector('a'))?.focus()
      opener = held = null
    }
    if (kept) scroller.scrollTop += kept.getBoundingClientRect().top - keptAt
    kept = 0
    see()
    prune()
    if (log.hidden) find('newer-count').textContent = log.children.length || ''
  })
  scroller.addEventListener('scroll', () => {
    scroller.toggleAttribute('data-scrolled', scroller.scrollTop < -200)
  }, { passive: true })

  // Sending. What was sent stands in #pending until the server has acknowledged it by its nonce; it
  // is sent again, with the same nonce, whenever the connection comes back before that. Without
  // this the form posts, and the page comes anew.
  let count = 0, waits = 0, posting
  const unsent = () => pending ? [...pending.children] : []
  const fields = (item) => ({ body: item.textContent, nonce: item.dataset.nonce })
  const send = (item) => socket.send(JSON.stringify(fields(item)))
  const keep = () => gone || drafts.setItem(key, JSON.stringify([text.value, ...unsent().map(fields)]))
  const add = ({ body, nonce }) => {
    const item = document.createElement('li')
    item.textContent = body
    item.dataset.nonce = nonce
    pending.append(item)
    return item
  }
  const giveBack = (item) => {
    const end = text.textLength
    text.setRangeText((end ? '\n' : '') + item.textContent, end, end)
    item.remove()
  }
  const settle = ({ dataset: { sent, refused } }) => unsent().forEach((item) => {
    if (item.dataset.nonce == refused) giveBack(item)
    if (item.dataset.nonce == sent) item.remove()
    keep()
  })
  // Where no socket opens, each is posted in its turn, and the answer holds what the page misses.
  const deliver = async () => {
    const [item] = unsent()
    if (!item || posting || opened && !over && waits < 3) return
    posting = true
    await htmx.ajax('POST', form.action, {
      source: form, swap: 'none', values: { ...fields(item), cursor: find('cursor').value },
    })
    posting = false
    if (!item.isConnected) deliver()
  }
  setInterval(() => {
    waits = unsent()[0] ? waits + 1 : 0
    if (waits) revive(deliver())
  }, 4000)
  if (!form) return

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const item = add({ body: text.value, nonce: find('nonce').value + '.' + ++count })
    text.value = find('compose-errors').textContent = ''
    keep()
    socket?.readyState == 1 ? send(item) : over && deliver()
  })

  // Enter sends where there is a keyboard, Shift+Enter breaks the line; Up edits one's last words.
  // The Enter that ends a word of an input method does not: Safari says 229 of it (UI Events, 7.3.1).
  text.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode == 229 || event.shiftKey || event.altKey) return
    if (event.key == 'Enter' && matchMedia('(hover: hover)').matches) {
      event.preventDefault()
      if (text.value.trim()) form.requestSubmit()
    } else if (event.key == 'ArrowUp' && !text.value) {
      const mine = log.querySelectorAll(`[data-author="${form.dataset.author}"] [data-edit]`)
      mine[mine.length - 1]?.click()
    }
  })
  let typed = 0
  text.addEventListener('input', () => {
    keep()
    if (over || Date.now() - typed < 3000) return
    typed = Date.now()
    htmx.trigger('#type', 'tertulia:typing')
  })

  const [draft, ...sent] = JSON.parse(drafts.getItem(key) || '[""]')
  text.value ||= draft
  sent.forEach(add)
})()

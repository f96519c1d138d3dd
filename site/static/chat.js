// What HTML, CSS and htmx cannot say. Every part improves something that works without it.
(() => {
  const find = (id) => document.getElementById(id)
  const main = find('main'), log = find('messages'), scroller = find('scroller')
  const form = find('compose'), text = find('body'), status = find('connection')
  if (!log) return

  // Local times. Without this they are shown in the workspace's time zone.
  const show = { time: { timeStyle: 'short' }, day: { dateStyle: 'full' } }
  const localise = (root) => root.querySelectorAll('time[data-show]').forEach((time) => {
    const date = new Date(time.dateTime), kind = time.dataset.show
    time.textContent = date.toLocaleString(document.documentElement.lang, show[kind])
    time.title = date.toLocaleString()
  })

  let kept, keptAt
  let held, opener // the message that has the focus; what had it before the form came
  let pending, again // what was sent and is not acknowledged yet; whether Enter came meanwhile

  // The connection, in words. Without this the log just stops and starts again.
  let socket, opened, over
  const say = (state) => {
    document.body.dataset.connection = state
    status.textContent = status.dataset[state] || ''
  }
  main.addEventListener('htmx:ws:after:connection', (event) => {
    socket = event.detail.connection.socket
    if (document.body.dataset.connection) say('back')
    opened = true
    resend()
  })
  main.addEventListener('htmx:ws:close', (event) => {
    const { code, reason } = event.detail
    if (reason != 'closed') return
    over = code >= 4000 || [1003, 1007, 1008, 1009].includes(code)
    say(code == 4401 ? 'login' : over ? 'over' : 'lost')
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
  addEventListener('pageshow', (event) => event.persisted && revive())
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
      if (swapSpec.style != 'upsert') continue
      for (const message of [...fragment.children]) {
        const shown = find(message.id)
        if (shown ? 'editing' in shown.dataset : +message.dataset.position < +log.dataset.floor) {
          message.remove()
        }
      }
      localise(fragment)
    }
  })

  // How far its reader has read, while the page is in sight. Without this: at the next visit.
  let seeing, unseen
  const see = () => {
    const last = log.lastElementChild?.dataset.position, seen = find('seen')
    if (document.hidden || log.hidden || !(+last > +seen.elements.seen.value)) return
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
    localise(main)
    see()
    prune()
    received()
    if (log.hidden) find('newer-count').textContent = log.children.length || ''
  })
  scroller.addEventListener('scroll', () => {
    scroller.toggleAttribute('data-scrolled', scroller.scrollTop < -200)
  }, { passive: true })
  localise(document)

  // Sending. The text stays until the server has acknowledged it by its nonce, and is sent again,
  // with the same nonce, whenever the connection comes back before that.
  const nonce = () => find('nonce')
  const drafts = sessionStorage, key = location.pathname
  const keep = () => drafts.setItem(key, JSON.stringify({ body: text.value, pending }))
  const resend = () => pending && socket.send(JSON.stringify(pending))
  const received = () => {
    if (pending && find('compose-errors').textContent.trim()) { // refused: it is theirs to mend
      pending = again = null
      keep()
    }
    if (!pending || nonce().dataset.sent != pending.nonce) return
    const { length } = pending.body, { selectionStart, selectionEnd } = text
    if (text.value.startsWith(pending.body)) {
      text.value = text.value.slice(length)
      text.setSelectionRange(Math.max(0, selectionStart - length), Math.max(0, selectionEnd - length))
    }
    pending = null
    keep()
    if (again && text.value.trim()) form.requestSubmit()
    again = false
  }
  if (!form) return
  document.addEventListener('submit', (event) => {
    // Where a socket never opened, or never will again, the form posts like any other.
    if (event.target == form && (!opened || over)) event.stopPropagation()
  }, true)
  form.addEventListener('htmx:ws:before:message:outgoing', (event) => {
    if (event.target != form) return
    if (pending) {
      again = true
      event.preventDefault()
    } else {
      const { body, nonce } = event.detail.message.values
      pending = { body, nonce }
      find('compose-errors').textContent = ''
      keep()
    }
  })

  // Enter sends where there is a keyboard, Shift+Enter breaks the line; Up edits one's last words.
  text.addEventListener('keydown', (event) => {
    if (event.isComposing || event.shiftKey || event.altKey) return
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
    if (Date.now() - typed < 3000) return
    typed = Date.now()
    htmx.trigger('#type', 'tertulia:typing')
  })

  const draft = JSON.parse(drafts.getItem(key) || '{}')
  text.value ||= draft.body || ''
  if (draft.pending && text.value.startsWith(draft.pending.body)) {
    pending = draft.pending
    nonce().value = pending.nonce
  }
})()

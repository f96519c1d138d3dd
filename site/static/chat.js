// Behaviour that HTML, CSS and htmx cannot provide. Each part improves something that works without it.
(() => {
  const find = (id) => document.getElementById(id)
  const main = find('main'), log = find('messages'), scroller = find('scroller')
  const form = find('compose'), text = find('body'), status = find('connection')
  if (!log) return
  const { dataset } = document.body
  const on = (event, act) => main.addEventListener('htmx:' + event, ({ detail }) => act(detail))

  // The data in this tab belongs to one user: remove another user's.
  const drafts = sessionStorage, { person } = main.dataset
  if (drafts.person != person) drafts.clear()
  drafts.person = person

  // Load rarely used scripts on first use; an element names its scripts for an event. A failed import
  // fails for ever, hence another address for the next attempt.
  const failed = {}
  const load = (names, event) => {
    for (const name of names.split(' ')) {
      import(name + '#' + failed[name]).then(({ use }) => use?.(event), () => { failed[name] = Date.now() })
    }
  }
  for (const type of 'click focusin input keydown'.split(' ')) {
    addEventListener(type, (event) => {
      // A link is followed only if its script cannot copy it.
      if (type == 'click' && event.target.closest('[data-copy]')) event.preventDefault()
      const names = event.target.closest('[data-' + type + ']')?.dataset[type]
      if (names) load(names, event)
    })
  }

  // Show the state of the connection. Without this the log stops and resumes silently.
  let over // there is no connection any more, and will be none
  let asked, patience = 8000 // when missing messages were requested; milliseconds to wait for them
  let count = 0 // of the texts that were sent
  const say = (state) => {
    status.textContent = status.dataset[dataset.connection = state]
  }
  const readyState = () => main.connection?.socket?.readyState
  on('ws:before:connection', ({ connection }) => { main.connection = connection })
  on('ws:after:connection', () => {
    asked = 0
    if (dataset.connection) say('back')
    main.dataset.live = 1
    resend()
  })
  on('ws:close', ({ connection, code, reason }) => {
    if (reason != 'closed') return
    answered()
    over = !connection.config.reconnectCodes.includes(code)
    say(code == 4401 ? 'login' : over ? 'over' : 'lost')
    // Offline for too long to catch up. A reload keeps the draft, but not the edit of a message.
    if (code == 4413 && !main.querySelector('[data-editing]')) location.reload()
    // Leave nothing in the tab for the next user.
    if (code == 4401) {
      drafts.clear()
      main.keep = Boolean
      if (document.hidden) location.reload()
    }
    resend(code)
  })

  // A socket can be dead without an event, for example after sleep. Request missing messages, and
  // reconnect if there is no response. Double the timeout after each attempt, because a slow line
  // needs time. Without this the server's pings detect it later.
  const check = main.check = () => {
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
    if (readyState() == 1 && dataset.connection == 'lost') say('back')
  }
  setInterval(() => asked && check(), 4000)
  on('ws:before:message:incoming', answered)
  addEventListener('online', check)
  addEventListener('offline', () => over || say('lost'))
  document.addEventListener('visibilitychange', () => { check(); see() })
  // A page from the back/forward cache may belong to a user who has logged out since.
  addEventListener('pageshow', (event) => event.persisted && location.reload())

  // Ignore a change of a message that this page does not show (it would hide the gap before it), and
  // of the message that is being edited (Save and Cancel fetch it).
  on('before:swap', ({ tasks }) => {
    for (const { fragment, swapSpec } of tasks) {
      if (swapSpec.style != 'upsert') continue
      for (const message of [...fragment.children]) {
        const shown = find(message.id)
        if (shown ? 'editing' in shown.dataset : +message.dataset.position < +log.dataset.floor) {
          message.remove()
        }
      }
    }
  })

  // Report what is on screen as read, and show how many messages are below. If there is more than
  // the page shows, reading.js does. Without this the next visit starts here again.
  const see = () => {
    const last = log.lastElementChild?.dataset.position, { seen } = find('seen')
    if (over || document.hidden || log.hidden || find('new-bar')) return
    if (last > +seen.value && scroller.scrollTop > -40) {
      seen.value = last
      htmx.trigger('#seen', 'tertulia:seen')
    }
    find('newer-count').textContent = last - seen.value || ''
  }
  const update = () => {
    see()
    for (const user of main.querySelectorAll('[data-script]')) load(user.dataset.script)
    if (log.children[299]) load(log.dataset.prune)
  }
  on('after:swap', update)
  location.hash || find('new')?.scrollIntoView()
  update()
  scroller.addEventListener('scroll', () => {
    scroller.dataset.scrolled = scroller.scrollTop < -200
    see()
  })

  // What is sent stays in #pending until the server has acknowledged it: see sending.js. Without
  // this the form posts and the page reloads.
  const resend = (code) => find('pending')?.firstChild && load(text.dataset.focusin, code)
  main.keep = () => {
    drafts[location.pathname] = JSON.stringify([
      text.value,
      ...[...find('pending').children].map(({ textContent, dataset: { nonce, reply_to } }) => [textContent, nonce, reply_to]),
    ])
  }
  const add = ([body, nonce, reply]) => {
    const item = document.createElement('li')
    item.textContent = body
    item.dataset.nonce = nonce
    item.dataset.reply_to = reply || '' // the names of form fields: sending.js sends them
    find('pending').append(item)
  }
  if (!form) return

  form.addEventListener('submit', (event) => {
    // Not to be sent now; or with files, and uploading.js, which sends them, is not loaded.
    if (event.submitter?.name || [...form].some((field) => field.checked || field.files?.[0])) {
      drafts.posted = text.value
      return
    }
    event.preventDefault()
    const answers = form.reply_to
    if (!text.value.trim()) return
    add([text.value, find('nonce').value + '.' + ++count, answers.value])
    answers.value = text.value = find('compose-errors').textContent = ''
    main.keep()
    scroller.scrollTop = 0
    resend()
  })

  // Enter sends if there is a keyboard, Shift+Enter breaks the line. Ignore the Enter that ends an
  // input method's word: in Safari it has the code 229 (UI Events, 7.3.1).
  const isDesktop = matchMedia('(hover: hover)').matches
  main.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode == 229 || event.shiftKey || event.altKey) return
    if (event.key == 'Enter' && isDesktop && event.target.name == 'body') {
      event.preventDefault()
      event.target.form.requestSubmit()
    }
  })
  text.addEventListener('input', () => main.keep())
  if (isDesktop && !location.hash && !location.search) text.focus()

  const [draft, ...sent] = JSON.parse(drafts[location.pathname] ?? '[""]')
  // The server leads here after a post; who comes back from one that failed has the text again.
  // A browser that resists fingerprinting does not say how one came here.
  const [page] = performance.getEntriesByType('navigation')
  const isPosted = draft == drafts.posted && location.hash == '#compose' && page?.type == 'navigate'
  if (draft && !isPosted && draft != drafts['saved' + location.pathname]) text.value = draft
  sent.forEach(add)
  resend()
})()

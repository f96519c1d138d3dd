// Times and days as their reader's clock has them: that of their profile, or their browser's.
// Without this they are the workspace's.
(() => {
  const { lang, dataset } = document.documentElement
  const clock = (style) => {
    try {
      return new Intl.DateTimeFormat(lang, { ...style, timeZone: dataset.zone })
    } catch { // a zone that this browser does not know
      return new Intl.DateTimeFormat(lang, style)
    }
  }
  const day = clock({ dateStyle: 'full' }), time = clock({ timeStyle: 'short' })
  const moment = clock({ dateStyle: 'medium', timeStyle: 'short' })

  const draw = () => {
    for (const element of document.querySelectorAll('time[data-show]:not([title])')) {
      const date = new Date(element.dateTime)
      element.textContent = ({ day, time }[element.dataset.show] ?? moment).format(date)
      element.title = moment.format(date)
    }
    // A line where a day begins. The first message keeps the one that it has, or has not.
    let last
    for (const message of document.querySelectorAll('.message')) {
      const said = message.querySelector('[data-show=time]')
      if (!said) continue
      const line = message.querySelector('.message-day'), date = day.format(new Date(said.dateTime))
      if (date == last) line?.remove()
      else if (last && !line) {
        const line = document.createElement('h2'), opens = said.cloneNode()
        line.className = 'message-day'
        opens.dataset.show = 'day'
        opens.removeAttribute('title')
        line.append(opens)
        message.prepend(line)
      }
      last = date
    }
  }
  new MutationObserver(draw).observe(document.body, { childList: true, subtree: true })
  draw()
})()

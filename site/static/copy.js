// A button that copies a block of code. chat.js loads this with the first message that has one.
// Without this, or on a page without TLS, code is selected and copied as elsewhere.
const main = document.getElementById('main')
const add = () => {
  const { copyCode, copied } = main.querySelector('[data-copy-code]')?.dataset ?? {}
  for (const code of main.querySelectorAll('.message-body pre > code:only-child')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.ariaLive = 'polite'
    button.textContent = copyCode
    button.onclick = async () => {
      await navigator.clipboard.writeText(code.textContent)
      button.textContent = copied
    }
    code.before(button)
  }
}
if (navigator.clipboard) {
  main.addEventListener('htmx:after:swap', add)
  add()
}

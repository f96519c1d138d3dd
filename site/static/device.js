// The switches of this device: sound, desktop notifications, and whether the ? key does nothing. Without scripts there are none.
const section = document.getElementById('device'), said = section.querySelector('[role=status]')
for (const box of section.querySelectorAll('input')) {
  const { name } = box
  box.checked = localStorage[name] && (name != 'desktop' || Notification.permission == 'granted')
  box.addEventListener('change', async () => {
    said.textContent = ''
    delete localStorage[name]
    if (!box.checked) return
    if (name == 'desktop' && await globalThis.Notification?.requestPermission() != 'granted') {
      box.checked = false
      said.textContent = said.dataset.denied
      return
    }
    localStorage[name] = 1
    if (name == 'sound') (await import(section.dataset.sound)).ring()
  })
}
section.hidden = false

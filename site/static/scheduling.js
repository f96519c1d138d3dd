// The page to send a text later: the server has kept the text of the room's composer as its draft. So the
// copy in this tab is old, and must not come back once the text is scheduled: see chat.js.
const place = document.getElementById('schedule').dataset.room
const [text] = JSON.parse(sessionStorage[place] ?? '[]')
if (text) sessionStorage['saved' + place] = text
